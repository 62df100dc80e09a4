"""Screens that read the same boards: neighbours that have taken the same are written to as one.

Owns    the arrays of such screens, who of them is owed what, and the round of writes over them.
Never   awaits, or decides when to write.
Used by the hub.

A cohort is written to in pieces, so that the loop can turn between them, and its members stand in *runs*: neighbours
that have read the same. Mostly all are one run. What is written to a piece splits it off; where the next piece comes
to the same, they are one again. News that come while a round is under way are owed to all from then on: whoever has
not been written to gets both in one write, and the round goes on from where it is until nobody is owed anything. So
news are with everybody after one round at the most, however fast they follow each other. Joining and leaving cost one
change of places per run.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Sequence

from server.board import Board, Position
from server.framing import Parcel

REST = 0.05
"""Seconds between news above which it makes no difference how much longer they were."""

APART = -1
"""The place of a screen that does not stand in its cohort's arrays."""

SendMany = Callable[["array[int]", int, int, bytes], Sequence[tuple[int, int]]]
"""Sends bytes to the descriptors `[start, stop)` of an array at once. Returns, for each that did not take all of it,
its index and how many bytes it took. A descriptor below 0 takes nothing."""


class Outlet:
    """One connected screen, as the hub sees it. The hub keeps what it knows of it here.

    Attributes:
        fd: descriptor that takes frames directly while nothing waits for it, or -1.
        rank: who is served first: 0 control room and moderators.
        cohort: the screens that read the same boards.
        place: where it stands in the cohort's arrays, or APART.
        positions: how far it has read each shared board, while it stands apart.
        own: how far it has read each board that it shares with nobody.
        congested: its link takes nothing at the moment.
        inflates: its peer takes deflated frames.
    """

    __slots__ = ("cohort", "congested", "fd", "inflates", "own", "place", "positions", "rank")

    def __init__(self, rank: int = 0, fd: int = -1, inflates: bool = False) -> None:
        self.fd = fd
        self.rank = rank
        self.inflates = inflates
        self.cohort: Cohort | None = None
        self.place = APART
        self.positions: dict[Board, Position] | None = None
        self.own: tuple[tuple[Board, Position], ...] = ()
        self.congested = False

    def deliver(self, parcel: Parcel, sent: int = 0) -> None:
        """Write `parcel`, of which the link has taken `sent` bytes already. Returns at once."""
        raise NotImplementedError


Kind = tuple[int, bool, frozenset[Board]]
"""What the outlets of a cohort have in common: rank, whether they inflate, and the shared boards they read."""


class Run:
    """Neighbours in a cohort's arrays that have read the same.

    Attributes:
        stop: the place behind the last of them.
        at: how far they have read each board. Replaced, never changed: runs may share it.
        owed: the boards of which they are to be brought what is new.
        parcel: what is to be written to them, once it is known.
        after: how far they have read when they have it.
    """

    __slots__ = ("after", "at", "owed", "parcel", "stop")

    def __init__(self, stop: int, at: dict[Board, Position]) -> None:
        self.stop = stop
        self.at = self.after = at
        self.owed: dict[Board, None] = {}
        self.parcel: Parcel | None = None

    @property
    def is_due(self) -> bool:
        """Say whether anything is to be written to them."""
        return bool(self.owed) or self.parcel is not None

    def owe(self, boards: Collection[Board]) -> None:
        """Note news of `boards`, which goes out together with what was owed before."""
        behind = [board for board in boards if self.at[board] != board.position]
        if behind:
            self.owed.update(dict.fromkeys(behind))
            self.parcel = None

    def pack(self) -> Parcel:
        """Return what is to be written: all that is true by now of what is owed."""
        if self.parcel is None:
            self.parcel = Parcel([board.frame(self.at[board]) for board in self.owed])
            self.after = {**self.at, **{board: board.position for board in self.owed}}
        return self.parcel


