"""Two moderators, an asker and a dying server: one outcome each time, and both sides are told the same."""

from __future__ import annotations

import base64
import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from server.roles import Role
from tests.support.pictures import jpeg
from tests.support.program import Program, Screen, cuedesk, make_folder, serving

pytestmark = pytest.mark.server

TOPIC = "questions/R0"
AFTER = {"approve": "approved", "reject": "rejected"}

Pair = tuple[Screen, Screen]
Answer = dict[str, Any]


@pytest.fixture
def tablets(program: Program) -> Iterator[Pair]:
    one, two = (Screen(program, program.key(Role.MODERATOR, "R0")) for _ in range(2))
    for tablet in (one, two):
        tablet.subscribe(TOPIC)
    yield one, two
    for tablet in (one, two):
        tablet.close()


def ask(desk: Screen, body: str, *verbs: str) -> str:
    """Let a question come in, and take it where a test wants it."""
    key = str(desk.ask("questions", "submit", {"room": "R0", "body": body, "inlet": "slip"})["result"]["id"])
    for verb in verbs:
        desk.ask("questions", verb, {"question": key})
    return key


def command(verb: str, args: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"t": "cmd", "ref": str(uuid.uuid4()), "c": "questions", "v": verb, "args": args, **more}


def at_once(first: tuple[Screen, dict[str, Any]], second: tuple[Screen, dict[str, Any]]) -> tuple[Answer, Answer]:
    """Send two commands before either is answered, and return both answers."""
    for screen, frame in (first, second):
        screen.send(frame)
    return answer_to(*first), answer_to(*second)


def answer_to(screen: Screen, frame: dict[str, Any]) -> Answer:
    while frame["ref"] not in screen.answers:
        screen.read()
    return screen.answers.pop(frame["ref"])


def agreed(one: Screen, two: Screen) -> dict[str, Any]:
    """Return the rows that both tablets show."""
    one.sync()
    two.sync()
    assert one.rows[TOPIC] == two.rows[TOPIC]
    return one.rows[TOPIC]


def shown(screen: Screen, key: str, state: str, topic: str = TOPIC) -> dict[str, Any]:
    """Read until a question is shown in a state, and return its row."""
    while screen.rows[topic].get(f"q/{key}", {}).get("state") != state:
        screen.read()
    row: dict[str, Any] = screen.rows[topic][f"q/{key}"]
    return row


def won_and_lost(answers: tuple[Answer, Answer]) -> tuple[int, Answer]:
    """Return which of two came through, and what the other one was told."""
    assert sorted(answer["t"] for answer in answers) == ["err", "ok"]
    winner = int(answers[1]["t"] == "ok")
    return winner, answers[1 - winner]


@pytest.mark.parametrize("same", [True, False], ids=["one question", "two questions"])
def test_two_next_taps_at_once_advance_once(tablets: Pair, same: bool) -> None:
    one, two = tablets
    first, second = ask(one, "Number one?", "approve"), ask(one, "Number two?", "approve")
    wanted = (first, first if same else second)
    frames = [command("air", {"question": key, "replaces": None}) for key in wanted]

    winner, told = won_and_lost(at_once((one, frames[0]), (two, frames[1])))

    rows = agreed(one, two)
    assert rows["qa"]["on_air"] == wanted[winner]
    assert [key for key, row in rows.items() if row.get("state") == "on_air"] == [f"q/{wanted[winner]}"]
    assert told["code"] == "conflict"
    assert (told["detail"]["row"]["on_air"], told["detail"]["by"]) == (wanted[winner], "moderator:R0")


def test_approve_against_reject_on_one_revision_has_one_outcome_told_to_both(tablets: Pair) -> None:
    chance = random.Random(7)
    for number in range(20):
        key = ask(tablets[0], f"Number {number}?")
        verbs = chance.sample(("approve", "reject"), 2)
        frames = [command(verb, {"question": key}, rev=1) for verb in verbs]

        winner, told = won_and_lost(at_once((tablets[0], frames[0]), (tablets[1], frames[1])))

        one, two = (shown(tablet, key, AFTER[verbs[winner]]) for tablet in tablets)
        assert one == two == told["detail"]["row"]
        assert told["code"] == "conflict"
        assert told["detail"]["at"] is not None


def test_edit_against_withdraw_leaves_no_word_of_the_withdrawn(program: Program, tablets: Pair) -> None:
    chance = random.Random(11)
    for number in range(10):
        asker = Screen(program)
        asker.subscribe("me")
        key = asker.ask("questions", "submit", {"room": "R0", "body": f"Regretted {number}"})["result"]["id"]
        edit = (tablets[0], command("edit", {"question": key, "body": f"Regretted, edited {number}"}, rev=1))
        withdraw = (asker, command("withdraw", {"question": key}))
        first, second = chance.sample((edit, withdraw), 2)

        answers = at_once(first, second)

        edited = answers[0] if first is edit else answers[1]
        assert edited["t"] == "ok" or (edited["code"], edited["detail"]["by"]) == ("conflict", "author")
        for screen, topic in ((tablets[0], TOPIC), (tablets[1], TOPIC), (asker, "me")):
            row = shown(screen, key, "withdrawn", topic)
            assert (row["body"], row["original"]) == ("", None)
        asker.close()


