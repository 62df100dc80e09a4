"""What every row holds: each member of the public interface is there, of its type, on the board it belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

import pytest

from server.domain.agenda.state import CallState, ItemState, Readiness
from server.plan import EndKind, GapKind, ItemKind, StartKind
from server.roles import Role
from tests.support.program import Program, Screen, make_folder, serving

pytestmark = pytest.mark.server

Check = Callable[[Any], bool]


def a(*kinds: type) -> Check:
    """A value of one of these types; true and false are no numbers."""
    return lambda value: isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def maybe(check: Check) -> Check:
    return lambda value: value is None or check(value)


def one_of(*names: str) -> Check:
    return lambda value: value in names


def having(*members: str) -> Check:
    return lambda value: isinstance(value, dict) and value.keys() >= set(members)


def each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(check(member) for member in value)


TEXT, WHOLE, NUMBER, FLAG = a(str), a(int), a(int, float), a(bool)
SPAN = having("start", "end")
LISTED = each(TEXT)

ROWS: Mapping[str, Mapping[str, Check]] = {
    "agenda/R0 room": {
        **dict.fromkeys(("id", "title"), TEXT),
        **dict.fromkeys(("item", "next"), maybe(TEXT)),
        "state": one_of("idle", "running", "paused", "ended"),
        "end": having("planned", "expected", "target"),
        "message": maybe(having("id", "text", "level", "seen_by")),
        **dict.fromkeys(("late", "rev"), WHOLE),
    },
    "agenda/R0 item/": {
        **dict.fromkeys(("id", "room", "title"), TEXT),
        "kind": one_of(*get_args(ItemKind)),
        "speakers": each(having("id", "name", "readiness")),
        **dict.fromkeys(("order", "duration", "min_duration", "min_gap", "rev"), WHOLE),
        **dict.fromkeys(("planned", "expected"), SPAN),
        "actual": maybe(SPAN),
        "start_kind": one_of(*get_args(StartKind)),
        "end_kind": one_of(*get_args(EndKind)),
        "gap_kind": one_of(*get_args(GapKind)),
        "optional": FLAG,
        "state": one_of(*get_args(ItemState)),
        "clock": maybe(having("started_at", "duration", "paused_at", "paused_total")),
    },
    "agenda/R0 call/": {
        **dict.fromkeys(("id", "item", "name"), TEXT),
        "role": one_of("speaker", "host", "tech"),
        **dict.fromkeys(("lead", "due_at"), WHOLE),
        "state": one_of(*get_args(CallState)),
        "acked_by": maybe(TEXT),
    },
    "checkin totals": {
        **dict.fromkeys(("registered", "expected", "arrived", "inside", "walk_ins", "late_uploads", "as_of"), WHOLE),
        **dict.fromkeys(("rate_1", "rate_5", "rate_smooth", "ratio"), NUMBER),
        "eta": maybe(having("to", "at", "low", "high")),
        "by_category": a(dict),
    },
    "checkin minute/": {"arrived": WHOLE, "by_lane": a(dict)},
    "checkin lane/": {
        **dict.fromkeys(("title", "gate"), TEXT),
        "active": FLAG,
        **dict.fromkeys(("rate", "load", "service", "denied"), NUMBER),
    },
    "checkin vip/": {"name": TEXT},
    "devices/R0 device/": {
        **dict.fromkeys(("id", "name", "kind", "role"), TEXT),
        "room": maybe(TEXT),
        "backups": LISTED,
        "link": one_of("online", "stale", "unavailable", "unknown"),
        "readings": lambda value: all(map(having("value", "unit", "quality", "observed_at"), value.values())),
        "status": one_of("ok", "warn", "crit", "unknown"),
        "reason": maybe(TEXT),
        "assigned": maybe(having("speaker", "item")),
    },
    "devices/R0 alert/": {
        **dict.fromkeys(("id", "rule"), TEXT),
        **dict.fromkeys(("device", "room", "acked_by", "ack_reason", "inhibited_by", "verdict"), maybe(TEXT)),
        "category": one_of("medical", "technical", "security", "venue"),
        "severity": one_of("info", "warn", "crit"),
        "state": one_of("pending", "firing", "recovering", "resolved"),
        **dict.fromkeys(("since", "step"), WHOLE),
        "value": maybe(a(str, int, float, bool)),
        **dict.fromkeys(("silenced_until", "no_data_since"), maybe(WHOLE)),
    },
    "questions/R0 qa": {
        "state": one_of("open", "closing", "closed"),
        "closes_at": maybe(WHOLE),
        "mode": one_of("pre", "post", "delay"),
        "blank": FLAG,
        **dict.fromkeys(("on_air", "next", "suggested"), maybe(TEXT)),
        "fits": WHOLE,
        "meter": lambda value: all(
            having("asked", "answered", "air_time", "median_wait", "waiting")(value[side])
            for side in ("room", "remote")
        ),
        "rev": WHOLE,
    },
    "questions/R0 q/": {
        **dict.fromkeys(("id", "room", "body", "state"), TEXT),
        **dict.fromkeys(("number", "votes", "received", "perceived", "rev"), WHOLE),
        "origin": one_of("room", "remote"),
        "inlet": one_of("web", "kiosk", "slip", "voice", "staff", "import"),
        **dict.fromkeys(("name", "lang", "assignee", "merged_into", "claimed_by", "close_reason"), maybe(TEXT)),
        "order": maybe(NUMBER),
        **dict.fromkeys(("labels", "similar"), LISTED),
        "hits": a(list),
        **dict.fromkeys(("approved_at", "on_air_at", "closed_at"), maybe(WHOLE)),
    },
    "relay/R0 handover": {
        **dict.fromkeys(("question", "body", "name", "origin"), maybe(TEXT)),
        **dict.fromkeys(("number", "since"), maybe(WHOLE)),
        "seen_by": LISTED,
    },
    "relay/R0 ask/": {
        **dict.fromkeys(("id", "room", "state"), TEXT),
        **dict.fromkeys(("question", "name"), maybe(TEXT)),
        "muted": FLAG,
        **dict.fromkeys(("level_dbfs", "rtt_ms", "loss"), maybe(NUMBER)),
        **dict.fromkeys(("since", "rev"), WHOLE),
    },
    "relay/R0 feed": {
        **dict.fromkeys(("stage_connected", "recording"), FLAG),
        "listeners": WHOLE,
        "level_dbfs": maybe(NUMBER),
    },
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """An event in which everything has happened that makes a row."""
    guests = "secret,name,category,vip\nT0001,Guest 来宾,attendee,\nV1,Guest 贵宾,speaker,yes\n"
    folder = make_folder(tmp_path_factory.mktemp("event"), attendees=guests)
    with serving(folder, "--shift", "now") as program:
        _story(program)
        yield program


def _story(program: Program) -> None:
    control, asker = Screen(program, program.key(Role.CONTROL)), Screen(program)
    asked = asker.ask("questions", "submit", {"room": "R0", "body": "为什么？", "name": "Ann", "lang": "zh"})
    question = asked["result"]["id"]
    ask = asker.ask("relay", "raise", {"room": "R0", "question": question})
    for channel, verb, args in (
        ("agenda", "start", {"item": "t1"}),
        ("agenda", "message", {"room": "R0", "text": "5 min", "level": "warn"}),
        ("checkin", "scan", {"secret": "V1", "lane": "A"}),
        ("devices", "report", {"device": "mic-1", "readings": {"battery_bars": 5, "rf_dbm": None}, "seq": 1}),
        ("devices", "raise", {"category": "medical", "room": "R0", "note": "here"}),
        ("questions", "approve", {"question": question}),
        ("questions", "air", {"question": question, "replaces": None}),
        ("relay", "invite", {"ask": ask["result"]["id"]}),
    ):
        answer = control.ask(channel, verb, args)
        assert answer["t"] == "ok", answer
    for screen in (control, asker):
        screen.close()


def board(program: Program, topic: str, key: str | None = None) -> dict[str, dict[str, Any]]:
    """Return a topic's rows."""
    with program.http(key or program.key(Role.CONTROL)) as client:
        rows: dict[str, dict[str, Any]] = client.get(f"/api/v1/{topic}").raise_for_status().json()["rows"]
    return rows


