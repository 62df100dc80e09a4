"""What holds whatever people do: laws of the agenda over random acts."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.agenda import CHANNEL
from server.domain.agenda import Agenda, events
from server.domain.agenda.reading import as_now
from server.domain.agenda.state import ItemPlan
from server.domain.base import Event, Recorded
from server.errors import AppError
from server.plan import PlannedItem, PlannedRoom, Target
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW
from tests.support.agenda import MINUTE, Hall, at
from tests.support.stories import Act, acts, apart, deeds, items_of_two_rooms, keys, packed, play, stories

VIEWS = (CREW_VIEW, WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW)


def strays() -> list[Event]:
    """Return events that name what no plan has."""
    told: list[Event] = [
        kind(room="R0", item="zz", at=at(0))
        for kind in (events.ItemStarted, events.ItemFinished, events.ItemPaused, events.ItemResumed)
    ]
    told += [events.ItemSkipped(room="R0", item="zz"), events.ItemRestored(room="R0", item="zz")]
    told += [events.ItemAdjusted(room="R0", item="zz", by=1), events.ItemFinished(room="R9", item="a", at=at(0))]
    told += [events.ItemEdited(room="R0", plan=ItemPlan(id="zz", room="R0", title="", start=0, end=0))]
    told += [events.RoomArranged(room="R0", order=("zz",), moved=(), placed=()), events.MessageSeen(room="R0", id="zz")]
    told += [
        events.PlanAdopted(
            room="R0", item="a", order=("zz",), plans=(ItemPlan(id="zz", room="R9", title="", start=0, end=0),)
        )
    ]
    told += [events.CallsEscalated(room="R0", calls=("zz",)), events.ChangeUndone(room="R0", what="", current=None)]
    return [*told, events.ChangeUndone(room="R0", what="", current=None)]


def derived(engine: Agenda) -> Any:
    """Return all that an engine knows beyond its state."""
    index = engine.index
    rooms = {
        room: (index.outlook(room), index.limits(room), index.gaps(room), index.band(room), index.calls(room))
        for room in index.lines
    }
    return rooms, engine.deadline(), [index.deadline(room) for room in index.lines]


def stage(items: tuple[PlannedItem, ...], mode: Any = "manual") -> Hall:
    halls = (PlannedRoom("R0", "Hall", mode), PlannedRoom("R1", "Attic"))
    return Hall(*items, rooms=halls, targets=(Target(1, at(90)),))


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, st.sampled_from(("manual", "roll")))
def test_a_replay_and_a_checkpoint_give_the_same_agenda(items: Any, story: Any, mode: Any) -> None:
    hall = stage(items, mode)
    play(hall, story)

    for other in (hall.replayed(), hall.restored()):
        assert msgspec.msgpack.encode(other.state) == packed(hall)
        assert derived(other) == derived(hall.engine)


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, st.booleans(), st.integers(0, 20))
def test_what_is_kept_while_time_passes_is_what_would_be_found_anew(
    items: Any, story: Any, shared: bool, later: int
) -> None:
    """What is said to a stage moves no time by itself, whatever has fallen due meanwhile."""
    hall = stage(items if shared else apart(items))
    begun: list[Act] = [
        ("start", {"item": "a"}),
        ("wait", 1),
        ("start", {"item": "b"}),
        ("wait", 1),
        ("start", {"item": "c"}),
    ]

    def compare() -> None:
        assert derived(hall.engine) == derived(hall.restored())
        hall.clock.advance(later * MINUTE)
        hall.do("message", room="R0", text="on time")
        assert derived(hall.engine) == derived(hall.restored())

    play(hall, [*begun, *story], compare)


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, st.booleans())
def test_what_changed_is_told(items: Any, story: Any, shared: bool) -> None:
    """Every row that differs after an event, for any audience, is among those that the channel names."""
    hall = stage(items if shared else apart(items))
    boards = [(room, view) for room in ("R0", "R1") for view in VIEWS]
    seen = {board: hall.rows(*board) for board in boards}

    def compare() -> None:
        told = {(room, touch.key) for touch in hall.touches for room in touch.rooms}
        hall.touches.clear()
        for room, view in boards:
            old, new = seen[room, view], hall.rows(room, view)
            seen[room, view] = new
            changed = {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
            assert {(room, key) for key in changed} <= told

    play(hall, story, compare)


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories)
def test_audiences_that_share_a_view_see_the_same_row(items: Any, story: Any) -> None:
    hall = stage(items)
    play(hall, story)

    for room in ("R0", "R1"):
        for key in CHANNEL.keys(hall.engine, room):
            for audience in VIEWS:
                view = CHANNEL.view(key, audience)
                assert CHANNEL.row(hall.engine, room, key, view) == CHANNEL.row(hall.engine, room, key, audience)


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, st.integers(0, 90))
def test_a_reader_who_brings_rows_to_now_sees_what_the_engine_would_say_now(items: Any, story: Any, later: int) -> None:
    hall = stage(apart(items))
    play(hall, story)
    now = hall.clock.now() + later * MINUTE
    read = as_now(hall.rows("R0"), now)
    outlook = hall.engine.index.outlook_at("R0", now)

    for key, span in outlook.spans.items():
        assert read[f"item/{key}"]["expected"] == {"start": span.start, "end": span.end}
    assert read["room"]["late"] == outlook.late
    assert read["room"]["end"]["expected"] == outlook.expected_end


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories)
def test_no_duration_is_negative_and_nothing_coming_lies_in_the_past(items: Any, story: Any) -> None:
    hall = stage(items)

    def check() -> None:
        for room in ("R0", "R1"):
            for key, row in hall.rows(room).items():
                if not key.startswith("item/"):
                    continue
                span, clock = row["expected"], row["clock"]
                assert row["duration"] >= 0
                assert clock is None or clock["duration"] >= 0
                assert span["start"] is None or span["end"] is None or span["start"] <= span["end"]
                if row["room"] == room and row["state"] == "pending" and span["start"] is not None:
                    assert span["start"] >= hall.room(room)["as_of"]

    play(hall, story, check)


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, deeds)
def test_a_change_and_its_undo_are_identity(items: Any, story: Any, act: Any) -> None:
    hall = stage(items)
    play(hall, story)
    verb = act[0]
    before = {key: (one.plan, one.facts) for key, one in hall.engine.state.items.items()}
    orders = {key: list(room.order) for key, room in hall.engine.state.rooms.items()}
    count = len(hall.history)
    if verb not in ("wait", "undo"):
        play(hall, [act])
    if len(hall.history) > count:
        hall.do("undo", room=hall.history[-1].event.room)  # type: ignore[attr-defined]  # every act is a room's

    assert {key: (one.plan, one.facts) for key, one in hall.engine.state.items.items()} == before
    assert {key: room.order for key, room in hall.engine.state.rooms.items()} == orders


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, acts)
def test_deciding_changes_nothing(items: Any, story: Any, act: Any) -> None:
    hall = stage(items)
    play(hall, story)
    before = packed(hall)
    if act[0] != "wait":
        with suppress(AppError):
            hall.decide(*act)

    assert packed(hall) == before


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories)
def test_nothing_falls_due_before_its_deadline(items: Any, story: Any) -> None:
    hall = stage(items)
    play(hall, story)
    due = hall.engine.deadline()

    if due is not None and due > hall.clock.now():
        assert hall.engine.expire(due - 1) == []
        assert hall.engine.expire(due) != []


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), st.lists(st.tuples(keys, keys), min_size=1, max_size=4))
def test_swapping_and_moving_change_neither_durations_nor_the_sum_of_gaps(items: Any, pairs: Any) -> None:
    soft = tuple(msgspec.structs.replace(one, start_kind="soft", broadcast=()) for one in items)
    hall = stage(soft)
    before = {key: one.plan for key, one in hall.engine.state.items.items()}
    play(hall, [("swap", {"a": one, "b": other}) for one, other in pairs])
    play(hall, [("move", {"item": one, "after": other}) for one, other in pairs])
    after = {key: one.plan for key, one in hall.engine.state.items.items()}

    for key, plan in after.items():
        assert plan.end - plan.start == before[key].end - before[key].start
    for room in ("R0", "R1"):
        gaps = [sum(plan.gap for plan in plans.values() if plan.room == room) for plans in (before, after)]
        ends = [max(plan.end for plan in plans.values() if plan.room == room) for plans in (before, after)]
        assert gaps[0] == gaps[1]
        assert ends[0] == ends[1]


@settings(max_examples=40, deadline=None)
@given(items_of_two_rooms(), stories, stories)
def test_history_in_any_order_is_applied_without_complaint(items: Any, story: Any, other: Any) -> None:
    """Events of another history, and each of them twice, may name what is not there: they are let pass."""
    hall, second = stage(items), stage(items)
    play(hall, story)
    play(second, other)
    strange = [recorded.event for recorded in second.history[2:]]

    for event in [*strange, *reversed(strange), *strays()]:
        hall.engine.evolve(Recorded(len(hall.history) + 1, hall.clock.now(), "x", event))
    for room in ("R0", "R1"):
        hall.rows(room)
    hall.engine.deadline()