def events(folder: Path) -> int:
    """Return how many events are on the disk."""
    with closing(sqlite3.connect(folder / "cuedesk.sqlite3", timeout=5)) as journal:
        return int(journal.execute("SELECT count(*) FROM events").fetchone()[0])


@pytest.mark.parametrize("seed", range(4))
def test_a_server_that_dies_between_commit_and_reply_gives_the_same_answers_when_asked_again(
    tmp_path: Path, seed: int
) -> None:
    folder = make_folder(tmp_path / "event")
    program = Program(folder)
    key, said = program.key(Role.MODERATOR, "R0"), {"room": "R0", "text": "Mic 2 to row 5"}
    one, two = Screen(program, key), Screen(program, key)
    one.subscribe(TOPIC)
    questions = [ask(one, f"Number {number}?") for number in range(10)]
    frames: list[tuple[dict[str, Any], dict[str, Any]]] = []
    for question in questions:
        verbs = random.Random(seed).sample(("approve", "reject"), 2)
        made = [command(verb, {"question": question}, rev=1) for verb in verbs]
        frames.append((made[0], made[1]))
    message = {**command("say", said), "c": "backstage"}
    before = events(folder)
    one.send(message)
    for left, right in frames:
        one.send(left)
        two.send(right)
    deadline = time.monotonic() + 10
    while events(folder) <= before + seed and time.monotonic() < deadline:
        pass
    program.kill()

    with serving(folder) as program:
        one, two = Screen(program, key), Screen(program, key)
        one.subscribe(TOPIC)
        messages = one.subscribe("backstage/R0")
        one.send(message)
        assert answer_to(one, message)["t"] == "ok"
        for question, (left, right) in zip(questions, frames, strict=True):
            winner, told = won_and_lost(at_once((one, left), (two, right)))
            shown(one, question, AFTER[(left, right)[winner]["v"]])
            assert told["code"] == "conflict"
        assert [row["text"] for row in messages.values()] == ["Mic 2 to row 5"]


def slip(picture: bytes) -> dict[str, Any]:
    return {"room": "R0", "body": "See the picture", "photo": base64.b64encode(picture).decode(), "receipt": "K7-1"}


def test_a_slips_picture_outlives_the_server_and_is_gone_once_it_is_erased(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "event")
    program = Program(folder)
    with program.http(program.key(Role.FLOOR)) as http:
        key = http.post("/api/v1/questions/submit", json=slip(jpeg(scan=150_000))).json()["id"]
    program.kill()
    with serving(folder) as program, program.http(program.key(Role.FLOOR)) as http:
        row = http.get("/api/v1/questions/R0").json()["rows"][f"q/{key}"]
        address = f"/api/v1/slips/{key}/{row['photo']}"
        assert http.get(address).headers["content-type"] == "image/jpeg"
        with program.http() as nobody:
            assert nobody.get(address).status_code == 401
            assert nobody.get(f"{address}?as=attendee").status_code in (401, 403)
        assert cuedesk("erase", str(folder), f"q{key}").returncode == 0
        assert http.get(address).status_code == 404
        assert http.get("/api/v1/questions/R0").json()["rows"][f"q/{key}"]["photo"] is None


@pytest.mark.parametrize(
    ("picture", "status"),
    [(b"GIF89a" + bytes(1_000), 400), (bytes(400_000), 413), (bytes(2_000_000), 413)],
    ids=["no jpeg", "too large for a slip", "too large for a request"],
)
def test_garbage_instead_of_a_picture_is_named_and_changes_nothing(
    shared: Program, picture: bytes, status: int
) -> None:
    with shared.http(shared.key(Role.FLOOR)) as http:
        assert http.post("/api/v1/questions/submit", json=slip(picture)).status_code == status
        rows = http.get("/api/v1/questions/R0").json()["rows"]
    assert [key for key in rows if key.startswith("q/")] == []


@pytest.mark.parametrize("role", [Role.WALL, Role.ATTENDEE])
def test_backstage_is_closed_to_everybody_who_is_not_of_the_crew(shared: Program, role: Role) -> None:
    screen = Screen(shared, None if role is Role.ATTENDEE else shared.key(role))
    for topic in ("backstage", "backstage/R0"):
        screen.send({"t": "sub", "c": topic})
        while (frame := screen.read())["t"] not in ("err", "rows"):
            pass
        assert (frame["t"], frame["code"]) == ("err", "forbidden")
    assert screen.ask("backstage", "say", {"room": "R0", "text": "Hello?"})["code"] == "forbidden"
    screen.close()
