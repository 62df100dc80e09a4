"""Whatever happens to screens and boards, every mirror comes to equal its boards."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.board import Board
from server.hub import Hub
from tests.support.screens import Pipes, Screen, Timers, change, equal

ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(0, 5)),
        st.tuples(st.sampled_from(["read", "forget"]), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.sampled_from(["leave", "choke", "choke", "congest", "relieve"]), st.integers(0, 5)),
        st.tuples(st.sampled_from(["publish", "gather"]), st.integers(0, 3), st.integers(0, 4), st.integers(-1, 9)),
        st.tuples(st.just("turn")),
        st.tuples(st.just("turn")),
        st.tuples(st.just("turn")),
        st.tuples(st.just("pass"), st.sampled_from([0.001, 0.01, 0.1, 3.0])),
    ),
    max_size=60,
)


class House:
    """Six screens that are written to two at a time and have read two of four boards, and whatever may happen then."""

    def __init__(self, accelerated: bool) -> None:
        self.timers = Timers()
        self.pipes = Pipes()
        send_many = self.pipes.send_many if accelerated else None
        self.hub = Hub(self.timers.later, self.timers.now, send_many, piece=2)
        self.boards = [Board(name, "e", is_shared=name != "d") for name in "abcd"]
        self.seats: list[Screen | None] = [None] * 6
        for seat in range(6):
            self.do("come", seat)
            self.do("read", seat, 0)
            self.do("read", seat, 1)

    def do(self, act: str, *args: float) -> None:
        match act:
            case "turn":
                self.timers.turn()
            case "pass":
                self.timers.pass_(args[0])
                self.hub.beat(2.0)
            case "publish" | "gather":
                board = change_or_remove(self.boards[int(args[0])], int(args[1]), int(args[2]))
                self.hub.publish([board]) if act == "publish" else self.hub.gather(board, 250)
            case "come":
                if self.seats[int(args[0])] is None:
                    self.seats[int(args[0])] = self.pipes.screen(self.hub, int(args[0]) // 5)
            case _:
                screen = self.seats[int(args[0])]
                if screen is not None:
                    self.act(screen, act, *args)

    def act(self, screen: Screen, act: str, seat: float, board: float = 0) -> None:
        match act:
            case "read" if not screen.congested:
                screen.read(self.boards[int(board)])
            case "forget":
                screen.forget(self.boards[int(board)])
            case "leave":
                self.hub.leave(screen)
                self.seats[int(seat)] = None
            case "choke":
                screen.chokes = True
            case "congest" if not screen.congested:
                self.hub.congest(screen)
            case "relieve" if screen.congested:
                screen.chokes = False
                self.hub.relieve(screen)

    def calm(self) -> None:
        """Let every link take bytes, and time pass."""
        for screen in self.seats:
            if screen is not None:
                screen.chokes = False
                if screen.congested:
                    self.hub.relieve(screen)
        self.timers.pass_(5.0)


def change_or_remove(board: Board, key: int, value: int) -> Board:
    return change(board, f"k{key}", value)


@pytest.mark.parametrize("accelerated", [False, True])
@settings(max_examples=250, deadline=None)
@given(acts=ACTS)
def test_whatever_happens_every_mirror_comes_to_equal_its_boards(
    accelerated: bool, acts: list[tuple[str, *tuple[float, ...]]]
) -> None:
    house = House(accelerated)
    for act, *args in acts:
        house.do(act, *args)
    house.calm()

    for screen in house.seats:
        for board in house.hub.reads(screen) if screen is not None else ():
            assert screen is not None
            assert equal(screen, board)
    for board in house.boards:
        readers = [screen for screen in house.seats if screen is not None and board in house.hub.reads(screen)]
        assert house.hub.watchers(board) == len(readers)
        assert all(screen.place >= 0 or not board.is_shared for screen in readers), "all stand in step again"
    assert all(len(screen.cohort.runs) == 1 for screen in house.seats if screen is not None and screen.cohort)
