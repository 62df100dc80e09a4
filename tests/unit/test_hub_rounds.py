"""Rounds of writes: in pieces, in what order, and what becomes of news that come meanwhile."""

from __future__ import annotations

from server.board import Board
from server.hub import COLLECT, HASTY, PIECE, Hub
from tests.support.screens import Pipes, Screen, Timers, change, equal


def test_a_pass_over_many_leaves_turns_to_others(hub: Hub, timers: Timers) -> None:
    board = Board("a", "e")
    screens = [Screen(hub, rank=2) for _ in range(PIECE * 3)]
    for screen in screens:
        screen.read(board)
    hub.publish([change(board)])
    timers.turn()

    assert sum(equal(screen, board) for screen in screens) == PIECE
    timers.settle()
    assert all(equal(screen, board) for screen in screens)


def test_the_loop_gets_its_turns_more_often_while_somebody_waits_for_an_answer(hub: Hub, timers: Timers) -> None:
    board = Board("a", "e")
    screens = [Screen(hub, rank=2) for _ in range(PIECE)]
    for screen in screens:
        screen.read(board)
    hub.publish([change(board)])
    hub.hasty = True
    timers.turn()

    assert sum(equal(screen, board) for screen in screens) == HASTY
    hub.hasty = False
    timers.turn()
    assert all(equal(screen, board) for screen in screens)


def test_news_that_come_during_a_round_are_with_everybody_after_one_more_round_at_the_most(
    hub: Hub, timers: Timers
) -> None:
    """Who has not been written to yet gets the older and the newer news in one write."""
    board = Board("a", "e")
    screens = [Screen(hub, rank=2) for _ in range(PIECE * 4)]
    for screen in screens:
        screen.read(board)
    hub.publish([change(board, "older")])
    timers.turn()
    hub.publish([change(board, "newer")])
    for _ in range(3):
        timers.turn()

    assert [screen.writes for screen in screens] == [2] * len(screens)
    assert [equal(screen, board) for screen in screens] == [False] * PIECE + [True] * PIECE * 3
    timers.turn()
    assert all(equal(screen, board) for screen in screens)
    assert sum(screen.writes for screen in screens) == PIECE * (1 + 4 + 4)


def test_news_without_end_reach_everybody_once_in_a_round(hub: Hub, timers: Timers) -> None:
    board = Board("a", "e")
    screens = [Screen(hub, rank=2) for _ in range(PIECE * 4)]
    for screen in screens:
        screen.read(board)
    for _ in range(4 * 10):
        timers.time += COLLECT
        hub.publish([change(board)])
        timers.turn()

    assert {screen.writes for screen in screens} == {1 + 10}


def test_one_who_comes_while_others_wait_for_news_is_written_to_with_them(timers: Timers) -> None:
    pipes = Pipes()
    hub, board = Hub(timers.later, timers.now, pipes.send_many), Board("a", "e")
    screens = [pipes.screen(hub) for _ in range(5)]
    for screen in screens:
        screen.read(board)
        hub.gather(change(board), 250)
    calls = pipes.calls
    timers.pass_(0.25)
    assert all(equal(screen, board) for screen in screens)
    assert pipes.calls == calls + len(screens), "each had read differently far"
    hub.publish([change(board)])
    timers.settle()

    assert pipes.calls == calls + len(screens) + 1, "now they are written to as one"
    assert all(equal(screen, board) for screen in screens)


def test_screens_that_read_differently_far_within_a_round_are_not_taken_for_equal(hub: Hub, timers: Timers) -> None:
    """What can wait goes to some of them with what was urgent; the others have it still to come."""
    votes, agenda = Board("votes", "e"), Board("agenda", "e")
    screens = [Screen(hub, rank=2) for _ in range(PIECE * 2)]
    for screen in screens:
        screen.read(votes)
        screen.read(agenda)
    hub.publish([change(votes)])
    timers.turn()
    hub.gather(change(votes), 250)
    hub.publish([change(agenda)])
    timers.settle()
    assert [equal(screen, votes) for screen in screens] == [False] * PIECE + [True] * PIECE
    timers.pass_(0.25)

    assert all(equal(screen, board) for screen in screens for board in (votes, agenda))


def test_two_audiences_are_written_to_side_by_side(hub: Hub, timers: Timers) -> None:
    boards = [Board("a", "e"), Board("b", "e")]
    audiences = [[Screen(hub, rank=2) for _ in range(PIECE * 2)] for _ in boards]
    for board, audience in zip(boards, audiences, strict=True):
        for screen in audience:
            screen.read(board)
    hub.publish([change(board) for board in boards])
    timers.turn()
    timers.turn()

    assert [sum(screen.writes for screen in audience) for audience in audiences] == [PIECE * 3] * 2


def test_control_room_and_moderators_go_first(hub: Hub, timers: Timers) -> None:
    public, crew = Board("a", "e"), Board("a", "e")
    audience = [Screen(hub, rank=2) for _ in range(PIECE * 2)]
    moderator = Screen(hub, rank=0)
    for screen in audience:
        screen.read(public)
    moderator.read(crew)
    hub.publish([change(public)])
    timers.turn()
    hub.publish([change(crew)])
    timers.turn()

    assert equal(moderator, crew)
    assert not all(equal(screen, public) for screen in audience)


def test_a_busy_cohort_starves_no_other(hub: Hub, timers: Timers) -> None:
    busy, quiet = Board("a", "e"), Board("b", "e")
    many, one = [Screen(hub) for _ in range(PIECE)], Screen(hub)
    for screen in many:
        screen.read(busy)
    one.read(quiet)
    hub.publish([change(busy), change(quiet)])
    for _ in range(3):
        timers.turn()
        hub.publish([change(busy)])

    assert equal(one, quiet)
