"""The journal's port: an append-only history of events, with the answers that were given.

Owns    the protocol every store keeps, and the types that cross it.
Never   knows an engine or a board; a store sees bytes.
Used by the conductor; implemented by memory, sqlite and redis.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

import msgspec

from server.clock import Instant
from server.errors import Unavailable


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
        is_open: whether the batch is open; if not, take in what is newer and begin again: others have the turn.
    """

    newer: Sequence[Stored]
    known: Mapping[Asked, Answer]
    keys: Mapping[str, bytes]
    is_open: bool = True


class Risk(msgspec.Struct, frozen=True):
    """What may be lost although it was acknowledged, as the store is set up.

    Attributes:
        code: for a program or a translation: memory, second, unknown, failover.
        sentence: what the crew must know and do.
    """

    code: str
    sentence: str


class Replaced(Unavailable):
    """The store holds another history than this process knows: nothing is merged, a person has to decide."""


class Unsure(Unavailable):
    """No answer came: the append may or may not have been made."""

    def __init__(self) -> None:
        super().__init__("The journal did not answer, so this may or may not be done; send it again to know.")


class Behind(Exception):
    """Somebody else appended first, and nothing was written: rebuild from the journal and decide again."""


class Journal(Protocol):
    """An event's history. Safe to use from one loop at a time."""

    epoch: str
    """Names this history; a store that was emptied or restored from elsewhere has another."""

    offset: int
    """The offset of the newest event, 0 in an empty journal."""

    is_shared: bool
    """Whether other processes may append to it."""

    risk: Risk | None
    """How an acknowledgement may be lost here; None: it is on the disk. Looked at again after each reconnection."""

    async def begin(self, asked: Sequence[Asked]) -> Opening:
        """Open a batch: nobody else appends until `append` or `release`, or until this process was silent too long.

        Raises:
            Unavailable: the journal cannot be reached.
            Replaced: it is not the one it was.
        """
        ...

    async def recall(self, asked: Sequence[Asked]) -> Mapping[Asked, Answer]:
        """Return the remembered answers among those asked for, in an open batch.

        Raises:
            Unavailable: the journal cannot be reached.
        """
        ...

    async def peek(self) -> Opening:
        """Return what other processes appended, without opening a batch.

        Raises:
            Unavailable: the journal cannot be reached.
            Replaced: it is not the one it was.
        """
        ...

    async def append(self, expected: int, commit: Commit) -> int:
        """Write `commit` durably after offset `expected`, and return the new offset. Ends the batch.

        Raises:
            Behind: the journal has moved on.
            Unsure: it may have been written.
            Unavailable: it cannot be written now; nothing was written.
        """
        ...

    async def release(self) -> None:
        """End a batch that had nothing to write.

        Raises:
            Unavailable: what was answered from memory cannot be told to be safe.
        """
        ...

    async def follow(self) -> None:
        """Return when something may have been appended by others; never where there are none.

        Raises:
            Unavailable: the journal cannot be reached.
        """
        ...

    async def share(self, messages: Sequence[bytes]) -> None:
        """Tell other processes what is not journalled (live values); whoever does not listen misses it."""
        ...

    async def shared(self) -> bytes:
        """Return the next message that another process shared; never where there are none."""
        ...

    async def read(self, after: int) -> Iterable[Stored]:
        """Return the events after offset `after`, in order.

        Raises:
            Unavailable: the journal cannot be reached.
            Replaced: it is not the one it was.
        """
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
