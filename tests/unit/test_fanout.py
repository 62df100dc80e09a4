"""Writing to many sockets at once: compiled or not, it comes to the same."""

from __future__ import annotations

import socket
import subprocess
import sys
from array import array
from collections.abc import Callable, Iterator

import pytest

from server.cohort import SendMany
from server.fanout import accelerator, sends_at_once, works


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


def test_so_many_that_they_go_in_several_batches_come_to_the_same(send_many: SendMany) -> None:
    made = [socket.socketpair() for _ in range(300)]
    gone = {0, 17, 299}
    for place in gone:
        made[place][1].close()
    listed = array("i", [ours.fileno() for ours, _ in made])
    listed[255] = listed[256] = -1
    mute = {*gone, 255, 256}
    try:
        for news in (b"once", b"twice"):
            assert list(send_many(listed, 0, 300, news)) == [(place, 0) for place in sorted(mute)]
            for place, (_, theirs) in enumerate(made):
                if place not in mute:
                    assert theirs.recv(100) == news
        huge = b"x" * (1 << 22)
        taken = dict(send_many(listed, 1, 16, huge))
        assert list(taken) == list(range(1, 16))
        assert all(0 < sent < len(huge) for sent in taken.values())
    finally:
        for ours, theirs in made:
            ours.close()
            theirs.close()


@pytest.mark.skipif(COMPILED is None, reason="no compiler here built the accelerator")
def test_a_forked_child_writes_to_its_own_links_without_touching_its_parents() -> None:
    program = """
import os, socket
from array import array
from server._fanout import send_many
made = [socket.socketpair() for _ in range(20)]
fds = array("i", [ours.fileno() for ours, _ in made])
for _ in range(2):
    assert send_many(fds, 0, 20, b"news") == []
    child = os.fork()
    if child == 0:
        assert send_many(fds, 0, 20, b"child") == []
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert all(theirs.recv(100) == b"newschild" for _, theirs in made)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr


@pytest.mark.skipif(COMPILED is None, reason="no compiler here built the accelerator")
def test_where_the_kernel_gives_no_ring_sends_are_calls_and_it_is_said() -> None:
    program = """
import logging, resource, sys
from server.fanout import accelerator, sends_at_once
from server._fanout import at_once
logging.basicConfig(level="INFO", stream=sys.stdout)
few, many = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, many))
assert at_once() == 1
resource.setrlimit(resource.RLIMIT_NOFILE, (few, many))
assert sends_at_once(accelerator()) == 1
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert "sends to sockets: one by one with the accelerator" in ran.stdout


def test_how_sends_go_is_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    found = accelerator()
    assert accelerator(is_wanted=False) is None
    first, second = caplog.messages
    count = sends_at_once(found)

    assert first.startswith(
        {0: "sends to sockets: one by one in pure Python", 1: "sends to sockets: one by one with"}.get(
            count, f"sends to sockets: {count} at a time by io_uring"
        )
    )
    assert second.startswith("sends to sockets: one by one in pure Python")
    assert sends_at_once(None) == 0


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
