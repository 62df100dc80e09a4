"""A state that is packed in pieces is the state that is packed at once."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels import discover
from server.store.packing import STEP, packed


class Ticket(msgspec.Struct):
    """An entry of a list."""

    name: str
    scans: list[int]


class State(msgspec.Struct, kw_only=True, rename="camel"):
    """A state with every kind of member that engines have."""

    title: str = "Hall"
    as_of: int = 0
    tickets: dict[str, Ticket] = {}
    numbers: dict[int, str] = {}
    scans: list[Ticket] = []
    erased: set[str] = set()
    nothing: str | None = None


sizes = st.one_of(st.integers(0, 40), st.sampled_from((STEP - 1, STEP, STEP + 1, STEP + 15, STEP + 16, 3 * STEP)))


@settings(max_examples=40, deadline=None)
@given(sizes, sizes, sizes, st.text(max_size=20))
def test_the_pieces_are_what_is_packed_at_once(tickets: int, scans: int, erased: int, name: str) -> None:
    state = State(
        title=name,
        tickets={f"t{number}": Ticket(name, [number]) for number in range(tickets)},
        numbers=dict.fromkeys(range(scans), name),
        scans=[Ticket(name, list(range(number % 3))) for number in range(scans)],
        erased={f"e{number}" for number in range(erased)},
    )

    assert b"".join(packed(state)) == msgspec.msgpack.encode(state)


def test_more_than_sixty_five_thousand_entries_are_packed_too() -> None:
    state = State(numbers=dict.fromkeys(range(70_000), "x"))

    assert b"".join(packed(state)) == msgspec.msgpack.encode(state)


def test_no_piece_holds_more_than_so_many_entries() -> None:
    entry = len(msgspec.msgpack.encode(Ticket("x" * 20, [])))
    state = State(scans=[Ticket("x" * 20, [])] * (10 * STEP))

    assert max(map(len, packed(state))) <= STEP * entry


@pytest.mark.parametrize("name", discover())
def test_every_channel_s_state_comes_back_from_its_pieces(name: str) -> None:
    state: Any = discover()[name].engine().state

    assert msgspec.msgpack.decode(b"".join(packed(state)), type=type(state)) == state
