"""What each verb does to a room, and what it is refused for."""

from __future__ import annotations

from typing import Any

import pytest

from server.domain.agenda.state import CALL_LIFECYCLE, LIFECYCLE
from server.errors import Conflict, IllegalTransition, Malformed, NotFound
from tests.support.agenda import LIN, MINUTE, WANG, Hall, at, item, minute_of

STEPS = {
    "pending": (),
    "running": ("start",),
    "paused": ("start", "pause"),
    "done": ("start", "finish"),
    "skipped": ("skip",),
}
VERBS = ("start", "finish", "pause", "resume", "skip", "restore")


@pytest.fixture
def hall() -> Hall:
    return Hall(
        item("a", 0, 30, speakers=(LIN,)), item("b", 30, 60, speakers=(WANG,)), item("c", 65, 90), item("d", 90, 100)
    )


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STEPS)
def test_every_verb_steps_as_the_table_says_and_is_refused_elsewhere(hall: Hall, state: Any, verb: str) -> None:
    for step in STEPS[state]:
        hall.do(step, item="a")
    to = LIFECYCLE.get((state, verb))
    if to is None and (state, verb) != ("running", "start"):
        with pytest.raises(IllegalTransition, match=state):
            hall.do(verb, item="a")
        assert hall.item("a")["state"] == state
    else:
        assert hall.do(verb, item="a")["state"] == (to or "running")
        assert hall.item("a")["state"] == (to or "running")


def test_the_answer_has_the_id_and_the_new_revision(hall: Hall) -> None:
    assert hall.do("start", item="a") == {"id": "a", "room": "R0", "state": "running", "rev": 2}
    assert hall.item("a")["rev"] == 2


def test_starting_the_running_item_again_changes_nothing(hall: Hall) -> None:
    hall.do("start", item="a")

    assert hall.decide("start", {"item": "a"}).events == ()


def test_starting_an_item_finishes_the_one_that_runs_at_the_same_instant(hall: Hall) -> None:
    hall.do("start", item="a", at=at(-60))
    hall.set(-10)
    hall.do("start", item="b")

    assert hall.item("a")["actual"] == {"start": at(-60), "end": at(-10)}
    assert hall.room()["item"] == "b"


def test_finishing_a_paused_item_counts_its_open_pause(hall: Hall) -> None:
    hall.do("start", item="a")
    hall.do("pause", item="a")
    hall.set(-50)
    hall.do("finish", item="a")

    assert hall.engine.state.items["a"].facts.paused_total == 10 * MINUTE
    assert hall.item("a")["clock"] is None


def test_a_fact_can_be_told_late(hall: Hall) -> None:
    hall.set(10)
    hall.do("start", item="a", at=at(2))

    assert hall.item("a")["actual"] == {"start": at(2), "end": None}
    assert hall.late() == 2


@pytest.mark.parametrize("minute", [1, 11])
def test_a_fact_is_refused_in_the_future_and_before_the_last_fact(hall: Hall, minute: int) -> None:
    hall.set(2)
    hall.do("start", item="a")
    hall.set(10)

    with pytest.raises(IllegalTransition) as refusal:
        hall.do("finish", item="a", at=at(minute))
    assert refusal.value.detail == {"earliest": at(2), "latest": at(10)}


def test_next_leaves_one_item_for_the_one_after_it(hall: Hall) -> None:
    hall.next(None)
    hall.next("a")

    assert (hall.item("a")["state"], hall.room()["item"], hall.room()["next"]) == ("done", "b", "c")


def test_the_second_of_two_taps_on_next_is_a_conflict(hall: Hall) -> None:
    hall.do("start", item="a")
    hall.next("a")

    with pytest.raises(Conflict) as refusal:
        hall.next("a")
    assert refusal.value.detail["item"] == "b"


def test_next_passes_by_what_is_skipped(hall: Hall) -> None:
    hall.do("start", item="a")
    hall.do("skip", item="b")
    hall.next("a")

    assert hall.room()["item"] == "c"


def test_next_on_the_last_item_ends_the_day_and_leaves_tomorrow_alone() -> None:
    hall = Hall(item("a", 0, 30), item("b", 1440, 1470, day=2))
    hall.do("start", item="a")
    assert hall.room()["next"] is None
    hall.next("a")

    assert (hall.room()["state"], hall.room()["item"], hall.room()["next"]) == ("idle", None, "b")


def test_next_in_a_room_that_has_ended_is_refused(hall: Hall) -> None:
    for key in "abcd":
        hall.do("start", item=key)
    hall.do("finish", item="d")

    with pytest.raises(IllegalTransition, match="insert"):
        hall.next(None)


@pytest.mark.parametrize("state", ["done", "skipped"])
def test_time_cannot_be_added_to_what_is_over_or_off(hall: Hall, state: str) -> None:
    for step in STEPS[state]:
        hall.do(step, item="a")

    with pytest.raises(IllegalTransition):
        hall.do("adjust", item="a", by=MINUTE)


