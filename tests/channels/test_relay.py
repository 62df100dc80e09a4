"""What a stage shows, who is told that it does, and how the kill key empties it."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.relay import CHANNEL
from server.domain.checkin import TicketBound
from server.domain.questions import HandedOver, QaBlanked, TakenBack
from server.errors import Conflict, IllegalTransition
from server.plan import EventPlan, PlannedRoom
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Role, device_view, person_view
from tests.support.rig import CONTROL, Rig, attendee

STAGE = Actor("stage:R0", Role.STAGE, frozenset({"R0"}))
ANN = attendee("ann")
EMPTY = {
    "question": None,
    "number": None,
    "body": None,
    "name": None,
    "origin": None,
    "since": None,
    "seen_by": (),
}


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0", "R1"])
    return bench


def hand(rig: Rig, question: str = "q1", author: str | None = "ann", former: str | None = None) -> None:
    """Let the questions channel put a question on air."""
    rig.apply(
        HandedOver(
            room="R0",
            question=question,
            number=12,
            origin="remote",
            author=author,
            subject=author or "slip",
            name="Ann",
            body="Why?",
            since=rig.clock.now(),
            former=former,
        )
    )


def handover(rig: Rig, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience)["handover"]


def test_an_empty_stage_is_all_null(rig: Rig) -> None:
    assert handover(rig) == EMPTY


@pytest.mark.parametrize("audience", [CREW_VIEW, STAGE_VIEW, PUBLIC_VIEW])
def test_a_question_on_air_is_on_the_stage(rig: Rig, audience: Any) -> None:
    hand(rig)

    row = handover(rig, audience)
    assert (row["question"], row["number"], row["body"], row["name"]) == ("q1", 12, "Why?", "Ann")
    assert (row["origin"], row["since"]) == ("remote", rig.clock.now())


def test_the_wall_shows_the_question_and_nobodys_name(rig: Rig) -> None:
    hand(rig)

    assert (handover(rig, WALL_VIEW)["body"], handover(rig, WALL_VIEW)["name"]) == ("Why?", None)


def test_the_asker_and_the_moderator_see_that_the_stage_has_it(rig: Rig) -> None:
    hand(rig)
    rig.touches.clear()

    rig.do("seen", STAGE, room="R0")

    assert handover(rig)["seen_by"] == ("stage:R0",)
    assert list(CHANNEL.mine(rig.engine, "ann")) == ["handover/R0"]
    own: Any = CHANNEL.row(rig.engine, None, "handover/R0", person_view("ann"))
    assert (own.question, own.seen_by) == ("q1", ("stage:R0",))
    assert ("handover/R0", ("ann",)) in {(touch.key, touch.people) for touch in rig.touches}


def test_seeing_it_twice_is_seeing_it_once(rig: Rig) -> None:
    hand(rig)
    rig.do("seen", STAGE, room="R0", question="q1")
    before = len(rig.history)

    rig.do("seen", STAGE, room="R0")

    assert len(rig.history) == before


def test_a_stage_that_shows_an_older_question_is_told(rig: Rig) -> None:
    hand(rig, "q1")
    hand(rig, "q2")

    with pytest.raises(Conflict):
        rig.do("seen", STAGE, room="R0", question="q1")


def test_there_is_nothing_to_see_on_an_empty_stage(rig: Rig) -> None:
    with pytest.raises(IllegalTransition):
        rig.do("seen", STAGE, room="R0")


def test_another_question_has_been_seen_by_nobody_yet(rig: Rig) -> None:
    hand(rig, "q1")
    rig.do("seen", STAGE, room="R0")

    hand(rig, "q2")

    assert handover(rig)["seen_by"] == ()


def test_the_former_asker_is_told_that_the_stage_moved_on(rig: Rig) -> None:
    hand(rig, "q1", "ann")
    rig.touches.clear()

    hand(rig, "q2", "bo", former="ann")

    assert {person for touch in rig.touches for person in touch.people} == {"ann", "bo"}
    assert CHANNEL.row(rig.engine, None, "handover/R0", person_view("ann")) is None


def test_taking_it_back_empties_the_stage(rig: Rig) -> None:
    hand(rig)

    rig.apply(TakenBack(room="R0", former="ann"))

    assert handover(rig) == EMPTY


@pytest.mark.parametrize("audience", [STAGE_VIEW, WALL_VIEW, PUBLIC_VIEW])
def test_the_kill_key_empties_the_displays_and_survives_a_restart(rig: Rig, audience: Any) -> None:
    hand(rig)

    rig.apply(QaBlanked(room="R0", on=True))

    assert handover(rig, audience) == EMPTY
    assert handover(rig)["body"] == "Why?"
    again: Any = CHANNEL.row(rig.restored(), "R0", "handover", audience)
    assert again.body is None
    rig.apply(QaBlanked(room="R0", on=False))
    assert handover(rig, audience)["body"] == "Why?"


def test_what_is_handed_over_while_blank_stays_hidden(rig: Rig) -> None:
    rig.apply(QaBlanked(room="R0", on=True))

    hand(rig)

    assert handover(rig, STAGE_VIEW) == EMPTY


def test_a_paper_slip_has_nobody_to_tell(rig: Rig) -> None:
    hand(rig, author=None)

    assert list(CHANNEL.mine(rig.engine, "ann")) == []
    assert CHANNEL.row(rig.engine, None, "handover/R0", person_view("")) is None


def test_no_feed_is_said_to_be_there_before_there_is_one(rig: Rig) -> None:
    feed = {"stage_connected": False, "listeners": 0, "recording": False, "level_dbfs": None}

    assert rig.rows("R0", PUBLIC_VIEW)["feed"] == feed
    assert CHANNEL.row(rig.engine, "R0", "feed", device_view("mic")) is None


def test_a_voice_is_public_only_while_it_is_on_air(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0", name="Ann")["id"]
    seen = {}
    for verb in ("invite", "ready", "air"):
        rig.do(verb, CONTROL, ask=ask)
        seen[verb] = (f"ask/{ask}" in rig.rows("R0", STAGE_VIEW), f"ask/{ask}" in rig.rows("R0", PUBLIC_VIEW))

    assert seen == {"invite": (False, False), "ready": (True, False), "air": (True, True)}
    assert rig.rows("R0", WALL_VIEW)[f"ask/{ask}"]["name"] is None
    assert rig.rows("R0", CREW_VIEW)[f"ask/{ask}"]["name"] == "Ann"


def test_an_asker_sees_the_own_ask_and_nobody_elses(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0")["id"]

    assert list(CHANNEL.mine(rig.engine, "ann")) == [f"ask/{ask}"]
    own: Any = CHANNEL.row(rig.engine, None, f"ask/{ask}", person_view("ann"))
    assert own.state == "requested"
    assert CHANNEL.row(rig.engine, None, f"ask/{ask}", person_view("bo")) is None


def test_the_bare_topic_holds_each_rooms_stage_under_a_key_of_its_own(rig: Rig) -> None:
    assert [CHANNEL.bare_key("R0", key) for key in CHANNEL.keys(rig.engine, "R0")] == ["handover/R0", "feed/R0"]
    assert CHANNEL.row(rig.engine, None, "handover/R0", CREW_VIEW) is not None


def test_rooms_of_the_folder_have_a_stage_each(rig: Rig) -> None:
    plan = EventPlan(title="x", timezone="UTC", rooms=(PlannedRoom("R7", "R7"),))
    hand(rig)

    rig.do("import", rooms=CHANNEL.plan(rig.engine, plan).rooms)

    assert list(CHANNEL.rooms(rig.engine)) == ["R0", "R1", "R7"]
    assert handover(rig)["body"] == "Why?"
    assert list(CHANNEL.keys(rig.engine, "R9")) == []


# One asker, several devices


def test_every_device_of_the_askers_ticket_is_told_that_its_question_is_on_air(rig: Rig) -> None:
    rig.apply(TicketBound(person="ann", attendee="t1"), TicketBound(person="ann-tablet", attendee="t1"))
    rig.touches.clear()

    hand(rig)

    assert {person for touch in rig.touches for person in touch.people} == {"ann", "ann-tablet"}
    for person in ("ann", "ann-tablet"):
        assert list(CHANNEL.mine(rig.engine, person)) == ["handover/R0"]
    own: Any = CHANNEL.row(rig.engine, None, "handover/R0", person_view("ann-tablet"))
    assert own.question == "q1"
    assert CHANNEL.row(rig.engine, None, "handover/R0", person_view("bo")) is None


def test_a_device_that_shows_the_ticket_meanwhile_is_told_as_well(rig: Rig) -> None:
    rig.apply(TicketBound(person="ann", attendee="t1"))
    hand(rig)
    rig.touches.clear()

    rig.apply(TicketBound(person="ann-tablet", attendee="t1"))

    assert any("ann-tablet" in touch.people and touch.key == "handover/R0" for touch in rig.touches)
    assert list(CHANNEL.mine(rig.restored(), "ann-tablet")) == ["handover/R0"]


def test_a_device_that_turns_to_another_ticket_is_told_no_more(rig: Rig) -> None:
    rig.apply(TicketBound(person="ann", attendee="t1"), TicketBound(person="ann-tablet", attendee="t1"))
    hand(rig)

    rig.apply(TicketBound(person="ann-tablet", attendee="t2"))

    assert list(CHANNEL.mine(rig.engine, "ann-tablet")) == []
    assert CHANNEL.row(rig.engine, None, "handover/R0", person_view("ann-tablet")) is None
