"""A Redis of a module's own, a way to it that can be broken, and an end to all that was started."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from tests.support.proxy import Proxy, proxy
from tests.support.redis import Cluster, RedisServer, Sentinel

T = TypeVar("T", RedisServer, Sentinel, Cluster)
Starts = Callable[[T], T]


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture
def ended() -> Iterator[Starts[Any]]:
    """Ends with the test whatever was started by it."""
    running: list[Any] = []

    def keep(server: Any) -> Any:
        running.append(server)
        return server

    yield keep
    for server in reversed(running):
        server.kill()


@pytest.fixture
def way(redis: RedisServer) -> Iterator[Proxy]:
    with proxy(redis.port) as made:
        yield made


@pytest.fixture
def name() -> str:
    return secrets.token_hex(4)
