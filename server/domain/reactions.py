"""Reactions: what a crowd taps while it listens, counted over the last seconds and kept nowhere.

Owns    the kinds of reactions, what one person may tap, and how often a count is told.
Never   journals a tap, or keeps who tapped what: only how many, and who lately.
Used by the reactions channel, which passes on what it hears of the questions' rooms.

A tap goes into the second it came in. What is told of a room is the sum of its last ten seconds: to the crew and
the displays a few times a second at most, to the crowd itself every other second. Once the last second has run out
nothing is due any more, so a room in which nobody taps costs nothing.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from server.clock import SECOND, Duration, Instant
from server.domain.base import Command, Context, Decision, Event, NotFound, Recorded, Target
from server.errors import Closed, LimitReached

Kind = Literal["applause", "agree", "laugh", "love", "puzzled"]

KINDS: tuple[Kind, ...] = ("applause", "agree", "laugh", "love", "puzzled")

WINDOW = Duration(10_000)
"""Over how long taps are counted, in milliseconds."""

TOLD_EVERY = Duration(400)
"""How often at most the crew and the displays are told a room's count, in milliseconds."""

CROWD_TOLD_EVERY = Duration(2_000)
"""How often at most the crowd is told it, in milliseconds: it is many, and has just tapped."""

BURST = 20
"""How many taps of one person count at once."""

REGROWTH = Duration(250)
"""How long one of these takes to grow back, in milliseconds."""

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class React(Command, frozen=True):
    """React to what is on stage, once or several times (live).

    Attributes:
        count: how many taps this brings together.
        n: rises with each of this person's commands; one with a lower or equal number came twice and counts once.
    """

    room: Id
    kind: Kind
    count: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    n: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None


class Told(msgspec.Struct, frozen=True):
    """A room's count as it was last told.

    Attributes:
        counts: kind → taps within the last ten seconds; kinds without any are left out.
        people: how many tapped.
    """

    counts: Mapping[str, int]
    people: int


SILENCE = Told({}, 0)


class Tapper(msgspec.Struct):
    """One person who tapped lately: when their burst is whole again, when they last tapped, their last number."""

    full_at: Instant = Instant(0)
    tapped_at: Instant = Instant(0)
    n: int = -1


class Crowd:
    """The taps of one room in its last seconds."""

    def __init__(self) -> None:
        self.crew = SILENCE
        self.public = SILENCE
        self._seconds: deque[tuple[int, dict[str, int]]] = deque()
        self._tappers: dict[str, Tapper] = {}
        self._is_stirred = False
        self._crew_told = Instant(0)
        self._public_told = Instant(0)

    def tap(self, command: React, by: str, now: Instant) -> int:
        """Count as many taps as the person may make, and return how many.

        Raises:
            LimitReached: not one.
        """
        tapper = self._tappers.pop(by, None) or Tapper()
        self._tappers[by] = tapper
        if command.n is not None and command.n <= tapper.n:
            return 0
        free = BURST - max(0, tapper.full_at - now) // REGROWTH
        counted = min(command.count, free)
        if counted <= 0:
            raise LimitReached("That was quick; wait a moment.", {"retry_after": 1})
        tapper.full_at = Instant(max(tapper.full_at, now) + counted * REGROWTH)
        tapper.tapped_at, tapper.n = now, tapper.n if command.n is None else command.n
        second = now // SECOND
        if not self._seconds or self._seconds[-1][0] < second:
            self._seconds.append((second, defaultdict(int)))
        self._seconds[-1][1][command.kind] += counted
        self._is_stirred = True
        return counted

    def due(self) -> Instant | None:
        """Return when the count that is told next changes, or may be told; None: nothing to tell."""
        dues = []
        if self._is_stirred:
            dues.append(self._crew_told + TOLD_EVERY)
        elif self._seconds:
            dues.append(max(_end(self._seconds[0][0]), self._crew_told + TOLD_EVERY))
        if self.public != self.crew:
            dues.append(self._public_told + CROWD_TOLD_EVERY)
        return Instant(min(dues)) if dues else None

    def settle(self, now: Instant) -> bool:
        """Bring what is told to `now`, as far as it is time to; say whether it changed."""
        changed = False
        if now >= self._crew_told + TOLD_EVERY:
            self._forget(now)
            self._is_stirred = False
            told = self._count(now)
            if told != self.crew:
                self.crew, self._crew_told, changed = told, now, True
        if self.public != self.crew and now >= self._public_told + CROWD_TOLD_EVERY:
            self.public, self._public_told, changed = self.crew, now, True
        return changed

    def _count(self, now: Instant) -> Told:
        counts = {kind: sum(second.get(kind, 0) for _, second in self._seconds) for kind in KINDS}
        people = sum(tapper.tapped_at > now - WINDOW for tapper in self._tappers.values())
        return (
            Told({kind: count for kind, count in counts.items() if count}, people) if any(counts.values()) else SILENCE
        )

    def _forget(self, now: Instant) -> None:
        """Drop the seconds that are over, and the persons, oldest first, whose burst is whole again."""
        while self._seconds and _end(self._seconds[0][0]) <= now:
            self._seconds.popleft()
        for person, tapper in tuple(self._tappers.items()):
            if tapper.tapped_at > now - WINDOW:
                break
            del self._tappers[person]


