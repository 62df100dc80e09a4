"""Cut links: a mirror that resumes equals the server's rows, and only what changed is sent again."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from server.roles import Role
from tests.support.program import Program, Screen

pytestmark = pytest.mark.server

TOPICS = ("questions/R0", "agenda/R0")


def truth(program: Program, key: str, topic: str) -> dict[str, Any]:
    with program.http(key) as client:
        rows: dict[str, Any] = client.get(f"/api/v1/{topic}").json()["rows"]
        return rows


def cut_and_resume(program: Program, times: int, seed: int, done: Callable[[], None] = lambda: None) -> None:
    """Cut a wall's link so many times while questions come in, and check its mirror after each resume."""
    chance = random.Random(seed)
    wall = Screen(program, program.key(Role.WALL))
    desk = Screen(program, program.key(Role.CONTROL))
    for topic in TOPICS:
        wall.subscribe(topic)
    for turn in range(times):
        held = dict(wall.rows["questions/R0"])
        wall.cut()
        wall.resent.clear()
        before = wall.snapshots
        for each in range(chance.randrange(3)):
            slip(desk, turn, each)
        wall.connect()
        wall.sync()

        assert wall.snapshots == before, "a resume is a delta"
        now = wall.rows["questions/R0"]
        changed = {key for key, row in now.items() if held.get(key) != row}
        assert {key for key in wall.resent if key in now} == changed, "only what changed is sent again"
        done()
    for topic in TOPICS:
        assert wall.rows[topic] == truth(program, program.key(Role.WALL), topic)
    wall.close()
    desk.close()


def test_fifty_cuts_and_resumes_leave_every_mirror_exact(program: Program) -> None:
    cut_and_resume(program, 50, seed=5)


def test_a_second_connection_of_a_screen_replaces_the_first(program: Program) -> None:
    first = Screen(program, program.key(Role.WALL), "?screen=wall-1")
    second = Screen(program, program.key(Role.WALL), "?screen=wall-1")

    assert first.ended() == 4503
    second.sync()
    second.close()


def slip(desk: Screen, turn: int, each: int) -> None:
    body = f"Is this question {turn} the same as {each}?"
    answer = desk.ask("questions", "submit", {"room": "R0", "body": body, "inlet": "slip"})
    assert answer["t"] == "ok", answer
