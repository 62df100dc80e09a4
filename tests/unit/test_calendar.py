"""The agenda as files: calendars for everybody, the as-run record for the crew."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import httpx
import pytest
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from server.adapters.calendar import routes
from server.app import build
from server.clock import Clock
from server.errors import AppError, Unauthenticated
from server.plan import PlannedRoom, PlannedSpeaker
from server.roles import Actor, Role
from tests.support.agenda import LIN, MINUTE, Hall, at, item, plan
from tests.support.event import running

KEYS = {
    "control": Actor("control", Role.CONTROL),
    "r1": Actor("moderator:R1", Role.MODERATOR, frozenset({"R1"})),
    "floor": Actor("floor", Role.FLOOR),
}
EVIL = PlannedSpeaker("evil", "=HYPERLINK(0)")


class Desk:
    """Knows three keys and the agenda of a bench."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.clock: Clock = hall.clock

    def actor(self, connection: HTTPConnection) -> Actor:
        return self.holder(connection.headers.get("authorization", "").removeprefix("Bearer "))

    def holder(self, key: str) -> Actor:
        if key not in KEYS:
            raise Unauthenticated("no such key")
        return KEYS[key]

    async def ask(self, *_: Any, **__: Any) -> Mapping[str, Any]:
        raise NotImplementedError

    def engine(self, channel: str) -> Any:
        assert channel == "agenda"
        return self.hall.engine


async def refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return JSONResponse({"code": error.code}, error.status)


@pytest.fixture
def hall() -> Hall:
    return Hall(
        item("a", 0, 30, speakers=(LIN,)),
        item("b", 30, 60, speakers=(EVIL,)),
        item("x", 0, 20, "R1"),
        rooms=(PlannedRoom("R0", "Tide Hall"), PlannedRoom("R1", "Attic")),
    )


@pytest.fixture
async def client(hall: Hall) -> AsyncIterator[httpx.AsyncClient]:
    doors = Starlette(routes=routes(Desk(hall)), exception_handlers={AppError: refused})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://desk") as client:
        yield client


