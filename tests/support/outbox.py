"""A door's outbox as a client keeps it, and what a process shows of it: to see that nothing is lost or done twice."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from server.roles import Role
from tests.support.program import Program, Screen
from tests.support.redis import until

Answers = dict[str, dict[str, Any]]


def floor(program: Program) -> Screen:
    """Return a door's tablet on this process."""
    return Screen(program, program.key(Role.FLOOR))


def walk_in(ref: str) -> dict[str, Any]:
    """Return the command that lets a guest in."""
    args = {"name": f"Guest {ref}", "category": "guest"}
    return {"t": "cmd", "ref": ref, "c": "checkin", "v": "walk_in", "args": args}


def refs(count: int, of: str = "r") -> list[str]:
    """Return so many refs."""
    return [f"{of}{number}" for number in range(count)]


def say(screen: Screen, names: Iterable[str]) -> None:
    """Ask for walk-ins under these refs, without waiting."""
    for ref in names:
        screen.send(walk_in(ref))


def hear(screen: Screen, count: int) -> Answers:
    """Read until so many answers came."""
    deadline = time.monotonic() + 60
    while len(screen.answers) < count:
        assert time.monotonic() < deadline, f"{len(screen.answers)} of {count} answers came"
        screen.read()
    return dict(screen.answers)


def insist(screen: Screen, names: Iterable[str], seconds: float = 40) -> Answers:
    """Ask, and again as a client's outbox does, until every answer is an `ok`; return them."""
    open_, done = list(names), Answers()
    deadline = time.monotonic() + seconds
    while open_:
        assert time.monotonic() < deadline, screen.answers
        screen.answers.clear()
        say(screen, open_)
        done |= {ref: answer for ref, answer in hear(screen, len(open_)).items() if answer["t"] == "ok"}
        refused = [answer for answer in screen.answers.values() if answer["t"] != "ok"]
        assert all(answer["code"] == "unavailable" and answer["retry"] for answer in refused), refused
        open_ = [ref for ref in open_ if ref not in done]
    return done


def desk(screen: Screen) -> dict[str, Any]:
    """Return what this process says of its journal."""
    row: dict[str, Any] = screen.rows["desk"]["journal"]
    return row


def until_desk(screen: Screen, state: str) -> dict[str, Any]:
    """Read until this process says that its journal is in a state."""
    if "desk" not in screen.rows:
        screen.subscribe("desk")
    deadline = time.monotonic() + 40
    while desk(screen)["state"] != state:
        assert time.monotonic() < deadline, desk(screen)
        screen.read(20)
    return desk(screen)


def came(screen: Screen) -> int:
    """Return how many walk-ins this process shows now."""
    with screen.program.http(screen.key) as client:
        return int(client.get("/api/v1/checkin").json()["rows"]["totals"]["walk_ins"])


def all_came(count: int, *screens: Screen) -> None:
    """Wait until these processes show so many walk-ins; more would be there at once."""
    for screen in screens:
        until(partial(_came_at_least, screen, count))
        assert came(screen) == count


def _came_at_least(screen: Screen, count: int) -> bool:
    return came(screen) >= count
