"""Comments of other platforms on their way into a room's queue."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from server.adapters.inlet import COMMENTS_AT_ONCE, routes
from server.errors import AppError, TooLarge
from server.roles import Actor, Role
from tests.support.desk import KeyedDesk, refused
from tests.support.rig import attendee

KEYS = {"bot-key": Actor("device:bot", Role.DEVICE, subject="bot"), "ann-key": attendee("ann")}


class NotingDesk(KeyedDesk):
    """Knows two keys, notes what it is asked, and refuses what is called long."""

    def __init__(self) -> None:
        super().__init__(KEYS)
        self.asked: list[tuple[str, str, Mapping[str, object], str | None]] = []

    async def ask(
        self,
        actor: Actor,
        channel: str,
        verb: str,
        args: Mapping[str, object],
        ref: str | None = None,
        rev: int | None = None,
    ) -> Mapping[str, Any]:
        if args["body"] == "long":
            raise TooLarge("Shorten the question to 500 characters.")
        self.asked.append((actor.id, f"{channel}.{verb}", args, ref))
        return {"id": "q1", "number": len(self.asked), "state": "pending"}


@pytest.fixture
def desk() -> NotingDesk:
    return NotingDesk()


@pytest.fixture
async def door(desk: NotingDesk) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=routes(desk), exception_handlers={AppError: refused})
    transport = httpx.ASGITransport(app)
    headers = {"authorization": "Bearer bot-key"}
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=headers) as client:
        yield client


async def test_a_comment_becomes_a_question_of_its_room(door: httpx.AsyncClient, desk: NotingDesk) -> None:
    answer = await door.post("/api/v1/inlet/R0", json={"body": "Why?", "name": "Li", "id": "c1", "colour": "red"})

    assert answer.json() == {"id": "q1", "number": 1, "state": "pending"}
    wish = {"room": "R0", "body": "Why?", "name": "Li", "lang": None, "asked_at": None}
    assert desk.asked == [("device:bot", "questions.bring", wish, "inlet:R0:c1")]


async def test_one_refused_comment_of_several_keeps_no_other_out(door: httpx.AsyncClient, desk: NotingDesk) -> None:
    answer = await door.post(
        "/api/v1/inlet/R0", json=[{"body": "One?"}, {"body": "long"}, {"text": "?"}, {"body": "Two?"}]
    )

    results = answer.json()["results"]
    assert [each.get("code", each.get("number")) for each in results] == [1, "too_large", "malformed", 2]


@pytest.mark.parametrize("body", [b"{", b"7", b'{"text":"?"}', b'{"body":7}', b'{"body":"?","id":""}'])
async def test_what_is_no_comment_is_refused(door: httpx.AsyncClient, desk: NotingDesk, body: bytes) -> None:
    answer = await door.post("/api/v1/inlet/R0", content=body)

    assert (answer.status_code, answer.json()["code"], desk.asked) == (400, "malformed", [])


async def test_a_flood_is_refused_whole(door: httpx.AsyncClient, desk: NotingDesk) -> None:
    many = await door.post("/api/v1/inlet/R0", json=[{"body": "?"}] * (COMMENTS_AT_ONCE + 1))
    large = await door.post("/api/v1/inlet/R0", content=b" " * (2 << 20))

    assert (many.status_code, large.status_code, desk.asked) == (413, 413, [])


@pytest.mark.parametrize(("key", "status"), [("ann-key", 403), ("", 401)])
async def test_only_the_crew_and_its_machines_bring_comments_in(door: httpx.AsyncClient, key: str, status: int) -> None:
    answer = await door.post("/api/v1/inlet/R0", json={"body": "Why?"}, headers={"authorization": f"Bearer {key}"})

    assert answer.status_code == status
