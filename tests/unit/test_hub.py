"""The hub: who gets what, when, in how many writes; and that every mirror comes to equal its boards."""

from __future__ import annotations

import pytest

from server.board import Board
from server.framing import Parcel
from server.hub import BEAT, COLLECT, Hub
from tests.support.screens import Pipes, Screen, Timers, change, equal


def test_only_those_who_read_a_board_are_written_to(hub: Hub, timers: Timers) -> None:
    here, there = Board("a", "e"), Board("b", "e")
    screen, other = Screen(hub), Screen(hub)
    screen.read(here)
    other.read(there)
    hub.publish([change(here)])
    timers.settle()

    assert (equal(screen, here), screen.writes, other.writes) == (True, 2, 1)


def test_news_of_one_turn_are_one_write(hub: Hub, timers: Timers) -> None:
    boards, screen = [Board(name, "e") for name in "abcd"], Screen(hub)
    for board in boards:
        screen.read(board)
    for board in boards:
        hub.publish([change(board)])
    timers.settle()

    assert screen.writes == 4 + 1
    assert all(equal(screen, board) for board in boards)


def test_equal_readers_share_the_same_bytes(timers: Timers) -> None:
    pipes = Pipes()
    hub, board = Hub(timers.later, timers.now, pipes.send_many), Board("a", "e")
    screens = [pipes.screen(hub) for _ in range(5)]
    for screen in screens:
        screen.read(board)
    hub.publish([change(board)])
    timers.settle()

    assert pipes.calls == 1
    assert all(equal(screen, board) for screen in screens)


def test_a_board_that_was_quiet_is_sent_at_the_end_of_the_turn(hub: Hub, timers: Timers) -> None:
    board, screen = Board("a", "e"), Screen(hub)
    screen.read(board)
    for _ in range(20):
        timers.pass_(0.01)
        hub.publish([change(board)])
        timers.settle()

        assert equal(screen, board)


def test_news_that_come_fast_are_collected(hub: Hub, timers: Timers) -> None:
    board, screen = Board("a", "e"), Screen(hub)
    screen.read(board)
    for number in range(400):
        hub.publish([change(board, f"k{number % 50}")])
        timers.pass_(0.005)
    timers.pass_(COLLECT)

    assert screen.writes < 2 / COLLECT * 1.5, "two seconds of news every five milliseconds"
    assert equal(screen, board)


def test_changes_that_can_wait_are_sent_once_for_all_of_them(hub: Hub, timers: Timers) -> None:
    board, screen = Board("a", "e"), Screen(hub)
    screen.read(board)
    for _ in range(5):
        hub.gather(change(board), 250)
        timers.pass_(0.02)
    assert screen.writes == 1
    timers.pass_(0.25)

    assert screen.writes == 2
    assert equal(screen, board)


def test_what_is_urgent_does_not_wait_for_what_is_not(hub: Hub, timers: Timers) -> None:
    votes, agenda, screen = Board("votes", "e"), Board("agenda", "e"), Screen(hub)
    screen.read(votes)
    screen.read(agenda)
    hub.gather(change(votes), 250)
    hub.publish([change(agenda)])
    timers.settle()

    assert (equal(screen, agenda), equal(screen, votes)) == (True, False)
    timers.pass_(0.25)
    assert equal(screen, votes)


def test_one_who_comes_while_news_are_gathered_gets_them_once(hub: Hub, timers: Timers) -> None:
    board, first, second = Board("a", "e"), Screen(hub), Screen(hub)
    first.read(board)
    hub.gather(change(board), 250)
    second.read(board)
    timers.pass_(0.25)

    assert (first.writes, second.writes) == (2, 1)
    assert equal(first, board)
    assert equal(second, board)


def test_a_screen_whose_link_is_congested_costs_the_others_nothing(hub: Hub, timers: Timers) -> None:
    board, slow, quick = Board("a", "e"), Screen(hub), Screen(hub)
    for screen in (slow, quick):
        screen.read(board)
    hub.congest(slow)
    for _ in range(100):
        hub.publish([change(board)])
        timers.pass_(0.1)
    assert (slow.writes, quick.writes) == (1, 101)
    hub.relieve(slow)

    assert slow.writes == 2, "a hundred changes are one frame for who missed them"
    assert equal(slow, board)