def _end(second: int) -> int:
    return (second + 1) * SECOND + WINDOW


class ReactionsState(msgspec.Struct, kw_only=True):
    """The rooms, those whose displays are blank, and whether the organisers want reactions at all."""

    rooms: list[str] = msgspec.field(default_factory=list)
    blank: list[str] = msgspec.field(default_factory=list)
    is_on: bool = True


class Reactions:
    """Every room's crowd. See `domain.base.Engine`; it has no events of its own."""

    def __init__(self) -> None:
        self.state = ReactionsState()
        self.crowds: dict[str, Crowd] = defaultdict(Crowd)

    def arranged(self, rooms: Iterable[str], is_on: bool) -> None:
        """Hear which rooms there are, and whether the organisers want reactions."""
        self.state.rooms = list(dict.fromkeys((*self.state.rooms, *rooms)))
        self.state.is_on = is_on

    def blanked(self, room: str, is_blank: bool) -> None:
        """Hear that a room's displays are empty, or show again."""
        others = [each for each in self.state.blank if each != room]
        self.state.blank = [*others, room] if is_blank else others

    def locate(self, command: Command) -> Target:
        """Return the room that `command` is about.

        Raises:
            NotFound: there is none of this id.
        """
        room = getattr(command, "room", "")
        if room not in self.state.rooms:
            raise NotFound("There is no such room in this event; choose one from the agenda.")
        return Target((room,))

    def decide(self, command: Command, context: Context) -> Decision:
        """Count taps. It changes live values only.

        Raises:
            Closed: the organisers want no reactions.
            LimitReached: the person taps faster than counts.
        """
        assert isinstance(command, React), type(command)
        if not self.state.is_on:
            raise Closed("The organisers have switched reactions off.")
        return Decision(result={"counted": self.crowds[command.room].tap(command, context.by, context.now)})

    def evolve(self, recorded: Recorded) -> None:
        """There are no events of its own."""

    def deadline(self) -> Instant | None:
        """Return None: nothing that happens by itself is worth a journal."""
        return None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return no events."""
        return ()

    def restore(self, state: Any) -> None:
        """Take over the rooms that an equal engine had; its crowds are gone."""
        self.state = state
        self.crowds = defaultdict(Crowd)

    def due(self) -> Instant | None:
        """Return when a count is next to be told."""
        return min((due for crowd in self.crowds.values() if (due := crowd.due()) is not None), default=None)

    def settle(self, now: Instant) -> Iterable[str]:
        """Return the rooms whose told count changed."""
        return [room for room, crowd in self.crowds.items() if crowd.settle(now)]
