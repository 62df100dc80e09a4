"""The agenda for other programs: calendars for everybody, the as-run record for the crew.

Owns    GET /api/v1/agenda.ics, /r/ROOM.ics, /api/v1/agenda/as-run.csv and /api/v1/agenda/changes.csv.
Never   changes anything, or shows in a calendar what the public page does not.
Used by app, which finds its routes.

A calendar has the times that the public is told: they follow lateness in steps of five minutes and never come back by
themselves, so that nobody's phone buzzes over a minute or sends them away too late.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.clock import MINUTE
from server.desk import Desk
from server.domain.agenda import Agenda
from server.domain.agenda.state import Item, Room
from server.errors import Forbidden, NotFound
from server.roles import STEERING, Actor

if TYPE_CHECKING:
    from icalendar import Event

AS_RUN = (
    *("room", "item", "title", "kind", "speakers", "state", "planned_start", "planned_end"),
    *("actual_start", "actual_end", "late_min", "over_min", "paused_min", "adjusted_min"),
)
CHANGES = ("at", "room", "change", "item", "title", "effect_min", "by", "detail")

Cell = str | float | None


def routes(desk: Desk) -> list[Route]:
    """Return the routes of the agenda's files."""

    def agenda() -> Agenda:
        engine: Agenda = desk.engine("agenda")
        return engine

    async def everything(_: Request) -> Response:
        return _calendar(agenda(), list(agenda().state.rooms))

    async def room(request: Request) -> Response:
        key = request.path_params["room"]
        if key not in agenda().state.rooms:
            raise NotFound(f"There is no room {key!r}: take its id from the agenda.")
        return _calendar(agenda(), [key])

    async def as_run(request: Request) -> Response:
        return _table("as-run", AS_RUN, _run(agenda(), _steering(desk, request)))

    async def changes(request: Request) -> Response:
        return _table("changes", CHANGES, _changes(agenda(), _steering(desk, request)))

    return [
        Route("/api/v1/agenda.ics", everything, methods=["GET"]),
        Route("/r/{room}.ics", room, methods=["GET"]),
        Route("/api/v1/agenda/as-run.csv", as_run, methods=["GET"]),
        Route("/api/v1/agenda/changes.csv", changes, methods=["GET"]),
    ]


def _steering(desk: Desk, request: Request) -> Actor:
    actor = desk.actor(request)
    if actor.role not in STEERING:
        raise Forbidden("The as-run record is for the control room and moderators.")
    return actor


def _calendar(agenda: Agenda, rooms: Sequence[str]) -> Response:
    # Its library takes longer to load than all the rest of the program.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Cuedesk//Agenda//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-published-ttl", "PT5M")
    title = agenda.state.rooms[rooms[0]].title if len(rooms) == 1 else ""
    if title:
        calendar.add("x-wr-calname", title)
    for key in rooms:
        room = agenda.state.rooms[key]
        for entry in agenda.index.lines[key]:
            if entry.abroad is None or len(rooms) == 1:
                calendar.add_component(_event(agenda, room, entry.item))
    headers = {"cache-control": "public, max-age=60", "content-type": "text/calendar; charset=utf-8"}
    return Response(calendar.to_ical(), headers=headers)


def _event(agenda: Agenda, room: Room, item: Item) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", f"{item.plan.id}@cuedesk")
    event.add("dtstamp", _utc(item.stamp.at or room.as_of))
    event.add("sequence", item.stamp.rev + item.public.count)
    event.add("dtstart", _utc(item.public.start))
    event.add("dtend", _utc(item.public.end))
    event.add("summary", item.plan.title)
    event.add("location", room.title)
    event.add("status", "CANCELLED" if item.facts.state == "skipped" else "CONFIRMED")
    speakers = _speakers(agenda, item)
    if speakers:
        event.add("description", speakers)
    return event


def _speakers(agenda: Agenda, item: Item) -> str:
    known = agenda.state.speakers
    return ", ".join(known[key].name for key in item.plan.speakers if key in known and known[key].name)


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant // 1000, UTC)


def _run(agenda: Agenda, actor: Actor) -> Iterator[list[Cell]]:
    zone = ZoneInfo(agenda.state.timezone)
    for room in agenda.state.rooms.values():
        for key in room.order if actor.acts_in((room.id,)) else ():
            item = agenda.state.items[key]
            plan, facts = item.source or item.plan, item.facts
            started, ended = facts.started_at, facts.ended_at
            lasted = None if started is None or ended is None else ended - started
            yield [
                *(room.id, key, item.plan.title, item.plan.kind, _speakers(agenda, item), facts.state),
                *(_wall(each, zone) for each in (plan.start, plan.end, started, ended)),
                None if started is None else _minutes(started - plan.start),
                None if lasted is None else _minutes(lasted - plan.end + plan.start),
                _minutes(facts.paused_total),
                _minutes(facts.adjusted),
            ]


def _changes(agenda: Agenda, actor: Actor) -> Iterator[list[Cell]]:
    zone = ZoneInfo(agenda.state.timezone)
    for deed in agenda.state.deeds:
        if actor.acts_in((deed.room,)):
            item = agenda.state.items.get(deed.item or "")
            title = "" if item is None else item.plan.title
            effect = _minutes(deed.effect)
            yield [_wall(deed.at, zone), deed.room, deed.what, deed.item, title, effect, deed.by, deed.detail]


def _wall(instant: int | None, zone: ZoneInfo) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant // 1000, zone).isoformat()


def _minutes(length: int) -> float:
    return round(length / MINUTE, 2)


def _table(name: str, head: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    headers = {
        "cache-control": "no-store",
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f'attachment; filename="{name}.csv"',
    }
    # The mark at the front lets a spreadsheet read Chinese.
    return Response(text.getvalue().encode("utf-8-sig"), headers=headers)


def _harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula."""
    if isinstance(cell, str) and cell.lstrip()[:1] in ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"):
        return f"'{cell}"
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("\t", "\r", "\n") else cell
