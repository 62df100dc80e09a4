"""A Redis of a module's own, and a way to it that can be broken."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.support.proxy import Proxy, proxy
from tests.support.redis import RedisServer


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.kill()


@pytest.fixture
def way(redis: RedisServer) -> Iterator[Proxy]:
    with proxy(redis.port) as made:
        yield made


@pytest.fixture
def name() -> str:
    return secrets.token_hex(4)
