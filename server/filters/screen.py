"""Looks a text through for the entries of word lists.

Owns    what counts as a find: letter borders, words of Chinese, harmless longer words; and odd ways of writing.
Never   takes long: what costs too much, or fails, is a find by itself, so that a person looks at the text.
Used by the engine of questions.

Entries of scripts that write words apart need a border where they begin and end with a letter. Chinese entries are
found anywhere, also with something put between their characters, but not where a word of the language crosses the
border of the find, and a single character not inside a longer word. A find inside a longer entry of the tier `allow`
does not count.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import rjieba
from ahocorasick_rs import AhoCorasick

from server.filters.key import Folded, Reading, folded, is_han, is_letter
from server.filters.words import Hit, Tier, Wordlist

MOST_PLACES = 500
"""How many places of a text are looked at before it counts as too much: a few milliseconds."""

MOST_FINDS = 50
"""How many finds are told one by one."""

MOST_MARKS = 4
"""How many combining marks one character may carry; no living script needs more."""

OWN = "cuedesk"
"""The name under which odd writing is told, as if it were a list."""

_OVERRIDES = frozenset("\u202d\u202e")
_FAULTS = (ArithmeticError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError, ValueError)


class Pattern(msgspec.Struct, frozen=True):
    """An entry, ready to be compared: its key, the runs of it, and whether longer words count as well."""

    list: str
    version: str
    entry: str
    tier: Tier
    chars: str
    runs: tuple[int, ...]
    open: bool


class Find(msgspec.Struct, frozen=True):
    """A pattern at a place in the folded text."""

    pattern: Pattern
    start: int
    end: int


class Screen:
    """Word lists, ready for use."""

    def __init__(self, lists: Iterable[Wordlist]) -> None:
        patterns = [pattern for each in lists for pattern in _patterns(each)]
        self._words = _Index([pattern for pattern in patterns if not is_han(pattern.chars)])
        self._han = _Index([pattern for pattern in patterns if is_han(pattern.chars)])

    def look(self, text: str, part: str) -> list[Hit]:
        """Return what a text has of the lists, and whether it is oddly written, in the order of the text.

        Args:
            text: as typed, already within the limits of its length.
            part: what it is: `body` or `name`.
        """
        try:
            hits = [*_odd(text, part), *self._finds(text, part)]
        except _FAULTS as fault:
            hits = [_own(type(fault).__name__, part, text)]
        return sorted(hits, key=lambda hit: (hit.start, hit.end, hit.list, hit.entry))

    def _finds(self, text: str, part: str) -> list[Hit]:
        whole = folded(text)
        finds = [find for reading in (whole.words(), *whole.spelt()) for find in self._words.finds(reading)]
        finds += _within_words(whole, list(self._han.finds(whole.dense())))
        harmless = [find for find in finds if find.pattern.tier == "allow"][:MOST_FINDS]
        listed = (find for find in finds if find.pattern.tier != "allow")
        found = [find for find in listed if not any(_covers(other, find) for other in harmless)]
        if len(found) > MOST_FINDS:
            return [_own("too_much", part, text)]
        return [_hit(find, whole, part) for find in found]


class _Index:
    """Patterns by their keys, and the automaton that finds the keys."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._by_key: dict[str, list[Pattern]] = defaultdict(list)
        for pattern in patterns:
            self._by_key[pattern.chars].append(pattern)
        self._keys = list(self._by_key)
        self._automaton = AhoCorasick(self._keys) if self._keys else None

    def finds(self, reading: Reading) -> Iterator[Find]:
        """Yield every pattern in a reading whose runs and borders fit.

        Raises:
            OverflowError: there are more places than are looked at.
        """
        if self._automaton is None:
            return
        places = self._automaton.find_matches_as_indexes(reading.chars, overlapping=True)
        for index, start, end in places[:MOST_PLACES]:
            for pattern in self._by_key[self._keys[index]]:
                if _runs_fit(pattern, reading, start) and _borders_fit(pattern, reading.chars, start, end):
                    yield Find(pattern, reading.starts[start], reading.ends[end - 1])
        if len(places) > MOST_PLACES:
            raise OverflowError("more places than are looked at")


def _patterns(words: Wordlist) -> Iterator[Pattern]:
    for tier, entries in words.words.items():
        for entry in entries:
            key = folded(entry.removesuffix("*").strip())
            reading = key.dense() if is_han(key.chars) else key.words()
            if reading.chars.strip():
                yield Pattern(
                    words.name, words.version, entry, tier, reading.chars, tuple(reading.runs), entry.endswith("*")
                )


def _runs_fit(pattern: Pattern, reading: Reading, start: int) -> bool:
    return all(
        run == wanted or run >= max(3, wanted) or char == " "
        for run, wanted, char in zip(reading.runs[start:], pattern.runs, pattern.chars, strict=False)
    )


def _borders_fit(pattern: Pattern, chars: str, start: int, end: int) -> bool:
    before = start > 0 and is_letter(chars[start - 1]) and is_letter(chars[start])
    after = end < len(chars) and is_letter(chars[end]) and is_letter(chars[end - 1])
    return not before and (pattern.open or not after)


def _covers(other: Find, find: Find) -> bool:
    return other.start <= find.start and find.end <= other.end and other.end - other.start > find.end - find.start


def _within_words(whole: Folded, finds: Sequence[Find]) -> Iterator[Find]:
    """Yield those finds that no word of the language crosses; one character counts only as a word of its own."""
    if not finds:
        return
    words = [word for word in rjieba.tokenize(whole.chars, hmm=False) for _ in word[0]]
    for find in finds:
        _, start, first_end = words[find.start]
        _, _, end = words[find.end - 1]
        inside = start <= find.start and find.end <= first_end
        crossed = not inside and (start < find.start or find.end < end)
        alone = len(find.pattern.chars) > 1 or (start == find.start and end == find.end)
        if find.pattern.tier == "allow" or (alone and not crossed):
            yield find


def _hit(find: Find, whole: Folded, part: str) -> Hit:
    pattern, (start, end) = find.pattern, whole.span(find.start, find.end)
    return Hit(
        list=pattern.list,
        version=pattern.version,
        entry=pattern.entry,
        tier=pattern.tier,
        part=part,
        start=start,
        end=end,
    )


def _odd(text: str, part: str) -> Iterator[Hit]:
    marks = 0
    for at, char in enumerate(text):
        marks = marks + 1 if char >= "\u0300" and unicodedata.category(char) in ("Mn", "Me") else 0
        if marks == MOST_MARKS + 1:
            yield _own("marks", part, text, at)
        if char in _OVERRIDES:
            yield _own("override", part, text, at)


def _own(entry: str, part: str, text: str, at: int | None = None) -> Hit:
    start, end = (0, len(text)) if at is None else (at, at + 1)
    return Hit(list=OWN, version="1", entry=entry, tier="hold", part=part, start=start, end=end)
