"""A whole event in this process: engines, journal, conductor, boards, without a socket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from server.app import Event
from server.clock import Clock
from server.plan import EventPlan, Header
from server.store import Journal
from server.store.memory import MemoryJournal
from tests.support.clock import ManualClock

SECRET = b"a secret of tests"


@contextlib.asynccontextmanager
async def running(
    journal: Journal | None = None,
    plan: EventPlan | None = None,
    clock: Clock | None = None,
    folder: Path = Path(),
    secret: bytes = SECRET,
) -> AsyncIterator[Event]:
    """Run an event until left."""
    header = Header(title="Test", timezone="UTC")
    event = Event(folder, header, journal or MemoryJournal(), secret, clock or ManualClock(), 60)
    async with event.running(plan):
        yield event


async def settle(turns: int = 20) -> None:
    """Let everything that can run without waiting for time run."""
    for _ in range(turns):
        await asyncio.sleep(0)


def folded(frames: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the rows a reader holds that applied these `rows` frames, checking that each fits."""
    rows: dict[str, Any] = {}
    held: int | None = None
    for frame in frames:
        if frame["from"] is None:
            rows = {}
        else:
            assert frame["from"] == held, "a delta must start where the reader stands"
        rows.update(frame["set"])
        for key in frame["del"]:
            rows.pop(key, None)
        held = frame["to"]
    return rows
