"""The calls of pretix's check-in: paths, shapes and status codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from server.adapters import discover, pretix
from server.channels.checkin import CHANNEL
from server.clock import MINUTE, Clock
from server.domain.checkin.verdict import EXPLANATIONS
from server.errors import AppError, LimitReached, Malformed, Unauthenticated
from server.roles import Actor, Role
from tests.support.clock import NINE, ManualClock
from tests.support.rig import CONTROL, Rig

EAST = Actor("floor:east", Role.FLOOR)
KEYS = {"floor": EAST, "control": CONTROL, "wall": Actor("wall", Role.WALL), "west": Actor("floor:west", Role.FLOOR)}
API = "/api/v1/organizers/camp"
REDEEM = f"{API}/checkinrpc/redeem/"
ANNUL = f"{API}/checkinrpc/annul/"
SEARCH = f"{API}/checkinrpc/search/"
STATUS = f"{API}/events/2026/checkinlists/1/status/"
CHECKINS = f"{API}/events/2026/checkins/"
PEOPLE: list[dict[str, Any]] = [
    {"id": "t1", "secret": "one", "name": "Wang Wei", "category": "regular", "seat": "A1", "email": "w@example.org"},
    {"id": "t2", "secret": "two/2 x", "name": "Ana", "category": "speaker", "vip": True},
    {"id": "t3", "secret": "gone", "name": "Bo", "category": "regular", "status": "canceled"},
]


class RigDesk:
    """A desk on a test bench: the check-in channel alone."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.clock: Clock = rig.clock
        self.refusal: AppError | None = None

    def actor(self, connection: HTTPConnection) -> Actor:
        _, _, key = connection.headers.get("Authorization", "").partition(" ")
        if key not in KEYS:
            raise Unauthenticated("Authentication credentials were not provided.")
        return KEYS[key]

    def holder(self, key: str) -> Actor:
        return KEYS[key]

    async def ask(
        self,
        actor: Actor,
        channel: str,
        verb: str,
        args: Mapping[str, object],
        ref: str | None = None,
        rev: int | None = None,
    ) -> Mapping[str, Any]:
        if self.refusal is not None:
            raise self.refusal
        given: dict[str, Any] = dict(args)
        return self.rig.do(verb, actor, **given)

    def engine(self, channel: str) -> Any:
        return self.rig.engine


class Client:
    """Asks as a scanner does, one key at a time."""

    def __init__(self, desk: RigDesk) -> None:
        self.desk = desk
        self._app = Starlette(routes=discover(desk))

    async def __call__(self, method: str, path: str, key: str = "floor", **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.request(method, path, headers={"Authorization": f"Device {key}"}, **options)

    async def redeem(self, key: str = "floor", **body: Any) -> httpx.Response:
        return await self("POST", REDEEM, key, json={"secret": "one", "lists": [1], **body})

    async def results(self, path: str, **params: Any) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = (await self("GET", path, params=params)).json()["results"]
        return results


@pytest.fixture
def client() -> Client:
    rig = Rig(CHANNEL, ManualClock())
    lists = [{"id": 1, "name": "Main"}, {"id": 2, "name": "Speakers", "products": ["speaker"]}]
    lanes = [{"id": "A", "title": "Lane A", "gate": "East"}]
    rig.do("import", lists=lists, lanes=lanes, attendees=PEOPLE, timezone="Asia/Shanghai")
    return Client(RigDesk(rig))


def test_the_adapter_is_found(client: Client) -> None:
    assert {route.path for route in pretix.routes(client.desk)} <= {route.path for route in discover(client.desk)}


async def test_an_empty_lane_is_no_lane(client: Client) -> None:
    assert (await client.redeem(lane="", nonce="")).status_code == 201


async def test_an_accepted_ticket_is_201_with_position_and_list(client: Client) -> None:
    answer = await client.redeem(lane="A", questions_supported=True, answers={"4": "XS"}, datetime=None)

    assert answer.status_code == 201
    body = answer.json()
    assert body["status"] == "ok"
    assert body["list"] == {"id": 1, "name": "Main", "event": "event", "subevent": None, "include_pending": False}
    position = body["position"]
    assert (position["id"], position["attendee_name"], position["secret"]) == (1, "Wang Wei", "one")
    assert position["seat"] == {"name": "A1"}
    assert position["checkins"] == [
        {
            "id": 1,
            "list": 1,
            "type": "entry",
            "datetime": "2026-09-04T09:00:00.000Z",
            "gate": "East",
            "device": "floor:east",
            "auto_checked_in": False,
        }
    ]


async def test_a_repeated_nonce_is_201_and_one_check_in(client: Client) -> None:
    answers = [await client.redeem(nonce="n") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(answers[1].json()["position"]["checkins"]) == 1


async def test_a_refused_ticket_is_400_with_its_reason(client: Client) -> None:
    answer = await client.redeem(secret="gone")

    assert answer.status_code == 400
    assert (answer.json()["status"], answer.json()["reason"]) == ("error", "canceled")
    assert answer.json()["position"]["order__status"] == "c"


async def test_an_unknown_code_is_404_and_invalid(client: Client) -> None:
    answer = await client.redeem(secret="nobody")

    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "Not found.",
        "status": "error",
        "reason": "invalid",
        "reason_explanation": EXPLANATIONS["invalid"],
        "require_attention": False,
        "checkin_texts": [],
    }


@pytest.mark.parametrize("lists", [[9], [], [1, 2], "1", [1, 9]])
async def test_a_bad_list_is_400_under_lists_and_has_no_status(client: Client, lists: object) -> None:
    answer = await client.redeem(lists=lists)

    assert answer.status_code == 400
    assert list(answer.json()) == ["lists"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"lists": [1]}', "secret"),
        (b'{"secret": 5, "lists": [1]}', "secret"),
        (b'{"secret": "one", "lists": [1], "type": "sideways"}', "type"),
        (b'{"secret": "one", "lists": [1], "datetime": "yesterday"}', "datetime"),
        (b"[]", "non_field_errors"),
        (b"{", "detail"),
        (b"\xff", "detail"),
        (b'{"secret": "\\ud800", "lists": [1]}', "detail"),
    ],
)
async def test_a_body_that_cannot_be_read_is_400_and_says_where(client: Client, body: bytes, field: str) -> None:
    answer = await client("POST", REDEEM, content=body)

    assert (answer.status_code, list(answer.json())) == (400, [field])


