"""The rules of the doors.

Owns    what each verb comes to, and applying what happened.
Never   counts (tally) or computes a rate (flow).
Used by the check-in channel; adapters read from it.

Theory of operation: the scans are the facts; tickets, lists and lanes are their background. What is counted is
derived, so a restart counts again. A scan is told apart from its repetition by its nonce, beside the conductor's
refs: a reader that lost the answer, queued the scan and sends it hours later still has one effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

import msgspec

from server.clock import MINUTE, Duration, Instant
from server.domain.base import Command, Context, Decision, Event, NotFound, PeopleErased, Recorded, Target
from server.domain.checkin.flow import Forecast, forecast
from server.domain.checkin.roster import ENROLLED, imported
from server.domain.checkin.state import CheckinState, Passage, Ticket
from server.domain.checkin.tally import Tally
from server.domain.checkin.verdict import is_redeemed, is_replay, moment, position, refusal, verdict
from server.domain.checkin.words import (
    COUNTED,
    Annul,
    AttendeeEnrolled,
    CheckinConfigured,
    Import,
    Join,
    LaneOpened,
    ListOpened,
    ListRules,
    Scan,
    ScanAnnulled,
    ScanDenied,
    Scanned,
    TicketBound,
    WalkIn,
)
from server.errors import Forbidden, IllegalTransition

ANNUL_WITHIN = Duration(15 * MINUTE)

BARCODE_KEPT = 190
"""How much of an unknown code is kept, so that a ticket that was not known in time can be found later."""


class CheckinEngine:
    """Who may come in, who is in, and how fast they come."""

    def __init__(self) -> None:
        self.state = CheckinState()
        self.tally = Tally()
        self.as_of = Instant(0)
        self.looked = Instant(0)
        self.registered = 0
        self._by_secret: dict[str, str] = {}
        self._by_nonce: dict[str, list[Passage]] = {}

    # What others may ask

    def find(self, secret: str) -> Ticket | None:
        """Return the ticket with this code, or None."""
        found = self._by_secret.get(secret.strip())
        return None if found is None else self.state.tickets[found]

    def person_ticket(self, person: str) -> str | None:
        """Return the ticket that a person (an attendee's key) has shown to hold, or None."""
        return self.state.bound.get(person)

    def on_site(self, ticket: str) -> bool:
        """Say whether the holder of a ticket is inside: their last scan is an entry."""
        return self.tally.is_inside(ticket)

    def expected(self) -> int:
        """Return how many are expected: the registered without the usual no-shows, and who walked in."""
        return round(self.registered * (1 - self.state.no_show)) + self.tally.walk_ins

    def forecast(self) -> Forecast | None:
        """Return when nine in ten of the expected will be in, as of `as_of`."""
        return forecast(self.tally.arrivals, self.expected(), self.as_of)

    def changing(self) -> bool:
        """Say whether time alone will change a rate."""
        return self.tally.changing(self.as_of)

    def look(self, now: Instant) -> None:
        """Bring every rate to `now`."""
        self.looked = now
        self.as_of = max(self.as_of, now)
        for lane in self.tally.lanes.values():
            lane.as_of = max(lane.as_of, now)

    # The engine's part

    def locate(self, command: Command) -> Target:
        """Return what `command` is about: nothing that has a revision.

        Raises:
            NotFound: an unknown list, nonce or ticket code.
        """
        match command:
            case Scan(list=number) | WalkIn(list=number):
                self._rules(number)
            case Annul():
                self._rules(command.list)
                if not self._told(command.nonce, command.list):
                    raise NotFound("No scan on this list has that nonce; look it up in the list of check-ins.")
            case Join(ticket=code):
                self._holder(code)
        return Target()

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to. A refused scan is an answer, not an error.

        Raises:
            DomainError: it is refused.
            Forbidden: another device's scan is to be annulled.
        """
        match command:
            case Scan():
                return self._scan(command, context)
            case Annul():
                return self._annul(command, context)
            case WalkIn():
                return self._walk_in(command, context)
            case Join():
                return self._join(command, context)
            case Import():
                return imported(self.state, command)
        return Decision()

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event. Never refuses."""
        if isinstance(recorded.event, COUNTED):
            self.state.as_of = max(self.state.as_of, recorded.at)
            self.as_of = max(self.as_of, recorded.at)
        match recorded.event:
            case Scanned() as event:
                self._pass(event, recorded)
            case ScanDenied() as event:
                self._record(event, recorded, reason=event.reason, barcode=event.barcode)
            case ScanAnnulled() as event:
                self._withdraw(event)
            case TicketBound() as event:
                self.state.bound[event.person] = event.attendee
            case _:
                self._set_up(recorded.event)

    def forget(self, recorded: Recorded) -> None:
        """Remember who was erased, so that a list that still names them does not bring them back."""
        assert isinstance(recorded.event, PeopleErased)
        self.state.erased.update(recorded.event.people)

    def deadline(self) -> Instant | None:
        """Return None: nothing at the doors happens by itself."""
        return None

    def expire(self, now: Instant) -> Sequence[Event]:
        """Return nothing."""
        return ()

    def restore(self, state: msgspec.Struct) -> None:
        """Take over a state and count everything in it again."""
        assert isinstance(state, CheckinState)
        self.state = state
        self.tally = Tally()
        self.as_of = state.as_of
        self.registered = 0
        self._by_secret = {}
        self._by_nonce = {}
        for ticket in state.tickets.values():
            self._index(ticket)
        for lane in state.lanes:
            self.tally.lane(lane)
        for scan in state.scans:
            self._count(scan)

    # Decisions

    def _scan(self, command: Scan, context: Context) -> Decision:
        rules = self._rules(command.list)
        ticket = self.find(command.secret)
        if ticket is None:
            return Decision(tuple(self._deny(command, context, None, "invalid")), verdict(rules, "invalid"))
        standing = self.tally.standing_on(ticket.id, command.list)
        reason = refusal(ticket, rules)
        if (reason is None or command.force) and is_replay(standing, command.nonce, command.type, context.by):
            return self._answer(rules, ticket, None)
        if self._was_annulled(command, ticket, context):
            return self._answer(rules, ticket, "annulled")
        if reason is None and command.type == "entry" and is_redeemed(standing, rules):
            reason = "already_redeemed"
        if reason is not None and not command.force:
            return self._answer(rules, ticket, reason, *self._deny(command, context, ticket, reason))
        at, skewed = moment(command.datetime, context.now)
        passed = Scanned(
            attendee=ticket.id,
            type=command.type,
            list=command.list,
            lane=command.lane,
            at=at,
            nonce=command.nonce,
            overrode=reason,
            skewed=skewed,
        )
        return self._answer(rules, ticket, None, passed)

    def _answer(self, rules: ListRules, ticket: Ticket, reason: str | None, *events: Event) -> Decision:
        shown = position(ticket, self.tally.first_entry(ticket.id), self.state.place)
        return Decision(events, verdict(rules, reason, ticket, shown), subject=ticket.id)

    def _deny(self, command: Scan, context: Context, ticket: Ticket | None, reason: str) -> Iterator[ScanDenied]:
        code = command.secret.strip()
        who = _digest(code) if ticket is None else ticket.id
        if any(scan.ticket == who and scan.reason == reason for scan in self._told(command.nonce, command.list)):
            return
        at, skewed = moment(command.datetime, context.now)
        yield ScanDenied(
            attendee=who,
            type=command.type,
            list=command.list,
            lane=command.lane,
            at=at,
            reason=reason,
            nonce=command.nonce,
            barcode=code[:BARCODE_KEPT] if ticket is None else "",
            skewed=skewed,
        )

    def _was_annulled(self, command: Scan, ticket: Ticket, context: Context) -> bool:
        return any(
            scan.reason == "annulled" and scan.ticket == ticket.id and scan.by == context.by
            for scan in self._told(command.nonce, command.list)
        )

    def _annul(self, command: Annul, context: Context) -> Decision:
        told = self._told(command.nonce, command.list)
        own = [scan for scan in told if context.role == "control" or scan.by == context.by]
        if not own:
            raise Forbidden("Another device made this scan; take it back there, or ask control.")
        standing = [scan for scan in own if scan.reason is None]
        if not standing:
            raise IllegalTransition("This scan was refused or taken back already; there is nothing left to take back.")
        scan = standing[-1]
        if context.now - scan.at > ANNUL_WITHIN:
            raise IllegalTransition("A scan can be taken back for 15 minutes only; scan an exit instead.")
        annulled = ScanAnnulled(scan=scan.id, attendee=scan.ticket, explanation=command.explanation)
        return Decision((annulled,), {"status": "ok"})

    def _walk_in(self, command: WalkIn, context: Context) -> Decision:
        rules = self._rules(command.list)
        for scan in self._told(command.nonce, command.list):
            ticket = self.state.tickets.get(scan.ticket)
            if ticket is not None and ticket.walk_in and scan.by == context.by:
                return self._answer(rules, ticket, scan.reason)
        ticket = Ticket("t" + _digest(context.uid)[1:], 0, context.uid, command.name, command.category)
        shown = position(ticket, None, self.state.place)
        reason = refusal(ticket, rules)
        if reason is not None:
            return Decision((), verdict(rules, reason, ticket, shown), subject=ticket.id)
        at, skewed = moment(command.datetime, context.now)
        enrolled = AttendeeEnrolled(
            attendee=ticket.id, secret=ticket.secret, name=ticket.name, category=ticket.category, walk_in=True
        )
        passed = Scanned(
            attendee=ticket.id,
            type="entry",
            list=command.list,
            lane=command.lane,
            at=at,
            nonce=command.nonce,
            skewed=skewed,
        )
        return Decision((enrolled, passed), verdict(rules, None, ticket, shown), subject=ticket.id)

    def _join(self, command: Join, context: Context) -> Decision:
        ticket = self._holder(command.ticket)
        if self.state.bound.get(context.by) == ticket.id:
            return Decision((), {"ticket": ticket.id})
        return Decision((TicketBound(person=context.by, attendee=ticket.id),), {"ticket": ticket.id})

    # Changes

    def _set_up(self, event: Event) -> None:
        match event:
            case AttendeeEnrolled():
                self._enrol(event)
            case ListOpened():
                self.state.lists[event.rules.id] = event.rules
            case LaneOpened():
                self.state.lanes[event.lane.id] = event.lane
                self.tally.lane(event.lane.id)
            case CheckinConfigured():
                self.state.timezone, self.state.no_show = event.timezone, event.no_show

    def _pass(self, event: Scanned, recorded: Recorded) -> None:
        if event.attendee in self.state.tickets:
            self._record(event, recorded, overrode=event.overrode)

    def _record(
        self,
        event: Scanned | ScanDenied,
        recorded: Recorded,
        reason: str | None = None,
        overrode: str | None = None,
        barcode: str = "",
    ) -> None:
        scan = Passage(
            id=len(self.state.scans) + 1,
            ticket=event.attendee,
            list=event.list,
            type=event.type,
            at=Instant(event.at),
            received=recorded.at,
            by=recorded.by,
            lane=event.lane,
            nonce=event.nonce,
            reason=reason,
            overrode=overrode,
            skewed=event.skewed,
            barcode=barcode,
        )
        self.state.scans.append(scan)
        self._count(scan)

    def _count(self, scan: Passage) -> None:
        if scan.nonce is not None:
            self._by_nonce.setdefault(scan.nonce, []).append(scan)
        self.tally.see(scan)
        if scan.reason is None:
            self.tally.admit(self.state.tickets[scan.ticket], scan)
        elif scan.reason != "annulled":
            self.tally.deny(scan)

    def _withdraw(self, event: ScanAnnulled) -> None:
        if not 0 < event.scan <= len(self.state.scans):
            return
        scan = self.state.scans[event.scan - 1]
        if scan.reason is None:
            scan.reason, scan.explanation = "annulled", event.explanation
            self.tally.withdraw(self.state.tickets[scan.ticket], scan)

    def _enrol(self, event: AttendeeEnrolled) -> None:
        ticket = self.state.tickets.get(event.attendee)
        if ticket is None:
            ticket = Ticket(event.attendee, len(self.state.tickets) + 1, walk_in=event.walk_in)
            self.state.tickets[ticket.id] = ticket
        else:
            self._unindex(ticket)
        former = ticket.category
        for name in ENROLLED:
            setattr(ticket, name, getattr(event, name))
        self._index(ticket)
        self.tally.recategorise(ticket, former)

    def _index(self, ticket: Ticket) -> None:
        self.registered += _is_registered(ticket)
        if ticket.secret:
            self._by_secret[ticket.secret] = ticket.id

    def _unindex(self, ticket: Ticket) -> None:
        self.registered -= _is_registered(ticket)
        if self._by_secret.get(ticket.secret) == ticket.id:
            del self._by_secret[ticket.secret]

    # Look-ups

    def _rules(self, number: int) -> ListRules:
        if number not in self.state.lists:
            known = ", ".join(str(each) for each in sorted(self.state.lists)) or "none yet"
            raise NotFound(f"There is no check-in list {number}; choose one of these: {known}.")
        return self.state.lists[number]

    def _told(self, nonce: str | None, number: int) -> list[Passage]:
        return [] if nonce is None else [scan for scan in self._by_nonce.get(nonce, ()) if scan.list == number]

    def _holder(self, code: str) -> Ticket:
        ticket = self.find(code)
        if ticket is None or ticket.status == "canceled":
            raise NotFound("No valid ticket has this code; type it as it is printed below the QR code of your ticket.")
        return ticket


def _digest(code: str) -> str:
    return "x" + sha256(code.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _is_registered(ticket: Ticket) -> bool:
    return ticket.status != "canceled" and not ticket.walk_in
