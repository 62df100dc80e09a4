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


class Opening(NamedTuple):
    """What a batch is decided upon: everything up to the journal's present end.

    Attributes:
        newer: events that other processes appended meanwhile.
        known: the remembered answers among those asked for.
        keys: keys of persons that `newer` is the first to tell of.
    """

    newer: Sequence[Stored]
    known: Mapping[Asked, Answer]
    keys: Mapping[str, bytes]


class Behind(Exception):
    """Somebody else appended first, or it is not known whether this append was made: rebuild from the journal."""


class Journal(Protocol):
    """An event's history. Safe to use from one loop at a time."""

    epoch: str
    """Names this history; a store that was emptied or restored from elsewhere has another."""

    offset: int
    """The offset of the newest event, 0 in an empty journal."""

    is_shared: bool
    """Whether other processes may append to it."""

    warning: str | None
    """What the crew must know about how safe an acknowledgement is here; None: it is on the disk."""

    async def begin(self, asked: Sequence[Asked]) -> Opening:
        """Open a batch: nobody else appends until `append` or `release`, or until this process was silent too long.

        Raises:
            Unavailable: the journal cannot be reached, or is not the one it was.
        """
        ...

    async def append(self, expected: int, commit: Commit) -> int:
        """Write `commit` durably after offset `expected`, and return the new offset. Ends the batch.

        Raises:
            Behind: the journal has moved on, or may have.
            Unavailable: it cannot be written now; nothing was written.
        """
        ...

    async def release(self) -> None:
        """End a batch that had nothing to write."""
        ...

    async def follow(self) -> None:
        """Return when other processes have appended something; never where there are none."""
        ...

    async def share(self, messages: Sequence[bytes]) -> None:
        """Tell other processes what is not journalled (live values); whoever does not listen misses it."""
        ...

    async def shared(self) -> bytes:
        """Return the next message that another process shared; never where there are none."""
        ...

    async def read(self, after: int) -> Iterable[Stored]:
        """Return the events after offset `after`, in order."""
        ...

    async def fetch(self, offset: int) -> Stored | None:
        """Return the event at an offset, or None if there is none. It changes nothing, whoever asks.

        Raises:
            Unavailable: the journal cannot be reached.
        """
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
