"""The hub: who is woken, when, and how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from server.board import Board
from server.hub import Hub


class Screen:
    """An outlet that remembers what it was offered."""

    def __init__(self) -> None:
        self.offered: list[str] = []

    def offer(self, board: Board) -> None:
        self.offered.append(board.topic)


class Timers:
    """Calls nothing until told that the time has come."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def later(self, delay: float, call: Callable[[], None]) -> None:
        self.waiting.append((delay, call))

    def ring(self) -> None:
        waiting, self.waiting = self.waiting, []
        for _, call in waiting:
            call()


@pytest.fixture
def timers() -> Timers:
    return Timers()


@pytest.fixture
def hub(timers: Timers) -> Hub:
    return Hub(timers.later)


def test_only_those_who_watch_a_board_are_woken(hub: Hub) -> None:
    here, there, screen, other = Board("a", "e"), Board("b", "e"), Screen(), Screen()
    hub.watch(here, screen)
    hub.watch(there, other)
    hub.publish([here])

    assert (screen.offered, other.offered) == (["a"], [])


def test_watching_twice_wakes_once(hub: Hub) -> None:
    board, screen = Board("a", "e"), Screen()
    hub.watch(board, screen)
    hub.watch(board, screen)
    hub.publish([board])

    assert screen.offered == ["a"]


def test_who_leaves_is_woken_no_more(hub: Hub) -> None:
    board, screen = Board("a", "e"), Screen()
    hub.watch(board, screen)
    hub.unwatch(board, screen)
    hub.unwatch(board, screen)
    hub.publish([board])

    assert screen.offered == []
    assert hub.watchers(board) == 0


def test_changes_that_can_wait_wake_once_for_all_of_them(hub: Hub, timers: Timers) -> None:
    board, screen = Board("a", "e"), Screen()
    hub.watch(board, screen)
    for _ in range(5):
        hub.gather(board, 250)

    assert screen.offered == []
    assert [delay for delay, _ in timers.waiting] == [0.25]
    timers.ring()
    assert screen.offered == ["a"]


def test_after_a_gathering_the_next_one_begins(hub: Hub, timers: Timers) -> None:
    board, screen = Board("a", "e"), Screen()
    hub.watch(board, screen)
    hub.gather(board, 250)
    timers.ring()
    hub.gather(board, 250)
    timers.ring()

    assert screen.offered == ["a", "a"]


def test_what_need_not_wait_does_not(hub: Hub, timers: Timers) -> None:
    board, screen = Board("a", "e"), Screen()
    hub.watch(board, screen)
    hub.gather(board, 0)

    assert screen.offered == ["a"]
    assert timers.waiting == []


def test_a_screen_that_leaves_while_others_are_woken_disturbs_nobody(hub: Hub) -> None:
    board, second = Board("a", "e"), Screen()

    class Leaver(Screen):
        def offer(self, board: Board) -> None:
            hub.unwatch(board, self)
            hub.unwatch(board, second)

    hub.watch(board, Leaver())
    hub.watch(board, second)
    hub.publish([board])

    assert hub.watchers(board) == 0
