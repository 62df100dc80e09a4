"""What the interface promises of commands, refs and links: one served event, asked through its public doors."""

from __future__ import annotations

import json
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.roles import Role
from tests.support.program import Program, Screen, cuedesk, make_folder, serving

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with serving(make_folder(tmp_path_factory.mktemp("event"))) as program:
        yield program


@pytest.fixture
def control(desk: Program) -> Iterator[Screen]:
    screen = Screen(desk, desk.key(Role.CONTROL))
    yield screen
    screen.close()


def post(desk: Program, path: str, body: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
    with desk.http(desk.key(Role.CONTROL)) as client:
        answer = client.post(path, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})
    return answer.status_code, answer.json()


# Refs and revisions ---------------------------------------------------------------------------------------------


def test_a_ref_gets_its_first_answer_on_every_door(desk: Program, control: Screen) -> None:
    ref = str(uuid.uuid4())
    first = control.ask("agenda", "adjust", {"item": "t2", "by": 60_000}, ref=ref)
    control.subscribe("agenda/R0")
    before = control.rows["agenda/R0"]["item/t2"]
    again = control.ask("agenda", "adjust", {"by": 60_000, "item": "t2"}, ref=ref)
    status, body = post(desk, "/api/v1/agenda/adjust", {"item": "t2", "by": 60_000}, idempotency_key=ref)
    control.sync()

    assert first["t"] == "ok"
    assert again == first
    assert (status, body) == (200, first["result"])
    assert control.rows["agenda/R0"]["item/t2"] == before


def test_a_ref_is_looked_up_before_the_thing_and_its_revision(desk: Program, control: Screen) -> None:
    ref = str(uuid.uuid4())
    first = control.ask("agenda", "adjust", {"item": "t2", "by": 1_000}, ref=ref)

    assert control.ask("agenda", "adjust", {"item": "t2", "by": 1_000}, ref=ref, rev=1) == first
    assert control.ask("agenda", "adjust", {"item": "nobody", "by": 1_000}, ref=ref)["code"] == "key_reuse"
    assert control.ask("agenda", "skip", {"item": "t2"}, ref=ref)["code"] == "key_reuse"
    assert post(desk, "/api/v1/agenda/skip", {"item": "t2"}, idempotency_key=ref)[0] == 409


def test_a_ref_belongs_to_the_key_that_sent_it(desk: Program, control: Screen) -> None:
    ref = str(uuid.uuid4())
    control.ask("agenda", "adjust", {"item": "t2", "by": 1_000}, ref=ref)
    other = Screen(desk, desk.key(Role.MODERATOR, "R0"))
    answer = other.ask("agenda", "adjust", {"item": "t2", "by": 2_000}, ref=ref)
    other.close()

    assert answer["t"] == "ok"


def test_a_refused_command_may_be_sent_again_under_its_ref(control: Screen) -> None:
    ref = str(uuid.uuid4())
    refused = control.ask("agenda", "resume", {"item": "t2"}, ref=ref)

    assert refused["code"] == "illegal_transition"
    assert control.ask("agenda", "adjust", {"item": "t2", "by": 1_000}, ref=ref)["t"] == "ok"


@pytest.mark.parametrize(
    ("verb", "args", "more"),
    [
        ("adjust", {"item": "t2", "by": 1_000}, {"rev": 99}),
        ("resume", {"item": "t2"}, {"rev": 99}),
        ("next", {"room": "R0", "from": "t3"}, {}),
    ],
    ids=["an old revision", "before the transition", "an item that was left"],
)
def test_a_conflict_tells_the_row_and_who_changed_it(
    control: Screen, verb: str, args: dict[str, Any], more: dict[str, Any]
) -> None:
    control.ask("agenda", "adjust", {"item": "t2", "by": 1_000})
    refused = control.ask("agenda", verb, args, **more)
    rows = control.subscribe("agenda/R0")

    assert (refused["code"], refused["retry"]) == ("conflict", False)
    assert refused["detail"]["row"] == rows["room" if "room" in args else "item/t2"]
    assert refused["detail"]["by"] == "control"
    assert refused["detail"]["at"] <= control.hello["now"] + 60_000


