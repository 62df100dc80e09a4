"""Screens that read the same boards and have taken the same: one write serves them all.

Owns    the arrays of such screens, and the pass of one parcel over them.
Never   awaits, encodes, or decides when to write.
Used by the hub.

A pass goes over a cohort in pieces, so that the loop can turn between them. Who stands before `cursor` has the
parcel, who stands behind has not; joining and leaving keep that true with one exchange of places.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

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


class Cohort:
    """Screens of one kind."""

    __slots__ = (
        *("apart", "at", "boards", "cursor", "due", "fds", "flushed", "gap", "inflates", "kind", "members"),
        *("parcel", "rank", "ringing", "spoke", "target", "touched"),
    )

    def __init__(self, kind: Kind, now: float) -> None:
        self.kind = kind
        self.rank, self.inflates, self.boards = kind
        self.members: list[Outlet] = []
        self.fds = array("i")
        self.at: dict[Board, Position] = {}
        self.apart: dict[Outlet, None] = {}
        self.due: dict[Board, float] = {}
        self.parcel: Parcel | None = None
        self.target: dict[Board, Position] = {}
        self.cursor = 0
        self.gap = REST
        self.touched = self.flushed = self.spoke = now
        self.ringing: float | None = None

    def __len__(self) -> int:
        return len(self.members) + len(self.apart)

    @property
    def is_even(self) -> bool:
        """Say whether every member has all there is."""
        return not self.due and self.parcel is None

    def positions_of(self, outlet: Outlet) -> dict[Board, Position]:
        """Return how far an outlet has read each of the cohort's boards."""
        if outlet.positions is not None:
            return outlet.positions
        if self.parcel is not None and outlet.place < self.cursor:
            return {**self.at, **self.target}
        return dict(self.at)

    def join(self, outlet: Outlet) -> None:
        """Let an outlet into the arrays that has read exactly what the members have. Only while even."""
        if not self.members:
            assert outlet.positions is not None
            self.at = dict(outlet.positions)
        self.apart.pop(outlet, None)
        outlet.positions = None
        outlet.place = len(self.members)
        self.members.append(outlet)
        self.fds.append(outlet.fd)

    def part(self, outlet: Outlet) -> None:
        """Take an outlet out of the arrays; from now on it knows its positions itself."""
        outlet.positions = self.positions_of(outlet)
        place = outlet.place
        if place < self.cursor:
            self.cursor -= 1
            self._put(self.cursor, place)
            place = self.cursor
        last = len(self.members) - 1
        if place != last:
            self._put(last, place)
        self.members.pop()
        self.fds.pop()
        outlet.place = APART

    def begin(self, parcel: Parcel, target: dict[Board, Position]) -> None:
        """Begin to pass `parcel` to all members, which brings them to `target`."""
        self.parcel, self.target, self.cursor = parcel, target, 0

    def advance(self, count: int, send_many: SendMany | None) -> int:
        """Pass the parcel to the next members, at most `count` of them, and return how many they were."""
        assert self.parcel is not None
        parcel, start = self.parcel, self.cursor
        stop = min(start + count, len(self.members))
        if send_many is None:
            for outlet in self.members[start:stop]:
                # Before it is delivered to: whoever breaks is not delivered to again.
                self.cursor += 1
                outlet.deliver(parcel)
        else:
            shorts = send_many(self.fds, start, stop, parcel.small if self.inflates else parcel.wire)
            self.cursor = stop
            for index, sent in shorts:
                self.members[index].deliver(parcel, sent)
        return stop - start

    def end(self) -> None:
        """Note that the parcel has been passed to all."""
        self.at.update(self.target)
        self.parcel, self.target, self.cursor = None, {}, 0

    def _put(self, source: int, place: int) -> None:
        outlet = self.members[source]
        outlet.place = place
        self.members[place] = outlet
        self.fds[place] = outlet.fd
