"""Check-in on the screens: counts for everybody in the house, names for the crew.

Owns    the rows of check-in, who may see and ask what, and the channel's part of an imported event.
Never   holds state or judges a scan.
Used by discovery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.clock import MINUTE, SECOND, Duration, Instant
from server.domain.base import Event, PeopleErased, Recorded
from server.domain.checkin import (
    COUNTED,
    EVENTS,
    Annul,
    AttendeeEnrolled,
    CheckinEngine,
    Enrolment,
    Forecast,
    Import,
    Join,
    Lane,
    LaneOpened,
    ListRules,
    Passage,
    Scan,
    ScanAnnulled,
    ScanDenied,
    Scanned,
    WalkIn,
    minute_of,
)
from server.plan import EventPlan
from server.roles import CREW_VIEW, Audience, Role

RENEWED = Duration(5 * SECOND)
"""How often rates are brought up to date while they change."""

DOOR = frozenset({Role.FLOOR, Role.CONTROL})


class TotalsRow(Row, frozen=True):
    """The event at a glance. Counts follow each scan; rates (persons per minute) and `eta` are true at `as_of`.

    Attributes:
        registered: who has a ticket that was not cancelled.
        expected: the registered without the usual no-shows, and the walk-ins.
        arrived: persons who came in at least once.
        inside: persons whose last scan is an entry.
        ratio: arrived / expected.
        eta: when nine in ten of the expected will be in; its instants lie in the past once they are.
        late_uploads: accepted scans that were told more than two minutes after they happened.
        by_category: category → persons who arrived.
    """

    registered: int
    expected: int
    arrived: int
    inside: int
    walk_ins: int
    rate_1: float
    rate_5: float
    rate_smooth: float
    ratio: float
    eta: Forecast | None
    late_uploads: int
    by_category: dict[str, int]
    as_of: Instant


class MinuteRow(Row, frozen=True):
    """Persons who arrived within one minute, in all and by lane (of those who came through one)."""

    arrived: int
    by_lane: dict[str, int]


class LaneRow(Row, frozen=True):
    """A lane at work.

    Attributes:
        active: somebody was scanned here within three minutes.
        rate: persons let through per minute, over five minutes.
        load: the share of its time that it is busy; from 0.85 it is strained, from 1.0 its queue grows.
        service: the median time one person takes, in milliseconds.
        denied: refused scans.
        clock_skew: scans whose time could not be believed, because the device's clock is wrong.
    """

    id: str
    title: str
    gate: str
    kind: str
    active: bool
    rate: float
    load: float
    service: int
    denied: int
    clock_skew: int


class VipRow(Row, frozen=True):
    """Somebody arrived whom the crew asked to be told of."""

    id: str
    name: str
    organisation: str
    category: str
    seat: str
    at: Instant
    lane: str | None
    gate: str | None
    inside: bool


class Entry(Row, frozen=True):
    """One time that a ticket let somebody in."""

    at: Instant
    lane: str | None
    gate: str | None
    forced: bool


class DoubleRow(Row, frozen=True):
    """A ticket that let somebody in again while it was in: two gates without a net, or a copied code."""

    id: str
    name: str
    entries: list[Entry]


class CheckinChannel(Channel[CheckinEngine]):
    """The doors. Attendees have no view of it."""

    name = "checkin"
    title: ClassVar[Mapping[str, str]] = {"en": "Check-in", "zh-Hans": "签到"}
    engine = CheckinEngine
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    live = True
    hears: ClassVar[Mapping[type[Event], Callable[[Any, Recorded], None]]] = {PeopleErased: CheckinEngine.forget}
    pages: ClassVar[Mapping[str, int]] = {"wall": 10, "control": 20, "door": 10}
    row_types: ClassVar[Mapping[str, type[Row]]] = {
        "totals": TotalsRow,
        "minute/START_MS": MinuteRow,
        "lane/ID": LaneRow,
        "vip/ID": VipRow,
        "double/ID": DoubleRow,
    }
    verbs: ClassVar[Mapping[str, Verb]] = {
        "scan": Verb(
            Scan, DOOR, help="A badge was held before a reader: the answer is a verdict, and a fact if it let in."
        ),
        "annul": Verb(
            Annul, DOOR, help="Take back an accepted scan of the last 15 minutes: the same device, or control."
        ),
        "walk_in": Verb(WalkIn, DOOR, help="Somebody came without a ticket: make one and let them in."),
        "join": Verb(
            Join, DOOR | {Role.ATTENDEE}, help="The asker holds this ticket; each of their devices may say so."
        ),
        "import": Verb(
            Import, frozenset({Role.CONTROL}), help="Make lists, lanes and attendees known, by id; scans stay."
        ),
    }

    def plan(self, engine: CheckinEngine, plan: EventPlan) -> Import:
        """Return the import of the plan's lists, lanes and attendees."""
        return Import(
            lists=msgspec.convert(plan.lists, tuple[ListRules, ...], from_attributes=True),
            lanes=msgspec.convert(plan.lanes, tuple[Lane, ...], from_attributes=True),
            attendees=msgspec.convert(plan.attendees, tuple[Enrolment, ...], from_attributes=True),
            timezone=plan.timezone,
        )

    def touched(self, engine: CheckinEngine, recorded: Recorded) -> Iterable[Touch]:
        """Return the totals, and the rows of the person and the lane that the event is about."""
        event = recorded.event
        if isinstance(event, COUNTED):
            yield Touch("totals")
        match event:
            case Scanned():
                yield from self._passed(engine, event.attendee, event.lane, event.at)
            case ScanAnnulled():
                scan = engine.state.scans[event.scan - 1]
                yield from self._passed(engine, event.attendee, scan.lane, scan.at)
            case ScanDenied() if event.lane is not None:
                yield Touch(f"lane/{event.lane}")
            case AttendeeEnrolled():
                yield from _person(event.attendee)
            case LaneOpened():
                yield Touch(f"lane/{event.lane.id}")
                for ticket in engine.tally.passed():
                    yield from _person(ticket)

    def keys(self, engine: CheckinEngine, room: str | None) -> Iterable[str]:
        """Return the keys of all rows."""
        yield "totals"
        yield from (f"minute/{start}" for start in engine.tally.minutes)
        yield from (f"lane/{lane}" for lane in engine.tally.lanes)
        for ticket in engine.tally.passed():
            yield from (touch.key for touch in _person(ticket))

    def row(self, engine: CheckinEngine, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return a row: counts for every reader, persons for the crew."""
        kind, _, name = key.partition("/")
        match kind:
            case "totals":
                return _totals(engine)
            case "minute":
                return _minute(engine, name)
            case "lane":
                return _lane(engine, name)
            case "vip" if audience == CREW_VIEW:
                return _vip(engine, name)
            case "double" if audience == CREW_VIEW:
                return _double(engine, name)
        return None

    def next_refresh(self, engine: CheckinEngine) -> Instant | None:
        """Return when the rates are next brought up to date, or None while they stand still."""
        return Instant(engine.looked + RENEWED) if engine.changing() else None

    def refresh(self, engine: CheckinEngine, now: Instant) -> Iterable[Touch]:
        """Bring totals and lanes to `now`."""
        engine.look(now)
        return [Touch("totals"), *(Touch(f"lane/{lane}") for lane in engine.tally.lanes)]

    def _passed(self, engine: CheckinEngine, ticket: str, lane: str | None, at: int) -> Iterator[Touch]:
        """A scan may move the person's arrival from any of their entries to any other."""
        yield from (Touch(f"minute/{start}") for start in {minute_of(at), *_minutes(engine.tally.standing(ticket))})
        if lane is not None:
            yield Touch(f"lane/{lane}")
        yield from _person(ticket)


def _person(ticket: str) -> tuple[Touch, Touch]:
    return Touch(f"vip/{ticket}"), Touch(f"double/{ticket}")


def _minutes(scans: Iterable[Passage]) -> set[Instant]:
    return {minute_of(scan.at) for scan in scans if scan.type == "entry"}


def _totals(engine: CheckinEngine) -> TotalsRow:
    tally, now, expected = engine.tally, engine.as_of, engine.expected()
    return TotalsRow(
        registered=engine.registered,
        expected=expected,
        arrived=len(tally.arrivals),
        inside=tally.inside,
        walk_ins=tally.walk_ins,
        rate_1=round(tally.arrivals.rate(now, MINUTE), 2),
        rate_5=round(tally.arrivals.rate(now, 5 * MINUTE), 2),
        rate_smooth=round(tally.arrivals.smooth(now), 2),
        ratio=round(len(tally.arrivals) / expected, 4) if expected else 0.0,
        eta=engine.forecast(),
        late_uploads=tally.late_uploads,
        by_category=dict(sorted(tally.by_category.items())),
        as_of=now,
    )


def _minute(engine: CheckinEngine, start: str) -> MinuteRow | None:
    minute = engine.tally.minutes.get(int(start))
    return None if minute is None else MinuteRow(minute.arrived, dict(sorted(minute.by_lane.items())))


def _lane(engine: CheckinEngine, name: str) -> LaneRow | None:
    work = engine.tally.lanes.get(name)
    if work is None:
        return None
    lane = engine.state.lanes.get(name) or Lane(id=name, title=name)
    return LaneRow(
        id=name,
        title=lane.title or name,
        gate=lane.gate,
        kind=lane.kind,
        active=work.active(),
        rate=round(work.rate(), 2),
        load=round(work.load(), 2),
        service=work.service(),
        denied=work.denied,
        clock_skew=work.skewed,
    )


def _vip(engine: CheckinEngine, name: str) -> VipRow | None:
    ticket, first = engine.state.tickets.get(name), engine.tally.first_entry(name)
    if ticket is None or first is None or not ticket.vip:
        return None
    return VipRow(
        id=ticket.id,
        name=ticket.name,
        organisation=ticket.organisation,
        category=ticket.category,
        seat=ticket.seat,
        at=first.at,
        lane=first.lane,
        gate=engine.state.place(first.lane),
        inside=engine.on_site(name),
    )


def _double(engine: CheckinEngine, name: str) -> DoubleRow | None:
    scans = engine.tally.standing(name)
    if all(scan.overrode != "already_redeemed" for scan in scans):
        return None
    entries = [
        Entry(scan.at, scan.lane, engine.state.place(scan.lane), scan.overrode is not None)
        for scan in scans
        if scan.type == "entry"
    ]
    return DoubleRow(id=name, name=engine.state.tickets[name].name, entries=entries)


CHANNEL = CheckinChannel()
