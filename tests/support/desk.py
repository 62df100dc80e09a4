"""What an adapter stands before in a test: a desk that knows a few keys, and errors told as their codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from server.clock import Clock
from server.errors import AppError, Unauthenticated
from server.roles import Actor
from tests.support.clock import ManualClock


class KeyedDesk:
    """Knows who holds which key; what it does when asked is the test's."""

    def __init__(self, keys: Mapping[str, Actor]) -> None:
        self.clock: Clock = ManualClock()
        self._keys = keys

    def actor(self, connection: HTTPConnection) -> Actor:
        return self.holder(connection.headers.get("authorization", "").removeprefix("Bearer "))

    def holder(self, key: str) -> Actor:
        if key not in self._keys:
            raise Unauthenticated("no such key")
        return self._keys[key]

    def engine(self, channel: str) -> Any:
        raise NotImplementedError


async def refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    return JSONResponse({"code": error.code}, error.status)
