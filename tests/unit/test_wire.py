"""The wire: strict in, exact out."""

from __future__ import annotations

import msgspec
import pytest

from server import wire
from server.domain.base import Command
from server.errors import Conflict, Malformed


class Move(Command, frozen=True):
    """A verb's arguments."""

    item: str
    by: int = 0


def test_arguments_become_a_command() -> None:
    assert wire.convert({"item": "a", "by": 5}, Move) == Move(item="a", by=5)


@pytest.mark.parametrize(
    "args",
    [{}, {"item": 1}, {"item": "a", "by": "5"}, {"item": "a", "by": 1.5}, {"item": "a", "x": 1}, {"item": None}, [], 7],
)
def test_arguments_that_do_not_fit_are_refused(args: object) -> None:
    with pytest.raises(Malformed):
        wire.convert(args, Move)


@pytest.mark.parametrize("number", [2**53, -(2**53), 10**30, float("1e300")])
def test_a_number_that_json_readers_cannot_keep_is_refused(number: float) -> None:
    with pytest.raises(Malformed, match=r"2\^53"):
        wire.convert({"item": "a", "by": number}, Move)


def test_a_rows_frame_joins_rows_that_are_encoded_already() -> None:
    frame = wire.rows("agenda", "e", 1, 2, [("item/“x”\n", b'{"a":null}')], ["item/y"])

    assert msgspec.json.decode(frame) == {
        "t": "rows",
        "c": "agenda",
        "epoch": "e",
        "from": 1,
        "to": 2,
        "set": {"item/“x”\n": {"a": None}},
        "del": ["item/y"],
    }


def test_an_empty_rows_frame_is_whole() -> None:
    assert msgspec.json.decode(wire.rows("me", "e", None, 0, [], []))["set"] == {}


def test_a_refusal_tells_its_code_and_whether_to_try_again() -> None:
    assert msgspec.json.decode(wire.err("r", Conflict("Look again.", {"by": "control"}))) == {
        "t": "err",
        "ref": "r",
        "code": "conflict",
        "message": "Look again.",
        "retry": False,
        "detail": {"by": "control"},
    }