async def test_a_huge_body_is_413(client: Client) -> None:
    assert (await client("POST", REDEEM, content=b" " * 70_000)).status_code == 413


@pytest.mark.parametrize(
    ("method", "path"), [("POST", REDEEM), ("POST", ANNUL), ("GET", SEARCH), ("GET", STATUS), ("GET", CHECKINS)]
)
@pytest.mark.parametrize(("key", "status"), [("", 401), ("wall", 403)])
async def test_only_the_door_and_control_may_ask(client: Client, method: str, path: str, key: str, status: int) -> None:
    answer = await client(method, path, key, json={} if method == "POST" else None)

    assert answer.status_code == status
    assert list(answer.json()) == ["detail"]


async def test_a_missing_key_names_the_scheme(client: Client) -> None:
    assert (await client("GET", CHECKINS, "")).headers["WWW-Authenticate"] == "Token"


async def test_a_limit_says_when_to_come_back(client: Client) -> None:
    client.desk.refusal = LimitReached("Too many.", {"retry_after": 7})
    answer = await client.redeem()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


async def test_any_other_refusal_keeps_its_status(client: Client) -> None:
    client.desk.refusal = Malformed("A nonce has at most 190 characters.")
    answer = await client.redeem()

    assert (answer.status_code, answer.json()) == (400, {"detail": "A nonce has at most 190 characters."})


async def test_queued_scans_keep_their_own_time(client: Client) -> None:
    await client.redeem(datetime="2026-09-04T08:15:30Z", force=True, nonce="n")

    assert (await client.results(CHECKINS))[0]["datetime"] == "2026-09-04T08:15:30.000Z"


async def test_a_time_without_an_offset_is_the_events(client: Client) -> None:
    await client.redeem(datetime="2026-09-04T16:15:30", force=True)

    assert (await client.results(CHECKINS))[0]["datetime"] == "2026-09-04T08:15:30.000Z"


async def test_the_older_path_checks_in_too(client: Client) -> None:
    path = f"{API}/events/2026/checkinlists/1/positions/two%2F2%20x/redeem/"
    first = await client("POST", path, json={"nonce": "n", "force": True})
    second = await client("POST", path)

    assert (first.status_code, first.json()["position"]["id"]) == (201, 2)
    assert (second.status_code, second.json()["reason"]) == (400, "already_redeemed")


@pytest.mark.parametrize("path", ["checkinlists/9/positions/one", "checkinlists/1/positions/nobody"])
async def test_the_older_path_is_404_for_unknown_lists_and_codes(client: Client, path: str) -> None:
    assert (await client("POST", f"{API}/events/2026/{path}/redeem/", json={})).status_code == 404


async def test_annulling_is_200_then_400(client: Client) -> None:
    await client.redeem(nonce="n")
    body = {"lists": [1], "nonce": "n", "error_explanation": "Turnstile did not turn"}
    first, second = await client("POST", ANNUL, json=body), await client("POST", ANNUL, json=body)

    assert (first.status_code, first.json()) == (200, {"status": "ok"})
    assert (second.status_code, list(second.json())) == (400, ["nonce"])
    (row,) = await client.results(CHECKINS)
    assert (row["successful"], row["error_reason"]) == (False, "annulled")
    assert row["error_explanation"] == "Turnstile did not turn"


