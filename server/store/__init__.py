"""The journal's port: an append-only history of events, with the answers that were given.

Owns    the protocol every store keeps, and the types that cross it.
Never   knows an engine or a board; a store sees bytes.
Used by the conductor; implemented by memory and sqlite.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from server.clock import Instant


class Stored(NamedTuple):
    """One event as the store keeps it. `body` is JSON; what is personal in it is sealed."""

    offset: int
    at: Instant
    by: str
    channel: str
    type: str
    version: int
    body: bytes


class Answer(NamedTuple):
    """What was answered to a command, so that asking again gets the same.

    Attributes:
        fingerprint: a keyed hash of the command, to know another one under the same ref.
        result: the answer's JSON, sealed under `subject` if there is one.
    """

    fingerprint: bytes
    result: bytes
    subject: str | None


class Asked(NamedTuple):
    """Names a command: whose it was, and its ref."""

    by: str
    ref: str


class Commit(NamedTuple):
    """What one append writes, all of it or nothing.

    Attributes:
        events: to be stored at the offsets that follow the expected one.
        answers: to remember.
        keys: new persons' keys, stored before anything sealed under them.
    """

    events: Sequence[Stored]
    answers: Mapping[Asked, Answer]
    keys: Mapping[str, bytes]


class Behind(Exception):
    """Somebody else appended first: catch up with `read` and decide again."""


class Journal(Protocol):
    """An event's history. Safe to use from one loop at a time."""

    epoch: str
    """Names this history; a store that was emptied or restored from elsewhere has another."""

    offset: int
    """The offset of the newest event, 0 in an empty journal."""

    async def append(self, expected: int, commit: Commit) -> int:
        """Write `commit` durably after offset `expected`, and return the new offset.

        Raises:
            Behind: the journal has moved on; nothing was written.
            Unavailable: it cannot be written now; nothing was written.
        """
        ...

    async def read(self, after: int) -> Iterable[Stored]:
        """Return the events after offset `after`, in order."""
        ...

    async def answers(self, asked: Iterable[Asked]) -> Mapping[Asked, Answer]:
        """Return the remembered answers among `asked`."""
        ...

    async def keys(self) -> dict[str, bytes]:
        """Return every person's key."""
        ...

    async def checkpoint(self) -> bytes | None:
        """Return the newest checkpoint, if there is one."""
        ...

    async def save_checkpoint(self, blob: bytes) -> None:
        """Replace the checkpoint."""
        ...

    async def forget(self, people: Iterable[str]) -> None:
        """Delete these persons' keys and whatever is derived from plain text, beyond recovery."""
        ...

    async def close(self) -> None:
        """Finish what is being written and let go of the store. Idempotent."""
        ...
