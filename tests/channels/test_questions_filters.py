"""What a word list has of a question: who waits for a review, who reads what, and what an edit changes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.channels.questions import CHANNEL
from server.domain.questions import HandedOver
from server.errors import Forbidden
from server.filters import Wordlist
from server.plan import EventPlan, PlannedRoom, QuestionRules
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Role, person_view
from tests.support.rig import Rig, attendee

ANN = attendee("ann")
MODERATOR = Actor("moderator:1", Role.MODERATOR)
WORDS = Wordlist(
    name="filters.txt",
    version="1",
    words={"refuse": ("banned",), "hold": ("rude",), "mask": ("darn",), "note": ("hm",)},
)


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0"], timezone="UTC", mode="post", wordlists=(WORDS,))
    return bench


def ask(rig: Rig, body: str, actor: Actor = ANN, **more: Any) -> str:
    return str(rig.do("submit", actor, room="R0", body=body, **more)["id"])


def q(rig: Rig, key: str, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience).get(f"q/{key}")


def test_the_folders_lists_reach_the_engine_with_the_plan() -> None:
    rig = Rig(CHANNEL)
    plan = EventPlan(title="Camp", timezone="UTC", rooms=(PlannedRoom("R0", "Hall"),), wordlists=(WORDS,))
    rig.apply(*rig.engine.decide(CHANNEL.plan(rig.engine, plan), None).events)

    assert rig.do("submit", ANN, room="R0", body="How rude?")["state"] == "held"
    assert rig.restored().ledger.screen.look("How rude?", "body") == rig.engine.ledger.screen.look("How rude?", "body")


def test_a_question_with_a_word_to_hold_waits_for_a_review_even_where_all_others_do_not(rig: Rig) -> None:
    key = ask(rig, "How rude is that?")

    assert q(rig, key)["state"] == "held"
    (hit,) = q(rig, key)["hits"]
    assert (hit["list"], hit["version"], hit["entry"], hit["tier"]) == ("filters.txt", "1", "rude", "hold")
    assert q(rig, key, PUBLIC_VIEW) is None


def test_a_name_is_looked_through_as_well(rig: Rig) -> None:
    assert q(rig, ask(rig, "Why?", name="Rude Ru"))["hits"][0]["part"] == "name"


def test_the_author_sees_that_it_waits_but_not_for_which_word(rig: Rig) -> None:
    row: Any = CHANNEL.row(rig.engine, None, f"q/{ask(rig, 'How rude?')}", person_view("ann"))

    assert (row.state, row.hits, row.retry_at) == ("held", (), None)


def test_what_is_held_for_a_word_counts_as_asked(rig: Rig) -> None:
    for n in range(3):
        ask(rig, f"How rude is {n}?")

    assert rig.do("submit", ANN, room="R0", body="Kind?")["retry_at"] is not None


def test_a_word_that_is_refused_is_told_at_once_and_nothing_is_written(rig: Rig) -> None:
    before = len(rig.history)
    with pytest.raises(Forbidden) as refusal:
        ask(rig, "Is it banned?")

    assert refusal.value.detail["reason"] == "words"
    assert len(rig.history) == before


def test_a_masked_word_is_for_the_crew_and_its_author_only(rig: Rig) -> None:
    key = ask(rig, "Where the darn is it?", name="Darn")
    rig.do("air", MODERATOR, question=key, replaces=None)

    assert q(rig, key)["body"] == "Where the darn is it?"
    for audience in (PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW):
        assert q(rig, key, audience)["body"] == "Where the ＊＊＊＊ is it?"
        assert q(rig, key, audience)["hits"] == ()
    handed = next(record.event for record in rig.history if isinstance(record.event, HandedOver))
    assert (handed.body, handed.name) == ("Where the ＊＊＊＊ is it?", "＊＊＊＊")


def test_a_note_changes_nothing_but_what_moderators_read(rig: Rig) -> None:
    key = ask(rig, "Hm?")

    assert (q(rig, key)["state"], q(rig, key)["hits"][0]["entry"]) == ("approved", "hm")


def test_an_edit_that_brings_a_word_in_sends_it_back_to_review_and_undo_brings_it_back(rig: Rig) -> None:
    key = ask(rig, "How kind?")
    rig.do("next", MODERATOR, question=key)

    assert rig.do("edit", MODERATOR, question=key, body="How rude?")["state"] == "held"
    assert (q(rig, key)["state"], rig.rows("R0")["qa"]["next"]) == ("held", None)
    rig.do("undo", MODERATOR, question=key)
    assert (q(rig, key)["state"], q(rig, key)["hits"]) == ("next", ())


def test_what_was_let_through_with_its_word_is_not_held_for_it_again(rig: Rig) -> None:
    key = ask(rig, "How rude is taht?")
    rig.do("approve", MODERATOR, question=key)

    assert rig.do("edit", MODERATOR, question=key, body="How rude is that?")["state"] == "approved"


def test_an_authors_edit_is_looked_through(rig: Rig) -> None:
    rig.do("mode", MODERATOR, room="R0", mode="pre")
    key = ask(rig, "How kind?")

    assert rig.do("edit", ANN, question=key, body="How rude?")["state"] == "held"


def test_no_hold_time_lets_a_held_question_through(rig: Rig) -> None:
    rig.do("mode", MODERATOR, room="R0", mode="delay")
    key = ask(rig, "How rude?")
    rig.wait(60_000)

    assert q(rig, key)["state"] == "held"


def test_what_is_withdrawn_or_erased_leaves_no_word_behind(rig: Rig) -> None:
    key, other = ask(rig, "How rude?"), ask(rig, "Who is rude?")
    rig.do("withdraw", ANN, question=key)
    question = rig.engine.state.questions[other]
    question.standing = msgspec.structs.replace(question.standing, body="")

    assert (q(rig, key)["hits"], q(rig, other)["hits"]) == ((), ())


def test_oddly_written_text_waits_for_a_review_and_is_kept_as_typed(rig: Rig) -> None:
    zalgo = "Z" + "\u0301" * 400 + "?"
    key, turned = ask(rig, zalgo), ask(rig, "abc\u202edef")

    assert (q(rig, key)["state"], q(rig, key)["body"]) == ("held", zalgo)
    assert (q(rig, turned)["state"], q(rig, turned)["body"]) == ("held", "abc\u202edef")


@pytest.mark.parametrize("body", ["\U0001f468\u200d\U0001f469\u200d\U0001f467?", "<script>alert(1)</script>", "=1+1"])
def test_what_only_looks_dangerous_is_taken_as_typed(rig: Rig, body: str) -> None:
    key = ask(rig, body)

    assert (q(rig, key, PUBLIC_VIEW)["state"], q(rig, key, PUBLIC_VIEW)["body"]) == ("approved", body)


def test_another_platforms_comments_have_a_mode_of_their_own() -> None:
    rules = QuestionRules(mode="post")
    plan = EventPlan(title="Camp", timezone="UTC", rooms=(PlannedRoom("R0", "Hall"),), questions=rules)
    rig = Rig(CHANNEL)
    rig.apply(*rig.engine.decide(CHANNEL.plan(rig.engine, plan), None).events)
    brought = rig.do("bring", Actor("device:wechat", Role.DEVICE, subject="wechat"), room="R0", body="Why?", name="Li")

    row = q(rig, brought["id"])
    assert (row["state"], row["inlet"], row["origin"], row["name"]) == ("pending", "import", "remote", "Li")
    assert rig.do("submit", ANN, room="R0", body="Why?")["state"] == "approved"
