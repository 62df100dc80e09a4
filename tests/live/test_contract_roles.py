"""Who may read and do what: every role with every topic and every verb of the public interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from server.roles import Role
from tests.support.program import Program, Screen

pytestmark = pytest.mark.server

ROOMS = ("R0", "R1")
BY_ROOM = ("agenda", "devices", "questions", "relay")
CREW_TOPICS = {*BY_ROOM, "checkin", *(f"{channel}/{room}" for channel in BY_ROOM for room in ROOMS)}
TOPICS = sorted({*CREW_TOPICS, "me"})

READS: Mapping[Role, set[str]] = {
    Role.CONTROL: CREW_TOPICS,
    Role.MODERATOR: CREW_TOPICS,
    Role.FLOOR: CREW_TOPICS,
    Role.WALL: CREW_TOPICS,
    Role.STAGE: {"agenda/R0", "questions/R0", "relay/R0"},
    Role.DEVICE: {"devices"},
    Role.ATTENDEE: {
        *("agenda", "me"),
        *(f"{channel}/{room}" for channel in ("agenda", "questions", "relay") for room in ROOMS),
    },
}

ITEM, ROOM, QUESTION, ASK, ALERT = ({name: "nobody"} for name in ("item", "room", "question", "ask", "alert"))
ARGS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "agenda": {
        **dict.fromkeys(("start", "finish", "pause", "resume", "skip", "restore"), ITEM),
        "next": {**ROOM, "from": "nobody"},
        "adjust": {**ITEM, "by": 60_000},
        "edit": {**ITEM, "title": "x"},
        "move": {**ITEM, "before": "t1"},
        "swap": {"a": "nobody", "b": "t1"},
        "insert": {**ROOM, "after": "t1", "title": "x", "duration": 60_000, "kind": "filler"},
        "message": {**ROOM, "text": "x", "level": "warn"},
        **dict.fromkeys(("clear_message", "undo"), ROOM),
        "seen": {**ROOM, "id": "x"},
        "ready": {"speaker": "nobody", "readiness": "ready", "eta": None},
        "ack_call": {"call": "nobody"},
        "suggest": {**ROOM, **ITEM, "available_at": 1},
        "adopt": {"proposal": "nobody"},
    },
    "checkin": {
        "scan": {"secret": "T0001", "list": 99},
        "annul": {"nonce": "nobody", "list": 1, "explanation": "x"},
        "walk_in": {"name": "x", "category": "y", "list": 99},
        "join": {"ticket": "nobody"},
    },
    "devices": {
        "report": {"device": "nobody", "readings": {}},
        "ack": {**ALERT, "reason": "x"},
        "resolve": {**ALERT, "reason": "x"},
        "silence": {"device": "nobody", "until": 1, "reason": "x"},
        "assign": {"device": "nobody"},
        "substitute": {"device": "nobody", "backup": "nobody"},
        "raise": {"category": "medical", **ROOM, "note": "x"},
    },
    "questions": {
        "submit": {**ROOM, "body": "x"},
        "vote": {**QUESTION, "on": True, "n": 1},
        **dict.fromkeys(("approve", "defer", "reopen", "shortlist", "unshortlist", "answered", "skip_back"), QUESTION),
        **dict.fromkeys(("next", "withdraw", "undo", "unmerge", "claim", "assign", "order"), QUESTION),
        "reject": {**QUESTION, "reason": "rude"},
        "air": {**QUESTION, "replaces": None},
        "edit": {**QUESTION, "body": "x"},
        "merge": {**QUESTION, "into": "nobody"},
        "label": {**QUESTION, "label": "x"},
        **dict.fromkeys(("open", "close"), ROOM),
        "mode": {**ROOM, "mode": "pre"},
        "blank": {**ROOM, "on": True},
    },
    "relay": {
        **dict.fromkeys(("raise", "seen"), ROOM),
        **dict.fromkeys(("lower", "invite", "air", "mute", "end"), ASK),
    },
}
VERBS = {(channel, verb) for channel, verbs in ARGS.items() for verb in verbs}
OWN = {("questions", "vote"), ("questions", "withdraw"), ("relay", "raise"), ("relay", "lower")}
"""What people do with what is theirs: the interface names attendees for them, and control as for everything."""


def _all(channel: str) -> set[tuple[str, str]]:
    return {(channel, verb) for verb in ARGS[channel]}


DOES: Mapping[Role, set[tuple[str, str]]] = {
    Role.CONTROL: VERBS,
    Role.MODERATOR: (_all("agenda") | _all("questions") | _all("relay") | {("devices", "ack"), ("devices", "assign")})
    - OWN
    | {("devices", "raise")},
    Role.FLOOR: _all("checkin")
    | {("questions", "submit"), ("agenda", "ready"), ("agenda", "ack_call"), ("devices", "raise")},
    Role.WALL: set(),
    Role.STAGE: {("agenda", "seen"), ("relay", "seen")},
    Role.DEVICE: {("devices", "report")},
    Role.ATTENDEE: {*OWN, ("questions", "submit"), ("questions", "edit"), ("checkin", "join")},
}


def key_of(program: Program, role: Role) -> str | None:
    """Return a key of the role: of room R0 and of the first microphone, where it has either."""
    if role is Role.ATTENDEE:
        return None
    room = "R0" if role in (Role.MODERATOR, Role.STAGE) else None
    return program.key(role, room, "mic-1" if role is Role.DEVICE else None)


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_its_topics_and_no_other(shared: Program, role: Role) -> None:
    screen = Screen(shared, key_of(shared, role))
    told = {topic for topic in screen.hello["topics"] if topic in TOPICS}
    screen.close()
    opened, refused = _try_topics(shared, role)

    assert opened == told == READS[role]
    assert set(refused.values()) <= {"forbidden"}


def _try_topics(program: Program, role: Role) -> tuple[set[str], dict[str, str]]:
    opened, refused = set(), {}
    screen = Screen(program, key_of(program, role))
    with program.http(screen.key) as client:
        for topic in TOPICS:
            screen.send({"t": "sub", "c": topic})
            answer = screen.read()
            status = client.get(f"/api/v1/{topic}").status_code
            assert status == (200 if answer["t"] == "rows" else 403), topic
            if answer["t"] == "rows":
                opened.add(topic)
            else:
                assert (answer["ref"], answer["retry"]) == (None, False)
                refused[topic] = answer["code"]
    screen.close()
    return opened, refused


@pytest.mark.parametrize("role", Role)
def test_a_role_does_its_verbs_and_no_other(shared: Program, role: Role) -> None:
    screen = Screen(shared, key_of(shared, role))
    codes = {
        (channel, verb): screen.ask(channel, verb, dict(args)).get("code")
        for channel, verbs in ARGS.items()
        for verb, args in verbs.items()
    }
    screen.close()

    allowed = {verb for verb, code in codes.items() if code == "not_found"}
    assert allowed == DOES[role]
    assert {code for verb, code in codes.items() if verb not in allowed} <= {"forbidden"}


@pytest.mark.parametrize(
    ("channel", "verb", "args"),
    [
        ("agenda", "start", {"item": "t4"}),
        ("agenda", "message", {"room": "R1", "text": "x", "level": "info"}),
        ("questions", "blank", {"room": "R1", "on": True}),
        ("questions", "close", {"room": "R1"}),
    ],
)
def test_a_moderator_acts_in_its_own_room_only(shared: Program, channel: str, verb: str, args: dict[str, Any]) -> None:
    screen = Screen(shared, shared.key(Role.MODERATOR, "R0"))
    code = screen.ask(channel, verb, args)["code"]
    screen.close()

    assert code == "forbidden"


def test_a_device_reports_for_itself_alone(shared: Program) -> None:
    screen = Screen(shared, shared.key(Role.DEVICE, device="mic-1"))
    own = screen.ask("devices", "report", {"device": "mic-1", "readings": {"battery_bars": 5}})
    other = screen.ask("devices", "report", {"device": "mic-2", "readings": {"battery_bars": 5}})
    keys: Sequence[str] = list(screen.subscribe("devices"))
    screen.close()

    assert own["result"]["live"] is True
    assert other["code"] in ("forbidden", "not_found")
    assert keys == ["device/mic-1"]
