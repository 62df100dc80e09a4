"""Text as it comes from files, made fit to be shown, and the ids that are made from it.

Owns    cleaning, quoting in messages, and derived ids.
Never   changes what a person wrote beyond control characters and its ends.
Used by every reader of this package.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NOT_IN_AN_ID = re.compile(r"[/?#%\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ID_LIMIT = 100


def clean(text: str) -> str:
    """Return the text without control characters, lone surrogates and outer space."""
    if text.isprintable():
        return text.strip()
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode().strip()


def quoted(text: str) -> str:
    """Return the text in quotation marks, cut to what fits into a message."""
    text = clean(text)
    return f'"{text[:57]}…"' if len(text) > 60 else f'"{text}"'


def plain(text: str) -> str:
    """Return the text with full-width digits, colons and letters as their ordinary selves."""
    return unicodedata.normalize("NFKC", text).strip()


def identifier(text: str) -> str:
    """Return the text as an id: verbatim, but `/ ? # %` and control characters as `-`.

    One that is too long for a key keeps its beginning and ends in a hash of the whole.
    """
    name = _NOT_IN_AN_ID.sub("-", text.strip()).encode("utf-8", "replace").decode()
    return name if len(name) <= ID_LIMIT else f"{name[: ID_LIMIT - 13]}-{derived(name)}"


def derived(*parts: object) -> str:
    """Return twelve hex digits that are the same for the same parts, whatever the machine or the day."""
    text = "\x1f".join(unicodedata.normalize("NFKC", str(part)).strip() for part in parts)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def speaker_id(name: str) -> str:
    """Return the id of a speaker of whom only the name is known."""
    return f"s{derived(name.casefold())}"


def language_tag(text: object) -> str | None:
    """Return a BCP 47 tag, or None when this is none."""
    tag = str(text or "").strip().replace("_", "-")
    return tag if _LANGUAGE.fullmatch(tag) else None
