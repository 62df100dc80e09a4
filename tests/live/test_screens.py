"""What the crew decided about its screens outlasts the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.roles import Role
from tests.support.program import Program, Screen, make_folder

pytestmark = pytest.mark.server


def test_names_and_orders_hold_after_a_power_cut(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "event")
    program = Program(folder)
    desk = Screen(program, program.key(Role.CONTROL))
    display = Screen(program, program.key(Role.WALL))
    for number in range(14):
        screen = {"screen": f"s{number}"}
        display.ask("screens", "report", {**screen, "page": "wall"})
        assert desk.ask("screens", "rename", {**screen, "name": f"Screen {number}"})["t"] == "ok"
    assert desk.ask("screens", "redirect", {"screen": "s3", "page": "control"})["code"] == "illegal_transition"
    assert desk.ask("screens", "redirect", {"screen": "s3", "page": "overlay", "room": "R1"})["t"] == "ok"
    program.kill()
    again = Program(folder)
    rows = Screen(again, again.key(Role.CONTROL)).subscribe("screens")
    again.stop()

    assert {row["name"] for row in rows.values()} == {f"Screen {number}" for number in range(14)}
    assert {row["state"] for row in rows.values()} == {"away"}
    assert (rows["screen/s3"]["goes"]["page"], rows["screen/s3"]["goes"]["room"]) == ("overlay", "R1")
