"""Garbage on every door: a named error, nothing written, nobody else disturbed, and no traceback in the log."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from server.roles import Role
from server.session import MISTAKES
from tests.support.program import Program, Screen

pytestmark = pytest.mark.server


@pytest.fixture(autouse=True)
def quiet(shared: Program) -> Any:
    """Whatever is sent: the journal stands still, and the log has no traceback."""
    before = offset(shared)
    yield
    assert offset(shared) == before
    assert "Traceback" not in (shared.folder / "log.txt").read_text()


def offset(program: Program) -> int:
    with program.http() as client:
        lines = client.get("/metrics").text.splitlines()
    return int(float(next(line for line in lines if line.startswith("cuedesk_journal_offset")).split()[1]))


BODIES: dict[str, tuple[bytes, int, str]] = {
    "truncated JSON": (b'{"room":"R0"', 400, "malformed"),
    "no object": (b"[1,2]", 400, "malformed"),
    "bad UTF-8": (b'{"room":"\xff"}', 400, "malformed"),
    "a wrong type": (b'{"room":7,"body":"x"}', 400, "malformed"),
    "an unknown member": (b'{"room":"R0","body":"x","admin":true}', 400, "malformed"),
    "deep nesting": (b'{"room":' + b"[" * 50_000, 400, "malformed"),
    "a huge number": (b'{"room":"R0","body":"x","perceived":1e400}', 400, "malformed"),
    "ten megabytes": (b'{"room":"R0","body":"' + b"x" * 10_000_000 + b'"}', 413, "too_large"),
    "an unknown room": (b'{"room":"R9","body":"x"}', 404, "not_found"),
}


@pytest.mark.parametrize(("body", "status", "code"), BODIES.values(), ids=BODIES)
def test_a_body_that_does_not_fit_gets_a_problem_document(shared: Program, body: bytes, status: int, code: str) -> None:
    with shared.http() as client:
        answer = client.post("/api/v1/questions/submit", content=body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("key", ["x", "..", "W10.x", "💥".encode().hex(), "a" * 5_000])
def test_a_forged_key_opens_no_door(shared: Program, key: str) -> None:
    with shared.http(key) as client:
        assert client.get("/api/v1/agenda").json()["code"] == "unauthenticated"
        assert client.post("/api/v1/agenda/start", json={"item": "t1"}).status_code == 401
    with pytest.raises(ConnectionClosed) as closed:
        Screen(shared, key)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4500


@pytest.mark.parametrize("path", ["/api/v1/nope/x", "/api/v1/agenda/nope", "/api/v1/__proto__/x"])
def test_an_unknown_verb_is_named(shared: Program, path: str) -> None:
    with shared.http(shared.key(Role.CONTROL)) as client:
        assert client.post(path, json={}).json()["code"] in ("unknown_channel", "unknown_command")


@pytest.mark.parametrize("path", ["/api/v1/nope", "/r/R9", "/../../etc/passwd", "/static/../pyproject.toml", "/%00"])
def test_a_wrong_address_is_not_found(shared: Program, path: str) -> None:
    with shared.http() as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/api/v1/agenda", "GET, HEAD"),
        ("DELETE", "/api/v1/agenda/R0", "GET, HEAD, POST"),
        ("POST", "/api/v1/openapi.json", "GET, HEAD"),
        ("PUT", "/wall", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(shared: Program, method: str, path: str, allowed: str) -> None:
    with shared.http(shared.key(Role.CONTROL)) as client:
        answer = client.request(method, path)

    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (405, "unknown_command")
    assert answer.json()["allowed"] == allowed.split(", ")


@pytest.mark.parametrize("role", [Role.WALL, Role.FLOOR, Role.CONTROL, None])
@pytest.mark.parametrize("frame", ["{", "[]", '{"t":"cmd"}', b"\x00\xff", '{"t":"sub","c":"nope"}', "\u0000"])
def test_a_socket_survives_a_first_mistake_and_disturbs_nobody(
    shared: Program, role: Role | None, frame: str | bytes
) -> None:
    other = Screen(shared)
    screen = Screen(shared, None if role is None else shared.key(role))
    screen.send(frame)
    answer = screen.read()

    assert (answer["t"], answer["ref"]) == ("err", None)
    screen.sync()
    other.sync()
    screen.close()
    other.close()


def test_abuse_ends_the_connection(shared: Program) -> None:
    screen = Screen(shared)
    for _ in range(MISTAKES):
        screen.send("{")

    assert screen.ended() == 4504


def test_a_frame_above_a_mebibyte_ends_its_connection_alone(shared: Program) -> None:
    other = Screen(shared)
    screen = Screen(shared)
    with contextlib.suppress(ConnectionClosed):
        screen.send('{"t":"sub","c":"%s"}' % ("x" * (1 << 20)))

    assert screen.ended() in (1009, None), "the link may be gone before the code comes through"
    other.sync()
    other.close()


def test_a_client_of_another_version_is_told(shared: Program) -> None:
    other = [Subprotocol("cuedesk.v9")]
    url = shared.url.replace("http", "ws") + "/ws"
    with connect(url, subprotocols=other, proxy=None) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4502


def test_an_attendee_reaches_nothing_of_the_crew(shared: Program) -> None:
    screen = Screen(shared)
    for topic in ("checkin", "devices", "questions", "relay", "access"):
        screen.send({"t": "sub", "c": topic})
        assert screen.read()["code"] == "forbidden"
    assert screen.ask("agenda", "start", {"item": "t1"})["code"] == "forbidden"
    assert screen.ask("checkin", "scan", {"secret": "T0001"})["code"] == "forbidden"
    screen.close()
