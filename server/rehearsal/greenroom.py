"""Those who look after the speakers: they answer calls, and say how far each speaker is on the way.

Owns    `agenda.ack_call` and `agenda.ready`.
Never   starts anything.
Used by the show.
"""

from __future__ import annotations

import math
import random
from typing import Any

from server.rehearsal.client import Line
from server.rehearsal.scene import Scene
from server.roles import Role

Row = dict[str, Any]

STEPS: tuple[tuple[float, str], ...] = (
    (90, "ready"),
    (5 * 60, "in_wings"),
    (12 * 60, "miked"),
    (60 * 60, "on_site"),
    (3 * 3_600, "away"),
)
"""So many seconds (of the day) before the start → how far a speaker is."""


KNOWN = 2 * 3_600
"""When a rehearsal begins, those who are on within so many seconds are known of at once."""


def readiness(before: float, luck: float) -> str:
    """Return how far a speaker is `before` seconds ahead of the start; `luck` (0 to 1) makes some early, some late."""
    return next((step for limit, step in STEPS if before <= limit * (0.6 + 0.8 * luck)), "unknown")


async def play(scene: Scene) -> None:
    """Look after all speakers until cancelled."""
    topics = [f"agenda/{room.id}" for room in scene.rooms()]
    chance = scene.chance("greenroom")
    async with scene.line(Role.FLOOR, *topics) as line:
        for topic in topics:
            await line.until_known(topic)
        told: dict[str, str] = {}
        while await _report(scene, line, told, 1_000 * scene.pace.planned(KNOWN)):
            pass
        while True:
            await scene.think(chance, 1.2, 3)
            if not await _answer(scene, line, chance):
                await _report(scene, line, told)


async def _answer(scene: Scene, line: Line, chance: random.Random) -> bool:
    """Acknowledge a call that is due, one at a time; some wait long enough to escalate."""
    calls = [row for topic in line.rows for row in line.of(topic, "call") if row["state"] == "due"]
    waited = 1_000 * scene.pace.hand(chance.uniform(3, 15))
    due = [row for row in calls if line.now() - row["due_at"] >= waited]
    if not due:
        return False
    oldest = min(due, key=lambda row: (row["due_at"], row["id"]))
    return await line.attempt("agenda", "ack_call", {"call": oldest["id"]}) is not None


async def _report(scene: Scene, line: Line, told: dict[str, str], within: float = math.inf) -> bool:
    """Say the first thing about a speaker that is news, of those on within so many milliseconds; False: nothing is."""
    for item in _coming(line):
        if item["expected"]["start"] - line.now() > within:
            return False
        before = scene.pace.speed * (item["expected"]["start"] - line.now()) / 1_000
        for speaker in item["speakers"]:
            luck = scene.chance("speaker", speaker["id"], item["id"]).random()
            step = "ready" if item["state"] == "running" else readiness(before, luck)
            if speaker["eta"] is not None and speaker["eta"] > line.now():
                continue  # somebody has spoken to them: nobody knows better until then
            if step == "unknown" or told.get(speaker["id"]) == step or speaker["readiness"] == step:
                continue
            told[speaker["id"]] = step
            eta = round(item["expected"]["start"] - 1_000 * scene.pace.planned(900)) if step == "away" else None
            await line.attempt("agenda", "ready", {"speaker": speaker["id"], "readiness": step, "eta": eta})
            return True
    return False


def _coming(line: Line) -> list[Row]:
    """Return each speaker's items that are on or to come, soonest first, no speaker twice."""
    rows = {row["id"]: row for topic in line.rows for row in line.of(topic, "item")}
    live = [row for row in rows.values() if row["state"] in ("pending", "running") and row["expected"]["start"]]
    found: list[Row] = []
    known: set[str] = set()
    for row in sorted(live, key=lambda row: (row["state"] != "running", row["expected"]["start"])):
        speakers = [speaker for speaker in row["speakers"] if speaker["id"] not in known]
        known.update(speaker["id"] for speaker in speakers)
        found.append({**row, "speakers": speakers})
    return found
