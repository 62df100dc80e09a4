"""Rooms among each other, days, rooms that nobody attends, and reading the source again."""

from __future__ import annotations

import msgspec
import pytest

from server.domain.base import Context
from server.plan import PlannedRoom, PlannedSpeaker, Target
from tests.support.agenda import LIN, MINUTE, Hall, at, item

ROLL = (PlannedRoom("R0", "Foyer", "roll"),)


def test_a_roll_room_runs_at_its_planned_instants() -> None:
    hall = Hall(item("a", 0, 30), item("b", 40, 60), rooms=ROLL)
    hall.wait(95 * MINUTE)
    assert (hall.item("a")["state"], hall.room()["item"]) == ("done", None)
    hall.wait(6 * MINUTE)

    assert hall.item("a")["actual"] == {"start": at(0), "end": at(30)}
    assert hall.item("b")["actual"] == {"start": at(40), "end": None}


def test_what_a_roll_room_missed_is_backdated() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 60, 90), rooms=ROLL)
    hall.set(45)
    hall.wait(0)

    assert hall.item("a")["actual"] == {"start": at(0), "end": at(30)}
    assert hall.item("b")["actual"] == {"start": at(30), "end": None}
    assert hall.late() == 0


def test_a_persons_next_in_a_roll_room_starts_now() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 60, 90), rooms=ROLL)
    hall.wait(70 * MINUTE)
    hall.next("a")
    assert hall.item("b")["actual"]["start"] == at(10)
    hall.wait(51 * MINUTE)

    assert hall.item("c")["actual"]["start"] == at(60)


def test_a_paused_roll_room_waits() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), rooms=ROLL)
    hall.wait(70 * MINUTE)
    hall.do("pause", item="a")
    hall.wait(60 * MINUTE)

    assert hall.room()["state"] == "paused"


def test_a_roll_room_tells_no_fact_from_before_its_last_one() -> None:
    hall = Hall(item("a", 0, 30), rooms=ROLL)
    hall.wait(70 * MINUTE)
    hall.do("pause", item="a")
    hall.wait(2 * MINUTE)
    hall.do("resume", item="a")
    hall.do("adjust", item="a", by=-25 * MINUTE)
    hall.wait(0)

    assert hall.item("a")["actual"] == {"start": at(0), "end": at(12)}


def test_what_a_room_does_by_itself_cannot_be_undone() -> None:
    hall = Hall(item("a", 0, 30), rooms=ROLL)
    hall.do("message", room="R0", text="hello")
    hall.wait(61 * MINUTE)

    assert hall.engine.state.rooms["R0"].undo is None


def test_a_new_day_lets_go_of_what_was_left_of_the_day_before() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 1440, 1470, day=2))
    hall.do("start", item="a")
    hall.do("finish", item="a")
    hall.wait(1400 * MINUTE)

    assert (hall.room()["next"], hall.expected("b"), hall.expected("c")) == ("c", (None, None), (1440, 1470))


def test_a_day_does_not_break_off_an_item_that_is_on() -> None:
    hall = Hall(item("a", 0, 30), item("b", 1440, 1470, day=2))
    hall.do("start", item="a")
    hall.wait(1500 * MINUTE)
    assert hall.room()["item"] == "a"
    hall.do("finish", item="a")
    hall.wait(0)

    assert (hall.room()["next"], hall.engine.state.rooms["R0"].day) == ("b", 2)


def test_tomorrow_waits_for_an_item_that_still_runs() -> None:
    hall = Hall(item("a", 0, 30), item("b", 1440, 1470, day=2))
    hall.set(0)
    hall.do("start", item="a")
    hall.do("adjust", item="a", by=1500 * MINUTE)

    assert hall.expected("b") == (1530, 1560)


def test_an_agenda_of_long_ago_stands_at_its_beginning() -> None:
    hall = Hall(item("a", 0, 30), item("b", 1440, 1470, day=2), now=500_000)
    hall.wait(60 * MINUTE)

    assert hall.room()["next"] == "a"
    assert hall.calls() == {}


def test_an_earlier_item_can_be_started_after_its_day() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 1440, 1470, day=2))
    hall.wait(1450 * MINUTE)
    hall.do("start", item="a")

    assert hall.room()["next"] == "b"


def test_a_broadcast_item_is_one_row_on_all_its_boards_with_the_times_of_its_home_room() -> None:
    hall = Hall(
        item("a", 0, 30),
        item("k", 30, 60, broadcast=("R0", "R1")),
        item("x", 0, 30, room="R1"),
        item("y", 60, 90, room="R1"),
    )
    hall.set(10)
    hall.do("start", item="a")

    assert hall.item("k", "R1") == hall.item("k", "R0")
    assert hall.expected("k", "R1") == (40, 70)
    assert hall.expected("y", "R1") == (70, 100)


def test_a_room_that_shows_a_broadcast_is_running_it() -> None:
    hall = Hall(item("k", 0, 30, broadcast=("R0", "R1")), item("y", 30, 60, room="R1"))
    hall.set(3)
    hall.do("start", item="k")

    row = hall.room("R1")
    assert (row["state"], row["item"], row["next"], row["late"]) == ("running", "k", "y", 3 * MINUTE)
    hall.next("k", "R1")

    assert hall.room("R1")["item"] == "y"


