from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from server.adapters.push import ALERTS_AT_ONCE, routes
from server.errors import AppError
from server.roles import Actor, Role
from tests.support.desk import KeyedDesk, refused

DEVICE = Actor("device:mic3", Role.DEVICE, subject="mic3")
CONTROL = Actor("control", Role.CONTROL)
KEYS = {"mic-key": DEVICE, "control-key": CONTROL}


class NotingDesk(KeyedDesk):
    """Knows two keys, and notes what it is asked."""

    def __init__(self) -> None:
        super().__init__(KEYS)
        self.asked: list[tuple[str, str, str, Mapping[str, object]]] = []

    async def ask(
        self,
        actor: Actor,
        channel: str,
        verb: str,
        args: Mapping[str, object],
        ref: str | None = None,
        rev: int | None = None,
    ) -> Mapping[str, Any]:
        self.asked.append((actor.id, channel, verb, args))
        return {"alert": "relayed:1"}


@pytest.fixture
def desk() -> NotingDesk:
    return NotingDesk()


@pytest.fixture
async def client(desk: NotingDesk) -> AsyncIterator[httpx.AsyncClient]:
    doors = Starlette(routes=routes(desk), exception_handlers={AppError: refused})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(doors), base_url="http://desk") as client:
        yield client


async def post(client: httpx.AsyncClient, body: object, key: str = "control-key") -> httpx.Response:
    return await client.post("/api/v2/alerts", json=body, headers={"authorization": f"Bearer {key}"})


async def test_a_heartbeat_is_a_report_of_the_tokens_device(client: httpx.AsyncClient, desk: NotingDesk) -> None:
    answer = await client.get("/api/push/mic-key?status=up&msg=OK&ping=12.5")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
    report = {"device": "mic3", "message": "OK", "readings": {"ping": 12.5}}
    assert desk.asked == [("device:mic3", "devices", "report", report)]


async def test_a_heartbeat_without_a_query_says_up(client: httpx.AsyncClient, desk: NotingDesk) -> None:
    await client.get("/api/push/mic-key?ping=")
    assert desk.asked[0][3] == {"device": "mic3", "message": None, "readings": {}}


async def test_a_down_heartbeat_makes_the_link_unavailable(client: httpx.AsyncClient, desk: NotingDesk) -> None:
    await client.get("/api/push/mic-key?status=down&msg=no+route")
    assert desk.asked[0][3] == {"device": "mic3", "message": "no route", "link": "unavailable"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/push/forged", 401, "unauthenticated"),
        ("/api/push/control-key", 403, "forbidden"),
        ("/api/push/mic-key?status=sideways", 400, "malformed"),
        ("/api/push/mic-key?ping=fast", 400, "malformed"),
        ("/api/push/mic-key?ping=nan", 400, "malformed"),
    ],
)
async def test_a_wrong_heartbeat_is_refused_by_name(
    client: httpx.AsyncClient, desk: NotingDesk, path: str, status: int, code: str
) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"], desk.asked) == (status, code, [])


async def test_posted_alerts_are_relayed_with_instants(client: httpx.AsyncClient, desk: NotingDesk) -> None:
    alert = {
        "labels": {"alertname": "HostDown"},
        "annotations": {"summary": "no answer"},
        "startsAt": "1970-01-01T00:00:01+00:00",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus/graph",
    }
    answer = await post(client, [alert])
    assert (answer.status_code, answer.json()) == (200, {"alerts": ["relayed:1"]})
    wish = {
        "labels": {"alertname": "HostDown"},
        "annotations": {"summary": "no answer"},
        "starts_at": 1000,
        "ends_at": None,
    }
    assert desk.asked == [("control", "devices", "relay_alert", wish)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"labels": {"a": "b"}}, "malformed"),
        ([{"labels": {}}], "malformed"),
        ([{"labels": {"a": 1}}], "malformed"),
        ([{"labels": {"a": "b"}}, {"labels": {"a": "x" * 1000}}], "malformed"),
        ([{"labels": {"a": "b"}, "endsAt": "2026-11-21T09:00:00"}], "malformed"),
        ([{"labels": {"a": "b"}}] * (ALERTS_AT_ONCE + 1), "too_large"),
    ],
)
async def test_one_wrong_alert_refuses_them_all(
    client: httpx.AsyncClient, desk: NotingDesk, body: object, code: str
) -> None:
    answer = await post(client, body)
    assert (answer.json()["code"], desk.asked) == (code, [])


async def test_a_body_that_is_too_long_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/api/v2/alerts", content=b" " * (1 << 21), headers={"authorization": "Bearer control-key"}
    )
    assert answer.status_code == 413


async def test_alerts_need_a_key(client: httpx.AsyncClient) -> None:
    assert (await post(client, [], key="forged")).status_code == 401
