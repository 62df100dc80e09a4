"""What flies over a picture: only what was let through, exactly as it was let through."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.questions import CHANNEL
from server.domain.questions.flying import FLYING
from server.errors import IllegalTransition
from server.filters import Wordlist
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Audience, Role
from tests.support.questions import ANN, FIRST, ask
from tests.support.rig import Rig

RELAY = Actor("device:chat", Role.DEVICE)
WORDS = Wordlist(name="filters.txt", version="1", words={"hold": ("slow",), "mask": ("fast",)})


@pytest.fixture
def rig() -> Rig:
    return bench()


def bench(**rules: Any) -> Rig:
    rig = Rig(CHANNEL)
    rig.do("import", rooms=["R0", "R1"], timezone="UTC", wordlists=(WORDS,), **rules)
    return rig


def bring(rig: Rig, body: str) -> str:
    return str(rig.do("bring", RELAY, room="R0", body=body)["id"])


def flown(rig: Rig, body: str = "Hello from afar") -> str:
    key = bring(rig, body)
    rig.do("approve", FIRST, question=key)
    return key


def bodies(rig: Rig, audience: Audience = STAGE_VIEW) -> list[str]:
    row = rig.rows("R0", audience).get("danmaku")
    return [] if row is None else [comment["body"] for comment in row["comments"]]


@pytest.mark.parametrize("audience", [CREW_VIEW, WALL_VIEW, STAGE_VIEW])
def test_a_comment_flies_once_it_was_let_through(rig: Rig, audience: Audience) -> None:
    key = bring(rig, "Hello from afar")
    assert bodies(rig, audience) == []

    rig.do("approve", FIRST, question=key)

    assert bodies(rig, audience) == ["Hello from afar"]


def test_attendees_have_no_use_for_it(rig: Rig) -> None:
    flown(rig)

    assert bodies(rig, PUBLIC_VIEW) == []


def test_what_is_refused_taken_back_or_merged_no_longer_flies(rig: Rig) -> None:
    one, other, host = flown(rig, "one"), flown(rig, "two"), flown(rig, "three")
    rig.do("reject", FIRST, question=one)
    rig.do("merge", FIRST, question=other, into=host)

    assert bodies(rig) == ["three"]


def test_a_changed_text_flies_again_when_it_is_approved_again(rig: Rig) -> None:
    key = flown(rig)
    rig.do("edit", FIRST, question=key, body="Hello from far away")
    assert bodies(rig) == []
    assert rig.rows("R0")[f"q/{key}"]["is_altered"]

    rig.do("approve", FIRST, question=key)

    assert bodies(rig) == ["Hello from far away"]
    assert not rig.rows("R0")[f"q/{key}"]["is_altered"]


def test_answering_or_merging_a_changed_text_is_no_second_look(rig: Rig) -> None:
    later, joined, host = flown(rig, "one"), flown(rig, "two"), flown(rig, "three")
    for key in (later, joined):
        rig.do("edit", FIRST, question=key, body="changed since")
    rig.do("defer", FIRST, question=later)
    rig.do("merge", FIRST, question=joined, into=host)
    rig.do("unmerge", FIRST, question=joined)
    assert bodies(rig) == ["three"]

    rig.do("approve", FIRST, question=later)

    assert bodies(rig) == ["changed since", "three"]


def test_what_does_not_fly_needs_no_second_look(rig: Rig) -> None:
    key = ask(rig, "Does it fly?", ANN)
    rig.do("approve", FIRST, question=key)
    rig.do("edit", FIRST, question=key, body="Does it?")

    assert not rig.rows("R0")[f"q/{key}"]["is_altered"]
    with pytest.raises(IllegalTransition):
        rig.do("approve", FIRST, question=key)


def test_undoing_an_edit_lets_the_text_fly_that_was_let_through(rig: Rig) -> None:
    key = flown(rig)
    rig.do("edit", FIRST, question=key, body="Hello from far away")
    rig.do("undo", FIRST, question=key)

    assert bodies(rig) == ["Hello from afar"]


def test_an_edit_with_a_listed_word_waits_for_a_review(rig: Rig) -> None:
    key = flown(rig)
    rig.do("edit", FIRST, question=key, body="How slow")
    assert (bodies(rig), rig.rows("R0")[f"q/{key}"]["state"]) == ([], "held")

    rig.do("approve", FIRST, question=key)

    assert bodies(rig) == ["How slow"]


def test_a_word_to_be_masked_is_masked_there_too(rig: Rig) -> None:
    flown(rig, "so fast indeed")

    assert bodies(rig) == ["so ＊＊＊＊ indeed"]


def test_the_kill_key_empties_it(rig: Rig) -> None:
    flown(rig)
    rig.do("blank", FIRST, room="R0", on=True)
    assert bodies(rig) == bodies(rig, WALL_VIEW) == bodies(rig, CREW_VIEW) == []

    rig.do("blank", FIRST, room="R0", on=False)

    assert bodies(rig) == ["Hello from afar"]


def test_the_kill_key_is_not_gathered(rig: Rig) -> None:
    flown(rig)
    rig.touches.clear()
    rig.do("blank", FIRST, room="R0", on=True)

    assert [touch.lazy for touch in rig.touches if touch.key == "danmaku"] == [False]


def test_what_the_room_asks_stays_on_the_ground(rig: Rig) -> None:
    key = ask(rig, "Does it fly?", ANN)
    rig.do("approve", FIRST, question=key)

    assert bodies(rig) == []


@pytest.mark.parametrize(("danmaku", "expected"), [("all", ["Does it fly?"]), ("off", [])])
def test_organisers_choose_what_flies(danmaku: str, expected: list[str]) -> None:
    rig = bench(danmaku=danmaku)
    rig.do("approve", FIRST, question=ask(rig, "Does it fly?", ANN))

    assert bodies(rig) == expected


@pytest.mark.parametrize(("mode", "state"), [("pre", "pending"), ("post", "approved")])
def test_what_comes_in_has_a_mode_of_its_own(mode: str, state: str) -> None:
    rig = bench(import_mode=mode)
    key = bring(rig, "Hello")

    assert rig.rows("R0")[f"q/{key}"]["state"] == state
    assert bodies(rig) == (["Hello"] if state == "approved" else [])


def test_no_more_is_offered_than_crosses_a_picture(rig: Rig) -> None:
    for number in range(FLYING + 5):
        flown(rig, f"comment {number}")

    assert bodies(rig) == [f"comment {number}" for number in range(5, FLYING + 5)]