def test_a_broadcast_that_is_over_lets_nothing_begin_before_the_rooms_own_items_end() -> None:
    hall = Hall(item("k", 10, 20, broadcast=("R0", "R1")), item("x", 0, 40, room="R1"), item("y", 40, 70, room="R1"))
    hall.set(0)
    hall.do("start", item="k")
    hall.set(2)
    hall.do("finish", item="k")

    assert hall.expected("y", "R1") == (40, 70)


def test_rooms_that_broadcast_to_each_other_agree() -> None:
    hall = Hall(
        item("a", 0, 30, broadcast=("R0", "R1")),
        item("b", 30, 60, room="R1", broadcast=("R1", "R0")),
        item("c", 60, 90, broadcast=("R0", "R1")),
    )
    hall.set(10)
    hall.do("start", item="a")

    for room in ("R0", "R1"):
        assert [hall.expected(key, room) for key in "abc"] == [(10, 40), (40, 70), (70, 100)]


def test_a_speaker_who_is_wanted_in_two_rooms_at_once_is_a_clash_in_both() -> None:
    hall = Hall(item("a", 0, 30, speakers=(LIN,)), item("x", 30, 60, room="R2", speakers=(LIN,)))
    assert hall.item("x", "R2")["clashes"] == ()
    hall.set(6)
    hall.do("start", item="a")

    assert hall.item("x", "R2")["clashes"] == ({"speaker": "lin", "item": "a", "room": "R0", "by": 6 * MINUTE},)
    assert hall.item("a")["clashes"] == ({"speaker": "lin", "item": "x", "room": "R2", "by": 6 * MINUTE},)


def test_reading_the_same_source_again_changes_nothing() -> None:
    items = (item("a", 0, 30, speakers=(LIN,)), item("x", 0, 30, room="R1"))
    hall = Hall(*items, targets=(Target(1, at(60)),))

    assert hall.read(*items, targets=(Target(1, at(60)),))["rev"] == 1
    assert len(hall.history) == 2


def test_reading_again_takes_over_what_the_source_changed_and_leaves_facts_and_edits_alone() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60))
    hall.set(5)
    hall.do("start", item="a")
    hall.do("edit", item="b", title="Better")
    told = hall.read(item("a", 0, 30, language="de"), item("b", 30, 70), item("c", 15, 20))

    assert {key: told[key] for key in ("added", "changed", "dropped")} == {
        "added": ["c"],
        "changed": ["a", "b"],
        "dropped": [],
    }
    assert (hall.item("a")["state"], hall.item("a")["actual"]) == ("running", {"start": at(5), "end": None})
    assert (hall.item("b")["title"], hall.planned("b")) == ("Better", (30, 70))
    assert hall.room()["next"] == "c"


def test_reading_again_removes_what_is_pending_and_keeps_what_has_begun_or_is_the_crews() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 60, 90), item("x", 0, 30, room="R1"))
    hall.do("start", item="a")
    film = hall.do("insert", room="R0", title="Film", duration=MINUTE)["id"]
    hall.read(item("c", 60, 90))

    assert {key for key in hall.rows("R0") if key.startswith("item/")} == {"item/a", "item/c", f"item/{film}"}
    assert set(hall.engine.state.rooms) == {"R0"}
    assert hall.rows("R1") == {}


def test_reading_again_moves_an_item_to_its_new_room_unless_it_has_begun() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("x", 0, 30, room="R1"))
    hall.do("start", item="a")
    hall.read(item("a", 0, 30, room="R1"), item("b", 30, 60, room="R1"), item("x", 0, 30, room="R1"))

    assert (hall.item("a")["room"], hall.item("b", "R1")["room"]) == ("R0", "R1")


def test_reading_again_keeps_the_crews_order_of_what_the_source_left_alone() -> None:
    items = [item("a", 0, 30), item("b", 30, 60), item("c", 60, 90)]
    hall = Hall(*items)
    hall.do("swap", a="b", b="c")
    hall.read(*items, item("d", 90, 100))

    assert hall.engine.state.rooms["R0"].order == ["a", "c", "b", "d"]


def test_nothing_is_undone_behind_a_new_source() -> None:
    hall = Hall(item("a", 0, 30))
    hall.do("start", item="a")
    hall.read(item("a", 0, 30), item("b", 30, 60))

    assert hall.engine.state.rooms["R0"].undo is None


def test_a_corrected_name_is_taken_over() -> None:
    hall = Hall(item("a", 0, 30, speakers=(LIN,)))
    hall.read(item("a", 0, 30, speakers=(PlannedSpeaker("lin", "Lin Mei"),)))

    assert hall.item("a")["speakers"][0]["name"] == "Lin Mei"


@pytest.mark.parametrize("count", [10_000])
def test_a_huge_agenda_is_read_and_run(count: int) -> None:
    hall = Hall(*(item(f"i{number}", number, number + 1) for number in range(count)))
    context = Context(now=hall.clock.now(), by="x", uid="u")
    command = msgspec.convert({"item": "i5000"}, hall.channel.verbs["start"].args)

    assert len(hall.engine.decide(command, context).events) == 1