def test_an_edit_of_the_past_changes_no_fact(hall: Hall) -> None:
    hall.do("start", item="a", at=at(-60))
    hall.set(-20)
    hall.do("finish", item="a")
    facts = hall.item("a")["actual"]
    hall.do("edit", item="a", title="Opening", duration=5 * MINUTE, planned_start=at(20))

    assert hall.item("a")["actual"] == facts
    assert hall.item("a")["title"] == "Opening"
    assert hall.planned("a") == (20, 25)


def test_an_edited_duration_moves_what_follows(hall: Hall) -> None:
    hall.do("edit", item="a", duration=40 * MINUTE)

    assert (hall.planned("a"), hall.expected("b"), hall.expected("c")) == ((0, 40), (40, 70), (70, 95))


def test_an_edited_start_of_a_soft_item_widens_the_gap_before_it(hall: Hall) -> None:
    hall.do("edit", item="b", planned_start=at(40))

    assert (hall.planned("b"), hall.expected("b"), hall.item("b")["gap"]) == ((40, 70), (40, 70), 10 * MINUTE)


def test_an_edit_takes_speakers_by_id_by_name_and_new(hall: Hall) -> None:
    hall.do("edit", item="c", speakers=["lin", "Wang", "Zhao", {"id": "qian", "name": "Qian"}])

    named = [(row["id"], row["name"]) for row in hall.item("c")["speakers"]]
    assert named[:2] == [("lin", "Lin"), ("wang", "Wang")]
    assert [name for _, name in named[2:]] == ["Zhao", "Qian"]


def test_an_edit_to_what_is_there_already_changes_nothing(hall: Hall) -> None:
    assert hall.decide("edit", {"item": "a", "title": "A"}).events == ()


def test_a_swap_carries_durations_and_changes_no_end(hall: Hall) -> None:
    hall.do("swap", a="b", b="c")

    assert (hall.planned("c"), hall.planned("b"), hall.planned("d")) == ((30, 55), (60, 90), (90, 100))
    assert [row["id"] for row in sorted_items(hall)] == ["a", "c", "b", "d"]


def test_a_moved_item_takes_its_duration_along(hall: Hall) -> None:
    hall.do("move", item="d", before="b")

    assert [row["id"] for row in sorted_items(hall)] == ["a", "d", "b", "c"]
    assert (hall.planned("d"), hall.planned("b"), hall.planned("c")) == ((30, 40), (45, 75), (75, 100))


def test_an_item_can_move_to_right_behind_the_running_one(hall: Hall) -> None:
    hall.do("start", item="a")
    hall.do("move", item="c", after="a")

    assert hall.room()["next"] == "c"


def test_moving_past_a_hard_item_leaves_its_start_alone() -> None:
    hall = Hall(item("a", 0, 30), item("h", 60, 90, start_kind="hard"), item("x", 90, 110))
    hall.do("move", item="x", before="h")

    assert (hall.planned("x"), hall.planned("h")) == ((30, 50), (60, 90))
    assert hall.item("h")["gap"] == 30 * MINUTE


def test_what_has_begun_keeps_its_place(hall: Hall) -> None:
    hall.do("start", item="b")

    for verb, args in (("swap", {"a": "b", "b": "c"}), ("move", {"item": "c", "before": "b"})):
        with pytest.raises(IllegalTransition):
            hall.decide(verb, args)


def test_items_of_two_days_do_not_change_places() -> None:
    hall = Hall(item("a", 0, 30), item("b", 1440, 1470, day=2))

    with pytest.raises(IllegalTransition, match="day"):
        hall.do("swap", a="a", b="b")


def test_a_move_says_where_to(hall: Hall) -> None:
    with pytest.raises(Malformed):
        hall.do("move", item="a")


def test_a_move_to_where_it_is_changes_nothing(hall: Hall) -> None:
    assert hall.decide("move", {"item": "b", "after": "a"}).events == ()
    assert hall.decide("move", {"item": "b", "after": "b"}).events == ()


def test_an_inserted_film_moves_the_rest_and_no_plan(hall: Hall) -> None:
    hall.do("start", item="a", at=at(-60))
    hall.set(0)
    film = hall.do("insert", room="R0", after="a", title="Film", duration=10 * MINUTE)["id"]

    assert hall.item(film)["kind"] == "filler"
    assert hall.room()["next"] == film
    assert hall.planned("b") == (30, 60)
    assert hall.expected("b") == (10, 40)


def test_an_item_without_a_place_is_inserted_right_behind_what_is_on(hall: Hall) -> None:
    hall.do("start", item="b")
    film = hall.do("insert", room="R0", title="Film", duration=MINUTE, kind="ceremony")["id"]

    assert hall.room()["next"] == film


def test_an_empty_room_can_be_filled_by_hand() -> None:
    hall = Hall(item("a", 0, 30, room="R1", broadcast=("R1", "R0")))
    film = hall.do("insert", room="R0", title="Film", duration=MINUTE)["id"]

    assert hall.planned(film) == (-60, -59)


