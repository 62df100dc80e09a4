"""The session: what a peer may send, and when it has made too many mistakes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server import wire
from server.board import Position
from server.clock import MINUTE
from server.errors import CloseCode, UnknownCommand
from server.session import MISTAKES, SLIPS, Ask, Close, Leave, Open, Reply, Session
from tests.support.clock import NINE, ManualClock

GARBAGE = {
    "no JSON": "{",
    "no object": "[]",
    "no type": "{}",
    "an unknown type": '{"t":"drop"}',
    "an unknown member": '{"t":"ping","ts":1,"x":1}',
    "a wrong type": '{"t":"sub","c":7}',
    "an empty topic": '{"t":"sub","c":""}',
    "a position of three": '{"t":"sub","c":"agenda","pos":["a",1,2]}',
    "a lone surrogate": '{"t":"sub","c":"\\ud800"}',
    "deep nesting": "[" * 5_000,
    "a ref that is too long": '{"t":"cmd","ref":"%s","c":"a","v":"b"}' % ("x" * 129),
    "too many bytes": '{"t":"sub","c":"%s"}' % ("x" * wire.MAX_FRAME),
}


def reply(effect: object) -> dict[str, Any]:
    assert isinstance(effect, Reply)
    found: dict[str, Any] = msgspec.json.decode(effect.frame)
    return found


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def session(clock: ManualClock) -> Session:
    return Session(clock)


def test_a_ping_is_answered_with_the_servers_time(session: Session) -> None:
    (answer,) = session.receive('{"t":"ping","ts":5}')

    assert reply(answer) == {"t": "pong", "ts": 5, "now": NINE}


def test_a_subscription_carries_its_position(session: Session) -> None:
    assert session.receive('{"t":"sub","c":"agenda/R0","pos":["9f3c",120]}') == [
        Open("agenda/R0", Position("9f3c", 120))
    ]
    assert session.receive('{"t":"sub","c":"agenda","pos":null}') == [Open("agenda", None)]


def test_leaving_has_no_answer(session: Session) -> None:
    assert session.receive('{"t":"unsub","c":"agenda"}') == [Leave("agenda")]


def test_a_command_is_handed_on_as_it_is(session: Session) -> None:
    (effect,) = session.receive('{"t":"cmd","ref":"r","c":"agenda","v":"start","args":{"item":"x"},"rev":7}')

    assert effect == Ask(wire.Command("r", "agenda", "start", {"item": "x"}, 7))


@pytest.mark.parametrize("text", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_named_and_the_connection_goes_on(session: Session, text: str) -> None:
    (answer,) = session.receive(text)

    assert reply(answer)["code"] == "malformed"
    assert session.receive('{"t":"unsub","c":"agenda"}') == [Leave("agenda")]


def test_a_binary_frame_is_a_mistake(session: Session) -> None:
    assert reply(session.receive(b"{}")[0])["code"] == "malformed"


def test_an_error_that_no_command_caused_has_no_ref(session: Session) -> None:
    assert reply(session.receive("{")[0])["ref"] is None


def test_a_malformed_command_is_answered_under_its_ref(session: Session) -> None:
    (answer,) = session.receive('{"t":"cmd","ref":"mine","c":"agenda","v":"start","args":[]}')

    assert reply(answer)["ref"] == "mine"


def test_too_many_mistakes_within_a_minute_end_the_connection(session: Session) -> None:
    answers = [session.receive("{") for _ in range(MISTAKES)]

    assert [len(effects) for effects in answers] == [*[1] * (MISTAKES - 1), 2]
    assert answers[-1][1:] == [Close(CloseCode.ABUSIVE)]


def test_mistakes_are_forgiven_after_a_minute(session: Session, clock: ManualClock) -> None:
    for _ in range(MISTAKES - 1):
        session.receive("{")
    clock.advance(MINUTE)

    assert len(session.receive("{")) == 1


def test_commands_that_fit_no_verb_are_borne_for_longer(session: Session) -> None:
    wrong = UnknownCommand("The channel 'agenda' has no verb 'nope'.")
    answers = [session.slipped("ref", wrong) for _ in range(SLIPS)]

    assert [len(effects) for effects in answers] == [*[1] * (SLIPS - 1), 2]
    assert answers[-1][1:] == [Close(CloseCode.ABUSIVE)]
