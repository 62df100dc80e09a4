"""The late guest: what is proposed, what adopting it does, and that nothing better was overlooked."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.clock import Instant
from server.domain.agenda.remedies import AT_ONCE, Day
from server.domain.agenda.search import SMALL, arrangements
from server.errors import Conflict, IllegalTransition, NotFound
from server.plan import PlannedItem, PlannedRoom, PlannedSpeaker, Target
from tests.support.agenda import LIN, MINUTE, WANG, Hall, at, item, minute_of
from tests.support.exhaustive import Everything

CHEN = PlannedSpeaker("chen", "Chen")
GUEST = PlannedSpeaker("guest", "Guest")
OTHERS = (LIN, WANG, CHEN)
ALL = (GUEST, *OTHERS)


def suggest(hall: Hall, key: str, minute: float, room: str = "R0") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = hall.do("suggest", room=room, item=key, available_at=at(minute))["proposals"]
    return found


def deeds(proposal: dict[str, Any]) -> list[str]:
    return [step["do"] for step in proposal["steps"]]


@pytest.fixture
def hall() -> Hall:
    """An hour of talks with a break that can shrink, and a target end that leaves no time."""
    return Hall(
        item("a", 0, 30, speakers=(GUEST,)),
        item("b", 30, 50, speakers=(LIN,)),
        item("tea", 50, 70, kind="break", min_duration=5 * MINUTE),
        item("c", 70, 100, speakers=(WANG,)),
        targets=(Target(1, at(100)),),
    )


def test_a_filler_and_a_shorter_break_bring_the_day_home_when_nobody_can_come_forward(hall: Hall) -> None:
    best = suggest(hall, "a", 10)[0]

    assert [(step["do"], step.get("item"), step.get("duration"), step.get("by")) for step in best["steps"]] == [
        ("insert", None, 10 * MINUTE, None),
        ("adjust", "tea", None, -10 * MINUTE),
    ]
    assert (best["meets_target"], best["short_by"], best["end"]) == (True, 0, at(100))
    assert best["tell"] == ["Guest", "Lin"]
    assert best["summary"] == ("Insert a filler of 10 min before “A”; shorten “TEA” by 10 min; the day ends on target.")


def test_the_next_item_whose_people_are_ready_is_swapped_in() -> None:
    talks = [item(speaker.id, place * 30, place * 30 + 30, speakers=(speaker,)) for place, speaker in enumerate(ALL)]
    hall = Hall(*talks, targets=(Target(1, at(120)),))
    hall.do("ready", speaker="wang", readiness="ready")
    best = suggest(hall, "guest", 20)[0]

    assert [(step["do"], step.get("a"), step.get("b")) for step in best["steps"]] == [("swap", "guest", "wang")]
    assert best["tell"] == ["Wang", "Guest"]


def test_people_who_are_not_known_to_be_there_are_never_brought_forward(hall: Hall) -> None:
    hall.do("ready", speaker="lin", readiness="away")
    for place in range(len(suggest(hall, "a", 20))):
        hall.do("adopt", proposal=suggest(hall, "a", 20)[place]["id"])
        assert (hall.expected("b")[0] or 0) >= 30
        assert (hall.expected("c")[0] or 0) >= 70
        hall.do("undo", room="R0")


def test_people_come_forward_from_when_they_said_they_would_arrive(hall: Hall) -> None:
    hall.do("ready", speaker="lin", readiness="away", eta=at(-1))
    assert "swap" in deeds(suggest(hall, "a", 20)[0])

    hall.do("ready", speaker="lin", readiness="away", eta=at(29))
    assert all(step.get("b") != "b" for proposal in suggest(hall, "a", 20) for step in proposal["steps"])


def test_what_cannot_be_met_says_by_how_much(hall: Hall) -> None:
    best = suggest(hall, "a", 25)[0]

    assert (best["meets_target"], best["short_by"], best["end"]) == (False, 10 * MINUTE, at(110))
    assert best["summary"].endswith("the day still ends 10 min over its target.")


def test_an_optional_item_is_left_out_before_the_target_is_missed() -> None:
    hall = Hall(
        item("a", 0, 30, speakers=(GUEST,)),
        item("extra", 30, 40, optional=True),
        item("c", 40, 60, speakers=(WANG,), start_kind="hard"),
        targets=(Target(1, at(60)),),
    )
    hall.do("edit", item="extra", speakers=["Ma"])
    best = suggest(hall, "a", 10)[0]

    assert deeds(best) == ["insert", "skip"]
    assert best["tell"] == ["Guest", "Ma"]


def test_a_room_that_runs_late_catches_up_to_its_plan_with_people_of_whom_nothing_is_known() -> None:
    hall = Hall(
        item("a", 0, 10),
        item("b", 10, 30, speakers=(GUEST,)),
        item("tea", 30, 50, kind="break", min_duration=5 * MINUTE),
        item("c", 50, 70, speakers=(WANG,)),
        targets=(Target(1, at(70)),),
    )
    hall.set(15)
    hall.do("start", item="a")
    best = suggest(hall, "b", 25)[0]

    assert [(step["do"], step.get("by")) for step in best["steps"]] == [("adjust", -15 * MINUTE)]
    assert best["meets_target"]
    assert best["tell"] == ["Wang"]


def test_gaps_are_drawn_on_first() -> None:
    hall = Hall(item("a", 0, 30, speakers=(GUEST,)), item("c", 40, 60, speakers=(WANG,)))
    best = suggest(hall, "a", 8)[0]

    assert [(step["do"], step.get("by")) for step in best["steps"]] == [("insert", None), ("buffer", 8 * MINUTE)]
    assert best["tell"] == ["Guest"]


def test_a_filler_of_the_day_is_taken_before_a_new_one() -> None:
    hall = Hall(
        item("a", 0, 30, speakers=(GUEST,)),
        item("b", 30, 60, speakers=(LIN,)),
        item("film", 60, 70, kind="filler"),
        item("c", 70, 90, speakers=(WANG,)),
    )
    best = suggest(hall, "a", 10)[0]

    assert [(step["do"], step.get("item")) for step in best["steps"]] == [("move", "film")]


def test_a_guest_who_is_there_in_time_needs_nothing(hall: Hall) -> None:
    (only,) = suggest(hall, "a", -5)
    count = len(hall.history)

    assert (only["steps"], only["meets_target"]) == ([], True)
    assert only["summary"] == "Keep the plan as it is; the day ends on target."
    assert hall.do("adopt", proposal=only["id"])["rev"] == hall.room()["rev"]
    assert len(hall.history) == count


def test_without_a_target_the_planned_end_is_the_target() -> None:
    hall = Hall(item("a", 0, 30, speakers=(GUEST,)), item("b", 30, 60, speakers=(LIN,)))

    assert {(offer["target"], offer["short_by"]) for offer in suggest(hall, "a", 10)} == {(at(60), 10 * MINUTE)}


def test_what_other_rooms_share_keeps_its_place() -> None:
    shared = ("R0", "R1")
    hall = Hall(
        item("a", 0, 30, speakers=(GUEST,)),
        item("lunch", 30, 60, kind="break", min_duration=20 * MINUTE, broadcast=shared, optional=True),
        item("b", 60, 70, kind="break"),
        item("x", 0, 20, "R1"),
        rooms=(PlannedRoom("R0", "Hall"), PlannedRoom("R1", "Attic")),
    )
    for place in range(len(suggest(hall, "a", 10))):
        hall.do("adopt", proposal=suggest(hall, "a", 10)[place]["id"])
        assert (hall.expected("lunch")[0] or 0) >= 30
        assert hall.item("lunch")["state"] == "pending"
        assert hall.engine.state.rooms["R0"].order[-2:] == ["lunch", "b"]
        hall.do("undo", room="R0")


def test_nobody_is_sent_to_two_rooms_at_once() -> None:
    def best(start: float) -> dict[str, Any]:
        hall = Hall(
            item("a", 0, 30, speakers=(GUEST,)),
            item("b", 30, 60, speakers=(LIN,)),
            item("x", start, start + 20, "R1", speakers=(LIN,)),
        )
        hall.do("ready", speaker="lin", readiness="ready")
        return suggest(hall, "a", 20)[0]

    assert deeds(best(100)) == ["swap"]
    assert deeds(best(10)) == ["insert"]


def test_asking_changes_nothing_and_gives_the_same_answer_twice(hall: Hall) -> None:
    before = msgspec.msgpack.encode(hall.engine.state)
    first = suggest(hall, "a", 10)

    assert suggest(hall, "a", 10) == first
    assert msgspec.msgpack.encode(hall.engine.state) == before


def test_another_process_adopts_what_this_one_proposed(hall: Hall) -> None:
    best = suggest(hall, "a", 10)[0]
    hall.set(-20)
    hall.engine = hall.restored()
    hall.do("adopt", proposal=best["id"])

    assert hall.expected("a") == (10, 40)
    assert hall.room()["end"]["expected"] == best["end"]


def test_adopting_is_one_event_and_a_new_filler_is_an_item_like_any_other(hall: Hall) -> None:
    best = suggest(hall, "a", 10)[0]
    count = len(hall.history)
    filler = hall.do("adopt", proposal=best["id"])["filler"]

    assert len(hall.history) == count + 1
    row = hall.item(filler)
    assert (row["kind"], row["duration"], row["expected"]["start"]) == ("filler", 10 * MINUTE, at(0))
    hall.do("start", item=filler)
    hall.next(filler)
    assert hall.room()["item"] == "a"


def test_a_proposal_stands_only_while_the_room_has_not_changed(hall: Hall) -> None:
    best = suggest(hall, "a", 10)[0]
    hall.do("adjust", item="c", by=MINUTE)

    with pytest.raises(Conflict, match="ask for plans again"):
        hall.do("adopt", proposal=best["id"])


def test_a_proposal_falls_with_the_people_it_counted_on(hall: Hall) -> None:
    hall.do("ready", speaker="lin", readiness="ready")
    best = suggest(hall, "a", 20)[0]
    assert "swap" in deeds(best)
    hall.do("ready", speaker="lin", readiness="away")

    with pytest.raises(Conflict):
        hall.do("adopt", proposal=best["id"])


@pytest.mark.parametrize("proposal", ["x", "1.2.3.4", "1.2.3.d.nowhere", "1.-2.3.d.a", "¹.2.3.d.a", "1.2.3.d"])
def test_an_id_that_is_none_is_not_found(hall: Hall, proposal: str) -> None:
    with pytest.raises(NotFound):
        hall.do("adopt", proposal=proposal)


def test_only_what_is_still_to_come_in_this_room_can_be_late(hall: Hall) -> None:
    hall.read(*(item(key, 0, 10, room) for key, room in (("a", "R0"), ("x", "R1"))))
    with pytest.raises(NotFound, match="R1"):
        suggest(hall, "a", 10, "R1")
    with pytest.raises(NotFound):
        suggest(hall, "zz", 10)
    hall.do("start", item="a")
    with pytest.raises(IllegalTransition, match="still to begin"):
        suggest(hall, "a", 10)


def test_nobody_is_waited_for_until_the_day_after_tomorrow(hall: Hall) -> None:
    with pytest.raises(IllegalTransition, match="more than a day late"):
        suggest(hall, "a", 25 * 60)


def test_a_long_day_is_planned_as_well() -> None:
    lines = [item(f"i{count}", count * 20, count * 20 + 20, min_duration=15 * MINUTE) for count in range(40)]
    hall = Hall(*lines)
    best = suggest(hall, "i3", 75)[0]

    assert best["meets_target"]
    hall.do("adopt", proposal=best["id"])
    assert (hall.expected("i3")[0] or 0) >= 75
    assert hall.room()["end"]["expected"] == best["end"]


def test_every_order_that_two_moves_can_make_is_found_once() -> None:
    orders = arrangements([True] * 4, 2)

    assert len(orders) == 23, "all but the reversal, which takes three moves"
    assert orders[1, 0, 2, 3] == (0,)
    assert orders[0, 1, 2, 3] == ()
    assert (3, 1, 2, 0) in arrangements([True] * 4, 1), "a swap counts as one deed on long days, too"


shapes = st.lists(
    st.tuples(
        st.sampled_from((5, 10, 20, 23)),
        st.sampled_from((0, 0, 5, 10)),
        st.sampled_from(("plain", "plain", "elastic", "break", "optional", "filler", "fixed", "hard")),
        st.sampled_from(("buffer", "turnover")),
        st.booleans(),
    ),
    min_size=2,
    max_size=4,
)


def _day(shapes: list[tuple[int, int, str, Any, bool]], late: int) -> tuple[tuple[PlannedItem, ...], str]:
    found, end = [], 0
    for place, (length, gap, shape, gap_kind, crowded) in enumerate(shapes):
        start, end = end + gap, end + gap + length
        talks = shape not in ("break", "filler")
        speakers = (GUEST,) if place == late else (OTHERS[place % 3],)
        least = max(0, length - 10) * MINUTE if shape in ("elastic", "break") else None
        more: dict[str, Any] = {
            "kind": shape if not talks else "talk",
            "speakers": (*speakers, *((CHEN,) if crowded else ())) if talks or place == late else (),
            "start_kind": "hard" if shape == "hard" else "soft",
            "end_kind": "fixed" if shape == "fixed" else "duration",
            "optional": shape == "optional",
            "min_duration": least,
            "gap_kind": gap_kind,
        }
        found.append(item(f"i{place}", start, end, **more))
    return tuple(found), f"i{late}"


@settings(max_examples=40, deadline=None)
@given(
    shapes,
    st.integers(0, 3),
    st.integers(0, 40),
    st.integers(-15, 5),
    st.sets(st.sampled_from("lwc")),
    st.sampled_from((-5, -5, 12)),
)
def test_the_best_plan_is_that_of_trying_everything(
    shapes: Any, late: int, by: int, spare: int, here: set[str], now: int
) -> None:
    items, key = _day(shapes, late % len(shapes))
    hall = Hall(*items, targets=(Target(1, Instant(items[-1].end + spare * MINUTE)),), now=now)
    for speaker in (LIN, WANG, CHEN):
        if speaker.id[0] in here and speaker.id in hall.engine.state.speakers:
            hall.do("ready", speaker=speaker.id, readiness="on_site")
    late_item = hall.engine.state.items[key]
    available = late_item.plan.start + by * MINUTE
    best = Day(hall.engine, late_item, available, hall.clock.now()).remedies()[0]

    assert best.cost == Everything(hall.engine, key, available, hall.clock.now()).cheapest()


def test_seven_items_are_tried_in_every_way() -> None:
    items = (
        item("i0", 0, 20, speakers=(GUEST,)),
        item("i1", 20, 40, speakers=(LIN,), optional=True),
        item("i2", 45, 60, kind="break", min_duration=5 * MINUTE),
        item("i3", 60, 80, speakers=(WANG,)),
        item("i4", 80, 90, kind="filler"),
        item("i5", 95, 120, speakers=(CHEN,), start_kind="hard"),
        item("i6", 120, 140, speakers=(LIN,)),
    )
    hall = Hall(*items, now=-5)
    assert len(items) == SMALL
    hall.do("ready", speaker="wang", readiness="ready")
    best = Day(hall.engine, hall.engine.state.items["i0"], at(27), hall.clock.now()).remedies()[0]

    assert best.cost == Everything(hall.engine, "i0", at(27), hall.clock.now()).cheapest()


@settings(max_examples=25, deadline=None)
@given(shapes, st.integers(0, 3), st.integers(0, 40), st.booleans())
def test_what_is_proposed_comes_true_and_can_be_taken_back(shapes: Any, late: int, by: int, running: bool) -> None:
    items, key = _day([(10, 0, "plain", "buffer", False), *shapes], late % len(shapes) + 1)
    hall = Hall(*items, now=-5)
    for speaker in hall.engine.state.speakers:
        hall.do("ready", speaker=speaker, readiness="ready")
    if running:
        hall.do("start", item="i0")
        hall.set(7)
    plan = hall.engine.state.items[key].plan
    before = {name: (each.plan, each.facts) for name, each in hall.engine.state.items.items()}
    for place in range(AT_ONCE):
        offers = suggest(hall, key, (minute_of(plan.start) or 0) + by)
        if place >= len(offers):
            break
        offer = offers[place]
        hall.do("adopt", proposal=offer["id"])
        assert hall.room()["end"]["expected"] == offer["end"]
        assert hall.item(key)["expected"]["start"] == offer["start"] >= plan.start + by * MINUTE
        if offer["steps"]:
            hall.do("undo", room="R0")
        assert {name: (each.plan, each.facts) for name, each in hall.engine.state.items.items()} == before
