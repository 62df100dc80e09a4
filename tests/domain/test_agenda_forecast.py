"""The laws of expected times, one by one."""

from __future__ import annotations

from typing import Literal

import pytest

from server.plan import Target
from tests.support.agenda import MINUTE, Hall, at, item


def test_before_anything_happens_everything_is_expected_as_planned() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60))

    assert (hall.expected("a"), hall.expected("b"), hall.late()) == ((0, 30), (30, 60), 0)


def test_a_late_start_moves_everything_behind_it() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 60, 90))
    hall.set(7)
    hall.do("start", item="a")

    assert (hall.expected("b"), hall.expected("c"), hall.late()) == ((37, 67), (67, 97), 7)


def test_a_soft_item_moves_up_when_the_room_runs_early() -> None:
    hall = Hall(item("a", 0, 30), item("b", 35, 60))
    hall.set(0)
    hall.do("start", item="a")
    hall.set(20)
    hall.do("finish", item="a")

    assert hall.expected("b") == (25, 50)


def test_a_hard_item_waits_for_its_planned_start() -> None:
    hall = Hall(item("a", 0, 30), item("b", 35, 60, start_kind="hard"))
    hall.set(0)
    hall.do("start", item="a")
    hall.set(20)
    hall.do("finish", item="a")

    assert hall.expected("b") == (35, 60)


def test_a_hard_item_starts_late_when_the_one_before_it_overruns_and_the_conflict_shows() -> None:
    hall = Hall(item("a", 0, 30), item("b", 35, 60, start_kind="hard", gap_kind="turnover", min_gap=2 * MINUTE))
    hall.set(10)
    hall.do("start", item="a")

    assert hall.expected("b") == (42, 67)
    assert hall.item("b")["live_gap"] == -5 * MINUTE


@pytest.mark.parametrize(("kind", "start"), [("turnover", 198), ("buffer", 195), ("break", 195)])
def test_lateness_eats_a_buffer_and_a_break_but_not_a_turnover(
    kind: Literal["turnover", "buffer", "break"], start: int
) -> None:
    """An item ends at 12:10 and runs three minutes over; a gap of five minutes follows."""
    hall = Hall(item("a", 160, 190), item("b", 195, 225, gap_kind=kind))
    hall.set(163)
    hall.do("start", item="a")

    assert hall.expected("b") == (start, start + 30)


def test_a_break_shrinks_to_its_floor_only() -> None:
    hall = Hall(item("a", 0, 30), item("b", 45, 60, gap_kind="break", min_gap=5 * MINUTE))
    hall.set(20)
    hall.do("start", item="a")

    assert hall.expected("b") == (55, 70)


def test_an_overrun_item_is_expected_to_finish_now() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60))
    hall.set(0)
    hall.do("start", item="a")
    hall.set(38)
    hall.do("adjust", item="b", by=5 * MINUTE)

    assert (hall.expected("a"), hall.expected("b"), hall.late()) == ((0, 38), (38, 73), 8)


def test_a_fixed_end_absorbs_lateness_until_its_shortest_length() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60, end_kind="fixed", min_duration=20 * MINUTE), item("c", 60, 90))
    hall.set(5)
    hall.do("start", item="a")
    assert (hall.expected("b"), hall.expected("c")) == ((35, 60), (60, 90))
    hall.do("adjust", item="a", by=10 * MINUTE)

    assert (hall.expected("b"), hall.expected("c")) == ((45, 65), (65, 95))


def test_a_fixed_end_without_a_shortest_length_can_vanish_but_never_turns_negative() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 40, end_kind="fixed"))
    hall.set(25)
    hall.do("start", item="a")

    assert hall.expected("b") == (55, 55)


def test_a_running_fixed_end_counts_down_to_its_planned_end() -> None:
    hall = Hall(item("a", 0, 30, end_kind="fixed"))
    hall.set(12)
    hall.do("start", item="a")

    assert hall.item("a")["clock"]["duration"] == 18 * MINUTE
    assert hall.expected("a") == (12, 30)


def test_a_pause_grows_the_slot_and_not_the_elapsed_time() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60))
    hall.set(0)
    hall.do("start", item="a")
    hall.set(10)
    hall.do("pause", item="a")
    hall.set(15)
    hall.do("resume", item="a")

    assert hall.item("a")["clock"] == {
        "started_at": at(0),
        "duration": 30 * MINUTE,
        "paused_at": None,
        "paused_total": 5 * MINUTE,
    }
    assert (hall.expected("a"), hall.expected("b")) == ((0, 35), (35, 65))


