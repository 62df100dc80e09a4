"""Who reads which board, and bringing them what changed.

Owns    membership, when a cohort is written to, and in what order cohorts are served.
Never   awaits, decides permissions, or keeps anything for a reader that stands still but where it stood.
Used by the conductor (publish) and the connections (watch).

Theory of operation: screens that read the same boards and have taken the same stand in one cohort, and news of any
of these boards goes to all of them as the same bytes, in one write each. A screen whose link is congested steps
apart: it costs a position per board, and when its link takes bytes again it gets what changed since, as one frame
per board, and steps back in. Cohorts are written to in pieces of PIECE writes with a turn of the loop between,
control room and moderators first, those of one rank in turns. A cohort that had been quiet is written to at the end of
the turn. One whose news come faster than BUSY is written to every COLLECT seconds, with what is true then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from server import framing, wire
from server.board import Board, Position
from server.cohort import APART, REST, Cohort, Kind, Outlet, SendMany
from server.framing import Parcel

PIECE = 512
"""Writes before the loop gets a turn."""

HASTY = 128
"""The same while somebody waits for an answer, which takes several turns."""

BUSY = 0.007
"""Seconds between news, on the average, below which they are collected."""

COLLECT = 0.05
"""Seconds for which a busy cohort's news are collected."""

