"""Questions as the screens see them: who may do what, what leaves the crew, what the stage is handed."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from server.channels.questions import CHANNEL
from server.clock import HOUR, MINUTE, SECOND
from server.domain.checkin import ScanAnnulled, Scanned, TicketBound
from server.domain.questions import HandedOver, TakenBack
from server.errors import Closed, Conflict, Forbidden, IllegalTransition, LimitReached, Malformed, NotFound, TooLarge
from server.plan import EventPlan, PlannedRoom, QuestionRules
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Role, device_view, person_view
from tests.support.rig import CONTROL, Rig, attendee

ANN, BO = attendee("ann"), attendee("bo")
FIRST, SECOND_TABLET = Actor("moderator:1", Role.MODERATOR), Actor("moderator:2", Role.MODERATOR)
FLOOR = Actor("floor", Role.FLOOR)


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0", "R1"], timezone="Asia/Shanghai")
    return bench


def ask(rig: Rig, body: str = "Does it scale?", actor: Actor = ANN, **more: Any) -> str:
    """Submit a question and return its id."""
    answer = rig.do("submit", actor, room="R0", body=body, **more)
    return str(answer["id"])


def approved(rig: Rig, body: str = "Does it scale?", actor: Actor = ANN, **more: Any) -> str:
    key = ask(rig, body, actor, **more)
    rig.do("approve", FIRST, question=key)
    return key


def aired(rig: Rig, body: str = "Does it scale?", actor: Actor = ANN) -> str:
    key = approved(rig, body, actor)
    rig.do("air", FIRST, question=key, replaces=None)
    return key


def scanned(rig: Rig, way: Literal["entry", "exit"], at: int | None = None) -> Scanned:
    """Return that Ann's badge was scanned."""
    return Scanned(attendee="t1", type=way, list=1, lane=None, at=rig.clock.now() if at is None else at)


def q(rig: Rig, key: str, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience).get(f"q/{key}")


def qa(rig: Rig, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience)["qa"]


# Asking


def test_a_question_waits_for_review_under_a_number_that_can_be_said_aloud(rig: Rig) -> None:
    answer = rig.do("submit", ANN, room="R0", body="Why?", name="Ann")

    assert (answer["number"], answer["state"], answer["retry_at"]) == (1, "pending", None)
    row = q(rig, answer["id"])
    assert (row["body"], row["name"], row["origin"], row["inlet"]) == ("Why?", "Ann", "remote", "web")


def test_rooms_count_their_numbers_separately(rig: Rig) -> None:
    ask(rig)

    assert rig.do("submit", ANN, room="R1", body="Why?")["number"] == 1
    assert rig.do("submit", BO, room="R0", body="Why?")["number"] == 2


def test_numbers_begin_anew_at_midnight_of_the_events_zone(rig: Rig) -> None:
    """The bench opens at 17:00 in Shanghai."""
    ask(rig)
    rig.wait(7 * HOUR - 1)
    assert rig.do("submit", BO, room="R0", body="At 23:59?")["number"] == 2
    rig.wait(1)

    assert rig.do("submit", BO, room="R0", body="At midnight?")["number"] == 1
    rig.wait(8 * HOUR)
    assert rig.do("submit", BO, room="R0", body="At midnight in London?")["number"] == 2


def test_who_was_scanned_in_asks_from_the_room(rig: Rig) -> None:
    """It changes by itself when they walk out, and back when that scan was a mistake."""
    origins = [q(rig, ask(rig, "Before?"))["origin"]]
    rig.apply(TicketBound(person="ann", attendee="t1"))
    for n, event in enumerate((scanned(rig, "entry"), scanned(rig, "exit"), ScanAnnulled(scan=2, attendee="t1"))):
        rig.apply(event)
        rig.wait(MINUTE)
        origins.append(q(rig, ask(rig, f"Question {n}?"))["origin"])

    assert origins == ["remote", "room", "remote", "room"]


def test_a_scan_that_is_told_late_does_not_move_anybody(rig: Rig) -> None:
    late = scanned(rig, "exit", rig.clock.now() - HOUR)
    rig.apply(TicketBound(person="ann", attendee="t1"), scanned(rig, "entry"), late)

    assert q(rig, ask(rig))["origin"] == "room"


def test_the_same_text_of_the_same_person_is_the_same_question(rig: Rig) -> None:
    key = ask(rig, "Does it scale?")

    assert rig.do("submit", ANN, room="R0", body="does it  SCALE")["duplicate_of"] == key
    assert "duplicate_of" not in rig.do("submit", BO, room="R0", body="Does it scale?")