def test_an_adjusted_item_keeps_its_plan() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60))
    hall.do("adjust", item="a", by=-10 * MINUTE)

    assert (hall.planned("a"), hall.expected("a"), hall.expected("b")) == ((0, 30), (0, 20), (20, 50))


def test_no_more_time_is_taken_from_an_item_than_it_has() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60))
    hall.do("adjust", item="a", by=-90 * MINUTE)

    assert hall.item("a")["duration"] == 0
    assert hall.expected("b") == (0, 30)


def test_a_skipped_item_takes_no_time_and_a_restored_one_takes_its_place_again() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 60, 90))
    hall.set(0)
    hall.do("start", item="a")
    hall.do("skip", item="b")
    assert (hall.expected("b"), hall.expected("c")) == ((None, None), (30, 60))
    hall.do("restore", item="b")

    assert (hall.expected("b"), hall.expected("c")) == ((30, 60), (60, 90))


def test_items_that_are_passed_over_stay_pending_and_are_not_expected() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60), item("c", 60, 90))
    hall.set(60)
    hall.do("start", item="b")

    assert hall.item("a")["state"] == "pending"
    assert hall.expected("a") == (None, None)
    hall.do("start", item="a")

    assert hall.expected("b") == (60, 60)
    assert hall.expected("c") == (90, 120)


def test_a_room_in_which_nothing_runs_is_as_late_as_its_next_item() -> None:
    hall = Hall(item("a", 0, 30), item("b", 30, 60))
    hall.set(4)
    hall.do("message", room="R0", text="please begin")

    assert (hall.expected("a"), hall.expected("b"), hall.late()) == ((4, 34), (34, 64), 4)


def test_a_running_item_that_began_late_adds_its_overtime() -> None:
    hall = Hall(item("a", 0, 30))
    hall.set(3)
    hall.do("start", item="a")
    hall.set(35)
    hall.do("message", room="R0", text="stop", level="urgent")

    assert hall.late() == 5


def test_a_room_that_has_ended_is_as_late_as_its_last_finish() -> None:
    hall = Hall(item("a", 0, 30))
    hall.set(3)
    hall.do("start", item="a")
    hall.set(36)
    hall.do("finish", item="a")

    assert (hall.room()["state"], hall.late()) == ("ended", 6)


def test_a_target_gives_every_item_a_must_start_by_and_the_room_the_minutes_to_find() -> None:
    hall = Hall(
        item("a", 0, 30),
        item("b", 40, 70, gap_kind="turnover", min_gap=5 * MINUTE),
        item("c", 70, 100, end_kind="fixed", min_duration=10 * MINUTE),
        targets=(Target(day=1, at=at(100)), Target(day=1, at=at(90), room="R0")),
    )
    hall.set(0)
    hall.do("start", item="a")

    assert hall.item("c")["must_start_by"] == at(80)
    assert hall.item("b")["must_start_by"] == at(50)
    assert hall.room()["end"] == {"planned": at(100), "expected": at(100), "target": at(90)}
    assert hall.room()["to_find"] == 10 * MINUTE


def test_thirty_minutes_are_left_at_half_past_midnight_of_an_item_that_crosses_it() -> None:
    """From 23:00 to 01:00: instants know no midnight."""
    hall = Hall(item("a", 14 * 60, 16 * 60), now=13 * 60)
    hall.set(14 * 60)
    hall.do("start", item="a")
    clock = hall.item("a")["clock"]

    assert clock["started_at"] + clock["duration"] + clock["paused_total"] - at(15.5 * 60) == 30 * MINUTE


def test_the_first_item_of_a_day_does_not_wait_for_what_was_never_run_the_day_before() -> None:
    hall = Hall(item("a", 0, 30), item("b", 1440, 1470, day=2))
    hall.set(1300)
    hall.do("message", room="R0", text="anybody?")

    assert hall.expected("b") == (1440, 1470)


def test_an_overlapping_plan_is_run_one_after_the_other() -> None:
    hall = Hall(item("a", 0, 30), item("b", 10, 40))

    assert hall.expected("b") == (30, 60)


def test_a_zero_length_item_is_no_obstacle() -> None:
    hall = Hall(item("a", 0, 0), item("b", 0, 30))

    assert (hall.expected("a"), hall.expected("b")) == ((0, 0), (0, 30))