async def events(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return {str(event["uid"]).partition("@")[0]: event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


async def table(client: httpx.AsyncClient, name: str, key: str = "control") -> list[dict[str, str]]:
    answer = await client.get(f"/api/v1/agenda/{name}.csv", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_a_calendar_has_every_item_with_its_room_and_people(client: httpx.AsyncClient) -> None:
    found = await events(client, "/api/v1/agenda.ics")

    assert set(found) == {"a", "b", "x"}
    assert (found["a"]["summary"], found["a"]["location"], found["a"]["description"]) == ("A", "Tide Hall", "Lin")
    assert found["a"].start.timestamp() * 1000 == at(0)
    assert found["a"].end.timestamp() * 1000 == at(30)


async def test_a_room_has_a_calendar_of_its_own(client: httpx.AsyncClient) -> None:
    assert set(await events(client, "/r/R1.ics")) == {"x"}
    assert (await client.get("/r/R9.ics")).status_code == 404


async def test_public_times_follow_lateness_in_steps_of_five_minutes(hall: Hall, client: httpx.AsyncClient) -> None:
    async def start() -> float:
        found = await events(client, "/api/v1/agenda.ics")
        minutes: float = (found["b"].start.timestamp() * 1000 - at(30)) / MINUTE
        return minutes

    hall.set(4)
    hall.do("start", item="a")
    assert await start() == 0
    hall.wait(38 * MINUTE)
    assert await start() == 10


async def test_public_times_never_run_ahead_of_the_plan(hall: Hall, client: httpx.AsyncClient) -> None:
    hall.set(0)
    hall.do("start", item="a")
    hall.do("adjust", item="a", by=-10 * MINUTE)
    found = await events(client, "/api/v1/agenda.ics")

    assert found["b"].start.timestamp() * 1000 == at(30)


async def test_what_was_left_out_is_cancelled(hall: Hall, client: httpx.AsyncClient) -> None:
    hall.do("skip", item="b")
    found = await events(client, "/r/R0.ics")

    assert (found["a"]["status"], found["b"]["status"]) == ("CONFIRMED", "CANCELLED")


async def test_a_calendar_that_tells_new_times_has_a_higher_sequence(hall: Hall, client: httpx.AsyncClient) -> None:
    before = (await events(client, "/r/R0.ics"))["b"]["sequence"]
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(36 * MINUTE)

    assert (await events(client, "/r/R0.ics"))["b"]["sequence"] > before


async def test_the_as_run_record_sets_plan_and_fact_side_by_side(hall: Hall, client: httpx.AsyncClient) -> None:
    hall.set(3)
    hall.do("start", item="a")
    hall.do("adjust", item="a", by=5 * MINUTE)
    hall.set(40)
    hall.do("finish", item="a")
    first = (await table(client, "as-run"))[0]

    told = ("room", "item", "state", "speakers", "late_min", "over_min", "paused_min", "adjusted_min")
    assert [first[name] for name in told] == ["R0", "a", "done", "Lin", "3.0", "7.0", "0.0", "5.0"]
    times = [
        datetime.fromisoformat(first[f"{name}_{end}"]) for name in ("planned", "actual") for end in ("start", "end")
    ]
    assert [time.timestamp() * 1000 for time in times] == [at(0), at(30), at(3), at(40)]
    assert first["planned_start"].endswith("+08:00"), "as the clock on the wall of the event shows it"


async def test_every_change_is_told_with_its_actor_and_effect(hall: Hall, client: httpx.AsyncClient) -> None:
    hall.set(0)
    hall.do("start", item="a")
    hall.do("pause", item="a")
    hall.set(4)
    hall.do("resume", item="a")
    hall.do("adjust", item="a", by=-2 * MINUTE, actor=KEYS["r1"])
    hall.do("edit", item="b", duration=40 * MINUTE)
    hall.do("skip", item="b")
    hall.do("restore", item="b")
    film = hall.do("insert", room="R0", title="Film", duration=5 * MINUTE)["id"]
    hall.do("swap", a=film, b="b")
    hall.do("undo", room="R0")
    hall.do("message", room="R0", text="no re-timing")
    best = hall.do("suggest", room="R0", item="b", available_at=at(60))["proposals"][0]
    hall.do("adopt", proposal=best["id"])
    hall.set(35)
    hall.do("finish", item="a")
    rows = await table(client, "changes")

    assert [(row["change"], row["item"], row["effect_min"]) for row in rows[:8]] == [
        ("ItemStarted", "a", "0.0"),
        ("ItemPaused", "a", "0.0"),
        ("ItemResumed", "a", "4.0"),
        ("ItemAdjusted", "a", "-2.0"),
        ("ItemEdited", "b", "10.0"),
        ("ItemSkipped", "b", "-40.0"),
        ("ItemRestored", "b", "40.0"),
        ("ItemInserted", film, "5.0"),
    ]
    assert [row["change"] for row in rows[8:]] == ["RoomArranged", "ChangeUndone", "PlanAdopted", "ItemFinished"]
    assert (rows[3]["by"], rows[-1]["effect_min"]) == ("moderator:R1", "3.0")


async def test_no_cell_is_a_formula(hall: Hall, client: httpx.AsyncClient) -> None:
    for title in ("=1+1", "+1", "-1", "@sum", "\t=1", " =1", "＝1"):
        hall.do("edit", item="a", title=title)
        first, second = (await table(client, "as-run"))[:2]
        assert first["title"] == f"'{title}"
        assert second["speakers"] == "'=HYPERLINK(0)"


async def test_a_moderator_reads_the_record_of_their_rooms(client: httpx.AsyncClient) -> None:
    assert {row["room"] for row in await table(client, "as-run", "r1")} == {"R1"}


@pytest.mark.parametrize(("key", "status"), [("floor", 403), ("", 401), ("forged", 401)])
@pytest.mark.parametrize("name", ["as-run", "changes"])
async def test_the_record_is_not_for_everybody(client: httpx.AsyncClient, name: str, key: str, status: int) -> None:
    answer = await client.get(f"/api/v1/agenda/{name}.csv", headers={"authorization": f"Bearer {key}"})

    assert answer.status_code == status


async def test_the_files_stand_before_the_routes_for_any_topic_and_page() -> None:
    async with running(plan=plan(item("a", 0, 30))) as event:
        doors = httpx.ASGITransport(build(event, None))
        async with httpx.AsyncClient(transport=doors, base_url="http://desk") as client:
            for path in ("/api/v1/agenda.ics", "/r/R0.ics"):
                assert (await client.get(path)).content.startswith(b"BEGIN:VCALENDAR")
            assert (await client.get("/api/v1/agenda/as-run.csv")).json()["code"] == "unauthenticated"
            assert (await client.get("/api/v1/agenda/R0")).status_code == 200
