"""Several equal processes on Redis: one history, whoever wrote it, and nothing acknowledged goes with any of them."""

from __future__ import annotations

import base64
import contextlib
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from server.roles import Role
from tests.support.pictures import jpeg
from tests.support.program import Program, Screen, make_folder
from tests.support.redis import RedisServer

pytestmark = [pytest.mark.server, pytest.mark.redis]

Pair = tuple[Program, Program]


def start(folder: Path, redis: RedisServer) -> Pair:
    make_folder(folder)
    with ThreadPoolExecutor(2) as both:
        one, two = both.map(lambda _: Program(folder, "--redis", redis.url), range(2))
    return one, two


def stop(pair: Pair) -> None:
    for program in pair:
        if program.process.poll() is None:
            program.kill()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two processes for the tests that leave them as they were."""
    redis = RedisServer(tmp_path_factory.mktemp("redis"))
    pair = start(tmp_path_factory.mktemp("event"), redis)
    yield pair
    stop(pair)
    redis.kill()


@pytest.fixture
def pair(tmp_path: Path, redis: RedisServer) -> Iterator[Pair]:
    pair = start(tmp_path / "event", redis)
    yield pair
    stop(pair)


def desks(pair: Pair, role: Role = Role.CONTROL) -> tuple[Screen, Screen]:
    one, two = (Screen(program, program.key(role)) for program in pair)
    return one, two


def until(screen: Screen, topic: str, key: str, **members: Any) -> dict[str, Any]:
    """Read until a row has these members, and return it."""
    while not all(screen.rows[topic].get(key, {}).get(name) == value for name, value in members.items()):
        screen.read()
    row: dict[str, Any] = screen.rows[topic][key]
    return row


def journal(pair: Pair, topic: str) -> list[Any]:
    found = []
    for program in pair:
        with program.http(program.key(Role.CONTROL)) as client:
            found.append(client.get(f"/api/v1/{topic}").json()["rows"])
    return found


def settled(pair: Pair, topic: str) -> list[Any]:
    """Return what both processes show once both have had the time to hear of everything."""
    found = journal(pair, topic)
    for _ in range(200):
        if found[0] == found[1]:
            break
        found = journal(pair, topic)
    return found


def test_what_one_process_takes_the_other_shows(shared: Pair) -> None:
    one, two = desks(shared)
    two.subscribe("agenda/R1")
    assert one.ask("agenda", "start", {"item": "t4"})["t"] == "ok"

    until(two, "agenda/R1", "item/t4", state="running")


def test_a_screen_resumes_on_another_process_with_what_changed(shared: Pair) -> None:
    one, two = desks(shared)
    one.subscribe("agenda/R0")
    assert two.ask("agenda", "start", {"item": "t1"})["t"] == "ok"
    until(one, "agenda/R0", "item/t1", state="running")
    one.cut()
    assert two.ask("agenda", "adjust", {"item": "t1", "by": 60_000})["t"] == "ok"
    before = one.snapshots
    one.program = shared[1]
    one.connect()

    assert one.snapshots == before
    assert one.rows["agenda/R0"]["item/t1"]["adjusted"] == 60_000


def test_a_ref_is_one_command_on_whatever_process(shared: Pair) -> None:
    one, two = desks(shared, Role.FLOOR)
    walk_in = ("checkin", "walk_in", {"name": "Ada", "category": "guest"})
    first = one.ask(*walk_in, ref="same")

    assert two.ask(*walk_in, ref="same") == first
    with shared[1].http(shared[1].key(Role.FLOOR)) as client:
        assert client.get("/api/v1/checkin").json()["rows"]["totals"]["walk_ins"] == 1


def test_of_two_who_act_at_once_one_wins_and_the_other_is_told(shared: Pair) -> None:
    one, two = desks(shared)
    asked = one.ask("questions", "submit", {"room": "R0", "body": "Who is first?", "inlet": "slip"})["result"]
    two.subscribe("questions/R0")
    rev = until(two, "questions/R0", f"q/{asked['id']}", state="pending")["rev"]
    args = {"question": asked["id"]}
    one.send({"t": "cmd", "ref": "1", "c": "questions", "v": "approve", "args": args, "rev": rev})
    two.send({"t": "cmd", "ref": "2", "c": "questions", "v": "reject", "args": {**args, "reason": "rude"}, "rev": rev})
    for screen, ref in ((one, "1"), (two, "2")):
        while ref not in screen.answers:
            screen.read()

    assert sorted([one.answers["1"]["t"], two.answers["2"]["t"]]) == ["err", "ok"]
    assert {one.answers["1"].get("code"), two.answers["2"].get("code")} == {None, "conflict"}


def test_any_interleaving_leaves_both_with_the_same_history(shared: Pair) -> None:
    chance = random.Random(3)
    screens = desks(shared)
    sent = 0
    for number in range(150):
        screen = screens[chance.randrange(2)]
        what = chance.choice(["walk_in", "submit", "blank", "adjust"])
        commands = {
            "walk_in": ("checkin", "walk_in", {"name": f"W{number}", "category": "guest"}),
            "submit": ("questions", "submit", {"room": "R0", "body": f"Number {number}?", "inlet": "slip"}),
            "blank": ("questions", "blank", {"room": "R0", "on": chance.random() < 0.5}),
            "adjust": ("agenda", "adjust", {"item": "t2", "by": 1_000}),
        }
        channel, verb, args = commands[what]
        screen.send({"t": "cmd", "ref": f"r{number}", "c": channel, "v": verb, "args": args})
        sent += 1
    while sum(len(screen.answers) for screen in screens) < sent:
        for screen in screens:
            screen.sync()
    for topic in ("questions/R0", "agenda/R0"):
        one, two = settled(shared, topic)
        numbers = [row["number"] for key, row in one.items() if key.startswith("q/")]
        assert one == two
        assert len(numbers) == len(set(numbers))


def test_a_process_that_is_killed_takes_nothing_with_it(pair: Pair) -> None:
    one, two = desks(pair, Role.FLOOR)
    for number in range(200):
        args = {"name": f"W{number}", "category": "guest"}
        one.send({"t": "cmd", "ref": f"r{number}", "c": "checkin", "v": "walk_in", "args": args})
    while len(one.answers) < 20:
        one.read()
    pair[0].kill()
    with contextlib.suppress(ConnectionClosed, OSError, TimeoutError):
        while True:
            one.read(2)
    told = dict(one.answers)
    again = {}
    for number in range(200):
        args = {"name": f"W{number}", "category": "guest"}
        again[f"r{number}"] = two.ask("checkin", "walk_in", args, ref=f"r{number}")

    assert {ref: again[ref] for ref in told} == told
    assert two.subscribe("checkin")["totals"]["walk_ins"] == 200


def test_redis_may_go_and_come_back(pair: Pair, redis: RedisServer) -> None:
    """Commands are refused for as long as it is gone, screens stay, and all that was answered is there afterwards."""
    one, two = desks(pair, Role.FLOOR)
    args = {"name": "Before", "category": "guest"}
    first = one.ask("checkin", "walk_in", args, ref="before")
    redis.kill()
    refused = one.ask("checkin", "walk_in", {**args, "name": "Meanwhile"}, ref="meanwhile")
    one.sync()
    redis.start()
    while (answer := one.ask("checkin", "walk_in", {**args, "name": "Meanwhile"}, ref="meanwhile"))["t"] != "ok":
        assert answer["code"] == "unavailable"

    assert (refused["code"], refused["retry"]) == ("unavailable", True)
    assert two.ask("checkin", "walk_in", args, ref="before") == first
    assert two.subscribe("checkin")["totals"]["walk_ins"] == 2


def test_a_history_that_was_emptied_is_refused_and_never_merged(pair: Pair, redis: RedisServer) -> None:
    one, _ = desks(pair, Role.FLOOR)
    one.ask("checkin", "walk_in", {"name": "Before", "category": "guest"})
    redis.ask("FLUSHALL")
    refused = one.ask("checkin", "walk_in", {"name": "After", "category": "guest"})

    assert refused["code"] == "unavailable"
    assert "another history" in refused["message"]


def test_live_readings_are_seen_on_every_process(shared: Pair) -> None:
    _, two = desks(shared)
    two.subscribe("devices/R0")
    with shared[0].http(shared[0].key(Role.DEVICE, None, "mic-1")) as client:
        report = {"device": "mic-1", "readings": {"battery_percent": 71}, "seq": 1, "boot_id": "b"}
        client.post("/api/v1/devices/report", json=report).raise_for_status()

    row = two.rows["devices/R0"]["device/mic-1"]
    while "battery_percent" not in row["readings"]:
        two.read()
        row = two.rows["devices/R0"]["device/mic-1"]
    assert row["readings"]["battery_percent"]["value"] == 71


def test_what_a_crowd_taps_is_one_count_on_every_process(shared: Pair) -> None:
    _, two = desks(shared)
    two.subscribe("reactions/R0")
    for process in shared:
        with process.http() as client:
            client.post("/api/v1/reactions/react", json={"room": "R0", "kind": "agree", "count": 3}).raise_for_status()

    while two.rows["reactions/R0"]["meter"]["counts"]["agree"] != 6:
        two.read()
    assert two.rows["reactions/R0"]["meter"]["people"] == 2


def test_screens_of_one_process_are_seen_and_told_by_the_other(shared: Pair) -> None:
    _, two = desks(shared)
    stage = Screen(shared[0], shared[0].key(Role.STAGE, "R0"))
    two.subscribe("screens")
    stage.subscribe("screens/R0")
    assert stage.ask("screens", "report", {"screen": "s1", "page": "stage", "room": "R0"})["t"] == "ok"
    row = until(two, "screens", "screen/s1", state="up")
    assert two.ask("screens", "rename", {"screen": "s1", "name": "Lectern"})["t"] == "ok"
    assert two.ask("screens", "identify", {"screen": "s1"})["t"] == "ok"
    refused = two.ask("screens", "redirect", {"screen": "s1", "page": "stage", "room": "R1"})

    assert row["rooms"] == ["R0"]
    assert refused["code"] == "illegal_transition"
    while stage.rows["screens/R0"]["screen/s1"]["identify_until"] is None:
        stage.read()
    until(stage, "screens/R0", "screen/s1", name="Lectern")


def test_who_is_erased_on_one_process_is_forgotten_by_all(shared: Pair) -> None:
    asker = Screen(shared[0])
    asker.ask("questions", "submit", {"room": "R0", "body": "UNFORGETTABLE words"})
    with shared[0].http(shared[0].key(Role.CONTROL)) as client:
        client.post("/api/v1/event/erase", json={"people": [asker.hello["person"]]}).raise_for_status()
    _, two = desks(shared)
    two.ask("questions", "blank", {"room": "R0", "on": True})

    assert "UNFORGETTABLE" not in json.dumps(journal(shared, "questions/R0"))


def test_a_redis_that_may_lose_a_second_is_told_to_the_crew(tmp_path: Path, redis: RedisServer) -> None:
    redis.ask("CONFIG", "SET", "appendfsync", "everysec")
    program = Program(make_folder(tmp_path / "event"), "--redis", redis.url)
    screen = Screen(program, program.key(Role.CONTROL))
    stranger = Screen(program)
    program.stop()

    assert "appendfsync always" in screen.hello["warning"]
    assert "warning" not in stranger.hello


def test_two_workers_share_one_port_and_end_together(tmp_path: Path, redis: RedisServer) -> None:
    folder = make_folder(tmp_path / "event")
    program = Program(folder, "--redis", redis.url, "--workers", "2")
    served: set[str] = set()
    while len(served) < 2:
        with httpx.Client(base_url=program.url, trust_env=False) as client:
            lines = client.get("/metrics").text.splitlines()
        served.add(next(line for line in lines if line.startswith("process_start_time_seconds")))

    assert program.stop() == 0


def test_a_picture_and_a_message_taken_by_one_process_are_read_at_the_other(shared: Pair) -> None:
    one, two = (Screen(program, program.key(Role.FLOOR)) for program in shared)
    one.subscribe("backstage/R1")
    two.subscribe("backstage/R1")
    slip = {"room": "R1", "body": "See the picture", "photo": base64.b64encode(jpeg()).decode()}
    key = one.ask("questions", "submit", slip)["result"]["id"]
    said = one.ask("backstage", "say", {"room": "R1", "text": "Mic 2 to row 5", "desk": "one"})["result"]["id"]
    until(two, "backstage/R1", f"message/{said}", text="Mic 2 to row 5")
    two.ask("backstage", "read", {"message": said, "desk": "two"})
    until(one, "backstage/R1", f"message/{said}", rev=2)

    with shared[1].http(shared[1].key(Role.FLOOR)) as http:
        row = http.get("/api/v1/questions/R1").json()["rows"][f"q/{key}"]
        assert http.get(f"/api/v1/slips/{key}/{row['photo']}").content[:2] == b"\xff\xd8"
    one.close()
    two.close()