def test_a_link_that_chokes_on_a_parcel_has_that_parcel(hub: Hub, timers: Timers) -> None:
    board, screen = Board("a", "e"), Screen(hub)
    screen.read(board)
    screen.chokes = True
    hub.publish([change(board)])
    timers.settle()
    screen.chokes = False
    hub.publish([change(board)])
    hub.relieve(screen)
    timers.settle()

    assert equal(screen, board)
    assert screen.writes == 3


@pytest.mark.parametrize("slow", range(4))
def test_whoever_chokes_on_a_parcel_the_others_keep_their_places(hub: Hub, timers: Timers, slow: int) -> None:
    board = Board("a", "e")
    screens = [Screen(hub) for _ in range(4)]
    for screen in screens:
        screen.read(board)
    screens[slow].chokes = True
    hub.publish([change(board)])
    timers.settle()
    others = [screen for screen in screens if not screen.congested]

    assert len(others) == 3
    for screen in others:
        hub.unwatch(screen, board)
    assert hub.watchers(board) == 1


def test_who_takes_the_place_of_one_that_left_is_written_to_in_its_place(timers: Timers) -> None:
    pipes = Pipes()
    hub, board = Hub(timers.later, timers.now, pipes.send_many), Board("a", "e")
    screens = [pipes.screen(hub) for _ in range(4)]
    for screen in screens:
        screen.read(board)
    hub.leave(screens[0])
    hub.publish([change(board)])
    timers.settle()

    assert [equal(screen, board) for screen in screens] == [False, True, True, True]


def test_a_timer_that_rings_early_is_set_again(timers: Timers) -> None:
    hub = Hub(lambda delay, call: timers.later(max(min(delay, 0.0005), delay - 0.002), call), timers.now)
    board, screen = Board("a", "e"), Screen(hub)
    screen.read(board)
    hub.gather(change(board), 250)
    timers.pass_(0.2485)
    assert screen.writes == 1, "it rang, and nothing was due"
    timers.pass_(0.002)

    assert equal(screen, board)


def test_a_screen_that_breaks_takes_nobody_with_it(hub: Hub, timers: Timers) -> None:
    board = Board("a", "e")
    screens = [Screen(hub) for _ in range(3)]
    for screen in screens:
        screen.read(board)

    class Broken(Screen):
        def deliver(self, parcel: Parcel, sent: int = 0) -> None:
            if self.writes:
                raise BrokenPipeError
            super().deliver(parcel, sent)

    Broken(hub).read(board)
    last = Screen(hub)
    last.read(board)
    for _ in range(2):
        hub.publish([change(board)])
        with pytest.raises(BrokenPipeError):
            timers.settle()
        timers.settle()

    assert all(equal(screen, board) for screen in (*screens, last))
    assert [screen.writes for screen in (*screens, last)] == [3] * 4


def test_silence_is_broken_by_a_heartbeat(hub: Hub, timers: Timers) -> None:
    board, idle, busy = Board("a", "e"), Screen(hub), Screen(hub)
    busy.read(board)
    timers.pass_(1.5)
    hub.publish([change(board)])
    timers.pass_(0.5)
    hub.beat(2.0)
    timers.settle()

    assert (idle.beats, busy.beats) == (1, 0)
    assert len(BEAT.wire) <= 20


def test_a_personal_board_is_brought_to_its_readers_alone(hub: Hub, timers: Timers) -> None:
    mine, room = Board("me", "e", is_shared=False), Board("a", "e")
    phone, laptop, other = Screen(hub), Screen(hub), Screen(hub)
    for screen in (phone, laptop, other):
        screen.read(room)
    for screen in (phone, laptop):
        screen.read(mine)
    hub.congest(laptop)
    hub.publish([change(mine)])
    hub.gather(change(mine), 250)
    timers.pass_(0.25)
    hub.relieve(laptop)

    assert equal(phone, mine)
    assert equal(laptop, mine)
    assert "me" not in other.rows
    hub.leave(phone)
    hub.leave(laptop)
    assert hub.watchers(mine) == 0


def test_who_leaves_is_written_to_no_more(hub: Hub, timers: Timers) -> None:
    board, screen, other = Board("a", "e"), Screen(hub), Screen(hub)
    screen.read(board)
    other.read(board)
    other.forget(board)
    hub.publish([change(board)])
    hub.leave(screen)
    hub.leave(screen)
    hub.congest(screen)
    timers.settle()

    assert (screen.writes, other.writes) == (1, 1)
    assert (hub.watchers(board), hub.congested) == (0, {})
