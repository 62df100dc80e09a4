"""Moderation: every step of a question's life, and two tablets that take them at once."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.questions import CHANNEL
from server.clock import HOUR, SECOND
from server.domain.questions import HandedOver
from server.errors import Conflict, IllegalTransition
from server.roles import PUBLIC_VIEW, device_view, person_view
from tests.support.questions import ANN, BO, FIRST, FLOOR, SECOND_TABLET, aired, approved, ask, q, qa
from tests.support.rig import Rig


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0", "R1"], timezone="Asia/Shanghai")
    return bench


# Moderation


def test_the_public_sees_a_question_from_its_approval_to_its_refusal(rig: Rig) -> None:
    key = ask(rig)
    assert q(rig, key, PUBLIC_VIEW) is None
    rig.do("approve", FIRST, question=key)
    assert q(rig, key, PUBLIC_VIEW)["body"] == "Does it scale?"

    rig.do("reject", FIRST, question=key, reason="rude")

    assert q(rig, key, PUBLIC_VIEW) is None


def test_the_author_sees_why_a_question_was_refused(rig: Rig) -> None:
    key = ask(rig)
    rig.do("reject", FIRST, question=key, reason="off_topic")

    row: Any = CHANNEL.row(rig.engine, None, f"q/{key}", person_view("ann"))
    assert (row.state, row.close_reason, row.body) == ("rejected", "off_topic", "Does it scale?")
    assert list(CHANNEL.mine(rig.engine, "ann")) == [f"q/{key}"]


def test_nobody_else_sees_a_persons_own_rows(rig: Rig) -> None:
    key = ask(rig)

    assert CHANNEL.row(rig.engine, None, f"q/{key}", person_view("bo")) is None
    assert CHANNEL.row(rig.engine, "R0", "qa", device_view("mic")) is None


def test_an_act_is_shown_to_the_author_as_well(rig: Rig) -> None:
    key = ask(rig)
    rig.touches.clear()

    rig.do("approve", FIRST, question=key)

    assert ("ann",) in {touch.people for touch in rig.touches if touch.key == f"q/{key}"}


def test_in_mode_post_a_question_is_public_at_once(rig: Rig) -> None:
    rig.do("mode", FIRST, room="R0", mode="post")

    assert q(rig, ask(rig), PUBLIC_VIEW)["approved_at"] == rig.clock.now()


def test_in_mode_delay_a_question_is_public_after_the_hold_time(rig: Rig) -> None:
    rig.do("mode", FIRST, room="R0", mode="delay", delay=5_000)
    key = ask(rig)
    rig.wait(4_999)
    assert q(rig, key, PUBLIC_VIEW) is None

    rig.wait(1)

    assert q(rig, key, PUBLIC_VIEW)["state"] == "approved"


def test_a_moderators_touch_stops_the_hold_time(rig: Rig) -> None:
    rig.do("mode", FIRST, room="R0", mode="delay")
    key = ask(rig)
    rig.do("label", FIRST, question=key, label="read first")

    rig.wait(HOUR)

    assert q(rig, key)["state"] == "pending"


def test_choosing_review_stops_what_would_have_gone_by_itself(rig: Rig) -> None:
    rig.do("mode", FIRST, room="R0", mode="delay")
    key = ask(rig)
    rig.do("mode", FIRST, room="R0", mode="pre")

    rig.wait(HOUR)

    assert (q(rig, key)["state"], q(rig, key)["release_at"]) == ("pending", None)


def test_a_conflict_does_not_tell_who_an_anonymous_author_is(rig: Rig) -> None:
    rig.do("mode", FIRST, room="R0", mode="post")
    key = ask(rig)

    with pytest.raises(Conflict) as refusal:
        rig.do("vote", BO, 7, question=key, on=True, n=1)
    assert refusal.value.detail["by"] == "author"


def test_there_is_one_next_question(rig: Rig) -> None:
    first, second = approved(rig, "One?"), approved(rig, "Two?")
    rig.do("next", FIRST, question=first)

    rig.do("next", FIRST, question=second)

    assert qa(rig)["next"] == second
    assert q(rig, first)["state"] == "shortlisted"


def test_what_goes_on_air_answers_what_was(rig: Rig) -> None:
    first, second = aired(rig, "One?"), approved(rig, "Two?")
    rig.wait(30 * SECOND)

    rig.do("air", SECOND_TABLET, question=second, replaces=first)

    assert qa(rig)["on_air"] == second
    assert q(rig, first)["state"] == "answered"
    assert qa(rig)["meter"]["remote"]["air_time"] == 30_000


def test_two_taps_on_next_advance_once(rig: Rig) -> None:
    first, second, third = aired(rig, "One?"), approved(rig, "Two?"), approved(rig, "Three?")
    rig.do("air", FIRST, question=second, replaces=first)

    with pytest.raises(Conflict) as refusal:
        rig.do("air", SECOND_TABLET, question=third, replaces=first)

    detail: Any = refusal.value.detail
    assert (detail["row"]["on_air"], detail["by"], detail["rev"]) == (second, FIRST.id, qa(rig)["rev"])
    assert q(rig, third)["state"] == "approved"


def test_of_approve_against_reject_on_one_revision_one_wins(rig: Rig) -> None:
    key = ask(rig)
    rev = q(rig, key)["rev"]
    rig.do("approve", FIRST, rev, question=key)

    with pytest.raises(Conflict):
        rig.do("reject", SECOND_TABLET, rev, question=key, reason="rude")


def test_a_question_on_air_goes_back_to_its_place(rig: Rig) -> None:
    first, second = approved(rig, "One?"), approved(rig, "Two?")
    for key in (first, second):
        rig.do("shortlist", FIRST, question=key)
    rig.do("air", FIRST, question=first, replaces=None)

    rig.do("skip_back", FIRST, question=first)

    assert (q(rig, first)["state"], q(rig, first)["order"], qa(rig)["on_air"]) == ("shortlisted", 1, None)


def test_the_shortlist_can_be_put_in_order(rig: Rig) -> None:
    keys = [approved(rig, f"Question {word}?", FLOOR) for word in ("one", "two", "three")]
    for key in keys:
        rig.do("shortlist", FIRST, question=key)

    rig.do("order", FIRST, question=keys[2], before=keys[0])

    assert [q(rig, key)["order"] for key in keys] == [2, 3, 1]
    rig.do("order", FIRST, question=keys[2], after=keys[0])
    assert [q(rig, key)["order"] for key in keys] == [1, 3, 2]


def test_reopening_keeps_votes_and_number(rig: Rig) -> None:
    key = approved(rig)
    rig.do("vote", BO, question=key, on=True, n=1)
    rig.do("reject", FIRST, question=key, reason="no_time")

    rig.do("reopen", FIRST, question=key)

    row = q(rig, key)
    assert (row["state"], row["votes"], row["number"], row["close_reason"]) == ("approved", 1, 1, None)


def test_a_step_that_the_table_does_not_have_is_refused_and_says_what_it_needs(rig: Rig) -> None:
    key = ask(rig)

    with pytest.raises(IllegalTransition) as refusal:
        rig.do("next", FIRST, question=key)
    assert refusal.value.detail["allowed"] == ["approved", "shortlisted"]


def test_undo_takes_back_ones_own_act_for_ten_seconds(rig: Rig) -> None:
    key = ask(rig)
    rig.do("reject", FIRST, question=key, reason="rude")
    rig.wait(10 * SECOND)

    rig.do("undo", FIRST, question=key)

    row = q(rig, key)
    assert (row["state"], row["closed_at"], row["close_reason"]) == ("pending", None, None)


def test_after_ten_seconds_an_act_stands(rig: Rig) -> None:
    key = approved(rig)
    rig.wait(10 * SECOND + 1)

    with pytest.raises(IllegalTransition):
        rig.do("undo", FIRST, question=key)


def test_nobody_takes_back_anothers_act(rig: Rig) -> None:
    key = approved(rig)

    with pytest.raises(Conflict):
        rig.do("undo", SECOND_TABLET, question=key)


def test_an_act_that_another_builds_on_stands(rig: Rig) -> None:
    first, second = aired(rig, "One?"), approved(rig, "Two?")
    rig.do("air", SECOND_TABLET, question=second, replaces=first)

    with pytest.raises(Conflict):
        rig.do("undo", FIRST, question=first)


def test_undoing_air_hands_the_stage_what_it_had(rig: Rig) -> None:
    first, second = aired(rig, "One?"), approved(rig, "Two?")
    since = rig.clock.now()
    rig.wait(SECOND)
    rig.do("air", FIRST, question=second, replaces=first)

    rig.do("undo", FIRST, question=second)

    handed = rig.history[-1].event
    assert isinstance(handed, HandedOver)
    assert (handed.question, handed.body, handed.since) == (first, "One?", since)


def test_merging_joins_the_voters_and_parting_them_splits_them_again(rig: Rig) -> None:
    one, two = approved(rig, "One?"), approved(rig, "Two?")
    for voter, key in ((ANN, one), (BO, one), (BO, two)):
        rig.do("vote", voter, question=key, on=True, n=1)

    rig.do("merge", FIRST, question=two, into=one)
    assert (q(rig, one)["votes"], q(rig, two)["merged_into"]) == (2, one)
    rig.do("unmerge", FIRST, question=two)

    assert (q(rig, one)["votes"], q(rig, two)["votes"], q(rig, two)["state"]) == (2, 1, "approved")


def test_questions_cannot_be_merged_in_a_circle(rig: Rig) -> None:
    one, two = approved(rig, "One?"), approved(rig, "Two?")
    rig.do("merge", FIRST, question=two, into=one)

    with pytest.raises(IllegalTransition):
        rig.do("merge", FIRST, question=one, into=two)


def test_withdrawing_leaves_no_text_behind(rig: Rig) -> None:
    key = ask(rig, "My secret?", name="Ann")
    rig.do("edit", FIRST, question=key, body="Her secret?")

    rig.do("withdraw", ANN, question=key)

    row = q(rig, key)
    assert (row["state"], row["body"], row["name"], row["original"]) == ("withdrawn", "", None, None)
    assert "ecret" not in repr(rig.engine.state)


def test_a_moderators_edit_keeps_what_was_typed(rig: Rig) -> None:
    key = approved(rig, "Teh question?")
    rig.do("edit", FIRST, question=key, body="The question?")

    assert (q(rig, key)["body"], q(rig, key)["original"]) == ("The question?", "Teh question?")
    assert q(rig, key, PUBLIC_VIEW)["original"] is None


def test_an_author_edits_only_until_the_review(rig: Rig) -> None:
    key = ask(rig)
    rig.do("edit", ANN, question=key, body="Does it scale well?")
    rig.do("approve", FIRST, question=key)

    with pytest.raises(IllegalTransition):
        rig.do("edit", ANN, question=key, body="Buy my book!")


def test_a_question_belongs_to_its_author(rig: Rig) -> None:
    key = ask(rig)
    command = CHANNEL.verbs["withdraw"].args(question=key)

    target = rig.engine.locate(command)

    assert (target.owner, target.rooms, target.key) == ("ann", ("R0",), f"q/{key}")


def test_a_moderator_is_shown_near_duplicates_on_both(rig: Rig) -> None:
    one = ask(rig, "How does the scheduler handle priority inversion?")
    two = ask(rig, "How is priority inversion handled by the scheduler?", BO)

    assert (q(rig, two)["similar"], q(rig, one)["similar"]) == ((one,), (two,))


def test_reading_a_question_is_shown_for_twenty_seconds_and_journalled_never(rig: Rig) -> None:
    key = ask(rig)
    before = len(rig.history)
    rig.do("claim", FIRST, question=key)
    assert [touch.key for touch in CHANNEL.refresh(rig.engine, rig.clock.now())] == [f"q/{key}"]
    assert q(rig, key)["claimed_by"] == FIRST.id
    due = CHANNEL.next_refresh(rig.engine)
    assert due == rig.clock.now() + 20 * SECOND

    assert [touch.key for touch in CHANNEL.refresh(rig.engine, due)] == [f"q/{key}"]

    assert (q(rig, key)["claimed_by"], len(rig.history)) == (None, before)


def test_giving_a_claim_back_leaves_anothers_alone(rig: Rig) -> None:
    key = ask(rig)
    rig.do("claim", FIRST, question=key)

    rig.do("claim", SECOND_TABLET, question=key, on=False)
    assert q(rig, key)["claimed_by"] == FIRST.id
    rig.do("claim", FIRST, question=key, on=False)

    assert q(rig, key)["claimed_by"] is None


def test_labels_and_the_one_who_answers_are_the_crews_only(rig: Rig) -> None:
    key = approved(rig)
    rig.do("label", FIRST, question=key, label="kernel")
    rig.do("assign", FIRST, question=key, assignee="Dr Wang")

    assert (q(rig, key)["labels"], q(rig, key)["assignee"]) == (("kernel",), "Dr Wang")
    assert (q(rig, key, PUBLIC_VIEW)["labels"], q(rig, key, PUBLIC_VIEW)["assignee"]) == ((), None)
    rig.do("label", FIRST, question=key, label="kernel", on=False)
    assert q(rig, key)["labels"] == ()
