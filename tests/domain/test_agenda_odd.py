"""Agendas that no organiser means: a room that runs goes on running over each of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from server.plan import PlannedItem
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW
from tests.support.agenda import LIN, MINUTE, Hall, item

RUNNING = (item("a", 0, 30, speakers=(LIN,)), item("b", 30, 60), item("c", 60, 90))

ODD: dict[str, Callable[[], Sequence[PlannedItem]]] = {
    "overlapping": lambda: [*RUNNING, item("o", 10, 80), item("p", 10, 80, start_kind="hard")],
    "empty": tuple,
    "zero-length": lambda: [item(key, 0, 0) for key in "abcdef"],
    "backwards": lambda: [item("c", 60, 20), item("b", 40, 30), item("a", 20, 0)],
    "in one instant": lambda: [item(f"s{number}", 30, 30, start_kind="hard") for number in range(50)],
    "of another day": lambda: [item("b", 24 * 60, 24 * 60 + 30, day=2)],
    "in another room": lambda: [item("a", 0, 30, room="R1"), item("b", 30, 60, room="R1")],
    "broadcast to nobody": lambda: [item("a", 0, 30, broadcast=("R0",)), item("b", 30, 60, broadcast=("R9",))],
    "huge": lambda: [*RUNNING, *(item(f"i{number}", 90 + number, 91 + number) for number in range(150))],
}


@pytest.fixture
def hall() -> Hall:
    hall = Hall(*RUNNING)
    hall.set(0)
    hall.do("start", item="a")
    hall.set(33)
    return hall


@pytest.mark.parametrize("odd", ODD)
def test_a_room_that_runs_goes_on_when_an_odd_agenda_is_read(hall: Hall, odd: str) -> None:
    before = hall.item("a")
    hall.read(*ODD[odd]())
    after = hall.item("a")

    assert [after[name] for name in ("actual", "state")] == [before[name] for name in ("actual", "state")]
    assert after["clock"]["started_at"] == before["clock"]["started_at"]
    hall.wait(MINUTE)
    hall.do("adjust", item="a", by=MINUTE)
    hall.next("a")
    assert hall.item("a")["state"] == "done"
    hall.wait(60 * MINUTE)
    for room in hall.engine.state.rooms:
        for view in (CREW_VIEW, STAGE_VIEW, PUBLIC_VIEW):
            for row in hall.rows(room, view).values():
                span = row.get("expected") or {"start": None, "end": None}
                assert None in span.values() or span["start"] <= span["end"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_agenda_can_be_served_and_read_over(odd: str) -> None:
    hall = Hall(*ODD[odd]())
    hall.wait(30 * MINUTE)
    hall.read(*RUNNING)
    hall.set(31)
    hall.do("start", item="a")

    assert hall.room()["item"] == "a"


def test_reading_an_agenda_again_changes_no_fact_of_what_has_run(hall: Hall) -> None:
    hall.next("a")
    facts = {key: hall.engine.state.items[key].facts for key in "ab"}
    hall.read(item("a", 200, 220), item("b", 5, 6), item("c", 60, 90))

    assert {key: hall.engine.state.items[key].facts for key in "ab"} == facts
