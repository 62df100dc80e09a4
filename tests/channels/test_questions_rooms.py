"""Rooms and displays: opening and closing, what leaves the crew, and what the stage is handed."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.questions import CHANNEL
from server.clock import HOUR, MINUTE, SECOND
from server.domain.questions import HandedOver, TakenBack
from server.errors import Closed
from server.plan import EventPlan, PlannedRoom, QuestionRules
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Role
from tests.support.questions import BO, FIRST, FLOOR, aired, approved, ask, q, qa
from tests.support.rig import CONTROL, Rig


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0", "R1"], timezone="Asia/Shanghai")
    return bench


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
    assert (qa(rig)["fits"], qa(rig)["until"]) == (0, None)

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
