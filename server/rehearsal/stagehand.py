"""The stage manager of one room: begins and ends its items, as people do it.

Owns    when `start`, `next`, `finish`, `skip`, `pause`, `adjust` and messages are sent for one room.
Never   invents a time: what is expected comes from the room's rows.
Used by the show.
"""

from __future__ import annotations

from typing import Any

from server.plan import PlannedRoom
from server.rehearsal.client import Line
from server.rehearsal.scene import Scene
from server.rehearsal.script import Incident, Turn, opening_delay, turn
from server.roles import Role

Row = dict[str, Any]

LOOK = 0.5
"""Seconds between two looks at the clock."""

STALE = 60_000
"""What should have been done so many milliseconds ago is not done any more (another rehearsal did it)."""

SOON = 20_000
"""What begins within so many milliseconds (of the day) begins at once."""


async def play(scene: Scene, room: PlannedRoom) -> None:
    """Run the room until cancelled; a room in mode `roll` runs itself."""
    if room.mode == "roll":
        return
    async with scene.line(Role.MODERATOR, f"agenda/{room.id}", room=room.id) as line:
        await line.until_known(f"agenda/{room.id}")
        stage = Stagehand(scene, line, room.id)
        while True:
            await stage.step()
            await line.news(scene.pace.hand(LOOK))


class Stagehand:
    """One stage manager: what was decided for each item, and how far it is done."""

    def __init__(self, scene: Scene, line: Line, room: str) -> None:
        self._scene = scene
        self._line = line
        self._room = room
        self._topic = f"agenda/{room}"
        self._place = [other.id for other in scene.rooms()].index(room)
        self._turns: dict[str, Turn] = {}
        self._done: dict[str, int] = {}
        microphones = [device.id for device in scene.plan.devices if device.room == room]
        self._microphone = next((id_ for id_ in microphones if self._is_microphone(id_)), None)

    def _is_microphone(self, device: str) -> bool:
        return any(other.id == device and other.kind == "microphone" for other in self._scene.plan.devices)

    async def step(self) -> None:
        """Do what is due now."""
        current = next((row for row in self._own() if row["state"] in ("running", "paused")), None)
        if current is not None:
            await self._conduct(current)
        elif (coming := self._coming()) is not None:
            await self._await(coming)

    def _own(self) -> list[Row]:
        """Return the items run from this room, in order."""
        rows = [row for row in self._line.of(self._topic, "item") if row["room"] == self._room]
        return sorted(rows, key=lambda row: row["order"])

    def _coming(self, day: int | None = None) -> Row | None:
        expected = (row for row in self._own() if row["state"] == "pending" and row["expected"]["start"] is not None)
        return next((row for row in expected if day in (None, row["day"])), None)

    def _turn(self, item: Row) -> Turn:
        if item["id"] not in self._turns:
            is_first = item["id"] == next((row["id"] for row in self._own()), None)
            chance = self._scene.chance("turn", item["id"])
            self._turns[item["id"]] = turn(item, chance, is_first, overruns=is_first and self._place == 0)
        return self._turns[item["id"]]

    async def _await(self, coming: Row) -> None:
        if await self._is_left_out(coming):
            return
        now = self._line.now()
        due = coming["expected"]["start"] + self._turn(coming).wait
        opens = self._opens_in(coming)
        if opens is not None:
            due = min(due, now + round(1_000 * (opens - self._scene.elapsed())))
        if now >= due:
            await self._line.attempt("agenda", "start", {"item": coming["id"]})
            await self._hand_over_microphone(coming)

    def _opens_in(self, coming: Row) -> float | None:
        """Return when the room's very first item begins for the viewer's sake, if it is about to."""
        is_first = coming is next(iter(self._own()), None)
        about = 1_000 * self._scene.pace.planned(120)
        if not is_first or coming["planned"]["start"] - self._line.now() > about:
            return None
        opens = opening_delay(self._place)
        return None if opens is None else self._scene.pace.hand(opens)

    async def _is_left_out(self, coming: Row) -> bool:
        """Skip an optional filler when the room is late."""
        room = self._line.row(self._topic, "room")
        is_late = room is not None and room["late"] > 1_000 * self._scene.pace.planned(20)
        if not (coming["optional"] and is_late):
            return False
        return await self._line.attempt("agenda", "skip", {"item": coming["id"]}) is not None

    async def _hand_over_microphone(self, item: Row) -> None:
        if self._microphone is not None and item["kind"] != "break":
            speaker = next((speaker["id"] for speaker in item["speakers"]), None)
            args = {"device": self._microphone, "item": item["id"], "speaker": speaker}
            await self._line.attempt("devices", "assign", args)

    async def _conduct(self, current: Row) -> None:
        plan = self._turn(current)
        clock = current["clock"]
        if clock is None:
            return
        ran = int(self._line.now() - clock["started_at"] - clock["paused_total"])
        done = self._done.setdefault(current["id"], sum(ran - deed.after > STALE for deed in plan.incidents))
        if done < len(plan.incidents) and ran >= plan.incidents[done].after:
            self._done[current["id"]] = done + 1
            await self._do(current, plan.incidents[done])
        elif current["state"] == "running" and ran >= self._allotted(current, plan):
            await self._leave(current)

    def _allotted(self, current: Row, plan: Turn) -> int:
        if current["end_kind"] == "fixed":
            return int(current["planned"]["end"] - current["clock"]["started_at"] + plan.wait)
        allotted = int(current["duration"]) - int(current["adjusted"])
        return round(allotted * plan.stretch)

    async def _do(self, current: Row, incident: Incident) -> None:
        match incident.deed:
            case "message":
                args = {"room": self._room, "text": incident.text, "level": incident.level}
                await self._line.attempt("agenda", "message", args)
            case "clear":
                await self._line.attempt("agenda", "clear_message", {"room": self._room})
            case "adjust":
                await self._line.attempt("agenda", "adjust", {"item": current["id"], "by": incident.by})
            case "pause" | "resume" as verb:
                await self._line.attempt("agenda", verb, {"item": current["id"]})

    async def _leave(self, current: Row) -> None:
        coming = self._coming(current["day"])
        if coming is not None and await self._is_left_out(coming):
            return
        soon = self._line.now() + 1_000 * self._scene.pace.planned(SOON / 1_000)
        if coming is not None and coming["expected"]["start"] <= soon:
            args = {"room": self._room, "from": current["id"]}
            if await self._line.attempt("agenda", "next", args) is not None:
                await self._hand_over_microphone(coming)
        else:
            await self._line.attempt("agenda", "finish", {"item": current["id"]})
        if self._has_message():
            await self._line.attempt("agenda", "clear_message", {"room": self._room})

    def _has_message(self) -> bool:
        room = self._line.row(self._topic, "room")
        return room is not None and room["message"] is not None
