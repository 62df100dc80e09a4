"""What the agenda hears of the doors: a speaker who checked in is on site.

Owns    which attendee is which speaker, and what a scan comes to.
Never   changes a readiness that somebody has set to more than that.
Used by the agenda channel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from server.domain.agenda import Agenda
from server.domain.base import Event, Recorded
from server.domain.checkin import Scanned
from server.plan import EventPlan

CATEGORIES = frozenset(
    {
        *("speaker", "speakers", "presenter", "presenters", "guest"),
        *("讲者", "講者", "演讲者", "演講者", "讲师", "講師", "嘉宾", "嘉賓", "演讲嘉宾", "主讲人", "主講人"),
    }
)
"""What the tickets of people on stage are called."""


def tickets_of(plan: EventPlan) -> dict[str, str]:
    """Return attendee → speaker: those with a speaker's ticket and a name that only one of either has."""
    speakers = _by_name((speaker.name, speaker.id) for item in plan.items for speaker in item.speakers)
    attendees = _by_name(
        (attendee.name, attendee.id) for attendee in plan.attendees if attendee.category.casefold() in CATEGORIES
    )
    return {attendees[name]: speakers[name] for name in attendees if name in speakers}


def _by_name(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return name → id of all names that stand for one person."""
    found: dict[str, set[str]] = {}
    for name, key in named:
        found.setdefault(" ".join(name.split()).casefold(), set()).add(key)
    return {name: keys.pop() for name, keys in found.items() if name and len(keys) == 1}


def scanned(engine: Agenda, recorded: Recorded) -> Sequence[Event]:
    """Return what a scan at a door tells of a speaker."""
    scan = recorded.event
    assert isinstance(scan, Scanned)
    return engine.arrived(scan.attendee) if scan.type == "entry" else ()


REACTS: Mapping[type[Event], Callable[[Agenda, Recorded], Sequence[Event]]] = {Scanned: scanned}
