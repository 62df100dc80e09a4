"""Whose turn it is: the promise that no waiting side sits out more than one turn in a row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.questions import CHANNEL
from server.clock import MINUTE
from server.roles import Actor, Role
from tests.support.rig import Rig, attendee

MODERATOR = Actor("moderator:1", Role.MODERATOR)
FLOOR = Actor("floor", Role.FLOOR)


@pytest.fixture
def rig() -> Rig:
    return bench()


def bench() -> Rig:
    made = Rig(CHANNEL)
    made.do("import", rooms=["R0"], timezone="UTC")
    made.do("mode", MODERATOR, room="R0", mode="post")
    return made


def ask(rig: Rig, origin: str, body: str = "", person: str | None = None) -> str:
    actor = attendee(person or f"p{rig.uids}")
    return str(rig.do("submit", actor, room="R0", body=body or f"Question {rig.uids}?", origin=origin)["id"])


def suggested(rig: Rig) -> Any:
    return rig.engine.desk(rig.engine.state.rooms["R0"]).suggested


def air(rig: Rig, key: str) -> None:
    rig.do("air", MODERATOR, question=key, replaces=rig.engine.state.rooms["R0"].slots.on_air)


def side(rig: Rig, key: str) -> str:
    return str(rig.engine.state.questions[key].origin)


def test_sides_with_something_waiting_take_turns(rig: Rig) -> None:
    for origin in ("room", "room", "room", "remote", "remote", "remote"):
        ask(rig, origin)
    order = []
    for _ in range(6):
        order.append(side(rig, suggested(rig)))
        air(rig, suggested(rig))

    assert order == ["room", "remote"] * 3
    assert suggested(rig) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["room", "remote", "turn"]), max_size=60))
def test_a_waiting_side_never_sits_out_two_turns_in_a_row(acts: list[str]) -> None:
    rig, sat_out = bench(), {"room": 0, "remote": 0}
    for act in acts:
        if act != "turn":
            ask(rig, act)
        elif (key := suggested(rig)) is not None:
            waiting = {question.origin for question in rig.engine.ledger.waiting(rig.engine.state.rooms["R0"])}
            air(rig, key)
            for each in sat_out:
                sat_out[each] = sat_out[each] + 1 if each in waiting and each != side(rig, key) else 0
            assert max(sat_out.values()) <= 1


def test_an_override_is_repaid(rig: Rig) -> None:
    rooms = [ask(rig, "room") for _ in range(4)]
    for _ in range(4):
        ask(rig, "remote")
    air(rig, rooms[0])
    air(rig, rooms[1])

    repaid = []
    for _ in range(2):
        repaid.append(side(rig, suggested(rig)))
        air(rig, suggested(rig))

    assert repaid == ["remote", "remote"]


def test_what_is_already_next_counts_as_its_sides_turn(rig: Rig) -> None:
    one = ask(rig, "room")
    ask(rig, "room")
    far = ask(rig, "remote")
    rig.do("next", MODERATOR, question=one)

    assert suggested(rig) == far


def test_inside_a_side_the_shortlist_goes_first_then_votes_then_the_earlier(rig: Rig) -> None:
    late, popular, listed = (ask(rig, "room") for _ in range(3))
    rig.do("vote", attendee("fan"), question=popular, on=True, n=1)
    rig.do("shortlist", MODERATOR, question=listed)
    order = []
    for _ in range(3):
        order.append(suggested(rig))
        air(rig, suggested(rig))

    assert order == [listed, popular, late]


def test_nobody_has_a_second_turn_before_everybody_had_a_first(rig: Rig) -> None:
    first = ask(rig, "room", "One?", "ann")
    second = ask(rig, "room", "Two?", "ann")
    other = ask(rig, "room", "Three?", "bo")
    rig.do("vote", attendee("fan"), question=second, on=True, n=1)
    air(rig, first)

    assert suggested(rig) == other


def test_the_meter_tells_what_each_side_has_had(rig: Rig) -> None:
    near, far = ask(rig, "room"), ask(rig, "remote")
    ask(rig, "remote")
    rig.wait(MINUTE)
    air(rig, near)
    rig.wait(2 * MINUTE)
    air(rig, far)

    meter = rig.engine.desk(rig.engine.state.rooms["R0"]).meter
    room, remote = meter.room, meter.remote
    assert (room.asked, room.answered, room.air_time, room.median_wait, room.waiting) == (1, 1, 120_000, 60_000, 0)
    assert (remote.asked, remote.answered, remote.air_time, remote.median_wait, remote.waiting) == (2, 0, 0, 180_000, 1)


def test_a_side_that_was_never_on_air_has_no_wait_to_tell(rig: Rig) -> None:
    ask(rig, "room")

    assert rig.engine.desk(rig.engine.state.rooms["R0"]).meter.room.median_wait is None


def test_a_room_that_answers_faster_has_place_for_more(rig: Rig) -> None:
    keys = [ask(rig, "room", person=f"p{n}") for n in range(4)]
    for key in keys:
        air(rig, key)
        rig.wait(MINUTE // 2)
    rig.do("answered", MODERATOR, question=keys[-1])

    rig.do("close", MODERATOR, room="R0", closes_at=rig.clock.now() + 10 * MINUTE)

    assert rig.engine.desk(rig.engine.state.rooms["R0"]).fits == 12
