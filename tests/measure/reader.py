"""One reader of a crowd, and what makes ten thousand of them cheap: most are told the very bytes that the last was."""

from __future__ import annotations

import json
import socket
from array import array
from typing import Any

from tests.measure import frames
from tests.measure.frames import Digest
from tests.measure.speech import Tally, Voice

CONNECTING, GREETING, OPEN, GONE = range(4)

Stand = dict[str, tuple[str, int]]
"""Where a reader stands in each topic. Readers who stand alike share one, so it is replaced and never written to."""


class Reader:
    """One socket of the crowd.

    Attributes:
        is_watched: the kernel notes when bytes reach it.
    """

    __slots__ = (
        *("at", "file", "is_plain", "is_watched", "key", "mirror"),
        *("opened", "owed", "rest", "socket", "state", "voice"),
    )

    def __init__(self, key: str | None, voice: Voice | None = None) -> None:
        self.key = key
        self.voice = voice
        self.state = GONE
        self.file = -1
        self.rest = b""
        self.opened = 0
        self.owed: frozenset[str] = frozenset()
        self.is_plain = False
        self.is_watched = False
        self.at: Stand = {}
        self.mirror: dict[str, dict[str, Any]] | None = None
        self.socket: socket.socket | None = None

    def settle(self) -> None:
        """Note whether nothing but rows is expected of this reader, from the beginning of a frame on."""
        has_rows = self.state == OPEN and self.opened > 0
        is_special = self.is_watched or self.voice is not None or self.mirror is not None
        self.is_plain = has_rows and not self.rest and not is_special

    def keep(self, told: Digest) -> None:
        """Bring the rows up to date, if they are kept."""
        if self.mirror is None:
            return
        for text in told.texts:
            if frames.span_of(text) is None:
                continue
            frame = json.loads(text)
            rows = self.mirror.setdefault(frame["c"], {})
            if frame["from"] is None:
                rows.clear()
            rows.update(frame["set"])
            for key in frame["del"]:
                rows.pop(key, None)


class Echo:
    """The bytes that were read last, and where they bring who stood where their reader did."""

    def __init__(self) -> None:
        self.data = b""
        self.told = frames.digest(b"")
        self.before: Stand = {}
        self.after: Stand = {}
        self.times: array[int] = array("q")
        self._stands: dict[tuple[tuple[str, tuple[str, int]], ...], Stand] = {}

    def digest(self, data: bytes) -> Digest:
        """Return what these bytes hold, read once if they come again."""
        if data != self.data:
            self.data, self.told, self.before = data, frames.digest(data), {}
        return self.told

    def moved(self, stand: Stand, told: Digest) -> tuple[Stand, int]:
        """Return where rows bring a reader, and how many of them did not fit where it stood."""
        new, torn = dict(stand), 0
        for span in told.spans:
            torn += span.since is not None and new.get(span.topic) != span.since
            new[span.topic] = span.to
        if len(self._stands) > 1_000:
            self._stands.clear()
        return self._stands.setdefault(tuple(sorted(new.items())), new), torn

    def keep(self, before: Stand, after: Stand) -> None:
        """Let the last bytes do the same to whoever else stands there, if they are rows and nothing else."""
        told = self.told
        if len(told.texts) == len(told.spans) and not told.control and not told.rest:
            self.before, self.after = before, after

    def count(self, tally: Tally) -> None:
        """Add those who were told the same to the tally."""
        times = self.times
        if not times:
            return
        tally.pieces += len(times)
        tally.bytes += len(self.data) * len(times)
        tally.frames += len(self.told.spans) * len(times)
        tally.news_at = times[-1]
        for instant, number in self.told.stamps:
            tally.under_way.extend([at - instant for at in times])
            tally.arrived[number] = times[-1] - instant
        del times[:]