class Cohort:
    """Screens of one kind."""

    __slots__ = (
        *("apart", "boards", "cursor", "due", "fds", "flushed", "gap", "inflates", "kind", "members"),
        *("rank", "ringing", "runs", "spoke", "touched"),
    )

    def __init__(self, kind: Kind, now: float) -> None:
        self.kind = kind
        self.rank, self.inflates, self.boards = kind
        self.members: list[Outlet] = []
        self.fds = array("i")
        self.runs: list[Run] = []
        self.cursor = 0
        self.apart: dict[Outlet, None] = {}
        self.due: dict[Board, float] = {}
        self.gap = REST
        self.touched = self.flushed = self.spoke = now
        self.ringing: float | None = None

    def __len__(self) -> int:
        return len(self.members) + len(self.apart)

    @property
    def is_under_way(self) -> bool:
        """Say whether any member is owed anything."""
        return any(run.is_due for run in self.runs)

    def positions_of(self, outlet: Outlet) -> dict[Board, Position]:
        """Return how far an outlet has read each of the cohort's boards."""
        return dict(self.runs[self._run_of(outlet.place)].at if outlet.positions is None else outlet.positions)

    # Membership -------------------------------------------------------------------------------------------------

    def join(self, outlet: Outlet) -> None:
        """Let an outlet into the arrays: to those who have read the same, or as a run of its own for the time being."""
        assert outlet.positions is not None
        for index in reversed(range(len(self.runs))):
            if self.runs[index].at == outlet.positions:
                self._insert(index, outlet)
                return
        self.runs.append(Run(len(self.members), outlet.positions))
        self._insert(len(self.runs) - 1, outlet)

    def part(self, outlet: Outlet) -> None:
        """Take an outlet out of the arrays; from now on it knows its positions itself."""
        outlet.positions = self.positions_of(outlet)
        gap, index = outlet.place, self._run_of(outlet.place)
        if gap < self.cursor:
            self.cursor -= 1
        for run in self.runs[index:]:
            run.stop -= 1
            self._put(run.stop, gap)
            gap = run.stop
        self.members.pop()
        self.fds.pop()
        outlet.place = APART
        if self.runs[index].stop == self._start(index):
            self._drop(index)

    # Rounds -----------------------------------------------------------------------------------------------------

    def owe(self, boards: Collection[Board]) -> None:
        """Let all members be brought what is new of `boards`."""
        for run in self.runs:
            run.owe(boards)

    def tell(self, parcel: Parcel) -> None:
        """Let all members be written `parcel`, which is news of no board. Only while nothing is under way."""
        for run in self.runs:
            run.parcel = parcel

    def advance(self, count: int, send_many: SendMany | None) -> int:
        """Write to the next members that are owed anything, at most `count` of them; return how many they were."""
        index = self._next()
        run, start = self.runs[index], self._start(index)
        parcel, stop = run.pack(), min(start + count, run.stop)
        if send_many is None:
            self._tell_each(index, parcel, stop)
        else:
            shorts = send_many(self.fds, start, stop, parcel.small if self.inflates else parcel.wire)
            self._pass(index, stop)
            for place, sent in shorts:
                self.members[place].deliver(parcel, sent)
        return stop - start

    def _tell_each(self, index: int, parcel: Parcel, stop: int) -> None:
        reached = self._start(index)
        try:
            for outlet in self.members[reached:stop]:
                # Before it is delivered to: whoever breaks is not delivered to again.
                reached += 1
                outlet.deliver(parcel)
        finally:
            self._pass(index, reached)

    def _next(self) -> int:
        """Return the index of the run that is served next: round and round."""
        due = [index for index, run in enumerate(self.runs) if run.is_due]
        return next((index for index in due if self.runs[index].stop > self.cursor), due[0])

    def _pass(self, index: int, stop: int) -> None:
        """Note that the members of a run up to `stop` have been written to."""
        run = self.runs[index]
        self.cursor = stop
        self.runs.insert(index, Run(stop, run.after))
        if stop == run.stop:
            self._drop(index + 1)
        self._unite(index)

    # Arrays -----------------------------------------------------------------------------------------------------

    def _run_of(self, place: int) -> int:
        return next(index for index, run in enumerate(self.runs) if place < run.stop)

    def _start(self, index: int) -> int:
        return self.runs[index - 1].stop if index else 0

    def _drop(self, index: int) -> None:
        """Remove a run of which nobody is left; who were parted by it may be one."""
        del self.runs[index]
        self._unite(index)

    def _unite(self, index: int) -> None:
        """Let a run and the one before be one if they have read and are owed the same."""
        if 0 < index < len(self.runs):
            one, other = self.runs[index - 1 : index + 1]
            if one.at == other.at and not one.is_due and not other.is_due:
                del self.runs[index - 1]

    def _insert(self, index: int, outlet: Outlet) -> None:
        """Let an outlet in as the last of a run: the first of each run behind makes room at its end."""
        gap = len(self.members)
        self.members.append(outlet)
        self.fds.append(outlet.fd)
        for behind in reversed(range(index + 1, len(self.runs))):
            self._put(self._start(behind), gap)
            gap = self._start(behind)
            self.runs[behind].stop += 1
        self.runs[index].stop += 1
        if gap < self.cursor:
            self.cursor += 1
        self.members[gap] = outlet
        self.fds[gap] = outlet.fd
        outlet.place = gap
        outlet.positions = None
        self.apart.pop(outlet, None)

    def _put(self, source: int, place: int) -> None:
        outlet = self.members[source]
        outlet.place = place
        self.members[place] = outlet
        self.fds[place] = outlet.fd