# Links ----------------------------------------------------------------------------------------------------------


def test_an_attendee_is_told_who_it_is_each_time(desk: Program) -> None:
    first = Screen(desk)
    by_header, by_address = Screen(desk, first.key), Screen(desk, query=f"?key={first.key}")
    for screen in (first, by_header, by_address):
        screen.close()

    assert first.hello["key"] == first.key
    assert {screen.hello["person"] for screen in (first, by_header, by_address)} == {first.hello["person"]}


def test_one_link_bears_many_wrong_commands(control: Screen) -> None:
    wrong: list[tuple[str, str, dict[str, Any]]] = [
        ("nope", "start", {}),
        ("agenda", "nope", {}),
        ("agenda", "start", {}),
        ("agenda", "start", {"item": 7}),
        ("agenda", "start", {"item": "t1", "extra": 1}),
        ("agenda", "start", {"item": "nobody"}),
    ]
    codes = [control.ask(*each)["code"] for each in wrong]

    assert codes == ["unknown_channel", "unknown_command", "malformed", "malformed", "malformed", "not_found"]
    control.sync()


def test_a_screen_that_comes_twice_is_replaced(desk: Program) -> None:
    key = desk.key(Role.WALL)
    first, second = Screen(desk, key, "?screen=hall"), Screen(desk, key, "?screen=hall")

    assert first.ended() == 4503
    second.sync()
    second.close()


def test_a_key_that_is_revoked_over_a_socket_ends_its_links(control: Screen) -> None:
    link = Screen(control.program, control.program.key(Role.STAGE, "R1"))
    control.ask("access", "revoke", {"id": "stage:R1"})

    assert link.ended() == 4500


def test_a_silent_link_hears_a_beat(control: Screen) -> None:
    assert control.read() == {"t": "beat"}


def test_a_position_of_another_history_gets_a_snapshot(control: Screen) -> None:
    fresh = control.subscribe("agenda/R0")
    control.send({"t": "sub", "c": "agenda/R0", "pos": ["elsewhere", 7]})
    answer = control.read()

    assert (answer["from"], answer["set"]) == (None, fresh)


def test_a_peer_that_hangs_up_while_it_speaks_leaves_no_traceback(desk: Program) -> None:
    host, port = desk.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as peer:
        peer.sendall(b"POST /api/v1/agenda/start HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n{")
    assert post(desk, "/api/v1/organizers/o/checkinrpc/redeem/", {})[0] == 400
    with desk.http(desk.key(Role.FLOOR)) as client:
        nested = client.post("/api/v1/organizers/o/checkinrpc/redeem/", content=b'{"x":' * 9_000 + b"1" + b"}" * 9_000)

    assert nested.status_code == 400
    assert "Traceback" not in (desk.folder / "log.txt").read_text()


# The folder -----------------------------------------------------------------------------------------------------


def test_an_import_names_what_it_would_change_and_then_is_done_once(desk: Program) -> None:
    agenda = desk.folder / "agenda.csv"
    agenda.write_text(agenda.read_text() + "t9,R1,Lightning talks,2026-09-05T10:00,20,\n")
    shown = cuedesk("import", str(desk.folder), "--yes").stdout

    assert "+ item/t9  Lightning talks" in shown
    assert "item/t1" not in shown
    assert "nothing would change" in cuedesk("import", str(desk.folder), "--yes").stdout


def test_a_key_made_before_the_first_serve_leaves_the_first_import_to_it(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (made,) = json.loads(cuedesk("links", str(folder), "--new", "moderator:R0", "--json").stdout)
    with serving(folder, "--shift", "now") as program:
        screen = Screen(program, made["key"])
        first = screen.subscribe("agenda/R0")["item/t1"]
        screen.close()

    assert set(made) == {"id", "role", "room", "key", "path"}
    assert abs(first["planned"]["start"] - screen.hello["now"] - 60_000) < 30_000


def test_no_link_is_made_for_a_room_that_is_not_there(desk: Program) -> None:
    refused = cuedesk("links", str(desk.folder), "--new", "moderator:R9")

    assert refused.returncode == 1
    assert "there is no room R9" in refused.stderr