BEAT = Parcel([framing.text(wire.BEAT)])

Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds (the loop's `call_later`); after none: at the end of this turn."""


class Hub:
    """Membership of boards, and the order of writing."""

    def __init__(
        self, later: Later, now: Callable[[], float], send_many: SendMany | None = None, piece: int = PIECE
    ) -> None:
        """Use the loop's `later` and `now` (seconds), the accelerator where there is one, and write in such pieces."""
        self._later = later
        self._now = now
        self._send_many = send_many
        self._piece = piece
        self._cohorts: dict[Kind, Cohort] = {}
        self._reading: defaultdict[Board, dict[Cohort, None]] = defaultdict(dict)
        self._alone: dict[Board, tuple[Outlet, ...]] = {}
        self._gathering: set[Board] = set()
        self._ready: dict[Cohort, None] = {}
        self._turning = False
        self._advancing: Cohort | None = None
        self._parting: list[Outlet] = []
        self.hasty = False
        """Whether somebody waits for an answer: then the loop gets its turns more often."""
        self.congested: dict[Outlet, float] = {}
        """Screens whose link takes nothing, and since when."""
        self.conflated = 0
        """How often a screen was brought up to date with what it had missed, instead of with all of it."""

    # Screens ----------------------------------------------------------------------------------------------------

    def enter(self, outlet: Outlet) -> None:
        """Let `outlet` in: it gets heartbeats."""
        self._move(outlet, frozenset())

    def leave(self, outlet: Outlet) -> None:
        """Forget `outlet`. Idempotent."""
        self.congested.pop(outlet, None)
        self._take_out(outlet)
        for board, _ in outlet.own:
            self._unwatch_own(outlet, board)

    def watch(self, outlet: Outlet, board: Board) -> None:
        """Bring `outlet` what changes on `board` from the board's present position on, which it has."""
        if not board.is_shared:
            self._unwatch_own(outlet, board)
            outlet.own += ((board, board.position),)
            self._alone[board] = (*self._alone.get(board, ()), outlet)
            return
        cohort = _cohort_of(outlet)
        held = {**cohort.positions_of(outlet), board: board.position}
        self._move(outlet, cohort.boards | {board}, held)

    def unwatch(self, outlet: Outlet, board: Board) -> None:
        """Bring `outlet` nothing more of `board`. Idempotent."""
        self._unwatch_own(outlet, board)
        cohort = _cohort_of(outlet)
        if board in cohort.boards:
            held = cohort.positions_of(outlet)
            del held[board]
            self._move(outlet, cohort.boards - {board}, held)

    def reads(self, outlet: Outlet) -> Iterable[Board]:
        """Return every board that `outlet` watches."""
        return (*_cohort_of(outlet).boards, *(board for board, _ in outlet.own))

    def congest(self, outlet: Outlet) -> None:
        """Note that the outlet's link takes no more bytes. May be called while it is delivered to."""
        outlet.congested = True
        if outlet.cohort is None:
            return
        self.congested[outlet] = self._now()
        if outlet.place == APART:
            return
        if self._advancing is outlet.cohort:
            self._parting.append(outlet)
        else:
            self._part(outlet)

    def relieve(self, outlet: Outlet) -> None:
        """Note that the link takes bytes again: bring the outlet up to date."""
        outlet.congested = False
        self.congested.pop(outlet, None)
        for board, _ in outlet.own:
            self._bring(outlet, board)
        if outlet.cohort is not None and outlet.place == APART:
            self._settle(outlet)

    # News -------------------------------------------------------------------------------------------------------

    def publish(self, boards: Iterable[Board]) -> None:
        """Bring the readers of `boards` what changed there: at the end of this turn where things are quiet."""
        now = self._now()
        for board in boards:
            for outlet in self._alone.get(board, ()):
                self._bring(outlet, board)
            for cohort in self._reading.get(board, ()):
                self._announce(cohort, board, _due(cohort, now), now)

    def gather(self, board: Board, milliseconds: int) -> None:
        """Bring the readers of `board` what changed there within `milliseconds`, once for all changes until then."""
        if milliseconds <= 0:
            self.publish([board])
            return
        now = self._now()
        for cohort in self._reading.get(board, ()):
            self._announce(cohort, board, now + milliseconds / 1000, now)
        if board in self._alone and board not in self._gathering:
            self._gathering.add(board)
            self._later(milliseconds / 1000, lambda: self._gathered(board))

    def beat(self, silence: float) -> None:
        """Tell every screen that has had nothing for `silence` seconds that its link lives."""
        now = self._now()
        for cohort in self._cohorts.values():
            if cohort.members and now - cohort.spoke >= silence and not cohort.due and not cohort.is_under_way:
                cohort.tell(BEAT)
                self._serve(cohort)

    def watchers(self, board: Board) -> int:
        """Return how many outlets watch `board`."""
        return sum(len(cohort) for cohort in self._reading.get(board, ())) + len(self._alone.get(board, ()))

    # Writing ----------------------------------------------------------------------------------------------------

    def _announce(self, cohort: Cohort, board: Board, due: float, now: float) -> None:
        if board in cohort.due and cohort.due[board] <= due:
            return
        cohort.due[board] = due
        if due <= now:
            self._serve(cohort)
        elif cohort.ringing is None or due < cohort.ringing:
            cohort.ringing = due
            self._later(due - now, lambda: self._rung(cohort))

    def _rung(self, cohort: Cohort) -> None:
        cohort.ringing = None
        self._serve(cohort)

    def _gathered(self, board: Board) -> None:
        self._gathering.discard(board)
        for outlet in self._alone.get(board, ()):
            self._bring(outlet, board)

    def _serve(self, cohort: Cohort) -> None:
        self._ready[cohort] = None
        if not self._turning:
            self._turning = True
            self._later(0, self._turn)

    def _turn(self) -> None:
        self._turning = False
        try:
            self._serve_some(min(self._piece, HASTY) if self.hasty else self._piece)
        finally:
            # Whatever broke for one screen: the others go on.
            if self._ready and not self._turning:
                self._turning = True
                self._later(0, self._turn)

    def _serve_some(self, budget: int) -> None:
        while self._ready and budget > 0:
            cohort = min(self._ready, key=lambda each: each.rank)
            self._owe_due(cohort)
            # Behind the others of its rank, so that none of them waits for ever.
            del self._ready[cohort]
            if cohort.is_under_way:
                self._ready[cohort] = None
                budget -= self._advance(cohort, budget)
            else:
                self._ring_again(cohort)

    def _owe_due(self, cohort: Cohort) -> None:
        """Owe the members all that is due by now."""
        now = self._now()
        # A timer may ring a little before its time.
        due = [board for board, instant in cohort.due.items() if instant <= now + 0.001]
        for board in due:
            del cohort.due[board]
        if due:
            cohort.flushed = now
            cohort.owe(due)

    def _ring_again(self, cohort: Cohort) -> None:
        if cohort.due and cohort.ringing is None:
            cohort.ringing = min(cohort.due.values())
            self._later(max(0.001, cohort.ringing - self._now()), lambda: self._rung(cohort))

    def _advance(self, cohort: Cohort, budget: int) -> int:
        """Write to some members, and return how many they were."""
        self._advancing = cohort
        try:
            return cohort.advance(budget, self._send_many)
        finally:
            self._advancing = None
            parting, self._parting = self._parting, []
            for outlet in parting:
                if outlet.congested and outlet.cohort is cohort and outlet.place != APART:
                    self._part(outlet)
            if not cohort.is_under_way:
                cohort.spoke = self._now()
                self._ready.pop(cohort, None)
                self._ring_again(cohort)
                self._dissolve(cohort)

    def _bring(self, outlet: Outlet, board: Board) -> None:
        """Bring `outlet` what changed on a board of its own, if its link takes it."""
        held = dict(outlet.own)
        if not outlet.congested and held[board] != board.position:
            since = held[board]
            held[board] = board.position
            outlet.own = tuple(held.items())
            outlet.deliver(Parcel([board.frame(since)]))

    def _settle(self, outlet: Outlet) -> None:
        """Bring an outlet that stands apart up to date, and let it into the arrays, if its link takes it."""
        if outlet.congested:
            return
        cohort, held = _cohort_of(outlet), outlet.positions
        assert held is not None
        behind = [board for board, position in held.items() if position != board.position]
        if behind:
            parcel = Parcel([board.frame(held[board]) for board in behind])
            held.update((board, board.position) for board in behind)
            self.conflated += 1
            outlet.deliver(parcel)
        if not outlet.congested:
            cohort.join(outlet)

    # Membership -------------------------------------------------------------------------------------------------

    def _move(self, outlet: Outlet, boards: frozenset[Board], held: dict[Board, Position] | None = None) -> None:
        self._take_out(outlet)
        kind = (outlet.rank, outlet.inflates, boards)
        cohort = self._cohorts.get(kind)
        if cohort is None:
            cohort = self._cohorts[kind] = Cohort(kind, self._now())
            for board in boards:
                self._reading[board][cohort] = None
        outlet.cohort, outlet.positions = cohort, held or {}
        cohort.apart[outlet] = None
        self._settle(outlet)

    def _unwatch_own(self, outlet: Outlet, board: Board) -> None:
        """Let `outlet` read `board`, which it shares with nobody else, no more. Idempotent."""
        outlet.own = tuple(pair for pair in outlet.own if pair[0] is not board)
        others = tuple(each for each in self._alone.get(board, ()) if each is not outlet)
        if others:
            self._alone[board] = others
        else:
            self._alone.pop(board, None)

    def _take_out(self, outlet: Outlet) -> None:
        cohort = outlet.cohort
        if cohort is None:
            return
        if outlet.place != APART:
            cohort.part(outlet)
        cohort.apart.pop(outlet, None)
        outlet.cohort = None
        self._dissolve(cohort)

    def _part(self, outlet: Outlet) -> None:
        cohort = _cohort_of(outlet)
        cohort.part(outlet)
        cohort.apart[outlet] = None

    def _dissolve(self, cohort: Cohort) -> None:
        if len(cohort) or self._advancing is cohort:
            return
        if self._cohorts.pop(cohort.kind, None) is None:
            return
        self._ready.pop(cohort, None)
        cohort.due.clear()
        for board in cohort.boards:
            self._reading[board].pop(cohort, None)
            if not self._reading[board]:
                del self._reading[board]


def _cohort_of(outlet: Outlet) -> Cohort:
    assert outlet.cohort is not None, "only who entered can watch"
    return outlet.cohort


def _due(cohort: Cohort, now: float) -> float:
    """Return when news of now are to be written, and note their pace."""
    since = now - cohort.touched
    if since > 0.0005:
        # News of one batch come in one breath: they count once.
        cohort.gap += (min(since, REST) - cohort.gap) / 4
        cohort.touched = now
    return now if cohort.gap >= BUSY else max(now, cohort.flushed + COLLECT)
