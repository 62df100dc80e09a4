"""Days of two rooms as they may go: random agendas, and random acts upon them.

An agenda and a story are each drawn as one run of bytes and read from them: five bytes an item, four bytes an act.
That is several times cheaper than drawing every member by itself, and shrinks to the plainest day just as well.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from hypothesis import strategies as st

from server.errors import AppError
from server.plan import PlannedItem
from tests.support.agenda import LIN, MINUTE, WANG, Hall, at, item

KEYS = ("a", "b", "c", "d", "x", "y", "z")
ROOMS = ("R0", "R1")
LONGEST_STORY = 12

Act = tuple[str, Any]

keys = st.sampled_from(KEYS)


def _laid_out(drawn: bytes) -> tuple[PlannedItem, ...]:
    found, ends = [], {"R0": 0, "R1": 0}
    for place, key in enumerate(KEYS):
        kinds, least, length, before, _ = drawn[5 * place : 5 * place + 5]
        room = "R0" if key in "abcd" else "R1"
        begins = ends[room] + before % 16
        ends[room] = begins + length % 41
        found.append(
            item(
                key,
                begins,
                ends[room],
                room,
                start_kind=("soft", "hard")[kinds & 1],
                end_kind=("duration", "fixed")[kinds >> 1 & 1],
                gap_kind=("buffer", "turnover", "break")[(kinds >> 2) % 3],
                min_duration=None if least < 128 else least % 21 * MINUTE,
                broadcast=ROOMS if key in "cy" else (),
                speakers=(LIN,) if place % 2 else (LIN, WANG),
            )
        )
    return tuple(found)


def items_of_two_rooms() -> st.SearchStrategy[tuple[PlannedItem, ...]]:
    """Return seven items of two rooms: of any kind, some shown in both, with people who are in both."""
    return st.binary(min_size=35, max_size=35).map(_laid_out)


def _of_item(verb: str) -> Callable[[int, int, int], Act]:
    return lambda a, b, c: (verb, {"item": _key(a)})


def _key(drawn: int) -> str:
    return KEYS[drawn % len(KEYS)]


def _room(drawn: int) -> str:
    return ROOMS[drawn % len(ROOMS)]


def _edited(a: int, b: int, c: int) -> Act:
    length = {"duration": b % 41 * MINUTE} if b < 192 else {}
    start = {"planned_start": at(c % 121)} if c < 192 else {}
    return "edit", {"item": _key(a), **length, **start}


ACTS: tuple[Callable[[int, int, int], Act], ...] = (
    _of_item("start"),
    _of_item("start"),
    _of_item("finish"),
    _of_item("pause"),
    _of_item("resume"),
    _of_item("skip"),
    _of_item("restore"),
    lambda a, b, c: ("adjust", {"item": _key(a), "by": (b % 81 - 40) * MINUTE}),
    _edited,
    lambda a, b, c: ("move", {"item": _key(a), "after": _key(b)}),
    lambda a, b, c: ("move", {"item": _key(a), "before": _key(b)}),
    lambda a, b, c: ("swap", {"a": _key(a), "b": _key(b)}),
    lambda a, b, c: ("insert", {"room": _room(a), "title": "Film", "duration": b % 41 * MINUTE}),
    lambda a, b, c: ("next", {"room": _room(a), "from": None if b < 64 else _key(b)}),
    lambda a, b, c: ("undo", {"room": _room(a)}),
    lambda a, b, c: ("message", {"room": _room(a), "text": "hello"}),
    lambda a, b, c: ("advance", {"room": _room(a)}),
    lambda a, b, c: ("toggle", {"room": _room(a)}),
    lambda a, b, c: ("wait", a % 31),
    lambda a, b, c: ("wait", a % 31),
)
DEEDS = (*ACTS, lambda a, b, c: ("rescue", (_room(a), _key(b), c % 51 - 10)))


def _read(drawn: bytes, table: tuple[Callable[[int, int, int], Act], ...]) -> Act:
    which, a, b, c = drawn
    return table[which % len(table)](a, b, c)


def _story(drawn: bytes) -> list[Act]:
    return [_read(drawn[place : place + 4], DEEDS) for place in range(0, len(drawn) // 4 * 4, 4)]


acts = st.binary(min_size=4, max_size=4).map(lambda drawn: _read(drawn, ACTS))
deeds = st.binary(min_size=4, max_size=4).map(lambda drawn: _read(drawn, DEEDS))
stories = (
    st.integers(0, LONGEST_STORY).flatmap(lambda acts: st.binary(min_size=4 * acts, max_size=4 * acts)).map(_story)
)


def play(hall: Hall, story: list[Act], each: Callable[[], None] = lambda: None) -> None:
    """Do what can be done of a story, calling `each` after every act."""
    for verb, args in story:
        if verb == "wait":
            hall.wait(args * MINUTE)
        elif verb == "rescue":
            with suppress(AppError):
                rescue(hall, *args)
        else:
            with suppress(AppError):
                hall.do(verb, **args)
        each()


def rescue(hall: Hall, room: str, key: str, wait: int) -> None:
    """Adopt the best plan for an item whose people come `wait` minutes after they were planned."""
    when = hall.engine.state.items[key].plan.start + wait * MINUTE
    offers = hall.do("suggest", room=room, item=key, available_at=when)["proposals"]
    hall.do("adopt", proposal=offers[0]["id"])


def packed(hall: Hall) -> bytes:
    """Return the engine's state as a checkpoint has it."""
    return msgspec.msgpack.encode(hall.engine.state)


def apart(items: tuple[PlannedItem, ...]) -> tuple[PlannedItem, ...]:
    """Return the items with none of them shown in another room."""
    return tuple(msgspec.structs.replace(one, broadcast=()) for one in items)
