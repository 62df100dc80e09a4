"""Messages between those who run a room: who gets them, who has read them, and who never sees a word."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.backstage import CHANNEL
from server.clock import MINUTE
from server.domain.backstage import BURST, KEPT, PER_MINUTE, MessageReceived, MessageSaid
from server.errors import AppError, Forbidden, LimitReached, Malformed, NotFound
from server.roles import (
    CREW_VIEW,
    PUBLIC_VIEW,
    STAGE_VIEW,
    WALL_VIEW,
    Actor,
    Role,
    device_view,
    person_view,
)
from tests.support.questions import rooms_imported
from tests.support.rig import CONTROL, Rig

MODERATOR = Actor("moderator:R0", Role.MODERATOR, frozenset({"R0"}))
FLOOR = Actor("floor", Role.FLOOR)
STAGE = Actor("stage:R0", Role.STAGE, frozenset({"R0"}))
OUTSIDERS = (PUBLIC_VIEW, WALL_VIEW, person_view("ann"), device_view("mic"))


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.apply(rooms_imported())
    return bench


def say(rig: Rig, text: str = "Mic 2 to row 5", actor: Actor = MODERATOR, **more: Any) -> str:
    return str(rig.do("say", actor, room="R0", text=text, desk="tablet", **more)["id"])


def message(rig: Rig, key: str, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience).get(f"message/{key}")


def test_the_crew_reads_what_is_said(rig: Rig) -> None:
    key = say(rig, "  Mic 2 to row 5 ", name="Mei", level="urgent")

    row = message(rig, key)
    assert (row["text"], row["by"], row["name"], row["level"]) == ("Mic 2 to row 5", "moderator:R0", "Mei", "urgent")
    assert row["receipts"] == ()


def test_a_receipt_says_which_desk_has_it_and_since_when_it_is_read(rig: Rig) -> None:
    key = say(rig)
    rig.do("delivered", FLOOR, message=key, desk="phone")
    delivered = rig.clock.now()
    rig.wait(5_000)
    rig.do("read", FLOOR, message=key, desk="phone", name="Bo")

    assert list(message(rig, key)["receipts"]) == [
        {"by": "floor", "desk": "phone", "name": "Bo", "delivered_at": delivered, "read_at": delivered + 5_000}
    ]


def test_two_desks_with_one_link_have_a_receipt_each(rig: Rig) -> None:
    key = say(rig)
    rig.do("read", MODERATOR, message=key, desk="second tablet")
    rig.do("read", FLOOR, message=key, desk="phone 1")
    rig.do("read", FLOOR, message=key, desk="phone 2")

    assert len(message(rig, key)["receipts"]) == 3


def test_whoever_said_it_needs_no_receipt_of_their_own(rig: Rig) -> None:
    key = say(rig)
    rig.do("read", MODERATOR, message=key, desk="tablet")

    assert message(rig, key)["receipts"] == ()


def test_telling_it_again_changes_nothing(rig: Rig) -> None:
    key = say(rig)
    for verb in ("delivered", "read", "read", "delivered"):
        rig.do(verb, FLOOR, message=key, desk="phone")

    assert [type(each.event) for each in rig.history[1:]] == [MessageSaid, MessageReceived, MessageReceived]


def test_what_was_said_without_a_link_keeps_its_time(rig: Rig) -> None:
    said = rig.clock.now()
    rig.wait(600_000)
    late, early = say(rig, said_at=said), say(rig, said_at=rig.clock.now() + 60_000)

    assert message(rig, late)["said_at"] == said
    assert message(rig, late)["at"] == rig.clock.now()
    assert message(rig, early)["said_at"] == rig.clock.now()


def test_the_stage_sees_only_what_is_addressed_to_it_and_no_colleagues_name(rig: Rig) -> None:
    private, to_stage = say(rig), say(rig, "Lights down", to=["stage", "control"], name="Mei")
    rig.do("read", FLOOR, message=to_stage, desk="phone", name="Bo")
    rig.do("read", STAGE, message=to_stage, desk="screen")

    assert message(rig, private, STAGE_VIEW) is None
    row = message(rig, to_stage, STAGE_VIEW)
    assert (row["text"], row["name"]) == ("Lights down", None)
    assert [receipt["desk"] for receipt in row["receipts"]] == ["screen"]


def test_the_stage_cannot_say_that_it_read_what_is_not_for_it(rig: Rig) -> None:
    key = say(rig)

    with pytest.raises(Forbidden):
        rig.do("read", STAGE, message=key)


def test_nothing_of_it_leaves_the_crew(rig: Rig) -> None:
    say(rig, to=["stage"])

    assert Role.ATTENDEE not in CHANNEL.room_roles | CHANNEL.bare_roles
    assert Role.WALL not in CHANNEL.room_roles | CHANNEL.bare_roles
    assert [rig.rows("R0", audience) for audience in OUTSIDERS] == [{}] * 4
    assert list(CHANNEL.mine(rig.engine, "ann")) == []


def test_a_message_of_blanks_is_refused(rig: Rig) -> None:
    with pytest.raises(Malformed):
        say(rig, " \n ")


@pytest.mark.parametrize(("verb", "args"), [("say", {"room": "R9", "text": "Hi"}), ("read", {"message": "none"})])
def test_what_is_not_there_is_not_found(rig: Rig, verb: str, args: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        rig.do(verb, CONTROL, **args)


def test_the_oldest_leave_the_screens_when_there_are_too_many(rig: Rig) -> None:
    first = say(rig)
    for number in range(KEPT - 1):
        rig.wait(MINUTE // PER_MINUTE)
        say(rig, f"Message {number}")
    assert message(rig, first) is not None
    rig.touches.clear()

    say(rig, "One more")

    assert message(rig, first) is None
    assert len(rig.rows("R0")) == KEPT
    assert (f"message/{first}", ("R0",)) in [(touch.key, touch.rooms) for touch in rig.touches]


def test_one_key_cannot_push_out_what_the_others_have_not_read(rig: Rig) -> None:
    for number in range(BURST):
        say(rig, f"Message {number}")
    with pytest.raises(LimitReached, match="send this one in 2 s, or say it in person") as refused:
        say(rig, "One more")
    say(rig, "Somebody else", FLOOR)
    assert refused.value.detail["retry_after"] == 2

    rig.wait(MINUTE // PER_MINUTE)
    say(rig, "One more")
    with pytest.raises(LimitReached):
        say(rig, "And another")
    assert rig.restored().state == rig.replayed().state == rig.engine.state


def test_erased_texts_and_names_are_gone_and_the_rest_stands(rig: Rig) -> None:
    said = MessageSaid(
        message="m1",
        subject="bm1",
        room="R0",
        text="",
        desk="d",
        name=None,
        to=[],
        level="info",
        said_at=rig.clock.now(),
    )
    rig.apply(said, MessageReceived(message="m1", subject="bm1", desk="p", name=None, read=True), by="floor")

    assert message(rig, "m1")["text"] == ""


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_happens_replays_restores_and_touches_are_true_and_outsiders_see_nothing(seed: int) -> None:
    rig, story = Rig(CHANNEL), Random(seed)
    rig.apply(rooms_imported())
    said: list[str] = ["nothing"]
    for _ in range(80):
        before = {room: rig.rows(room) for room in ("R0", "R1")}
        rig.touches.clear()
        actor, room = story.choice((MODERATOR, FLOOR, CONTROL)), story.choice(("R0", "R1"))
        to = story.sample(("moderator", "floor", "control", "stage"), story.randrange(3))
        try:
            if story.random() < 0.6:
                answer = rig.do("say", actor, room=room, text=f"Secret {seed}", to=to, desk=story.choice("ab"))
                said.append(answer["id"])
            else:
                verb, reader = story.choice(("read", "delivered")), story.choice((actor, STAGE))
                rig.do(verb, reader, message=story.choice(said), desk=story.choice("ab"))
        except AppError:
            continue
        touched = {(place, touch.key) for touch in rig.touches for place in touch.rooms}
        for place, rows in before.items():
            after = rig.rows(place)
            assert {(place, key) for key in rows.keys() | after if rows.get(key) != after.get(key)} <= touched
    for place in ("R0", "R1"):
        assert all("stage" in row["to"] for row in rig.rows(place, STAGE_VIEW).values())
        assert [rig.rows(place, audience) for audience in OUTSIDERS] == [{}] * 4
    assert rig.replayed().state == rig.engine.state == rig.restored().state