def test_what_was_withdrawn_can_be_asked_again(rig: Rig) -> None:
    rig.do("withdraw", ANN, question=ask(rig))

    assert "id" in rig.do("submit", ANN, room="R0", body="Does it scale?")


def test_two_paper_slips_with_the_same_words_are_two_questions(rig: Rig) -> None:
    first, second = (rig.do("submit", FLOOR, room="R0", body="Why?") for _ in range(2))

    assert first["number"] != second["number"]
    row = q(rig, second["id"])
    assert (row["inlet"], row["origin"]) == ("slip", "room")


def test_a_slip_keeps_the_time_at_which_it_was_written(rig: Rig) -> None:
    written = rig.clock.now() - 20 * MINUTE

    row = q(rig, ask(rig, actor=FLOOR, asked_at=written))

    assert (row["asked_at"], row["perceived"], row["received"]) == (written, written, rig.clock.now())


@pytest.mark.parametrize("behind", [0, 20_000, 60_000])
def test_a_delayed_stream_does_not_cost_the_viewer_the_place(rig: Rig, behind: int) -> None:
    seen = rig.clock.now() - behind

    assert q(rig, ask(rig, perceived=seen))["perceived"] == seen


def test_a_viewer_is_believed_to_be_a_minute_behind_at_most(rig: Rig) -> None:
    row = q(rig, ask(rig, perceived=rig.clock.now() - HOUR))

    assert row["perceived"] == rig.clock.now() - MINUTE


