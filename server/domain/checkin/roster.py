"""What an import changes: who may come, where, and through which lanes.

Owns    comparing what a source tells with what is known, by id.
Never   touches a scan, enrols an erased person again, or drops what a source no longer names: it may have been scanned.
Used by the engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.domain.base import Decision, Event
from server.domain.checkin.state import CheckinState
from server.domain.checkin.words import (
    AttendeeEnrolled,
    CheckinConfigured,
    Import,
    LaneOpened,
    ListOpened,
    ListRules,
)

ENROLLED = ("secret", "name", "category", "organisation", "phone", "email", "seat", "vip", "status")
"""What a source tells of a person."""

FOR_ALL = ListRules(id=1, name="All")
"""The list of an event that names none."""


def imported(state: CheckinState, command: Import) -> Decision:
    """Return the events that make `command` true: one for each thing that is new or differs, and nothing else."""
    lists = command.lists or (() if state.lists else (FOR_ALL,))
    enrolled = {event.attendee: event for event in _enrolments(state, command)}
    added = sum(attendee not in state.tickets for attendee in enrolled)
    events: list[Event] = [
        *_configured(state, command),
        *(ListOpened(rules=rules) for rules in lists if state.lists.get(rules.id) != rules),
        *(LaneOpened(lane=lane) for lane in command.lanes if state.lanes.get(lane.id) != lane),
        *enrolled.values(),
    ]
    return Decision(events, {"added": added, "changed": len(enrolled) - added})


def _configured(state: CheckinState, command: Import) -> Iterator[CheckinConfigured]:
    timezone = state.timezone if command.timezone is None else command.timezone
    no_show = state.no_show if command.no_show is None else command.no_show
    if (timezone, no_show) != (state.timezone, state.no_show):
        yield CheckinConfigured(timezone=timezone, no_show=no_show)


def _enrolments(state: CheckinState, command: Import) -> Iterator[AttendeeEnrolled]:
    for told in command.attendees:
        if told.id in state.erased:
            continue
        values = {name: getattr(told, name) for name in ENROLLED}
        values["secret"] = told.secret.strip()
        ticket = state.tickets.get(told.id)
        if ticket is None or any(getattr(ticket, name) != value for name, value in values.items()):
            yield AttendeeEnrolled(attendee=told.id, **values)
