"""Writing to many sockets at once: compiled or not, it comes to the same."""

from __future__ import annotations

import socket
from array import array
from collections.abc import Callable, Iterator

import pytest

from server.cohort import SendMany
from server.fanout import accelerator, works


def by_python(fds: array[int], start: int, stop: int, data: bytes) -> list[tuple[int, int]]:
    """Do in Python what the compiled function does."""
    short = []
    for index in range(start, stop):
        sent = 0
        if fds[index] >= 0:
            with socket.socket(fileno=socket.dup(fds[index])) as each:
                try:
                    sent = each.send(data, socket.MSG_DONTWAIT)
                except OSError:
                    sent = 0
        if sent != len(data):
            short.append((index, sent))
    return short


COMPILED = accelerator()
WAYS: dict[str, SendMany] = {"python": by_python} | ({} if COMPILED is None else {"compiled": COMPILED})

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    made = [socket.socketpair() for _ in range(4)]
    yield made
    for ours, theirs in made:
        ours.close()
        theirs.close()


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def send_many(request: pytest.FixtureRequest) -> SendMany:
    way: SendMany = request.param
    return way


def fds(pairs: list[Pair]) -> array[int]:
    return array("i", [ours.fileno() for ours, _ in pairs])


def test_everybody_in_the_range_gets_the_bytes(send_many: SendMany, pairs: list[Pair]) -> None:
    assert list(send_many(fds(pairs), 1, 3, b"news")) == []
    for _, theirs in pairs[1:3]:
        assert theirs.recv(100) == b"news"
    for _, theirs in (pairs[0], pairs[3]):
        theirs.setblocking(False)
        with pytest.raises(BlockingIOError):
            theirs.recv(1)


def test_who_took_less_is_named_with_how_much(send_many: SendMany, pairs: list[Pair]) -> None:
    data = b"x" * (1 << 22)
    ((index, sent),) = send_many(fds(pairs), 2, 3, data)

    assert index == 2
    assert 0 < sent < len(data)
    assert list(send_many(fds(pairs), 2, 3, data)) == [(2, 0)]


def test_a_link_that_is_gone_has_taken_nothing(send_many: SendMany, pairs: list[Pair]) -> None:
    pairs[0][1].close()
    listed = array("i", [pairs[0][0].fileno(), -1, pairs[1][0].fileno()])

    assert list(send_many(listed, 0, 3, b"news")) == [(0, 0), (1, 0)]
    assert pairs[1][1].recv(100) == b"news"


def test_a_way_that_works_proves_itself(send_many: SendMany) -> None:
    assert works(send_many)


def boasts(*_: object) -> list[tuple[int, int]]:
    return []


def twice(listed: array[int], start: int, stop: int, data: bytes) -> list[tuple[int, int]]:
    by_python(listed, start, stop, data)
    return by_python(listed, start, stop, data)


@pytest.mark.parametrize("wrong", [boasts, twice])
def test_a_way_that_does_not_work_is_found_out(wrong: Callable[..., list[tuple[int, int]]]) -> None:
    assert not works(wrong)


@pytest.mark.skipif(COMPILED is None, reason="no compiler here built the accelerator")
@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (2, 1), (0, 5)])
def test_a_range_outside_the_array_is_refused(start: int, stop: int, pairs: list[Pair]) -> None:
    assert COMPILED is not None
    with pytest.raises(IndexError):
        COMPILED(fds(pairs), start, stop, b"news")
