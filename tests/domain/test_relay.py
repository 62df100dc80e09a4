"""The life of a voice ask, and what a stage has been handed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.relay import CHANNEL
from server.domain.relay import STEPS
from server.errors import AppError, IllegalTransition, NotFound
from server.roles import Actor, Role
from tests.support.rig import CONTROL, Rig, attendee

ANN, BO = attendee("ann"), attendee("bo")
MODERATOR = Actor("moderator:1", Role.MODERATOR)


@pytest.fixture
def rig() -> Rig:
    return bench()


def bench() -> Rig:
    made = Rig(CHANNEL)
    made.do("import", rooms=["R0", "R1"])
    return made


def test_an_ask_goes_from_request_by_check_to_air_and_end(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0")["id"]

    states = [
        rig.do(verb, actor, ask=ask)["state"]
        for verb, actor in (("invite", MODERATOR), ("ready", CONTROL), ("air", MODERATOR), ("end", MODERATOR))
    ]

    assert states == ["checking", "ready", "on_air", "ended"]


def test_nobody_goes_on_air_before_the_sound_was_checked(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0")["id"]
    rig.do("invite", MODERATOR, ask=ask)

    with pytest.raises(IllegalTransition) as refusal:
        rig.do("air", MODERATOR, ask=ask)
    assert refusal.value.detail == {"state": "checking", "allowed": ["ready"]}


def test_a_lost_voice_keeps_its_place(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0")["id"]
    for verb in ("invite", "ready", "air", "fall_back"):
        rig.do(verb, CONTROL, ask=ask)

    assert rig.do("ready", CONTROL, ask=ask)["state"] == "ready"


def test_raising_twice_is_one_ask(rig: Rig) -> None:
    first = rig.do("raise", ANN, room="R0")

    assert rig.do("raise", ANN, room="R0") == first
    assert rig.do("raise", ANN, room="R1")["id"] != first["id"]
    assert rig.do("raise", BO, room="R0")["id"] != first["id"]


def test_after_lowering_one_can_raise_again(rig: Rig) -> None:
    first = rig.do("raise", ANN, room="R0")["id"]
    rig.do("lower", ANN, ask=first)

    assert rig.do("raise", ANN, room="R0")["id"] != first


def test_muting_is_absolute(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0")["id"]
    before = len(rig.history)

    assert [rig.do("mute", MODERATOR, ask=ask, on=on)["muted"] for on in (True, True, False)] == [True, True, False]
    assert len(rig.history) == before + 2


def test_what_has_ended_is_not_muted(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0")["id"]
    rig.do("end", MODERATOR, ask=ask)

    with pytest.raises(IllegalTransition):
        rig.do("mute", MODERATOR, ask=ask)


def test_a_room_or_an_ask_that_is_not_there_is_not_found(rig: Rig) -> None:
    with pytest.raises(NotFound):
        rig.do("raise", ANN, room="R9")
    with pytest.raises(NotFound):
        rig.do("invite", MODERATOR, ask="nobody")


def test_an_ask_belongs_to_whom_it_is_of(rig: Rig) -> None:
    ask = rig.do("raise", ANN, room="R0")["id"]

    target = rig.engine.locate(CHANNEL.verbs["lower"].args(ask=ask))

    assert (target.owner, target.rooms, target.rev) == ("ann", ("R0",), 1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*STEPS, "raise", "mute"]), st.integers(0, 5)), max_size=40))
def test_a_replay_and_a_restart_give_the_same_state(acts: list[tuple[str, int]]) -> None:
    rig = bench()
    for verb, which in acts:
        asks = list(rig.engine.state.asks) or ["none"]
        args = {"room": f"R{which % 2}"} if verb == "raise" else {"ask": asks[which % len(asks)]}
        before = len(rig.history)
        try:
            rig.do(verb, attendee(f"p{which}"), **args)
        except AppError:
            assert len(rig.history) == before

    assert rig.replayed().state == rig.engine.state == rig.restored().state
