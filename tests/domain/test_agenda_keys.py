"""One key of a button box: it knows no item, and a finger may press it twice."""

from __future__ import annotations

from typing import Any

import pytest

from server.errors import IllegalTransition, NotFound
from server.plan import USUAL_MESSAGES, PlannedMessage, PlannedSpeaker
from tests.support.agenda import LIN, MINUTE, WANG, Hall, at, item, minute_of


@pytest.fixture
def hall() -> Hall:
    hall = Hall(item("a", 0, 30, speakers=(LIN,)), item("b", 30, 60, speakers=(WANG,)), item("c", 60, 90))
    hall.set(0)
    return hall


def test_advancing_begins_the_day_and_goes_on(hall: Hall) -> None:
    for minute, key in ((0, "a"), (30, "b"), (60, "c")):
        hall.set(minute)
        assert hall.do("advance", room="R0")["item"] == key
    hall.set(90)
    hall.do("advance", room="R0")

    assert hall.room()["state"] == "ended"


def test_a_double_press_skips_no_item(hall: Hall) -> None:
    hall.do("advance", room="R0")
    hall.set(30)
    first = hall.do("advance", room="R0")
    count = len(hall.history)
    hall.clock.set(hall.clock.now() + 300)
    second = hall.do("advance", room="R0")

    assert (first["item"], second["item"], second["again"]) == ("b", "b", True)
    assert len(hall.history) == count


def test_a_press_after_a_moment_is_meant(hall: Hall) -> None:
    hall.do("advance", room="R0")
    hall.clock.set(hall.clock.now() + 3_000)

    assert hall.do("advance", room="R0")["item"] == "b"


def test_advancing_after_giving_time_is_not_taken_for_a_second_press(hall: Hall) -> None:
    hall.do("advance", room="R0")
    hall.set(30)
    hall.do("give", room="R0", by=MINUTE)

    assert hall.do("advance", room="R0")["item"] == "b"


def test_a_double_press_at_the_end_of_a_day_does_not_begin_the_next() -> None:
    hall = Hall(item("a", 0, 30), item("z", 24 * 60, 24 * 60 + 30, day=2))
    hall.set(0)
    hall.do("advance", room="R0")
    hall.set(30)
    hall.do("advance", room="R0")
    assert "again" in hall.do("advance", room="R0")
    hall.set(31)

    with pytest.raises(IllegalTransition, match="by hand"):
        hall.do("advance", room="R0")


def test_toggling_begins_pauses_and_resumes(hall: Hall) -> None:
    states = []
    for minute in (0, 5, 7, 9):
        hall.set(minute)
        hall.do("toggle", room="R0")
        states.append(hall.item("a")["state"])

    assert states == ["running", "paused", "running", "paused"]


def test_a_double_press_does_not_pause_what_it_began(hall: Hall) -> None:
    hall.do("toggle", room="R0")
    hall.do("toggle", room="R0")
    assert hall.item("a")["state"] == "running"


def test_time_is_given_to_what_is_on_else_to_what_is_next(hall: Hall) -> None:
    hall.do("give", room="R0", by=2 * MINUTE)
    hall.do("advance", room="R0")
    hall.do("give", room="R0", by=-MINUTE)

    assert hall.item("a")["adjusted"] == MINUTE


def test_a_broadcast_is_not_run_from_a_room_that_only_shows_it() -> None:
    hall = Hall(item("k", 0, 30, broadcast=("R0", "R1")), item("x", 30, 60, room="R1"))
    hall.set(0)
    hall.do("advance", room="R0")
    hall.set(10)

    presses: list[tuple[str, dict[str, Any]]] = [("advance", {}), ("give", {"by": MINUTE}), ("toggle", {})]
    for verb, args in presses:
        with pytest.raises(IllegalTransition, match="'R0'"):
            hall.do(verb, room="R1", **args)


