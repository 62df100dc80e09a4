"""Schedules as pentabarf XML.

Owns    the way from the elements of the XML form to the members of the JSON form.
Never   repeats what `frab` knows of events.
Used by `agenda`.
"""

from __future__ import annotations

from datetime import tzinfo

from server.folder.draft import DraftAgenda
from server.folder.faults import Report
from server.folder.frab import FrabDay, FrabReader
from server.folder.located import Element, Located

_MEMBERS = ("date", "start", "duration", "title", "type", "language")


def read_pentabarf(schedule: Element, zone: tzinfo, report: Report) -> DraftAgenda:
    """Return the agenda in a pentabarf schedule."""
    if schedule.tag != "schedule":
        report.fault(schedule.line, f"The outermost element is <{schedule.tag}>; export a schedule in pentabarf XML.")
        return DraftAgenda()
    reader = FrabReader(zone, report)
    for number, day in enumerate(schedule.all("day"), 1):
        index = day.attributes.get("index", "")
        place = FrabDay(
            int(index) if index.isdecimal() and int(index) else number, day.attributes.get("date", ""), _start(day)
        )
        for room in day.all("room"):
            name = report.text(room.line, "room's name", room.attributes.get("name"))
            reader.room(name)
            for event in room.all("event"):
                reader.event(_event(event), name, place)
    if not schedule.all("day"):
        report.fault(schedule.line, "The schedule has no days; publish it and export it again.")
    return reader.agenda


def _start(day: Element) -> str:
    return day.attributes.get("start", "") or day.attributes.get("day_start", "")


def _event(element: Element) -> Located:
    event = Located({name: element.first(name).text for name in _MEMBERS})
    event |= {name: element.attributes.get(name, "") for name in ("id", "guid")}
    event["persons"] = [_person(person) for person in element.first("persons").all("person")]
    event.line = element.line
    return event


def _person(element: Element) -> Located:
    person = Located(id=element.attributes.get("id", ""), name=element.text)
    person.line = element.line
    return person
