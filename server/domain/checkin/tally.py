"""Everything that is counted at the doors.

Owns    who is in, who arrived when and through which lane, and the load of each lane.
Never   judges a scan; is never saved: it is counted again from the scans.
Used by the engine (write) and the check-in channel (read).

Theory of operation: a person arrives with the earliest entry that stands, however late the server hears of it, and
is inside while the last scan of any list is an entry. Both are worked out from the person's own few scans before and
after each change, and only the difference is booked. So the counts are the same in whatever order scans come in.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from msgspec import Struct, field

from server.clock import MINUTE, SECOND, Duration, Instant
from server.domain.checkin.flow import Flow
from server.domain.checkin.state import Passage, Ticket

LATE = Duration(2 * MINUTE)
"""A scan that the server hears of later than this is a late upload."""

ACTIVE = Duration(3 * MINUTE)
"""A lane without a scan for so long is not at work."""

LANE_WINDOW = Duration(5 * MINUTE)

PRACTISED = Duration(8 * SECOND)
"""What a practised lane needs for one person; taken until the lane was measured."""

IDLE_GAP = Duration(30 * SECOND)
"""Scans further apart say that nobody stood in the lane, not how long one takes."""

LEAST_GAPS = 5
LATEST_GAPS = 30


class Minute(Struct):
    """Persons who arrived within one minute, in all and by the lane they came through."""

    arrived: int = 0
    by_lane: dict[str, int] = field(default_factory=dict)


class LaneTally:
    """One lane at work. `as_of` is the instant for which its figures hold."""

    def __init__(self) -> None:
        self.passed = Flow()
        self.seen = Flow()
        self.denied = 0
        self.skewed = 0
        self.as_of = 0

    def active(self) -> bool:
        """Say whether somebody was scanned here within the last minutes."""
        return self.seen.within(self.as_of, ACTIVE) > 0

    def rate(self) -> float:
        """Return persons let through per minute."""
        return self.passed.rate(self.as_of, LANE_WINDOW)

    def service(self) -> int:
        """Return the median time that one person takes, in milliseconds."""
        times = self.seen.latest(LATEST_GAPS + 1)
        gaps = [end - start for start, end in pairwise(times) if 0 < end - start <= IDLE_GAP]
        return round(median(gaps)) if len(gaps) >= LEAST_GAPS else PRACTISED

    def load(self) -> float:
        """Return the share of its time that the lane is busy; from 1.0 on a queue grows."""
        return self.rate() * self.service() / MINUTE

    def changing(self) -> bool:
        """Say whether time alone will change the figures."""
        last = self.seen.last()
        return last is not None and last > self.as_of - LANE_WINDOW


class Tally:
    """The counts of the whole event."""

    def __init__(self) -> None:
        self.arrivals = Flow()
        self.minutes: dict[int, Minute] = {}
        self.lanes: dict[str, LaneTally] = {}
        self.by_category: dict[str, int] = {}
        self.inside = 0
        self.walk_ins = 0
        self.late_uploads = 0
        self._standing: dict[str, list[Passage]] = {}

    def lane(self, lane: str) -> LaneTally:
        """Return the tally of a lane, made if it is new."""
        return self.lanes.setdefault(lane, LaneTally())

    def standing(self, ticket: str) -> list[Passage]:
        """Return the accepted scans of a ticket in the order in which they happened."""
        return self._standing.get(ticket, [])

    def standing_on(self, ticket: str, number: int) -> list[Passage]:
        """Return the accepted scans of a ticket on one list, in the order in which they happened."""
        return [scan for scan in self.standing(ticket) if scan.list == number]

    def changing(self, now: int) -> bool:
        """Say whether time alone will change a rate that holds for `now`."""
        last = self.arrivals.last()
        if last is not None and (last > now or round(self.arrivals.smooth(now), 2)):
            return True
        return any(lane.changing() for lane in self.lanes.values())

    def passed(self) -> Iterator[str]:
        """Return every ticket that was scanned and accepted."""
        return (ticket for ticket, scans in self._standing.items() if scans)

    def first_entry(self, ticket: str) -> Passage | None:
        """Return the scan with which this person arrived, or None."""
        return _first_entry(self.standing(ticket))

    def is_inside(self, ticket: str) -> bool:
        """Say whether this person is in."""
        return _inside(self.standing(ticket))

    def admit(self, ticket: Ticket, scan: Passage) -> None:
        """Count an accepted scan."""
        self.late_uploads += scan.received - scan.at > LATE
        if scan.lane is not None:
            self.lane(scan.lane).passed.add(scan.at)
        self._change(ticket, scan, stands=True)

    def withdraw(self, ticket: Ticket, scan: Passage) -> None:
        """Take back an accepted scan; that the lane was at work stays true."""
        self.late_uploads -= scan.received - scan.at > LATE
        if scan.lane is not None:
            self.lane(scan.lane).passed.remove(scan.at)
        self._change(ticket, scan, stands=False)

    def deny(self, scan: Passage) -> None:
        """Count a refused scan."""
        if scan.lane is not None:
            self.lane(scan.lane).denied += 1

    def see(self, scan: Passage) -> None:
        """Note that a lane was at work, whatever came of the scan."""
        if scan.lane is not None:
            lane = self.lane(scan.lane)
            lane.seen.add(scan.at)
            lane.skewed += scan.skewed
            lane.as_of = max(lane.as_of, scan.received)

    def recategorise(self, ticket: Ticket, former: str) -> None:
        """Move a person who has arrived from the category `former` to the one they have now."""
        if self.first_entry(ticket.id) is not None:
            _count(self.by_category, former, -1)
            _count(self.by_category, ticket.category, 1)

    def _change(self, ticket: Ticket, scan: Passage, *, stands: bool) -> None:
        scans = self._standing.setdefault(ticket.id, [])
        first, inside = _first_entry(scans), _inside(scans)
        if stands:
            insort(scans, scan, key=Passage.order)
        else:
            scans.remove(scan)
        self.inside += _inside(scans) - inside
        now_first = _first_entry(scans)
        if now_first is first:
            return
        if first is not None:
            self._arrive(ticket, first, -1)
        if now_first is not None:
            self._arrive(ticket, now_first, 1)

    def _arrive(self, ticket: Ticket, scan: Passage, by: int) -> None:
        if by > 0:
            self.arrivals.add(scan.at)
        else:
            self.arrivals.remove(scan.at)
        _count(self.by_category, ticket.category, by)
        self.walk_ins += by * ticket.walk_in
        start = minute_of(scan.at)
        minute = self.minutes.setdefault(start, Minute())
        minute.arrived += by
        if scan.lane is not None:
            _count(minute.by_lane, scan.lane, by)
        if not minute.arrived:
            del self.minutes[start]


def minute_of(at: int) -> Instant:
    """Return the start of the minute that `at` lies in."""
    return Instant(at - at % MINUTE)


def _first_entry(scans: list[Passage]) -> Passage | None:
    return next((scan for scan in scans if scan.type == "entry"), None)


def _inside(scans: list[Passage]) -> bool:
    last = {scan.list: scan.type for scan in scans}
    return "entry" in last.values()


def _count(counts: dict[str, int], key: str, by: int) -> None:
    counts[key] = counts.get(key, 0) + by
    if not counts[key]:
        del counts[key]
