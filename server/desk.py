"""The port through which every door reaches the truth of the event.

Owns    the protocol between doors (sockets, HTTP, adapters) and the conductor.
Never   decides anything.
Used by doors; the app provides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.requests import HTTPConnection

from server.clock import Clock
from server.roles import Actor


class Desk(Protocol):
    """What a door may ask for."""

    clock: Clock

    def actor(self, connection: HTTPConnection) -> Actor:
        """Return who is asking, by `Authorization: Bearer|Token|Device KEY` or cookie.

        Raises:
            Unauthenticated: there is no good key.
        """
        ...

    def holder(self, key: str) -> Actor:
        """Return whose access key this is.

        Raises:
            Unauthenticated: it is forged or revoked.
        """
        ...

    async def ask(
        self,
        actor: Actor,
        channel: str,
        verb: str,
        args: Mapping[str, object],
        ref: str | None = None,
        rev: int | None = None,
    ) -> Mapping[str, Any]:
        """Do one command and return its result once it is journalled durably.

        Raises:
            AppError: it is refused, and nothing was written.
        """
        ...

    def engine(self, channel: str) -> Any:
        """Return a channel's engine, to read from only."""
        ...
