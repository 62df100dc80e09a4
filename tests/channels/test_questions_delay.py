"""Viewers of a delayed stream: their delay is measured, and costs them neither their place nor the Q&A."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.channels.questions import CHANNEL
from server.clock import SECOND, Instant
from server.domain.questions.delay import FIRST_MARK, MARK_LASTS, MARKS, SLACK, delay_of_mark, mark_at
from server.errors import Closed, IllegalTransition, LimitReached, Malformed
from tests.support.questions import ANN, BO, FIRST, aired, ask, q, qa
from tests.support.rig import Rig, attendee


@pytest.fixture
def rig() -> Rig:
    rig = Rig(CHANNEL)
    rig.do("import", rooms=["R0", "R1"], timezone="UTC")
    return rig


def measured(rig: Rig, person: str, delay: int) -> int:
    """Let somebody say which mark is in their picture, which is `delay` milliseconds old."""
    mark = mark_at(Instant(rig.clock.now() - delay))
    return int(rig.do("measure", attendee(person), room="R0", mark=mark)["delay"])


@pytest.mark.parametrize("seconds", [0, 1, 7, 20, 45, 60])
def test_a_mark_tells_a_delay_to_a_second(rig: Rig, seconds: int) -> None:
    assert abs(measured(rig, "ann", seconds * SECOND) - seconds * SECOND) <= MARK_LASTS // 2


def test_every_mark_is_a_number_that_is_easy_to_type() -> None:
    marks = {mark_at(Instant(turn * MARK_LASTS)) for turn in range(3 * MARKS)}

    assert marks == set(range(10, 60))


def test_a_mark_of_more_than_a_minute_ago_is_none(rig: Rig) -> None:
    with pytest.raises(IllegalTransition):
        measured(rig, "ann", 75 * SECOND)


@pytest.mark.parametrize("mark", [FIRST_MARK - 1, FIRST_MARK + MARKS, -5])
def test_a_number_that_is_no_mark_is_refused(mark: int) -> None:
    with pytest.raises(Malformed):
        delay_of_mark(mark, Instant(0))


def test_a_question_that_appears_in_the_picture_measures_as_well(rig: Rig) -> None:
    key = aired(rig)
    rig.wait(12 * SECOND)

    assert rig.do("measure", BO, room="R0", question=key) == {"delay": 12 * SECOND}
    assert qa(rig)["grace"] == 12 * SECOND + SLACK


def test_a_question_that_has_left_the_stage_measures_nothing(rig: Rig) -> None:
    key = aired(rig)
    rig.do("answered", FIRST, question=key)

    with pytest.raises(IllegalTransition):
        rig.do("measure", BO, room="R0", question=key)


def test_one_thing_is_measured_with_not_two(rig: Rig) -> None:
    wrongs: list[dict[str, Any]] = [{}, {"mark": 20, "question": aired(rig)}]
    for wrong in wrongs:
        with pytest.raises(Malformed):
            rig.do("measure", BO, room="R0", **wrong)


def test_the_same_measure_again_writes_no_history(rig: Rig) -> None:
    measured(rig, "ann", 20 * SECOND)
    before = len(rig.history)
    rig.wait(100)
    measured(rig, "ann", 20 * SECOND)

    assert len(rig.history) == before


def test_who_measures_again_and_again_has_to_wait(rig: Rig) -> None:
    for turn in range(30):
        measured(rig, "ann", turn % 2 * 20 * SECOND)

    with pytest.raises(LimitReached):
        measured(rig, "ann", 40 * SECOND)


def test_a_measured_viewer_is_counted_by_what_they_had_seen(rig: Rig) -> None:
    """Of two questions without votes the one that was thought of first is first, though it came later."""
    delay = measured(rig, "ann", 20 * SECOND)
    early = ask(rig, "From the room?", BO)
    rig.wait(10 * SECOND)
    late = ask(rig, "From the stream?", ANN)

    assert q(rig, late)["perceived"] == q(rig, late)["received"] - delay
    assert q(rig, late)["perceived"] < q(rig, early)["perceived"]


def test_a_claim_counts_as_far_as_it_was_measured(rig: Rig) -> None:
    delay = measured(rig, "ann", 10 * SECOND)
    now = rig.clock.now()

    assert q(rig, ask(rig, "A?", perceived=now - 50 * SECOND))["perceived"] == now - delay - SLACK
    assert q(rig, ask(rig, "B?", perceived=now - 3 * SECOND))["perceived"] == now - 3 * SECOND
    assert q(rig, ask(rig, "C?", BO, perceived=now - 90 * SECOND))["perceived"] == now - 60 * SECOND


def test_the_grace_is_what_ninety_five_of_a_hundred_need(rig: Rig) -> None:
    for person in range(100):
        measured(rig, f"p{person}", 8 * SECOND if person < 96 else 60 * SECOND)

    assert abs(qa(rig)["grace"] - (8 * SECOND + SLACK)) <= MARK_LASTS // 2


def test_who_is_behind_is_let_in_for_as_long_as_their_picture_shows_the_room_open(rig: Rig) -> None:
    delay = measured(rig, "ann", 20 * SECOND)
    rig.do("close", FIRST, room="R0")
    rig.wait(delay - SECOND)
    assert q(rig, ask(rig, "Still open here?"))["state"] == "pending"
    with pytest.raises(Closed):
        ask(rig, "In the room?", BO)

    rig.wait(SECOND)

    with pytest.raises(Closed):
        ask(rig, "Closed here as well?")


def test_nobody_is_let_in_after_the_grace_whatever_they_claim(rig: Rig) -> None:
    measured(rig, "bo", 10 * SECOND)
    rig.do("close", FIRST, room="R0")
    shut = qa(rig)["shut_at"]
    rig.wait(shut - rig.clock.now())
    assert q(rig, ask(rig, "Just in time?", perceived=shut - 50 * SECOND))["state"] == "pending"

    rig.wait(1)

    with pytest.raises(Closed):
        ask(rig, "Too late?", perceived=shut - 50 * SECOND)


def test_what_was_sent_before_the_close_may_take_a_moment_to_arrive(rig: Rig) -> None:
    sent = rig.clock.now()
    rig.wait(SECOND)
    rig.do("close", FIRST, room="R0")
    rig.wait(3 * SECOND)

    assert q(rig, ask(rig, asked_at=sent))["state"] == "pending"

    rig.wait(3 * SECOND)

    with pytest.raises(Closed):
        ask(rig, "And this?", asked_at=sent)


def test_an_open_room_has_no_end_of_its_grace(rig: Rig) -> None:
    assert qa(rig)["shut_at"] is None
    rig.do("close", FIRST, room="R0")
    assert qa(rig)["shut_at"] == rig.clock.now() + qa(rig)["grace"]
    rig.do("open", FIRST, room="R0")
    assert qa(rig)["shut_at"] is None


def test_the_server_reckons_the_marks_as_the_overlay_does() -> None:
    vectors = json.loads((Path(__file__).parent.parent / "vectors" / "marks.json").read_text())

    assert [mark_at(Instant(each["now"])) for each in vectors] == [each["mark"] for each in vectors]
