"""What the public is told: in steps, never too late to come, and never earlier by itself."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from server.domain.agenda.publishing import PATIENCE, STEP
from server.domain.agenda.state import Published
from server.roles import CREW_VIEW, PUBLIC_VIEW, Audience
from tests.support.agenda import MINUTE, Hall, item, minute_of
from tests.support.stories import apart, items_of_two_rooms, play, stories


def told(hall: Hall, key: str, audience: Audience = PUBLIC_VIEW) -> tuple[float | None, float | None]:
    """Return the minutes from and to which the public is told that an item lasts, once everything due is published."""
    hall.wait(0)
    span = hall.item(key, audience=audience)["public"]
    return minute_of(span["start"]), minute_of(span["end"])


def hall_of_three(**more: Any) -> Hall:
    return Hall(item("a", 0, 30, **more), item("b", 30, 60), item("c", 70, 90))


def test_the_plan_is_published_first() -> None:
    hall = hall_of_three()

    assert [told(hall, key) for key in "abc"] == [(0, 30), (30, 60), (70, 90)]


def test_less_than_a_step_is_not_told() -> None:
    hall = hall_of_three()
    hall.set(4)
    hall.do("start", item="a")

    assert hall.expected("b") == (34, 64)
    assert told(hall, "b") == (30, 60)


def test_lateness_is_told_in_whole_steps_downwards() -> None:
    hall = hall_of_three()
    hall.set(9)
    hall.do("start", item="a")

    assert told(hall, "a") == (5, 35)
    assert told(hall, "b") == (35, 65)
    assert told(hall, "c") == (70, 90), "the gap before it takes the rest"


def test_an_overrun_is_told_at_the_moment_it_reaches_a_step_with_nobody_doing_anything() -> None:
    hall = hall_of_three()
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(35 * MINUTE - 1)
    assert told(hall, "b") == (30, 60)
    hall.wait(1)
    assert told(hall, "b") == (35, 65)


def test_what_was_told_does_not_come_back_when_the_room_catches_up() -> None:
    hall = hall_of_three()
    hall.set(10)
    hall.do("start", item="a")
    assert told(hall, "b") == (40, 70)
    hall.do("adjust", item="a", by=-10 * MINUTE)

    assert hall.expected("b") == (30, 60)
    assert told(hall, "b") == (40, 70)


def test_a_room_that_runs_early_is_told_as_planned() -> None:
    hall = hall_of_three()
    hall.set(0)
    hall.do("start", item="a")
    hall.set(15)
    hall.next("a")

    assert told(hall, "b") == (30, 60)


def test_a_plan_that_people_change_is_told_in_either_direction() -> None:
    hall = hall_of_three()
    hall.do("swap", a="b", b="c")

    assert told(hall, "c") == (30, 50)
    assert told(hall, "b") == (60, 90)
    hall.do("undo", room="R0")
    assert told(hall, "c") == (70, 90)


def test_a_plan_that_changes_by_less_than_a_step_is_not_told_until_it_adds_up() -> None:
    hall = hall_of_three()
    for minute, published in ((32, 30), (34, 30), (36, 36)):
        hall.do("edit", item="b", planned_start=hall.item("b")["planned"]["start"] + 2 * MINUTE)
        assert hall.planned("b")[0] == minute
        assert told(hall, "b")[0] == published


def test_a_room_that_nobody_touches_is_not_told_later_for_ever() -> None:
    hall = hall_of_three()
    hall.wait(24 * 60 * MINUTE)

    assert told(hall, "a")[0] == PATIENCE / MINUTE


def test_an_agenda_read_long_after_its_day_is_told_as_planned() -> None:
    hall = Hall(item("a", 0, 30), now=24 * 60)

    assert told(hall, "a") == (0, 30)


def test_publishing_is_no_change_of_the_room_for_anybody() -> None:
    """Neither a revision nor an undo is lost by it: a crew that edits meanwhile is not told of a conflict."""
    hall = hall_of_three()
    hall.set(10)
    hall.do("start", item="a")
    before = [hall.room()["rev"], hall.item("b")["rev"], hall.room()["as_of"]]
    hall.wait(0)

    assert type(hall.history[-1].event).__name__ == "TimesPublished"
    assert [hall.room()["rev"], hall.item("b")["rev"], hall.room()["as_of"]] == before
    assert hall.do("undo", room="R0")["undone"] == "ItemStarted"


def test_crew_see_what_the_public_is_told_beside_what_they_expect() -> None:
    hall = hall_of_three()
    hall.set(9)
    hall.do("start", item="a")

    assert told(hall, "b", CREW_VIEW) == (35, 65)
    assert hall.expected("b") == (39, 69)


def test_a_plan_that_is_moved_back_is_told_only_where_lateness_leaves_a_step_of_it() -> None:
    hall = Hall(item("a", 0, 30, end_kind="fixed"), item("b", 36, 60))
    hall.set(0)
    hall.do("start", item="a")
    hall.do("edit", item="b", planned_start=hall.item("b")["planned"]["start"] - 8 * MINUTE)

    assert hall.planned("b")[0] == 28
    assert hall.expected("b")[0] == 30
    assert told(hall, "b")[0] == 28
    hall.do("undo", room="R0")
    assert told(hall, "b")[0] == 36
    hall.do("edit", item="a", planned_start=hall.item("a")["planned"]["start"])
    hall.do("edit", item="b", planned_start=hall.item("b")["planned"]["start"] - 12 * MINUTE)
    assert told(hall, "b")[0] == 29, "24 as planned, and a step later since it cannot begin before half past"


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories)
def test_public_times_move_by_steps_or_more_and_earlier_only_with_the_plan(items: Any, story: Any) -> None:
    hall = Hall(*items)
    seen: dict[str, Published] = {}

    def compare() -> None:
        hall.wait(0)
        for key, each in hall.engine.state.items.items():
            public, plan = each.public, each.plan
            assert public.start <= public.end
            before = seen.get(key)
            seen[key] = public
            if before is None:
                continue
            for name in ("start", "end"):
                by = getattr(public, name) - getattr(before, name)
                assert by == 0 or abs(by) >= STEP
                assert by >= 0 or getattr(plan, name) < getattr(before, f"plan_{name}")

    play(hall, story, compare)


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories)
def test_nobody_is_sent_away_longer_than_it_takes_nor_told_a_step_too_late(items: Any, story: Any) -> None:
    """With every event, what was told follows: less than a step behind what is expected of items people wait for."""
    hall = Hall(*apart(items))

    def check() -> None:
        hall.wait(0)
        for room in hall.engine.state.rooms:
            outlook = hall.engine.index.outlook_at(room, hall.clock.now())
            for each in hall.engine.state.items.values():
                start = outlook.spans[each.plan.id].start if each.plan.room == room else None
                run = hall.engine.state.rooms[room].last is not None
                neglected = outlook.late_from is not None and hall.clock.now() > outlook.late_from + PATIENCE
                if start is not None and (each.on or each.upcoming) and run and not neglected:
                    assert start - each.public.start < STEP

    play(hall, story, check)


@settings(max_examples=20, deadline=None)
@given(items_of_two_rooms(), stories)
def test_two_processes_publish_the_same(items: Any, story: Any) -> None:
    hall = Hall(*items)
    play(hall, story)
    other = hall.replayed()

    assert {key: each.public for key, each in other.state.items.items()} == {
        key: each.public for key, each in hall.engine.state.items.items()
    }