async def test_annulling_from_another_device_is_400(client: Client) -> None:
    await client.redeem(nonce="n")

    assert (await client("POST", ANNUL, "west", json={"lists": [1], "nonce": "n"})).status_code == 400


async def test_annulling_an_unknown_nonce_is_404(client: Client) -> None:
    assert (await client("POST", ANNUL, json={"lists": [1], "nonce": "n"})).status_code == 404


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"list": 1}, ["Ana", "Wang Wei"]),
        ({}, ["Ana", "Wang Wei"]),
        ({"search": "WANG"}, ["Wang Wei"]),
        ({"search": "w@example"}, ["Wang Wei"]),
        ({"search": "tw"}, ["Ana"]),
        ({"search": "wo/2"}, []),
        ({"list": 2}, ["Ana"]),
        ({"ignore_status": "true", "search": "bo"}, ["Bo"]),
        ({"secret": "one"}, ["Wang Wei"]),
        ({"attendee_name": "Ana"}, ["Ana"]),
        ({"has_checkin": "true"}, ["Ana"]),
        ({"has_checkin": "false"}, ["Wang Wei"]),
    ],
)
async def test_search_finds_positions(client: Client, params: dict[str, Any], names: list[str]) -> None:
    await client.redeem(secret="two/2 x")

    assert [found["attendee_name"] for found in await client.results(SEARCH, **params)] == names


@pytest.mark.parametrize(("params", "status"), [({"list": 9}, 404), ({"list": "x"}, 400), ({"page": 2}, 404)])
async def test_search_refuses_what_is_not_there(client: Client, params: dict[str, Any], status: int) -> None:
    assert (await client("GET", SEARCH, params=params)).status_code == status


async def test_status_counts_persons_on_the_list(client: Client) -> None:
    await client.redeem()
    await client.redeem(type="exit")
    await client.redeem(secret="two/2 x")
    await client.redeem(secret="nobody")

    body = (await client("GET", STATUS)).json()
    assert (body["checkin_count"], body["position_count"], body["inside_count"]) == (2, 2, 1)
    assert [(item["name"], item["checkin_count"], item["position_count"]) for item in body["items"]] == [
        ("regular", 1, 1),
        ("speaker", 1, 1),
    ]


async def test_the_history_holds_refused_scans_too(client: Client) -> None:
    await client.redeem(lane="A")
    await client.redeem(secret="nobody")

    good, bad = await client.results(CHECKINS)
    assert (good["successful"], good["error_reason"], good["position"], good["gate"]) == (True, None, 1, "East")
    assert (bad["successful"], bad["error_reason"], bad["position"]) == (False, "invalid", None)


@pytest.mark.parametrize(
    ("params", "ids"),
    [
        ({"successful": "true"}, [1, 3]),
        ({"successful": "false"}, [2]),
        ({"error_reason": "canceled"}, [2]),
        ({"type": "exit"}, [3]),
        ({"list": 2}, []),
        ({"gate": "East"}, [1]),
        ({"device": "floor:west"}, [2]),
        ({"auto_checked_in": "true"}, []),
        ({"created_since": "2026-09-04T09:01:00Z"}, [2, 3]),
        ({"created_before": "2026-09-04T09:01:00Z"}, [1]),
        ({"datetime_since": "2026-09-04T09:01:00Z"}, [2]),
        ({"datetime_before": "2026-09-04T09:00:00Z"}, [3]),
        ({"ordering": "-created"}, [3, 2, 1]),
        ({"ordering": "datetime"}, [3, 1, 2]),
        ({"ordering": "nonsense"}, [1, 2, 3]),
    ],
)
async def test_the_history_is_filtered_and_ordered(client: Client, params: dict[str, Any], ids: list[int]) -> None:
    clock = client.desk.rig.clock
    assert clock.now() == NINE
    await client.redeem(lane="A")
    clock.advance(MINUTE)
    await client.redeem("west", secret="gone")
    clock.advance(MINUTE)
    await client.redeem(type="exit", datetime="2026-09-04T08:30:00Z")

    assert [row["id"] for row in await client.results(CHECKINS, **params)] == ids


async def test_a_time_that_cannot_be_read_is_400(client: Client) -> None:
    answer = await client("GET", CHECKINS, params={"created_since": "soon"})

    assert (answer.status_code, list(answer.json())) == (400, ["created_since"])


async def test_long_answers_come_in_pages(client: Client) -> None:
    for number in range(60):
        await client.redeem(secret=f"nobody {number}")
    first = (await client("GET", CHECKINS, params={"type": "entry"})).json()
    second = (await client("GET", first["next"])).json()

    assert (first["count"], len(first["results"]), first["previous"]) == (60, 50, None)
    assert (len(second["results"]), second["next"]) == (10, None)
    assert re.search(r"[?&]page=1\b", second["previous"])
    assert "type=entry" in second["previous"]
