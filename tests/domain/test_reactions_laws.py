"""What holds of a crowd's taps whenever they come."""

from __future__ import annotations

import contextlib
import itertools
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from server.clock import SECOND, Instant
from server.domain.reactions import BURST, CROWD_TOLD_EVERY, KINDS, REGROWTH, TOLD_EVERY, WINDOW, Crowd, React
from server.errors import LimitReached

START = Instant(1_788_620_400_000)
END = WINDOW + 4 * CROWD_TOLD_EVERY

Law = st.tuples(st.integers(1, 80), st.integers(0, 2**32))
"""How many taps, and which story they are of."""


class Story:
    """A crowd that was tapped at for a while, told of as the conductor does, and then left alone."""

    def __init__(self, law: tuple[int, int]) -> None:
        self.crowd = Crowd()
        self.taps: list[tuple[Instant, str, int]] = []
        self.told: list[Instant] = []
        self.told_public: list[Instant] = []
        self.now = START
        count, seed = law
        chance = Random(seed)
        for _ in range(count):
            self.wait(chance.choice((0, 3, 50, 400, 1_700, 11_000)))
            self.tap(chance.choice(("ann", "bo", "chen")), chance)
        self.wait(END)

    def tap(self, person: str, chance: Random) -> None:
        """Let somebody tap once or more."""
        command = React(room="R0", kind=chance.choice(KINDS), count=chance.choice((1, 1, 3, 30)))
        with contextlib.suppress(LimitReached):
            self.taps.append((self.now, person, self.crowd.tap(command, person, self.now)))
        self.settle()

    def wait(self, milliseconds: int) -> None:
        """Let time pass, due by due."""
        end = Instant(self.now + milliseconds)
        while (due := self.crowd.due()) is not None and due <= end:
            self.now = max(due, self.now)
            self.settle()
        self.now = end

    def settle(self) -> None:
        """Bring what is told to now, and check that it is true."""
        crew, public = self.crowd.crew, self.crowd.public
        self.crowd.settle(self.now)
        if self.crowd.crew is not crew:
            self.told.append(self.now)
            total = sum(self.crowd.crew.counts.values())
            surely = sum(n for at, _, n in self.taps if at > self.now - WINDOW)
            perhaps = sum(n for at, _, n in self.taps if at > self.now - WINDOW - SECOND)
            assert surely <= total <= perhaps
        if self.crowd.public is not public:
            self.told_public.append(self.now)


@settings(max_examples=60, deadline=None)
@given(Law)
def test_what_is_told_is_what_was_tapped_within_the_window_and_then_there_is_silence(law: tuple[int, int]) -> None:
    story = Story(law)

    assert story.crowd.crew.counts == story.crowd.public.counts == {}
    assert story.crowd.due() is None


@settings(max_examples=60, deadline=None)
@given(Law)
def test_nobody_is_told_more_often_than_agreed(law: tuple[int, int]) -> None:
    story = Story(law)

    for told, pause in ((story.told, TOLD_EVERY), (story.told_public, CROWD_TOLD_EVERY)):
        assert all(later - earlier >= pause for earlier, later in itertools.pairwise(told))


@settings(max_examples=60, deadline=None)
@given(Law)
def test_no_person_counts_for_more_than_they_can_clap(law: tuple[int, int]) -> None:
    story = Story(law)

    for person in ("ann", "bo", "chen"):
        own = [(at, n) for at, by, n in story.taps if by == person]
        for first, _ in own:
            for last, _ in own:
                counted = sum(n for at, n in own if first <= at <= last)
                assert last < first or counted <= BURST + (last - first) // REGROWTH + 1
