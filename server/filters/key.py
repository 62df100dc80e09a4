"""The match key: what is left of a text when nothing is kept that only disguises it.

Owns    the folding of characters, and the two ways to read a folded text: as words, and without what is put between.
Never   changes what is stored or shown.
Used by `screen`, for texts and for entries alike.

Each character is folded by itself (compatibility forms, case, marks, invisible characters, look-alikes, traditional
to simplified), so that every character of the key knows where in the text it stands. Runs of one character become one
character and a count: "sooo" is written with whatever entry has one, or three, or more, but "good" is not "god".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
import zhconv_rs

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_PUT_BETWEEN = frozenset(" *.-_~·|/\\+=#@^`'\"")
_DROPPED = frozenset({"Mn", "Me", "Cf"})
_PUT_BETWEEN_KINDS = frozenset({"So", "Sk", "Sm", "Pd", "Pc"})
_SPACED_OUT = re.compile(r"(?<![a-z])(?:[a-z][^a-z0-9]{1,2}){2,}[a-z](?![a-z])")
_UNSPACED_FROM = 0x0E00
"""From Thai on, scripts write words without spaces between (or, as Korean, with endings): no letter borders there."""

_LOOKALIKES = str.maketrans(
    {
        char: letter
        for letter, chars in {
            "a": "аαɑᴀ",
            "b": "вβʙ",
            "c": "сϲᴄ",
            "d": "ԁđᴅ",
            "e": "еεᴇ",
            "f": "ꜰ",
            "g": "ɡ",
            "h": "һнħʜ",
            "i": "іιıɩɪ",
            "j": "јᴊ",
            "k": "кκᴋ",
            "l": "ӏłʟ",
            "m": "мμᴍ",
            "n": "ηɴ",
            "o": "оοøᴏ",
            "p": "рρᴘ",
            "q": "ԛ",
            "r": "ʀ",
            "s": "ѕꜱ",
            "t": "тτŧᴛ",
            "u": "υսᴜ",
            "v": "ѵνᴠ",
            "w": "ԝωшᴡ",
            "x": "хχ",
            "y": "уʏ",
            "z": "ζᴢ",
        }.items()
        for char in chars
    }
)


class Reading(msgspec.Struct):
    """A text as it is matched.

    Attributes:
        chars: the key, each run as one character.
        runs: how long each of them is.
        starts, ends: where each run begins and ends in the folded text.
    """

    chars: str
    runs: list[int]
    starts: list[int]
    ends: list[int]


class Folded(msgspec.Struct):
    """A text, folded.

    Attributes:
        chars: the folded characters.
        origins: the place in the text of the character that each of them comes from.
    """

    chars: str
    origins: list[int]

    def words(self) -> Reading:
        """Return it as words."""
        return _reading(self.chars, range(len(self.chars)))

    def dense(self) -> Reading:
        """Return it without spaces and whatever else is put between the characters of a word."""
        return _reading(self.chars, [at for at, char in enumerate(self.chars) if not _is_put_between(char)])

    def spelt(self) -> Iterable[Reading]:
        """Return every word that is spelt with something between its letters, as in f.u.n."""
        for found in _SPACED_OUT.finditer(self.chars):
            yield _reading(self.chars, [at for at in range(*found.span()) if self.chars[at].isalpha()])

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the text a part of the folded text stands."""
        return self.origins[start], self.origins[end - 1] + 1


def folded(text: str) -> Folded:
    """Return a text, folded."""
    chars: list[str] = []
    origins: list[int] = []
    for at, char in enumerate(text):
        for each in _fold(char):
            chars.append(each)
            origins.append(at)
    return Folded("".join(chars), origins)


def is_han(text: str) -> bool:
    """Say whether a text has a Chinese character."""
    return _HAN.search(text) is not None


def is_letter(char: str) -> bool:
    """Say whether a character is a letter of a script that writes words apart."""
    return char.isalpha() and ord(char) < _UNSPACED_FROM


@lru_cache(maxsize=16_384)
def _fold(char: str) -> str:
    if char < "\x7f":
        return " " if char.isspace() or char < " " else char.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(_simple(each) for each in plain if unicodedata.category(each) not in _DROPPED)


def _simple(char: str) -> str:
    if char.isspace() or unicodedata.category(char) == "Cc":
        return " "
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    simplified = zhconv_rs.zhconv(char, "zh-hans") if is_han(char) else char.translate(_LOOKALIKES)
    return simplified if len(simplified) == 1 else char


def _is_put_between(char: str) -> bool:
    return char in _PUT_BETWEEN or (char > "\x7f" and unicodedata.category(char) in _PUT_BETWEEN_KINDS)


def _reading(chars: str, places: Sequence[int]) -> Reading:
    reading = Reading("", [], [], [])
    kept: list[str] = []
    for at in places:
        if kept and kept[-1] == chars[at]:
            reading.runs[-1] += 1
            reading.ends[-1] = at + 1
            continue
        kept.append(chars[at])
        reading.runs.append(1)
        reading.starts.append(at)
        reading.ends.append(at + 1)
    reading.chars = "".join(kept)
    return reading
