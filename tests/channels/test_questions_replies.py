"""Answers in writing, refusals that are counted, and turns that are owed."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.questions import CHANNEL
from server.errors import IllegalTransition, TooLarge
from server.roles import PUBLIC_VIEW, WALL_VIEW, person_view
from tests.support.questions import ANN, FIRST, FLOOR, approved, ask, q, qa
from tests.support.rig import Rig, attendee


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0", "R1"], timezone="Asia/Shanghai", burst=50, per_person=50)
    return bench


def mine(rig: Rig, key: str) -> Any:
    return CHANNEL.row(rig.engine, None, f"q/{key}", person_view("ann"))


# Answers in writing


def test_an_answer_given_with_the_promise_reaches_everybody_who_sees_the_question(rig: Rig) -> None:
    key = approved(rig)
    rig.do("defer", FIRST, question=key, reply="  Yes, to ten thousand.  ")

    assert [q(rig, key, view)["reply"] for view in (PUBLIC_VIEW, WALL_VIEW)] == ["Yes, to ten thousand."] * 2
    assert mine(rig, key).reply == "Yes, to ten thousand."


def test_a_promise_can_be_kept_later(rig: Rig) -> None:
    key = approved(rig)
    rig.do("defer", FIRST, question=key)
    rig.touches.clear()

    rig.do("reply", FIRST, question=key, reply="Yes.")

    assert mine(rig, key).reply == "Yes."
    assert any(touch.people == ("ann",) for touch in rig.touches)


def test_what_waited_in_vain_can_be_answered_for_its_asker_alone(rig: Rig) -> None:
    key = approved(rig)
    rig.do("close", FIRST, room="R0")
    rig.wait(3 * 3_600_000)
    rig.do("reply", FIRST, question=key, reply="Yes.")

    assert mine(rig, key).reply == "Yes."
    assert q(rig, key, PUBLIC_VIEW) is None
    assert q(rig, key, WALL_VIEW)["reply"] is None


def test_a_waiting_question_is_deferred_before_it_is_answered_in_writing(rig: Rig) -> None:
    key = approved(rig)

    with pytest.raises(IllegalTransition, match="defer it first"):
        rig.do("reply", FIRST, question=key, reply="Yes.")


def test_the_same_answer_again_changes_nothing(rig: Rig) -> None:
    key = approved(rig)
    rig.do("defer", FIRST, question=key, reply="Yes.")
    before = len(rig.history)
    rig.do("reply", FIRST, question=key, reply="Yes.")

    assert len(rig.history) == before


def test_undo_takes_the_answer_and_the_promise_back(rig: Rig) -> None:
    key = approved(rig)
    rig.do("defer", FIRST, question=key, reply="Yes.")
    rig.do("undo", FIRST, question=key)

    assert (q(rig, key)["state"], q(rig, key)["reply"]) == ("approved", None)


def test_an_answer_of_nothing_is_none(rig: Rig) -> None:
    key = approved(rig)
    rig.do("defer", FIRST, question=key, reply=" \n ")

    assert q(rig, key)["reply"] is None


def test_a_long_answer_is_refused(rig: Rig) -> None:
    key = approved(rig)

    with pytest.raises(TooLarge):
        rig.do("defer", FIRST, question=key, reply="a" * 501)


def test_a_withdrawn_question_keeps_no_answer(rig: Rig) -> None:
    key = approved(rig)
    rig.do("defer", FIRST, question=key, reply="Yes.")
    rig.do("withdraw", ANN, question=key)

    assert rig.engine.state.questions[key].standing.reply is None


def test_what_the_crew_types_was_said_in_the_room_a_voice_from_a_phone_may_be_anywhere(rig: Rig) -> None:
    crew, phone = ask(rig, "Aloud?", FIRST, inlet="voice"), ask(rig, "From a phone?", ANN, inlet="voice")

    assert (q(rig, crew)["origin"], q(rig, phone)["origin"]) == ("room", "remote")


# Refusals


def test_refusals_are_counted_by_reason_for_everybody_without_their_sentences(rig: Rig) -> None:
    for number, reason in enumerate(("rude", "rude", "off_topic", "Ann should be ashamed", None)):
        key = ask(rig, f"Is it number {number}?")
        rig.do("reject", FIRST, question=key, reason=reason)

    assert qa(rig, PUBLIC_VIEW)["refused"] == {"off_topic": 1, "other": 2, "rude": 2}


def test_a_reopened_question_is_refused_no_more(rig: Rig) -> None:
    key = ask(rig)
    rig.do("reject", FIRST, question=key, reason="rude")
    rig.do("reopen", FIRST, question=key)

    assert qa(rig)["refused"] == {}


# Turns


def both_sides(rig: Rig, each: int = 6) -> dict[str, list[str]]:
    """Let as many questions wait on each side."""
    return {
        "room": [approved(rig, f"Room {n}?", FLOOR) for n in range(each)],
        "remote": [approved(rig, f"Remote {n}?", attendee(f"p{n}")) for n in range(each)],
    }


def air(rig: Rig, key: str) -> None:
    rig.do("air", FIRST, question=key, replaces=rig.engine.state.rooms["R0"].slots.on_air)


def meters(rig: Rig) -> Any:
    return qa(rig)["meter"]


def test_a_side_that_was_passed_over_is_owed_its_turns_until_it_had_them(rig: Rig) -> None:
    waiting = both_sides(rig)
    for _ in range(3):
        air(rig, waiting["room"].pop(0))

    assert (meters(rig)["remote"]["owed"], meters(rig)["room"]["owed"]) == (2, 0)
    assert (meters(rig)["remote"]["within"], meters(rig)["room"]["within"]) == (1, 4)
    given = []
    for _ in range(4):
        suggested = qa(rig)["suggested"]
        given.append(q(rig, suggested)["origin"])
        air(rig, suggested)
    assert given == ["remote", "remote", "remote", "room"]
    assert meters(rig)["remote"]["owed"] == 0


def test_a_side_with_nothing_waiting_is_promised_nothing(rig: Rig) -> None:
    approved(rig, "Room?", FLOOR)

    assert (meters(rig)["room"]["within"], meters(rig)["remote"]["within"]) == (1, None)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_whoever_waits_has_a_turn_within_the_number_of_turns_that_was_promised(seed: int) -> None:
    rig, story = Rig(CHANNEL), Random(seed)
    rig.do("import", rooms=["R0"], timezone="UTC", burst=99, per_person=99)
    waiting = both_sides(rig, 2)
    for _ in range(story.randrange(6)):
        side = story.choice(("room", "remote"))
        if waiting[side]:
            air(rig, waiting[side].pop())
    promised: dict[str, int] = {}
    for number in range(12):
        if story.random() < 0.5:
            sender = story.choice((FLOOR, attendee(f"x{number}")))
            approved(rig, f"More {number}?", sender)
        for side in ("room", "remote"):
            within = meters(rig)[side]["within"]
            assert (within is not None) == (meters(rig)[side]["waiting"] > 0)
            if within is not None:
                promised[side] = min(within, promised.get(side, within))
        if (suggested := qa(rig)["suggested"]) is None:
            continue
        served = q(rig, suggested)["origin"]
        air(rig, suggested)
        assert promised.pop(served) >= 1
        promised = {side: turns - 1 for side, turns in promised.items()}
        assert all(turns >= 1 for turns in promised.values())