@pytest.mark.parametrize("place", ROWS)
def test_a_row_has_every_member_of_its_type(busy: Program, place: str) -> None:
    topic, key = place.split(" ")
    found = {
        name: row for name, row in board(busy, topic).items() if name == key or ("/" in key and name.startswith(key))
    }

    assert found
    for name, row in found.items():
        wrong = {
            member: row.get(member, "missing") for member, fits in ROWS[place].items() if not fits(row.get(member, ...))
        }
        assert not wrong, name


def test_the_bare_agenda_holds_one_row_per_room_and_nothing_else(busy: Program) -> None:
    assert board(busy, "agenda").keys() == {"R0", "R1"}


def test_what_is_the_crews_own_stays_with_the_crew(busy: Program) -> None:
    screen = Screen(busy)
    agenda, questions = board(busy, "agenda/R0", screen.key), board(busy, "questions/R0", screen.key)
    screen.close()
    items = [row for key, row in agenda.items() if key.startswith("item/")]

    assert not [key for key in agenda if key.startswith("call/")]
    assert agenda["room"]["message"] is None
    assert {speaker["readiness"] for item in items for speaker in item["speakers"]} == {None}
    assert [
        (row["hits"], row["similar"], row["claimed_by"]) for key, row in questions.items() if key.startswith("q/")
    ] == [([], [], None)]


def test_a_wall_shows_no_name_of_an_attendee(busy: Program) -> None:
    wall = busy.key(Role.WALL)
    questions = board(busy, "questions/R0", wall)

    assert {row["name"] for key, row in questions.items() if key.startswith("q/")} == {None}
    assert board(busy, "relay/R0", wall)["handover"]["name"] is None
    assert not [key for key in board(busy, "checkin", wall) if key.startswith("vip/")]


def test_every_state_of_readiness_is_taken(busy: Program) -> None:
    screen = Screen(busy, busy.key(Role.FLOOR))
    rows = screen.subscribe("agenda/R0")
    speaker = rows["item/t2"]["speakers"][0]["id"]
    for readiness in get_args(Readiness):
        screen.ask("agenda", "ready", {"speaker": speaker, "readiness": readiness, "eta": int(time.time() * 1000)})
        screen.sync()
        assert rows["item/t2"]["speakers"][0]["readiness"] == readiness
    screen.close()
