"""What is so right now and is never journalled: who is reading which question.

Owns    the live values of questions, and when they change by themselves.
Never   outlives the process, or decides anything.
Used by the engine (live verbs) and the channel (rows of the crew).
"""

from __future__ import annotations

from collections.abc import Iterable

from server.clock import Instant

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
