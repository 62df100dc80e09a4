"""The whole rehearsal: all actors at once, for as long as it is wanted.

Owns    who plays, starting them together, and the one line that tells how it goes.
Never   lets one actor's end be everybody's: an actor that the server sends away just leaves.
Used by the command line and by tests.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from server import folder as folders
from server.auth import Keyring, read_secret
from server.errors import ConfigError
from server.rehearsal import (
    arrivals,
    audience,
    devices,
    display,
    greenroom,
    guest,
    moderator,
    runner,
    signage,
    stagehand,
    tempo,
    watcher,
)
from server.rehearsal.client import Gone, Line
from server.rehearsal.scene import Pace, Scene
from server.roles import Role

logger = logging.getLogger(__name__)

TOLD_EVERY = 20.0
"""Seconds between two lines of progress."""


async def rehearse(folder: Path, url: str, speed: float = 1.0, people: int = audience.PEOPLE, seed: int = 1) -> None:
    """Play a day of the event of `folder` against the server at `url` until cancelled.

    Args:
        folder: the event's: its secret signs the keys, its files name the badges.
        url: where it is served, as `http://HOST:PORT`.
        speed: how many times faster than life; the plan is compressed with it unless the day has begun.
        people: how many remote attendees connect.
        seed: the same seed tells the same story.

    Raises:
        ConfigError: the folder cannot be read, or the speed is no positive number.
    """
    await Show(folder, url, speed, people, seed).play()


class Show:
    """One rehearsal. `scene.tally` counts what was asked and refused."""

    def __init__(
        self, folder: Path, url: str, speed: float = 1.0, people: int = audience.PEOPLE, seed: int = 1
    ) -> None:
        if not speed > 0:
            raise ConfigError(["--speed must be a number above 0: 1 is life, 60 a day in minutes"])
        reading = folders.read(folder)
        if reading.plan is None:
            raise ConfigError([str(fault) for fault in reading.faults])
        self.scene = Scene(url.rstrip("/"), Keyring(read_secret(folder)), reading.plan, Pace(speed), seed)
        self._people = people
        self._console = Console(stderr=True, highlight=False)

    async def play(self) -> None:
        """Play until cancelled."""
        scene = self.scene
        topics = [f"agenda/{room.id}" for room in scene.rooms()]
        async with scene.line(Role.CONTROL, *topics, "checkin") as line:
            scene.plan = await tempo.give(line, scene.plan, scene.pace.speed)
            logging.getLogger("httpx").setLevel(logging.WARNING)  # a line per report would bury everything else
            scene.begun = asyncio.get_running_loop().time()
            async with asyncio.TaskGroup() as group:
                for actor in self._actors():
                    group.create_task(_until_gone(actor))
                group.create_task(_until_gone(self._tell(line)))

    def _actors(self) -> list[Coroutine[Any, Any, None]]:
        scene, machines = self.scene, devices.kit(self.scene)
        cast = [
            arrivals.play(scene),
            devices.play(scene, machines),
            watcher.play(scene, machines),
            greenroom.play(scene),
            runner.play(scene),
            guest.play(scene),
            signage.play(scene),
            audience.play(scene, self._people),
        ]
        for room in scene.rooms():
            cast += [stagehand.play(scene, room), moderator.play(scene, room.id), display.play(scene, room.id)]
        return cast

    async def _tell(self, line: Line) -> None:
        while True:
            self._console.print(self._progress(line), soft_wrap=True)
            await asyncio.sleep(TOLD_EVERY)

    def _progress(self, line: Line) -> str:
        tally, elapsed = self.scene.tally, round(self.scene.elapsed())
        totals = line.row("checkin", "totals") or {"arrived": 0, "expected": 0}
        refused = sum(tally.refused.values())
        parts = [
            f"rehearsal {elapsed // 60:02}:{elapsed % 60:02}",
            f"{totals['arrived']} of {totals['expected']} arrived",
            f"{tally.done['questions.submit']} questions, {tally.done['questions.air']} on air",
            f"{tally.done['questions.vote']} votes",
            f"{tally.done['devices.report']} reports, {tally.done['devices.ack']} alerts taken on",
            f"{sum(tally.done.values())} acts, {refused} refused",
        ]
        odd = tally.unexpected()
        if odd:
            parts.append("not expected: " + ", ".join(f"{act} {code} ×{n}" for (act, code), n in odd.items()))
        return " · ".join(parts)


async def _until_gone(actor: Coroutine[Any, Any, None]) -> None:
    try:
        await actor
    except* Gone as gone:
        logger.warning("an actor was sent away: %s", gone.exceptions)
