"""What a crowd says while it listens: commands at a rate, or as many as are answered; and how it was answered."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from array import array
from dataclasses import dataclass, field

from tests.measure import frames
from tests.measure.frames import Digest
from tests.measure.sums import median, percentile

READERS = -1
"""The voice of a speech that the readers themselves hold, one after the other."""

_ANSWER = re.compile(rb'\{"t":"(ok|err)","ref":"([^"]+)"')
_CODE = re.compile(rb'"code":"([a-z_]+)"')

Heard = dict[str, float]
_LONGER = itertools.count(1)
"""A duration must grow from one speech to the next as well."""


@dataclass
class Speech:
    """Frames to be sent again and again.

    Attributes:
        templates: the frames' texts; `$stamp`, `$ref`, `$n` (rising), `$flip` (true or false) and
            `$longer` (a duration that always grows) are filled in.
        rate: times a second; 0 for as often as `window` allows.
        voice: which of the crowd's voices holds it.
        in_turn: one template each time, instead of all.
        window: how many commands may wait for their answers where there is no rate.
        bare: for the bare write loop: what is sent is what readers get.
        limit: how often at most.
    """

    templates: tuple[str, ...]
    rate: float = 0
    voice: int = 0
    in_turn: bool = False
    window: int = 64
    bare: bool = False
    limit: int = 1 << 40
    over: bool = False
    said: int = 0
    refused: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    begun: int = 0
    ended: int = 0
    name: str = ""
    waiting: dict[str, int] = field(default_factory=dict)
    took: array[int] = field(default_factory=lambda: array("q"))

    def begin(self, now: int) -> None:
        """Start at `now` (monotonic nanoseconds)."""
        self.begun = now
        self.name = secrets.token_hex(4)

    @property
    def is_done(self) -> bool:
        """Whether it was said as often as it may be, and answered."""
        return self.said >= self.limit and not self.waiting

    def due(self, now: int) -> bool:
        """Say whether it is time to say it once more."""
        if self.over or self.said >= self.limit:
            return False
        if self.rate:
            return now >= self.begun + int(self.said / self.rate * 1e9)
        return len(self.waiting) < self.window

    def next(self, readers: int) -> bytes:
        """Return the bytes to send now; `readers` is how many take turns."""
        templates = self.templates
        if self.in_turn:
            templates = (templates[self.said % len(templates)],)
        parts = [self._frame(template, place, readers) for place, template in enumerate(templates)]
        self.said += 1
        return b"".join(parts)

    def _frame(self, template: str, place: int, readers: int) -> bytes:
        now = time.monotonic_ns()
        flip = "true" if self.said // max(1, readers) % 2 == 0 else "false"
        ref = f"{self.name}-{self.said}-{place}"
        text = template.replace("$stamp", frames.stamp(now, self.said)).replace("$flip", flip)
        text = text.replace("$n", str(self.said)).replace("$ref", ref)
        text = text.replace("$longer", str(600_000 + next(_LONGER) * 1_000))
        if self.bare:
            frame = frames.shown(text.encode())
            return len(frame).to_bytes(4, "big") + frame
        if "$ref" in template:
            self.waiting[ref] = now
        return frames.written(text.encode())

    def hear(self, answer: str, is_ok: bool, now: int, code: str) -> None:
        """Take in one answer, if it is to this speech."""
        asked = self.waiting.pop(answer, None)
        if asked is None:
            return
        self.took.append(now - asked)
        self.ended = now
        if not is_ok:
            self.refused += 1
            self.codes[code] = self.codes.get(code, 0) + 1

    def summary(self) -> Heard:
        """Return how often it was said and how it was answered, in milliseconds."""
        took = [each / 1e6 for each in self.took]
        span = (self.ended - self.begun) / 1e9
        return {
            "said": self.said,
            "answered": len(took),
            "unanswered": len(self.waiting),
            "refused": self.refused,
            "a second": len(took) / span if span > 0 else 0.0,
            "p50": percentile(took, 0.5),
            "p99": percentile(took, 0.99),
            "worst": max(took, default=0.0),
        }


class Voice:
    """The crew's end of a connection: it hears the answers to what is said there."""

    def take(self, told: Digest, speeches: tuple[Speech, ...], now: int) -> None:
        """Give each answer to the speech that it answers."""
        for text in told.texts:
            match = _ANSWER.match(text)
            if match is None:
                continue
            code = _CODE.search(text) if match[1] == b"err" else None
            for speech in speeches:
                speech.hear(match[2].decode(), match[1] != b"err", now, code[1].decode() if code else "")


class Tally:
    """What a crowd heard since it was last asked."""

    def __init__(self) -> None:
        self.frames = 0
        self.bytes = 0
        self.pieces = 0
        self.refused = 0
        self.torn = 0
        self.lost = 0
        self.news_at = 0
        self.under_way: array[int] = array("q")
        self.at_sockets: array[int] = array("q")
        self.arrived: dict[int, int] = {}

    def summary(self, wall: float, busy: float) -> Heard:
        """Return the figures: times in milliseconds, of `wall` seconds of which the crowd was at work for `busy`."""
        under_way = [each / 1e6 for each in self.under_way]
        return {
            "wall": wall,
            "busy": busy / wall if wall else 0.0,
            "frames": self.frames,
            "bytes": self.bytes,
            "pieces": self.pieces,
            "news": len(under_way),
            "refused": self.refused,
            "torn": self.torn,
            "lost": self.lost,
            "p50": percentile(under_way, 0.5),
            "p99": percentile(under_way, 0.99),
            "worst": max(under_way, default=0.0),
            "p99 at sockets": percentile([each / 1e6 for each in self.at_sockets], 0.99),
            "last reader": median([each / 1e6 for each in self.arrived.values()]),
        }
