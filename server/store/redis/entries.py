"""How an event lies in the stream, and an answer in its hash.

Owns    packing and unpacking.
Never   connects.
Used by the journal.

An entry has three fields: `e` the event without its offset, which is the entry's id; `m` its batch's mark; `p` the
mark of the batch before, and the persons whose keys came with it, both on a batch's first entry only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from server.clock import Instant
from server.store import Answer, Asked, Commit, Stored

Raw = Any

_Event = tuple[int, str, str, str, int, bytes]
_events = msgspec.msgpack.Decoder(_Event)
_firsts = msgspec.msgpack.Decoder(tuple[bytes, list[str]])


class Entry(NamedTuple):
    """One entry of the stream. `before` is None but on the first of a batch."""

    stored: Stored
    mark: bytes
    before: bytes | None
    people: Sequence[str]

    def follows(self, offset: int, mark: bytes) -> bool:
        """Say whether this is what comes next after the event at `offset`, in the history that has `mark` there."""
        return self.stored.offset == offset + 1 and mark == (self.mark if self.before is None else self.before)


def entry_of(raw: Raw) -> Entry:
    """Return the entry that Redis gave."""
    id_, fields = raw
    pairs = fields if isinstance(fields, dict) else dict(zip(fields[::2], fields[1::2], strict=True))
    at, by, channel, kind, version, body = _events.decode(pairs[b"e"])
    before, people = _firsts.decode(pairs[b"p"]) if pairs[b"p"] else (None, ())
    stored = Stored(int(id_.partition(b"-")[0]), Instant(at), by, channel, kind, version, body)
    return Entry(stored, pairs[b"m"], before, people)


def packed(commit: Commit, before: bytes) -> list[Raw]:
    """Return a commit as the appending script takes it; `before` is the mark of the batch before."""
    args: list[Raw] = [len(commit.events)]
    for number, event in enumerate(commit.events):
        args += [
            msgspec.msgpack.encode(event[1:]),
            b"" if number else msgspec.msgpack.encode((before, list(commit.keys))),
        ]
    args.append(len(commit.answers))
    for asked, remembered in commit.answers.items():
        args += [field(asked), msgspec.msgpack.encode(remembered)]
    args.append(len(commit.keys))
    for person, key in commit.keys.items():
        args += [person, key]
    return args


def field(asked: Asked) -> bytes:
    """Return under which field the answer to a command is kept."""
    return msgspec.msgpack.encode(asked)


def opened(asked: Sequence[Asked], found: Sequence[Raw]) -> Mapping[Asked, Answer]:
    """Return the answers found, by who asked what."""
    return {
        each: msgspec.msgpack.decode(answer, type=Answer)
        for each, answer in zip(asked, found, strict=True)
        if answer is not None
    }


def is_chain(offset: int, mark: bytes, entries: Sequence[Entry]) -> bool:
    """Say whether these entries go on from the event at `offset`, in the history that has `mark` there."""
    for entry in entries:
        if not entry.follows(offset, mark):
            return False
        offset, mark = entry.stored.offset, entry.mark
    return True