def test_a_time_in_the_future_counts_as_now(rig: Rig) -> None:
    key = ask(rig, perceived=rig.clock.now() + HOUR, asked_at=rig.clock.now() + HOUR)

    assert {q(rig, key)[member] for member in ("perceived", "asked_at")} == {rig.clock.now()}


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ("", Malformed),
        (" \u200b\n", Malformed),
        ("x" * 501, TooLarge),
        ("e\u0301" * 1_001, TooLarge),
        ("\ud800", Malformed),
    ],
    ids=["empty", "nothing to read", "too many characters", "too many code points", "half a character"],
)
def test_a_text_that_cannot_be_shown_is_refused_with_a_reason(rig: Rig, body: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        ask(rig, body)


def test_a_text_is_kept_as_typed(rig: Rig) -> None:
    body = "  \u202e=1+1 <script>a\u0301\u200d\U0001f469\u200d\U0001f4bb  "

    assert q(rig, ask(rig, body))["body"] == body


def test_an_attendee_cannot_pass_a_question_off_as_a_slip(rig: Rig) -> None:
    with pytest.raises(Forbidden):
        ask(rig, inlet="slip")


def test_a_room_that_is_not_there_takes_no_question(rig: Rig) -> None:
    with pytest.raises(NotFound):
        rig.do("submit", ANN, room="R9", body="Why?")


# Limits


def test_above_the_rate_a_question_is_held_and_its_author_told_until_when(rig: Rig) -> None:
    for n in range(3):
        ask(rig, f"Question {n}?")

    answer = rig.do("submit", ANN, room="R0", body="One more?")

    assert (answer["state"], answer["retry_at"]) == ("held", rig.clock.now() + MINUTE)
    assert q(rig, answer["id"])["state"] == "held"


def test_the_rate_grows_back_by_one_a_minute(rig: Rig) -> None:
    for n in range(3):
        ask(rig, f"Question {n}?")
    rig.wait(MINUTE)

    assert rig.do("submit", ANN, room="R0", body="Another?")["state"] == "pending"
    assert rig.do("submit", ANN, room="R0", body="And another?")["state"] == "held"


def test_the_eleventh_question_of_a_day_is_held_until_the_next(rig: Rig) -> None:
    for n in range(10):
        ask(rig, f"Question {n}?")
        rig.wait(MINUTE)

    answer = rig.do("submit", ANN, room="R0", body="The eleventh?")

    assert answer["state"] == "held"
    assert answer["retry_at"] % (24 * HOUR) == 16 * HOUR


def test_above_twenty_held_ones_a_person_is_asked_to_wait(rig: Rig) -> None:
    for n in range(23):
        ask(rig, f"Question {n}?")

    with pytest.raises(LimitReached) as refusal:
        ask(rig, "The last straw?")
    assert refusal.value.detail["retry_after"] == 60


def test_one_persons_rate_is_not_anothers(rig: Rig) -> None:
    for n in range(4):
        ask(rig, f"Question {n}?")

    assert rig.do("submit", BO, room="R0", body="Mine?")["state"] == "pending"


def test_the_crew_has_no_rate(rig: Rig) -> None:
    assert {rig.do("submit", FLOOR, room="R0", body=f"Slip {n}?")["state"] for n in range(12)} == {"pending"}


# Votes


def test_a_vote_is_absolute(rig: Rig) -> None:
    key = approved(rig)
    for n in (1, 2):
        rig.do("vote", BO, question=key, on=True, n=n)

    assert q(rig, key)["votes"] == 1


def test_a_vote_that_comes_late_is_ignored(rig: Rig) -> None:
    key = approved(rig)
    rig.do("vote", BO, question=key, on=True, n=5)

    answer = rig.do("vote", BO, question=key, on=False, n=4)

    assert (answer["on"], answer["votes"]) == (True, 1)


def test_a_vote_on_what_is_not_shown_finds_nothing(rig: Rig) -> None:
    key = ask(rig)

    with pytest.raises(NotFound):
        rig.do("vote", BO, question=key, on=True, n=1)


def test_votes_end_when_a_question_goes_on_air(rig: Rig) -> None:
    key = aired(rig)

    with pytest.raises(IllegalTransition):
        rig.do("vote", BO, question=key, on=True, n=1)


def test_a_voter_who_hammers_is_asked_to_wait(rig: Rig) -> None:
    key = approved(rig)
    for n in range(30):
        rig.do("vote", BO, question=key, on=n % 2 == 0, n=n)

    with pytest.raises(LimitReached):
        rig.do("vote", BO, question=key, on=True, n=30)


def test_votes_may_wait_for_company_but_the_stage_may_not(rig: Rig) -> None:
    key = approved(rig)
    rig.touches.clear()
    rig.do("vote", BO, question=key, on=True, n=1)
    assert all(touch.lazy for touch in rig.touches)
    rig.touches.clear()

    rig.do("air", FIRST, question=key, replaces=None)

    assert not any(touch.lazy for touch in rig.touches)


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


# Rooms


def test_a_closed_room_takes_no_question(rig: Rig) -> None:
    rig.do("close", FIRST, room="R0")

    with pytest.raises(Closed):
        ask(rig)
    assert qa(rig)["state"] == "closed"


def test_a_slip_is_taken_also_when_a_room_has_closed(rig: Rig) -> None:
    rig.do("close", FIRST, room="R0")

    assert q(rig, ask(rig, actor=FLOOR))["state"] == "pending"


def test_who_saw_the_room_still_open_on_a_delayed_stream_is_let_in(rig: Rig) -> None:
    rig.do("close", FIRST, room="R0")
    rig.wait(20 * SECOND)

    assert q(rig, ask(rig, perceived=rig.clock.now() - 25 * SECOND))["state"] == "pending"


def test_a_room_closes_by_itself_when_that_was_announced(rig: Rig) -> None:
    rig.do("close", FIRST, room="R0", closes_at=rig.clock.now() + MINUTE)
    assert (qa(rig)["state"], qa(rig)["closes_at"]) == ("closing", rig.clock.now() + MINUTE)
    ask(rig)

    rig.wait(MINUTE)

    assert (qa(rig)["state"], qa(rig)["closes_at"]) == ("closed", None)


def test_what_waits_long_after_the_close_expires_and_can_be_reopened(rig: Rig) -> None:
    key = approved(rig)
    rig.do("close", FIRST, room="R0")
    rig.wait(2 * HOUR)
    assert (q(rig, key)["state"], q(rig, key, PUBLIC_VIEW)) == ("expired", None)

    rig.do("reopen", FIRST, question=key)

    assert q(rig, key)["state"] == "approved"


def test_opening_again_keeps_what_waits(rig: Rig) -> None:
    key = approved(rig)
    rig.do("close", FIRST, room="R0")
    rig.do("open", FIRST, room="R0")

    rig.wait(3 * HOUR)

    assert q(rig, key)["state"] == "approved"


def test_how_many_still_fit_is_known_once_the_end_is(rig: Rig) -> None:
    assert qa(rig)["fits"] is None

    rig.do("close", FIRST, room="R0", closes_at=rig.clock.now() + 10 * MINUTE)

    assert qa(rig)["fits"] == 5


def test_importing_again_leaves_a_running_room_alone(rig: Rig) -> None:
    key = approved(rig)
    rig.do("close", FIRST, room="R0")
    rules = QuestionRules(open=True, mode="post", per_person=5)
    plan = EventPlan(
        title="x", timezone="UTC", rooms=(PlannedRoom("R0", "R0"), PlannedRoom("R9", "R9")), questions=rules
    )
    command = CHANNEL.plan(rig.engine, plan)

    rig.do("import", **{field: getattr(command, field) for field in command.__struct_fields__})

    assert (qa(rig)["state"], qa(rig)["mode"], q(rig, key)["state"]) == ("closed", "pre", "approved")
    assert rig.rows("R9")["qa"]["mode"] == "post"


# Displays


def test_the_stage_sees_only_what_is_on_air_and_next(rig: Rig) -> None:
    on_air, following = aired(rig, "One?"), approved(rig, "Two?")
    approved(rig, "Three?")
    rig.do("next", FIRST, question=following)

    assert set(rig.rows("R0", STAGE_VIEW)) == {"qa", f"q/{on_air}", f"q/{following}"}


@pytest.mark.parametrize("audience", [STAGE_VIEW, WALL_VIEW, PUBLIC_VIEW])
def test_the_kill_key_takes_the_question_off_every_public_display(rig: Rig, audience: Any) -> None:
    key = aired(rig)

    rig.do("blank", FIRST, room="R0", on=True)

    assert (q(rig, key, audience), qa(rig, audience)["on_air"], qa(rig, audience)["blank"]) == (None, None, True)
    assert q(rig, key)["body"] == "Does it scale?"
    rig.do("blank", FIRST, room="R0", on=False)
    assert q(rig, key, audience)["body"] == "Does it scale?"


def test_the_wall_shows_nobodys_name_and_no_text_that_was_not_let_through(rig: Rig) -> None:
    waiting, shown = ask(rig, "Rude?", name="Ann"), approved(rig, "Fine?", BO, name="Bo")

    assert (q(rig, waiting, WALL_VIEW)["body"], q(rig, waiting, WALL_VIEW)["name"]) == ("", None)
    assert (q(rig, shown, WALL_VIEW)["body"], q(rig, shown, WALL_VIEW)["name"]) == ("Fine?", None)


def test_an_anonymous_question_carries_its_author_nowhere(rig: Rig) -> None:
    key = aired(rig)

    for audience in (CREW_VIEW, WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW):
        assert "ann" not in repr(q(rig, key, audience))


def test_the_bare_topic_holds_each_rooms_qa_under_a_key_of_its_own(rig: Rig) -> None:
    assert CHANNEL.bare_key("R0", "qa") == "qa/R0"
    assert CHANNEL.bare_key("R0", "q/1") == "q/1"
    assert CHANNEL.row(rig.engine, None, "qa/R0", CREW_VIEW) == CHANNEL.row(rig.engine, "R0", "qa", CREW_VIEW)


def test_text_and_name_are_sealed_under_their_author(rig: Rig) -> None:
    ask(rig, name="Ann")
    ask(rig, actor=FLOOR)

    for recorded in rig.history[1:]:
        event: Any = recorded.event
        assert set(event.PERSONAL) == {"body", "name"}
    assert [getattr(recorded.event, "subject", "")[:2] for recorded in rig.history[1:]] == ["an", "qu"]


def test_a_history_whose_author_was_erased_still_replays(rig: Rig) -> None:
    key = aired(rig)
    engine = CHANNEL.engine()
    for recorded in rig.history:
        event: Any = recorded.event
        if event.PERSONAL:
            event = type(event)(**{**{f: getattr(event, f) for f in event.__struct_fields__}, "body": "", "name": None})
        engine.evolve(type(recorded)(recorded.offset, recorded.at, recorded.by, event))

    row: Any = CHANNEL.row(engine, "R0", f"q/{key}", PUBLIC_VIEW)
    assert (row.body, row.state, row.number) == ("", "on_air", 1)


def test_the_stage_is_handed_what_goes_on_air_and_told_when_it_leaves(rig: Rig) -> None:
    key = aired(rig)
    handed = rig.history[-1].event
    assert isinstance(handed, HandedOver)
    assert (handed.question, handed.body, handed.author) == (key, "Does it scale?", "ann")

    rig.do("answered", FIRST, question=key)

    assert rig.history[-1].event == TakenBack(room="R0", former="ann")


def test_control_may_do_all_and_the_wall_nothing() -> None:
    for verb, spec in CHANNEL.verbs.items():
        assert Role.CONTROL in spec.roles, verb
        machines = {Role.DEVICE} if verb == "bring" else set()
        assert not spec.roles & {Role.WALL, Role.DEVICE, Role.STAGE} - machines, verb


def test_control_withdraws_for_a_person(rig: Rig) -> None:
    key = ask(rig)

    rig.do("withdraw", CONTROL, question=key)

    assert q(rig, key)["state"] == "withdrawn"
