"""Who waits in a room, in which order, and what each side has had: counted as it changes, never counted anew.

Owns    the order of each side, the places that askers are told, and the counts behind the meter.
Never   holds anything that does not follow from the questions: a restored state gives the same lines.
Used by the ledger (keeps it), fairness (reads it) and the channel (places).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

PLACES = 10
"""Up to which place on their side askers are told it; farther back it says little and changes with every vote."""

Rank = tuple[int, int, int, int, int, int, str]
"""Sorts a side: smaller goes first. The last member is the question's id."""


class Share(msgspec.Struct):
    """What one side of a room has had on one day.

    Attributes:
        air_time: milliseconds on air; `turns` is how many questions had some.
        waits: milliseconds from asking to going on air, sorted.
    """

    asked: int = 0
    answered: int = 0
    air_time: int = 0
    turns: int = 0
    waits: list[int] = msgspec.field(default_factory=list)

    def waited(self, wait: int, sign: int) -> None:
        """Count a wait in (1) or out (-1)."""
        if sign > 0:
            insort(self.waits, wait)
        else:
            del self.waits[bisect_left(self.waits, wait)]


class Line:
    """The questions of one room that wait for their turn, a sorted list for each side.

    Attributes:
        orders: question → its place in the shortlist, of those that have one.
        turns: person → how many of their questions have been on air.
    """

    def __init__(self) -> None:
        self.orders: dict[str, int] = {}
        self.turns: dict[str, int] = defaultdict(int)
        self._shares: dict[tuple[str, str], Share] = defaultdict(Share)
        self._refused: dict[str, Counter[str]] = defaultdict(Counter)
        self._sides: dict[str, list[Rank]] = {}
        self._ranks: dict[str, tuple[str, Rank]] = {}
        self._stirred: dict[str, None] = {}

    def share(self, day: str, side: str) -> Share:
        """Return what a side has had on a day."""
        return self._shares[day, side]

    def refused(self, day: str) -> Counter[str]:
        """Return how many were refused on a day, by reason."""
        return self._refused[day]

    def waiting(self) -> Iterable[str]:
        """Return every question that waits."""
        return self._ranks

    def sides(self) -> Mapping[str, int]:
        """Return how many wait on each side that has any."""
        return {side: len(ranks) for side, ranks in self._sides.items() if ranks}

    def head(self, side: str, but: str | None) -> str | None:
        """Return who is first on a side, passing over `but`."""
        return next((rank[-1] for rank in self._sides.get(side, ())[:2] if rank[-1] != but), None)

    def place(self, question: str) -> int | None:
        """Return a question's place on its side, counted from 1; None if it does not wait, or is far back."""
        if question not in self._ranks:
            return None
        side, rank = self._ranks[question]
        place = bisect_left(self._sides[side], rank) + 1
        return place if place <= PLACES else None

    def enter(self, side: str, rank: Rank) -> None:
        """Let a question wait at its rank; one that waits already moves there."""
        if self._ranks.get(rank[-1]) == (side, rank):
            return
        self.leave(rank[-1])
        ranks = self._sides.setdefault(side, [])
        at = bisect_left(ranks, rank)
        ranks.insert(at, rank)
        self._ranks[rank[-1]] = (side, rank)
        self._stir(ranks, at)

    def leave(self, question: str) -> None:
        """Let a question wait no longer."""
        side, rank = self._ranks.pop(question, ("", None))
        if rank is None:
            return
        ranks = self._sides[side]
        at = bisect_left(ranks, rank)
        del ranks[at]
        self._stirred[question] = None
        self._stir(ranks, at)

    def take_stirred(self) -> Iterable[str]:
        """Return every question whose place may have changed since the last call."""
        stirred, self._stirred = self._stirred, {}
        return stirred

    def _stir(self, ranks: list[Rank], at: int) -> None:
        # One more than has a place: an arrival pushes it out.
        for rank in ranks[at : PLACES + 1]:
            self._stirred[rank[-1]] = None
