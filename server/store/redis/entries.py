"""How a batch lies in the stream, and an answer in its hash.

Owns    packing and unpacking.
Never   connects.
Used by the journal.

A batch is one entry; its id is the offset of its last event. `b` holds the mark of the batch before, the persons
whose keys came with it, and the events without their offsets; `m` holds its own mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from server.clock import Instant
from server.store import Answer, Asked, Commit, Stored

Raw = Any

MARK = 6
"""Bytes of a batch's mark."""

_Event = tuple[int, str, str, str, int, bytes]
_bodies = msgspec.msgpack.Decoder(tuple[bytes, list[str], list[_Event]])
_answers = msgspec.msgpack.Decoder(Answer)


class Entry(NamedTuple):
    """A batch of the stream."""

    events: Sequence[Stored]
    mark: bytes
    before: bytes
    people: Sequence[str]

    @property
    def offset(self) -> int:
        """The offset of its last event."""
        return self.events[-1].offset

    def follows(self, offset: int, mark: bytes) -> bool:
        """Say whether this is what comes next after the event at `offset`, in the history that has `mark` there."""
        return self.events[0].offset == offset + 1 and self.before == mark


def entry_of(raw: Raw) -> Entry:
    """Return the batch that Redis gave."""
    id_, (_, body, _, mark) = raw
    return entry_at(int(id_.partition(b"-")[0]), body, mark)


def entry_at(offset: int, body: bytes, mark: bytes) -> Entry:
    """Return the batch whose last event has this offset."""
    before, people, events = _bodies.decode(body)
    stored = [
        Stored(number, Instant(each[0]), *each[1:]) for number, each in enumerate(events, offset - len(events) + 1)
    ]
    return Entry(stored, mark, before, people)


def packed(commit: Commit, before: bytes) -> list[Raw]:
    """Return a commit as the appending script takes it; `before` is the mark of the batch before."""
    body = (before, list(commit.keys), [event[1:] for event in commit.events])
    answers = [(field(asked), msgspec.msgpack.encode(answer)) for asked, answer in commit.answers.items()]
    counts = [len(commit.events), len(answers), len(commit.keys)]
    return [*counts, msgspec.msgpack.encode(body), *chain(*answers), *chain(*commit.keys.items())]


def field(asked: Asked) -> bytes:
    """Return under which field the answer to a command is kept."""
    return msgspec.msgpack.encode(asked)


def opened(asked: Sequence[Asked], found: Sequence[Raw]) -> Mapping[Asked, Answer]:
    """Return the answers found, by who asked what."""
    pairs = zip(asked, found, strict=True)
    return {each: _answers.decode(answer) for each, answer in pairs if answer is not None}


def events_of(entries: Sequence[Entry], after: int) -> Iterator[Stored]:
    """Return the events of these batches that come after an offset."""
    return (event for entry in entries for event in entry.events if event.offset > after)


def is_chain(offset: int, mark: bytes, entries: Sequence[Entry]) -> bool:
    """Say whether these batches go on from the event at `offset`, in the history that has `mark` there."""
    for entry in entries:
        if not entry.follows(offset, mark):
            return False
        offset, mark = entry.offset, entry.mark
    return True
