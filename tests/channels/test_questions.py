"""Asking and voting: what comes in, under which limits, and what it counts for."""

from __future__ import annotations

from typing import Literal

import pytest

from server.channels.questions import CHANNEL
from server.clock import HOUR, MINUTE
from server.domain.checkin import ScanAnnulled, Scanned, TicketBound
from server.errors import Forbidden, IllegalTransition, LimitReached, Malformed, NotFound, TooLarge
from tests.support.questions import ANN, BO, FIRST, FLOOR, aired, approved, ask, q
from tests.support.rig import Rig


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0", "R1"], timezone="Asia/Shanghai")
    return bench


def scanned(rig: Rig, way: Literal["entry", "exit"], at: int | None = None) -> Scanned:
    """Return that Ann's badge was scanned."""
    return Scanned(attendee="t1", type=way, list=1, lane=None, at=rig.clock.now() if at is None else at)


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