def lines() -> tuple[PlannedMessage, ...]:
    return (
        PlannedMessage(id="a", zh="还剩两分钟", en="Two minutes"),
        PlannedMessage(id="b", text="Stop!", level="urgent"),
    )


@pytest.mark.parametrize(
    ("spoken", "asked", "text"),
    [
        (None, None, "还剩两分钟"),
        ("en", None, "Two minutes"),
        ("en-GB", None, "Two minutes"),
        ("en", "zh", "还剩两分钟"),
    ],
)
def test_a_preset_is_shown_in_the_language_of_the_talk(spoken: str | None, asked: str | None, text: str) -> None:
    hall = Hall(item("a", 0, 30, language=spoken), messages=lines())
    hall.set(0)
    hall.do("advance", room="R0")
    hall.do("preset", room="R0", number=1, language=asked)

    assert (hall.room()["message"]["text"], hall.room()["message"]["level"]) == (text, "info")


def test_a_preset_that_is_not_there_is_refused_with_how_many_are(hall: Hall) -> None:
    hall = Hall(item("a", 0, 30), messages=lines())
    hall.do("preset", room="R0", number=2)
    assert hall.room()["message"]["text"] == "Stop!"
    with pytest.raises(NotFound, match="has 2"):
        hall.do("preset", room="R0", number=3)


def test_an_event_without_messages_of_its_own_has_the_usual_ones(hall: Hall) -> None:
    rows = hall.rows("R0")["presets"]["presets"]

    assert [row["number"] for row in rows] == list(range(1, len(USUAL_MESSAGES) + 1))
    assert rows[0]["text"] == {"zh-Hans": "还剩 5 分钟", "en": "5 minutes left"}


def late_hall(**more: Any) -> Hall:
    hall = Hall(
        item("a", 0, 30, speakers=(LIN,)),
        item("b", 30, 60, speakers=(WANG,)),
        item("c", 60, 80, speakers=(PlannedSpeaker("chen", "Chen"),)),
        item("d", 80, 120),
        **more,
    )
    hall.do("ready", speaker="chen", readiness="on_site")
    hall.set(0)
    hall.do("advance", room="R0")
    hall.set(20)
    return hall


def test_a_late_guest_is_told_by_one_key_and_a_second_press_adds_nothing() -> None:
    hall = late_hall()
    told = hall.do("late", room="R0", by=15 * MINUTE)
    count = len(hall.history)
    hall.do("late", room="R0", by=15 * MINUTE)

    assert (told["item"], told["eta"]) == ("b", at(45))
    assert told["proposals"][0]["steps"]
    assert hall.item("b")["speakers"][0]["readiness"] == "away"
    assert len(hall.history) == count


def test_one_more_key_adopts_the_best_plan_once() -> None:
    hall = late_hall()
    best = hall.do("late", room="R0", by=15 * MINUTE)["proposals"][0]
    adopted = hall.do("rescue", room="R0")

    assert adopted["summary"] == best["summary"]
    start = hall.expected("b")[0]
    assert start is not None
    assert start >= 45
    with pytest.raises(IllegalTransition, match="late guest"):
        hall.do("rescue", room="R0")
    hall.do("undo", room="R0")
    assert minute_of(hall.item("b")["planned"]["start"]) == 30


def test_nobody_is_late_whose_people_are_there() -> None:
    hall = late_hall()
    hall.do("ready", speaker="wang", readiness="in_wings")

    with pytest.raises(IllegalTransition, match="missing"):
        hall.do("late", room="R0")
    with pytest.raises(IllegalTransition, match="late guest"):
        hall.do("rescue", room="R0")


def test_a_room_with_nothing_to_come_refuses_every_key() -> None:
    hall = Hall(item("a", 0, 30))
    hall.do("skip", item="a")

    presses: list[tuple[str, dict[str, Any]]] = [(verb, {}) for verb in ("advance", "toggle", "late", "rescue")]
    for verb, args in [*presses, ("give", {"by": 1})]:
        with pytest.raises(IllegalTransition):
            hall.do(verb, room="R0", **args)
