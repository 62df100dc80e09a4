"""Boards: snapshot, delta, resume and catching up are one call."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from server.board import TOMBSTONES, Board, Position
from tests.support.event import folded


def frame(board: Board, position: Position | None) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(board.frame(position).text)
    return found


def board_of(*keys: str) -> Board:
    board = Board("devices", "e1")
    for offset, key in enumerate(keys, start=1):
        board.write(offset, {key: b"1"})
    return board


def test_a_newcomer_gets_every_row() -> None:
    assert frame(board_of("a", "b"), None) == {
        "t": "rows",
        "c": "devices",
        "epoch": "e1",
        "from": None,
        "to": 2,
        "set": {"a": 1, "b": 1},
        "del": [],
    }


def test_a_reader_that_is_up_to_date_gets_an_empty_delta() -> None:
    board = board_of("a")

    assert frame(board, board.position) == {
        "t": "rows",
        "c": "devices",
        "epoch": "e1",
        "from": 1,
        "to": 1,
        "set": {},
        "del": [],
    }


def test_a_slow_reader_receives_only_the_newest_of_a_row() -> None:
    board = board_of("mic")
    start = board.position
    for offset, level in enumerate((b"40", b"30", b"20"), start=2):
        board.write(offset, {"mic": level})

    assert frame(board, start)["set"] == {"mic": 20}


def test_a_removed_row_is_told_to_those_who_had_it() -> None:
    board = board_of("a", "b")
    start = board.position
    board.write(3, {"a": None})

    assert frame(board, start)["del"] == ["a"]
    assert "a" not in frame(board, None)["set"]


def test_a_row_that_comes_back_is_no_removal() -> None:
    board = board_of("a")
    start = board.position
    board.write(2, {"a": None})
    board.write(3, {"a": b"2"})

    assert frame(board, start) | {"set": {"a": 2}, "del": []} == frame(board, start)


def test_writing_what_is_there_already_changes_nothing() -> None:
    board = board_of("a")

    assert not board.write(9, {"a": b"1", "gone": None})
    assert board.offset == 1


def test_a_position_of_another_history_gets_a_snapshot() -> None:
    assert frame(board_of("a"), Position("e0", 1))["from"] is None


def test_a_position_ahead_of_the_board_gets_a_snapshot() -> None:
    assert frame(board_of("a"), Position("e1", 7))["from"] is None


def test_a_position_before_the_oldest_remembered_removal_gets_a_snapshot() -> None:
    board = board_of("a")
    start = board.position
    for number in range(TOMBSTONES + 1):
        board.write(2 + 2 * number, {f"x{number}": b"1"})
        board.write(3 + 2 * number, {f"x{number}": None})

    assert frame(board, start)["from"] is None
    assert frame(board, Position("e1", board.floor))["from"] == board.floor


def test_readers_at_one_place_share_the_same_bytes() -> None:
    board = board_of("a", "b")

    assert board.frame(Position("e1", 1)) is board.frame(Position("e1", 1))


def test_an_equal_board_with_the_same_marks_resumes_readers_with_what_changed() -> None:
    board = board_of("a", "b", "c")
    board.write(4, {"a": None})
    heir = Board("devices", "e1", board.offset)
    heir.rows = dict(board.rows)
    heir.remember(board.marks())

    for offset in range(board.offset + 1):
        assert frame(heir, Position("e1", offset)) == frame(board, Position("e1", offset))


changes = st.dictionaries(st.sampled_from("abcde"), st.one_of(st.none(), st.integers(0, 3)), max_size=4)


@settings(max_examples=60)
@given(writes=st.lists(changes, max_size=12), reads=st.sets(st.integers(0, 12)))
def test_replaying_from_any_position_gives_the_rows_of_a_fresh_snapshot(
    writes: list[dict[str, int | None]], reads: set[int]
) -> None:
    """A reader that looks in now and then holds what the board holds."""
    board = Board("devices", "e1")
    frames: list[dict[str, Any]] = []
    position: Position | None = None
    for number, change in enumerate(writes):
        board.write(number + 1, {key: None if value is None else b"%d" % value for key, value in change.items()})
        if number in reads:
            frames.append(frame(board, position))
            position = board.position
    frames.append(frame(board, position))

    assert folded(frames) == frame(board, None)["set"]
