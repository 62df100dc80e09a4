"""Kill -9 at random moments under load: everything acknowledged is there after the restart, and none of it twice."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from server.roles import Role
from tests.support.program import Program, Screen, make_folder, serving

pytestmark = pytest.mark.server

LOAD = 400


def commands(seed: int) -> list[dict[str, Any]]:
    """Return a mixed load: arrivals and paper slips, each with its own ref."""
    chance = random.Random(seed)
    found = []
    for number in range(LOAD):
        if chance.random() < 0.5:
            args: dict[str, Any] = {"name": f"Walk-in {number}", "category": "guest"}
            found.append({"c": "checkin", "v": "walk_in", "args": args})
        else:
            args = {"room": "R0", "body": f"Question {number} of {seed}?", "inlet": "slip"}
            found.append({"c": "questions", "v": "submit", "args": args})
    return [{"t": "cmd", "ref": f"{seed}-{number}", **each} for number, each in enumerate(found)]


def send_until_killed(program: Program, load: list[dict[str, Any]], kill_after: int) -> dict[str, dict[str, Any]]:
    """Send everything, kill the server after so many answers, and return the answers that came."""
    screen = Screen(program, program.key(Role.FLOOR))
    answers: dict[str, dict[str, Any]] = {}
    try:
        for command in load:
            screen.send(command)
        while len(answers) < kill_after:
            screen.read()
            answers.update(screen.answers)
        program.kill()
        while True:
            screen.read(2)
            answers.update(screen.answers)
    except (ConnectionClosed, OSError, TimeoutError):
        answers.update(screen.answers)
    return answers


def kill_once(folder: Path, seed: int) -> None:
    """Kill a server under load at a moment that `seed` chooses, and check what its successor says."""
    make_folder(folder)
    load = commands(seed)
    program = Program(folder)
    told = send_until_killed(program, load, random.Random(seed).randrange(1, LOAD - 60))
    with serving(folder) as program:
        screen = Screen(program, program.key(Role.FLOOR))
        again = {each["ref"]: screen.ask(each["c"], each["v"], each["args"], ref=each["ref"]) for each in load}
        totals = screen.subscribe("checkin")["totals"]
        slips = [key for key in screen.subscribe("questions/R0") if key.startswith("q/")]
        screen.close()

    assert {ref: again[ref] for ref in told} == told
    assert all(answer["t"] == "ok" for answer in again.values())
    assert totals["walk_ins"] == sum(command["c"] == "checkin" for command in load)
    assert len(slips) == sum(command["c"] == "questions" for command in load)


@pytest.mark.parametrize("seed", range(10))
def test_every_acknowledged_command_survives_a_kill_once(tmp_path: Path, seed: int) -> None:
    kill_once(tmp_path, seed)
