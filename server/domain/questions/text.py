"""What a question's text is measured and compared by.

Owns    the limits of typed text, the key that equal questions share, and the likeness of near ones.
Never   changes the text: it is stored and sent as typed.
Used by the channel (limits, before deciding) and the engine (equal and near questions).
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

from server.errors import Malformed, TooLarge

MAX_GRAPHEMES = 500
MAX_CODE_POINTS = 2_000
MAX_BYTES = 8_192
MAX_NAME_GRAPHEMES = 80

NEAR = 0.55
"""From this likeness on a moderator is shown two questions as similar."""

_ZWJ = "\u200d"
_EXTENDERS = frozenset({"Mn", "Me", "Mc"})
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_RUNS = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+[+#]*")
_HAN_RUN = re.compile(f"[{_HAN}]+")
_SHORT_NOT = re.compile(r"n['’]t\b")
_NUMBERS = re.compile(r"\d+|[一二两三四五六七八九十百千万]+")
_NUMERALS = str.maketrans("两", "二")
_SPEAKING = frozenset("#@%&*/\\_-")
"""Punctuation that words are made of: C# is not C."""

_NOT = frozenset({"not", "no", "never", "without", "cannot", "none"})
_HAN_NOT = frozenset("不没沒无無非未别別")
_STOP = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be by can could do does for from how i in is it its me my of on or our please should "
        "that the there they this to was we what when where which who why will with would you your",
    )
)
_ENDINGS = ("ing", "ed", "es", "s")


class Print(msgspec.Struct, frozen=True):
    """What a text is compared by.

    Attributes:
        key: equal for texts that differ in case, width, spaces and punctuation only.
        units: pairs of Chinese characters, and stems of other words.
        guard: its numbers and how often it says no; where these differ, texts are never alike.
    """

    key: str
    units: frozenset[str]
    guard: tuple[tuple[str, ...], int]


def check_body(body: str) -> None:
    """Refuse a question that is empty or too long.

    Raises:
        Malformed: it has nothing to read, or is not text.
        TooLarge: more than 500 characters as people count them, 2000 code points, or 8 KiB.
    """
    _check_length(body, MAX_GRAPHEMES, "Shorten the question to 500 characters.")
    if not print_of(body).key:
        raise Malformed("Write a question before sending it.")


def check_reply(text: str) -> None:
    """Refuse an answer in writing that is too long.

    Raises:
        Malformed: it is not text.
        TooLarge: more than 500 characters as people count them, 2000 code points, or 8 KiB.
    """
    _check_length(text, MAX_GRAPHEMES, "Shorten the answer to 500 characters.")


def check_name(name: str) -> None:
    """Refuse a name that is too long.

    Raises:
        Malformed: it is not text.
        TooLarge: more than 80 characters as people count them.
    """
    _check_length(name, MAX_NAME_GRAPHEMES, "Shorten the name to 80 characters.")


def _check_length(text: str, most: int, sentence: str) -> None:
    if len(text) > MAX_CODE_POINTS:
        raise TooLarge(sentence)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Malformed("Send whole characters: this text has half of a surrogate pair.") from None
    # One compatibility character can stand for eighteen: what matching works on must be bounded as well.
    expanded = len(unicodedata.normalize("NFKC", text))
    if size > MAX_BYTES or expanded > MAX_CODE_POINTS or graphemes(text) > most:
        raise TooLarge(sentence)


def graphemes(text: str) -> int:
    """Return how many characters a person would count: marks, joiners and flags belong to what they extend."""
    count = flags = 0
    previous = ""
    for char in text:
        flags = flags + 1 if "\U0001f1e6" <= char <= "\U0001f1ff" else 0
        extends = _extends(char) or previous == _ZWJ or (flags and flags % 2 == 0) or previous + char == "\r\n"
        count += not (count and extends)
        previous = char
    return count


def _extends(char: str) -> bool:
    if char < "\u0300":
        return False
    skin_tone = "\U0001f3fb" <= char <= "\U0001f3ff"
    hangul_tail = "\u1160" <= char <= "\u11ff"
    tag = "\U000e0020" <= char <= "\U000e007f"
    joiner = char in ("\u200c", _ZWJ)
    return skin_tone or hangul_tail or tag or joiner or unicodedata.category(char) in _EXTENDERS


def print_of(text: str) -> Print:
    """Return what `text` is compared by."""
    folded = _SHORT_NOT.sub(" not", unicodedata.normalize("NFKC", text).casefold())
    folded = "".join(char for char in folded if unicodedata.category(char) != "Cf")
    runs = _RUNS.findall(folded)
    units: set[str] = set()
    for run in runs:
        units |= _units(run)
    numbers = tuple(sorted(found.translate(_NUMERALS) for found in _NUMBERS.findall(folded)))
    refusals = sum(run in _NOT for run in runs) + sum(char in _HAN_NOT for char in folded)
    solid = "".join(folded.split())
    key = "".join(char for char in solid if char in _SPEAKING or unicodedata.category(char)[0] != "P") or solid
    return Print(key, frozenset(units), (numbers, refusals))


def _units(run: str) -> set[str]:
    if _HAN_RUN.match(run):
        return {run[at : at + 2] for at in range(max(1, len(run) - 1))}
    return set() if run in _STOP else {_stem(run)}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def likeness(one: Print, other: Print) -> float:
    """Return how alike two texts are, from 0 to 1 (Dice), and 0 where a number or a negation differs."""
    # Most pairs share nothing at all, which is cheaper to find out than what they share.
    if one.guard != other.guard or one.units.isdisjoint(other.units):
        return 0.0
    return 2 * len(one.units & other.units) / (len(one.units) + len(other.units))
