"""The program as its users start, ask, stop and inspect it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from server.roles import Role
from tests.support.program import Program, Screen, cuedesk, make_folder, serving

pytestmark = pytest.mark.server


def test_sigterm_tells_every_screen_and_exits_in_order(program: Program) -> None:
    screen = Screen(program)

    assert program.stop() == 0
    assert screen.ended() == 1012


def test_a_second_server_of_a_folder_is_refused(program: Program) -> None:
    second = cuedesk("serve", str(program.folder), "--port", "0")

    assert second.returncode == 1
    assert "another Cuedesk serves this event" in second.stderr


def test_an_attendee_comes_back_as_the_same_person(program: Program) -> None:
    first = Screen(program)
    person = first.hello["person"]
    first.ask("questions", "submit", {"room": "R0", "body": "Am I still me?"})
    again = Screen(program, first.key)

    assert again.hello["person"] == person
    assert [row["body"] for row in again.subscribe("me").values() if "body" in row] == ["Am I still me?"]


def test_health_metrics_and_descriptions_are_there(program: Program) -> None:
    with program.http() as client:
        assert client.get("/healthz").text == "ok\n"
        assert client.get("/readyz").text == "ready\n"
        told = client.get("/metrics").text
        for name in ("sockets", "sockets_congested", "sends_at_once", "conflated", "late_seconds", "journal_offset"):
            assert f"\ncuedesk_{name} " in told
        assert "/api/v1/agenda/start" in client.get("/api/v1/openapi.json").json()["paths"]
        assert "agenda.start" in client.get("/api/v1/asyncapi.json").json()["x-commands"]


def test_http_and_socket_share_refs_and_revisions(program: Program) -> None:
    with program.http(program.key(Role.CONTROL)) as client:
        started = client.post("/api/v1/agenda/start", json={"item": "t1"}, headers={"idempotency-key": "one"})
        again = client.post("/api/v1/agenda/start", json={"item": "t1"}, headers={"idempotency-key": "one"})
        reuse = client.post("/api/v1/agenda/start", json={"item": "t2"}, headers={"idempotency-key": "one"})
        stale = client.post("/api/v1/agenda/finish", json={"item": "t1"}, headers={"if-match": '"999"'})

    assert started.status_code == 200, started.text
    assert again.json() == started.json()
    assert (reuse.status_code, reuse.json()["code"]) == (409, "key_reuse")
    assert (stale.status_code, stale.json()["code"], stale.json()["by"]) == (409, "conflict", "control")


def test_links_name_every_role_and_open_its_page(program: Program) -> None:
    links = json.loads(cuedesk("links", str(program.folder), "--json").stdout)

    assert {link["id"] for link in links} >= {"control", "wall", "floor", "moderator:R0", "stage:R1", "device:mic-1"}
    with program.http() as client:
        for link in links:
            if link["role"] != "device":
                opened = client.get(link["path"], headers={"accept": "text/html"})
                assert opened.status_code == 303
                assert "key=" not in opened.headers["location"]
                assert client.get(opened.headers["location"]).status_code == 200, link["id"]


def test_a_revoked_link_opens_nothing_any_more(program: Program) -> None:
    screen = Screen(program, program.key(Role.WALL))
    assert cuedesk("links", str(program.folder), "--revoke", "wall").returncode == 0

    assert screen.ended() == 4500
    assert "wall" not in [link["id"] for link in json.loads(cuedesk("links", str(program.folder), "--json").stdout)]


def test_a_new_link_works_at_once(program: Program) -> None:
    (made,) = json.loads(cuedesk("links", str(program.folder), "--new", "moderator:R0", "--json").stdout)

    assert Screen(program, made["key"]).hello["rooms"] == ["R0"]


def test_importing_again_shows_what_would_change_first(program: Program) -> None:
    agenda = program.folder / "agenda.csv"
    agenda.write_text(agenda.read_text().replace("Kernel tracing", "Kernel tracing in practice"))
    shown = cuedesk("import", str(program.folder), "--yes")

    assert "agenda: 1" in shown.stdout, shown
    with program.http(program.key(Role.CONTROL)) as client:
        assert client.get("/api/v1/agenda/R1").json()["rows"]["item/t4"]["title"] == "Kernel tracing in practice"


def test_erasing_a_person_leaves_counts_and_nothing_else(program: Program) -> None:
    screen = Screen(program)
    screen.ask("questions", "submit", {"room": "R0", "body": "UNFORGETTABLE words", "name": "Zhang UNFORGETTABLE"})
    assert cuedesk("erase", str(program.folder), screen.hello["person"]).returncode == 0

    with program.http(program.key(Role.CONTROL)) as client:
        rows = client.get("/api/v1/questions/R0").json()["rows"]
    assert "UNFORGETTABLE" not in json.dumps(rows)
    assert len([key for key in rows if key.startswith("q/")]) == 1


def test_no_personal_text_stands_in_the_files(program: Program) -> None:
    screen = Screen(program)
    screen.ask("questions", "submit", {"room": "R0", "body": "UNFORGETTABLE words", "name": "Zhang UNFORGETTABLE"})
    with program.http(program.key(Role.FLOOR)) as client:
        client.post("/api/v1/checkin/scan", json={"secret": "T0007"}, headers={"idempotency-key": "x"})
    program.stop()
    files = [path for path in program.folder.iterdir() if path.name.startswith("cuedesk.sqlite3")]

    for path in files:
        for text in (b"UNFORGETTABLE", "来宾".encode(), b"T0007"):
            assert text not in path.read_bytes()
    with sqlite3.connect(program.folder / "cuedesk.sqlite3") as journal:
        assert journal.execute("SELECT count(*) FROM events").fetchone()[0] > 50
    journal.close()


def test_a_folder_with_faults_is_not_served_and_says_why(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, event='titel = "x"\n')
    served = cuedesk("serve", str(folder), "--port", "0")

    assert served.returncode == 1
    assert "event.toml:1" in served.stderr
    assert cuedesk("check", str(folder)).returncode == 1


def test_the_settings_are_printed_with_their_variables() -> None:
    assert "CUEDESK_PORT" in cuedesk("settings").stdout


def test_shift_now_starts_the_day_a_minute_after_the_start(tmp_path: Path) -> None:
    with serving(make_folder(tmp_path), "--shift", "now") as program, program.http() as client:
        screen = Screen(program)
        first = client.get("/api/v1/agenda/R0").json()["rows"]["item/t1"]

    assert abs(first["planned"]["start"] - screen.hello["now"] - 60_000) < 30_000
