"""The moderator of one room: reads, lets through, refuses, keeps a shortlist, and puts questions on air.

Owns    the acts of one moderator, one at a time, as a hand on a tablet does them.
Never   decides the order by anything but the rows.
Used by the show.
"""

from __future__ import annotations

from typing import Any

from server.rehearsal.client import Line
from server.rehearsal.scene import Scene
from server.rehearsal.texts import IN_WRITING, MICROPHONE_TO, reason_against
from server.roles import Role

Row = dict[str, Any]

SHORTLIST = 3
"""How many questions a moderator keeps ready."""

EARLY = 90
"""What was asked so many seconds before a talk began is meant for it; what is older was meant for the last one."""

LEFT_OPEN = 8
"""How many more stay open; what is over that gets a written answer after the talk."""


async def play(scene: Scene, room: str) -> None:
    """Work the room's queue until cancelled."""
    async with scene.line(Role.MODERATOR, f"questions/{room}", f"agenda/{room}", room=room) as line:
        await line.until_known(f"questions/{room}")
        moderator = Moderator(scene, line, room)
        await scene.at(scene.pace.hand(4))
        while True:
            await moderator.act()


class Moderator:
    """One moderator at the tablet."""

    def __init__(self, scene: Scene, line: Line, room: str) -> None:
        self._scene = scene
        self._line = line
        self._room = room
        self._topic = f"questions/{room}"
        self._chance = scene.chance("moderator", room)
        self._air_from = 0.0
        self._aired: str | None = None
        self._air_until = 0.0

    async def act(self) -> None:
        """Do the one thing that is most urgent, then take a breath."""
        done = await self._stage() or await self._review() or await self._prepare()
        await self._scene.think(self._chance, 1.2, 3.2) if done else await self._line.news(1)

    def _in(self, *states: str) -> list[Row]:
        return [row for row in self._line.of(self._topic, "q") if row["state"] in states]

    async def _do(self, verb: str, question: Row, **more: object) -> bool:
        return await self._line.attempt("questions", verb, {"question": question["id"], **more}) is not None

    async def _stage(self) -> bool:
        """Keep what is on air moving: an answer takes a while, then the speaker goes on for a while."""
        now = self._scene.elapsed()
        on_air = next(iter(self._in("on_air")), None)
        if on_air is not None:
            if on_air["id"] != self._aired:
                self._aired, self._air_until = on_air["id"], now + self._span(22, 50)
            if now < self._air_until:
                return False
            self._air_from = now + self._span(8, 30)
            return await self._do("answered", on_air)
        following = next(iter(self._in("next")), None)
        if following is None or now < self._air_from or not self._has_a_speaker():
            return False
        if following["origin"] == "room":
            await self._send_microphone()
        return await self._do("air", following, replaces=None)

    async def _send_microphone(self) -> None:
        text = MICROPHONE_TO.format(row=self._chance.randint(2, 14))
        say = {"room": self._room, "text": text, "desk": f"tablet-{self._room}", "to": ["floor"]}
        await self._line.attempt("backstage", "say", say)

    def _span(self, low: float, high: float) -> float:
        return self._scene.pace.hand(self._chance.uniform(low, high))

    def _on_stage(self) -> Row | None:
        room = self._line.row(f"agenda/{self._room}", "room")
        return None if room is None else self._line.row(f"agenda/{self._room}", f"item/{room['item']}")

    def _has_a_speaker(self) -> bool:
        item = self._on_stage()
        return item is not None and (item["kind"] == "talk" or bool(item["speakers"]))

    async def _review(self) -> bool:
        """Read the oldest question that waits, and decide."""
        waiting = sorted(self._in("pending", "held"), key=lambda row: row["perceived"])
        if not waiting:
            return False
        question = waiting[0]
        await self._do("claim", question)
        await self._scene.think(self._chance, 0.8, 2.5)
        reason = reason_against(question["body"]) or self._twin(question)
        if reason is not None:
            return await self._do("reject", question, reason=reason)
        return await self._do("approve", question)

    def _twin(self, question: Row) -> str | None:
        standing = {row["id"] for row in self._in("approved", "shortlisted", "next", "on_air")}
        return "duplicate" if standing.intersection(question["similar"]) else None

    async def _prepare(self) -> bool:
        """Promise what is left of the last talk a written answer; keep a next one and a short list behind it."""
        if (old := self._left_over()) is not None:
            return await self._do("defer", old, reply=IN_WRITING)
        listed = sorted(self._in("shortlisted"), key=lambda row: row["order"] or 0)
        approved = sorted(self._in("approved"), key=lambda row: (-row["votes"], row["perceived"]))
        if not self._in("next") and (listed or approved):
            return await self._do("next", self._suggested() or (listed or approved)[0])
        if approved and len(listed) < SHORTLIST:
            return await self._do("shortlist", approved[0])
        if len(approved) > LEFT_OPEN:
            return await self._do("defer", approved[-1])
        return False

    def _left_over(self) -> Row | None:
        item = self._on_stage()
        if item is None or item["actual"] is None or not item["speakers"]:
            return None
        began = item["actual"]["start"] - 1_000 * self._scene.pace.hand(EARLY)
        return next((row for row in self._in("approved", "shortlisted", "next") if row["received"] < began), None)

    def _suggested(self) -> Row | None:
        qa = self._line.row(self._topic, "qa")
        row = None if qa is None or qa["suggested"] is None else self._line.row(self._topic, f"q/{qa['suggested']}")
        return row if row is not None and row["state"] in ("approved", "shortlisted") else None
