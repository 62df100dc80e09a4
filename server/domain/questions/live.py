"""What is so right now and is never journalled: who is reading which question, and who has been shown it.

Owns    the live values of questions, and when they change by themselves.
Never   outlives the process, or decides anything.
Used by the engine (live verbs) and the channel (rows of the crew).
"""

from __future__ import annotations

from collections.abc import Iterable

from server.clock import Instant

TOLD_EVERY = 2_000
"""How often it is told anew how many have been shown a question, in milliseconds."""

CLAIM_LASTS = 20_000
"""How long somebody counts as reading a question after saying so, in milliseconds."""


class Claims:
    """Who is reading what: live, never journalled, lost with the process."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, Instant]] = {}
        self._stirred: set[str] = set()

    def take(self, question: str, by: str, now: Instant) -> None:
        """Note that somebody reads a question from now on."""
        if self.by(question) != by:
            self._stirred.add(question)
        self._held[question] = (by, Instant(now + CLAIM_LASTS))

    def drop(self, question: str, by: str) -> None:
        """Note that somebody no longer reads it; only their own claim goes."""
        if self.by(question) == by:
            del self._held[question]
            self._stirred.add(question)

    def by(self, question: str) -> str | None:
        """Return who reads a question, or None."""
        claim = self._held.get(question)
        return None if claim is None else claim[0]

    def ends(self) -> Instant | None:
        """Return when the next claim ends by itself."""
        return min((until for _, until in self._held.values()), default=None)

    def settle(self, now: Instant) -> Iterable[str]:
        """End what has lasted long enough; return every question whose reader changed since the last call."""
        ended = [question for question, (_, until) in self._held.items() if until <= now]
        for question in ended:
            del self._held[question]
        changed = self._stirred.union(ended)
        self._stirred = set()
        return changed


class Exposures:
    """How many voters have been shown each question: a bit each, so that ten thousand viewers fit."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self._stirred: set[str] = set()
        self._due: Instant | None = None

    def note(self, voter: str, questions: Iterable[str], now: Instant) -> None:
        """Note that a voter's list shows these questions."""
        bit = 1 << self._numbers.setdefault(voter, len(self._numbers))
        fresh = [key for key in questions if not self._seen.get(key, 0) & bit]
        for key in fresh:
            self._seen[key] = self._seen.get(key, 0) | bit
        self._stirred.update(fresh)
        if fresh and self._due is None:
            self._due = Instant(now + TOLD_EVERY)

    def count(self, question: str) -> int:
        """Return how many voters have been shown a question."""
        return self._seen.get(question, 0).bit_count()

    def due(self) -> Instant | None:
        """Return when the next change is to be told."""
        return self._due

    def settle(self, now: Instant) -> Iterable[str]:
        """Return the questions that were shown to more since the last call that returned any, if it is time to tell."""
        if self._due is None or now < self._due:
            return ()
        changed, self._stirred, self._due = self._stirred, set(), None
        return changed
