"""A change tried before it is applied: what it would move, whom that concerns, what would break."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from server.errors import AppError, Malformed, NotFound
from tests.support.agenda import LIN, MINUTE, WANG, Hall, at, item
from tests.support.stories import acts, items_of_two_rooms, packed, play, stories

CHANGES = {"start", "finish", "next", "skip", "restore", "adjust", "edit", "move", "swap", "insert", "undo"}


@pytest.fixture
def hall() -> Hall:
    hall = Hall(
        item("a", 0, 30, speakers=(LIN,)),
        item("b", 30, 60, speakers=(WANG,)),
        item("c", 60, 90, start_kind="hard"),
        item("x", 60, 90, room="R1", speakers=(WANG,)),
    )
    hall.set(0)
    return hall


def preview(hall: Hall, do: str, **args: Any) -> dict[str, Any]:
    return hall.do("preview", do=do, args=args)


def test_it_says_what_moves_who_must_know_and_where_the_day_ends(hall: Hall) -> None:
    found = preview(hall, "edit", item="a", duration=40 * MINUTE)

    assert [(each["item"], each["by"] // MINUTE) for each in found["changes"]] == [("a", 0), ("b", 10), ("c", 10)]
    assert found["tell"] == ["Wang"]
    assert [(each["room"], each["from"], each["to"]) for each in found["ends"]] == [("R0", at(90), at(100))]


def test_it_says_which_hard_start_and_which_person_it_breaks(hall: Hall) -> None:
    breaks = preview(hall, "edit", item="a", duration=40 * MINUTE)["breaks"]

    assert {(each["kind"], each["item"], each["by"] // MINUTE) for each in breaks} == {
        ("hard_start", "c", 10),
        ("clash", "b", 10),
    }
    assert next(each for each in breaks if each["kind"] == "clash")["name"] == "Wang"


def test_an_item_that_is_left_out_or_new_is_named(hall: Hall) -> None:
    skipped = preview(hall, "skip", item="b")
    added = preview(hall, "insert", room="R0", after="a", title="Film", duration=5 * MINUTE)

    assert next(each for each in skipped["changes"] if each["item"] == "b")["to"] == {"start": None, "end": None}
    assert skipped["tell"] == ["Wang"]
    assert [each["title"] for each in added["changes"] if each["is_new"]] == ["Film"]


def test_what_changes_nothing_moves_nothing(hall: Hall) -> None:
    found = preview(hall, "edit", item="a", title="A")

    assert (found["changes"], found["ends"], found["tell"], found["breaks"]) == ([], [], [], [])


def test_whoever_leaves_or_joins_an_item_is_told(hall: Hall) -> None:
    assert preview(hall, "edit", item="a", speakers=["wang"])["tell"] == ["Lin", "Wang"]


def test_it_is_refused_as_the_change_would_be(hall: Hall) -> None:
    with pytest.raises(NotFound):
        preview(hall, "skip", item="zz")
    with pytest.raises(Malformed, match="skip"):
        preview(hall, "skip", item="a", colour="red")


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, acts)
def test_a_preview_changes_nothing_and_comes_true(items: Any, story: Any, act: Any) -> None:
    hall = Hall(*items)
    play(hall, story)
    verb, args = act
    if verb not in CHANGES:
        return
    before = packed(hall)
    try:
        found = hall.do("preview", do=verb, args=args)
    except AppError:
        return
    assert packed(hall) == before
    hall.do(verb, **args)
    for room in hall.engine.state.rooms:
        hall.engine.index.outlook(room)
    for change in found["changes"]:
        room = change["room"]
        span = hall.engine.index.outlook_at(room, hall.clock.now()).spans
        known = change["item"] if change["item"] in span else None
        if known is not None:
            assert {"start": span[known].start, "end": span[known].end} == change["to"]
