"""Lists of words, and what was found of them in a text.

Owns    the types of a list and of a hit, and the masking of a text.
Never   looks for a word.
Used by every module of this package, the plan of an event, and the journal of questions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Tier = Literal["refuse", "hold", "mask", "note", "allow"]

TIERS: tuple[Tier, ...] = ("refuse", "hold", "mask", "note", "allow")
"""What a list can say of a word: do not take such a text; let a moderator see it first; hide the word from the public;
tell moderators; or that it is harmless although it contains another entry."""

MASK = "＊"


class Wordlist(msgspec.Struct, frozen=True, kw_only=True):
    """One list as its file has it.

    Attributes:
        name: the file's name.
        version: tells this edition of the list from every other.
        words: tier → entries as written; an entry that ends in `*` also stands for longer words that begin with it.
    """

    name: str
    version: str
    words: dict[Tier, tuple[str, ...]] = {}


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that was found.

    Attributes:
        list, version, entry: which one.
        part: what it was found in: `body` or `name`.
        start, end: where, in code points of the text as typed.
    """

    list: str
    version: str
    entry: str
    tier: Tier
    part: str
    start: int
    end: int

    def same(self) -> tuple[str, str, str]:
        """Return what two finds of one entry have in common, wherever they stand."""
        return (self.list, self.entry, self.part)


def masked(text: str, hits: Iterable[Hit], part: str) -> str:
    """Return a text with its words to be masked hidden, as long as before."""
    shown = list(text)
    for hit in hits:
        if hit.tier == "mask" and hit.part == part:
            shown[hit.start : hit.end] = MASK * len(shown[hit.start : hit.end])
    return "".join(shown)