def test_what_an_empty_room_was_filled_with_can_be_taken_back() -> None:
    hall = Hall(item("a", 0, 30, room="R1", broadcast=("R1", "R0")))
    film = hall.do("insert", room="R0", title="Film", duration=MINUTE)["id"]
    assert f"item/{film}" in hall.rows("R0")

    hall.do("undo", room="R0")
    assert f"item/{film}" not in hall.rows("R0")
    assert film not in hall.engine.state.items


def test_nothing_is_inserted_into_the_past(hall: Hall) -> None:
    hall.do("start", item="c")

    with pytest.raises(IllegalTransition):
        hall.do("insert", room="R0", after="a", title="Film", duration=MINUTE)


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("start", {"item": "z"}),
        ("move", {"item": "a", "after": "z"}),
        ("swap", {"a": "a", "b": "z"}),
        ("next", {"room": "R9", "from": None}),
        ("insert", {"room": "R0", "after": "z", "title": "x", "duration": 1}),
        ("seen", {"room": "R0", "id": "z"}),
        ("ready", {"speaker": "z", "readiness": "ready"}),
        ("ack_call", {"call": "z"}),
    ],
)
def test_what_does_not_exist_is_not_found(hall: Hall, verb: str, args: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        hall.do(verb, **args)


def test_an_item_of_another_room_is_no_place_to_insert() -> None:
    hall = Hall(item("a", 0, 30), item("x", 0, 30, room="R1"))

    with pytest.raises(NotFound):
        hall.do("insert", room="R0", after="x", title="Film", duration=1)


def test_a_message_is_shown_seen_once_and_cleared(hall: Hall) -> None:
    key = hall.do("message", room="R0", text="Two minutes", level="warn")["id"]
    hall.do("seen", room="R0", id=key)
    assert hall.decide("seen", {"room": "R0", "id": key}).events == ()
    assert hall.room()["message"] == {"id": key, "text": "Two minutes", "level": "warn", "seen_by": ("control",)}
    hall.do("clear_message", room="R0")

    assert hall.room()["message"] is None
    assert hall.decide("clear_message", {"room": "R0"}).events == ()


def test_readiness_and_arrival_of_a_speaker_show_on_the_item(hall: Hall) -> None:
    assert hall.do("ready", speaker="lin", readiness="away", eta=at(5))["rev"] == 1
    assert hall.decide("ready", {"speaker": "lin", "readiness": "away", "eta": at(5)}).events == ()

    assert hall.item("a")["speakers"] == ({"id": "lin", "name": "Lin", "readiness": "away", "eta": at(5)},)


def test_undo_takes_back_a_start_with_all_that_it_did(hall: Hall) -> None:
    hall.do("start", item="a")
    hall.do("start", item="c")
    hall.do("undo", room="R0")

    assert [hall.item(key)["state"] for key in "abc"] == ["running", "pending", "pending"]
    assert minute_of(hall.item("b")["expected"]["start"]) == -30


def test_undo_takes_back_an_insertion(hall: Hall) -> None:
    film = hall.do("insert", room="R0", title="Film", duration=MINUTE)["id"]
    hall.do("undo", room="R0")

    assert f"item/{film}" not in hall.rows("R0")


def test_undo_brings_back_the_message_before(hall: Hall) -> None:
    hall.do("message", room="R0", text="one")
    hall.do("message", room="R0", text="two")
    hall.do("undo", room="R0")

    assert hall.room()["message"]["text"] == "one"


def test_a_message_that_was_seen_is_not_taken_back(hall: Hall) -> None:
    key = hall.do("message", room="R0", text="one")["id"]
    hall.do("seen", room="R0", id=key)

    with pytest.raises(Conflict):
        hall.do("undo", room="R0")


def test_undo_reaches_back_one_change_only(hall: Hall) -> None:
    hall.do("start", item="a")
    hall.do("undo", room="R0")

    with pytest.raises(Conflict):
        hall.do("undo", room="R0")


def test_undo_raises_the_revision(hall: Hall) -> None:
    hall.do("start", item="a")
    rev = hall.item("a")["rev"]
    hall.do("undo", room="R0")

    assert hall.item("a")["rev"] == rev + 1


def test_undo_of_one_room_leaves_others_alone() -> None:
    hall = Hall(item("a", 0, 30), item("x", 0, 30, room="R1"))
    hall.do("start", item="a")
    hall.do("start", item="x")
    hall.do("undo", room="R0")

    assert (hall.item("a")["state"], hall.item("x", "R1")["state"]) == ("pending", "running")


def test_the_tables_lead_nowhere_that_has_no_name() -> None:
    for table in (LIFECYCLE, CALL_LIFECYCLE):
        states = {state for state, _ in table}
        assert all(state in states or state in ("done", "missed") for state in table.values())


def sorted_items(hall: Hall) -> list[dict[str, Any]]:
    rows = [row for key, row in hall.rows("R0").items() if key.startswith("item/")]
    return sorted(rows, key=lambda row: row["order"])
