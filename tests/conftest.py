"""What every test may use, and what happens where the machine lacks something."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol, TypeVar

import pytest

import server.channels
import server.domain
from tests.support.browser import browser_path
from tests.support.redis import RedisServer

ACID = Path(__file__).parent / "acid" / "server"
"""A channel of three files that the product does not know of; the core's own tests are written against it."""

server.domain.__path__.append(str(ACID / "domain"))
server.channels.__path__.append(str(ACID / "channels"))

_skipped: list[str] = []


class Ends(Protocol):
    """What has to be ended."""

    def kill(self) -> None:
        """End it, if it has not ended already."""


T = TypeVar("T", bound=Ends)


class Starts(Protocol):
    """Ends with the test what is given to it, and returns it."""

    def __call__(self, started: T, /) -> T:
        """Keep it until the test is over."""


@pytest.fixture
def ended() -> Iterator[Starts]:
    """Ends with the test whatever was started by it, the last first."""
    with ExitStack() as running:

        def keep(started: T) -> T:
            running.callback(started.kill)
            return started

        yield keep


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of a test's own, which ends with it."""
    server = RedisServer(tmp_path / "redis")
    yield server
    server.kill()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what the machine cannot run, unless nothing may be skipped."""
    if os.environ.get("CUEDESK_SKIP_NOTHING") or browser_path() is not None:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium or Chrome on this machine"))
            _skipped.append(item.nodeid)


def pytest_unconfigure() -> None:
    """Say last, and loudly, what was not tested."""
    if _skipped:
        sys.stdout.write(
            f"\n!!! {len(_skipped)} BROWSER TESTS WERE SKIPPED: install Chromium or Chrome to test the pages !!!\n"
        )
