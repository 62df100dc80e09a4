"""Keyed, versioned rows: what one audience sees of one topic.

Owns    the encoded rows, their order of change, and the position that readers resume from.
Never   interprets a row, remembers a reader, or waits.
Used by boards (write) and, through the hub, by every outlet (frame).

Theory of operation: each row carries the offset of its last change, and rows lie in the order of change, so
that "what changed since" walks back from the newest and costs what it returns. A removed row leaves a
tombstone. Tombstones are bounded: when one is dropped, `floor` rises to its offset, and a reader that stands
before the floor gets a snapshot instead of a delta. A snapshot, a delta, a resume after a cut and the catching
up of a slow reader are therefore one call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from server import framing, wire
from server.framing import Frame

TOMBSTONES = 512
"""How many removals a board remembers."""


class Position(NamedTuple):
    """Where a reader stands: which history, and how far into it."""

    epoch: str
    offset: int


class Board:
    """The rows of one topic for one audience.

    Attributes:
        is_shared: whether more than one person may read it: then its readers are served together.
    """

    __slots__ = (
        *("__weakref__", "_changed", "_frames", "_gone"),
        *("epoch", "floor", "is_shared", "offset", "rows", "topic"),
    )

    def __init__(self, topic: str, epoch: str, offset: int = 0, is_shared: bool = True) -> None:
        self.topic = topic
        self.is_shared = is_shared
        self.epoch = epoch
        self.offset = offset
        self.floor = offset
        self.rows: dict[str, bytes] = {}
        self._changed: dict[str, int] = {}
        self._gone: dict[str, int] = {}
        self._frames: dict[int | None, Frame] = {}

    @property
    def position(self) -> Position:
        """Where a reader stands that has everything."""
        return Position(self.epoch, self.offset)

    def write(self, offset: int, changes: Mapping[str, bytes | None]) -> bool:
        """Make `changes` true as of `offset` (None removes), and say whether any row changed by it.

        `offset` is above the board's own, or equal to it when one append is written in parts.
        """
        different = {key: row for key, row in changes.items() if self.rows.get(key) != row}
        for key, row in different.items():
            self._changed.pop(key, None)
            self._gone.pop(key, None)
            if row is None:
                del self.rows[key]
                self._gone[key] = offset
            else:
                self.rows[key] = row
                self._changed[key] = offset
        if different:
            self.offset = offset
            self._frames.clear()
            self._bury()
        return bool(different)

    def covers(self, position: Position | None) -> bool:
        """Say whether a reader at `position` can be brought up to date by a delta."""
        return position is not None and position.epoch == self.epoch and self.floor <= position.offset <= self.offset

    def frame(self, position: Position | None) -> Frame:
        """Return the encoded `rows` frame that brings a reader at `position` up to date.

        A position from another epoch, or one that cannot be caught up, gets the snapshot. Frames are kept until
        the next write, so readers that stand at the same place share the same bytes.
        """
        since = position.offset if position is not None and self.covers(position) else None
        frame = self._frames.get(since)
        if frame is None:
            frame = framing.text(self._encode(since), deflates=self.is_shared)
            if self.is_shared:
                self._frames[since] = frame
        return frame

    def marks(self) -> tuple[int, int, dict[str, int], dict[str, int]]:
        """Return offset, floor, and the change offset of every row and tombstone: what a checkpoint keeps."""
        return self.offset, self.floor, dict(self._changed), dict(self._gone)

    def remember(self, marks: tuple[int, int, dict[str, int], dict[str, int]]) -> None:
        """Take over the marks of an equal board, so that readers resume across a restart with what changed."""
        self.offset, self.floor, changed, gone = marks
        self._changed = {
            key: changed.get(key, self.floor) for key in sorted(self.rows, key=lambda k: changed.get(k, 0))
        }
        self._gone = {key: offset for key, offset in gone.items() if key not in self.rows}
        self._frames.clear()

    def _encode(self, since: int | None) -> bytes:
        if since is None:
            return wire.rows(self.topic, self.epoch, None, self.offset, self.rows.items(), ())
        changed = []
        for key in reversed(self._changed):
            if self._changed[key] <= since:
                break
            changed.append((key, self.rows[key]))
        gone = [key for key, offset in self._gone.items() if offset > since]
        return wire.rows(self.topic, self.epoch, since, self.offset, reversed(changed), gone)

    def _bury(self) -> None:
        while len(self._gone) > TOMBSTONES:
            oldest = next(iter(self._gone))
            self.floor = max(self.floor, self._gone.pop(oldest))
