"""The remote audience and the paper slips: people who join, ask in two languages, vote, leave and come back.

Owns    what attendees do, and what the floor types from paper.
Never   sees more than an attendee sees.
Used by the show; with a large number of people also as a load.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import Sequence
from typing import Any

from server.rehearsal.client import Gone, Line
from server.rehearsal.scene import Scene
from server.rehearsal.texts import NAMES, Question, fitting
from server.roles import Role

Row = dict[str, Any]

PEOPLE = 48
"""How many remote attendees a rehearsal has unless told otherwise."""

FIRST = 14
"""How many of them are there from the first seconds on."""

ASKING = 0.22
"""The share of a person's acts that are questions; the rest are votes."""


ENOUGH = 9
"""So many questions waiting in a room, and people rather vote than ask."""

IN_ROOM = 0.25
"""The share of people who sit in the room and ask at its kiosk."""

CLAPPING = 0.12
"""The share of a person's acts that are reactions."""

KINDS = ("applause", "agree", "laugh", "love", "puzzled")
LIKELY = (6, 4, 2, 2, 1)

ELSEWHERE = 0.4
"""The share of what the floor brings in that stood in another platform's chat, and not on a slip."""

TWICE = 0.04
"""How often somebody asks what has been asked in this talk already."""


class Heard:
    """What was asked during each talk, so that it is seldom asked again."""

    def __init__(self) -> None:
        self._asked: dict[tuple[str, str], set[str]] = {}

    def choose(self, room: str, title: str, speakers: Sequence[str], chance: random.Random) -> Question | None:
        """Return a question for the talk, or None when everything has been asked."""
        asked = self._asked.setdefault((room, title), set())
        pool = fitting(title, speakers)
        if asked and chance.random() < TWICE:
            return chance.choice([question for question in pool if question.body in asked])
        fresh = [question for question in pool if question.body not in asked]
        if not fresh:
            return None
        question = fresh[0] if chance.random() < 0.6 else chance.choice(fresh)
        asked.add(question.body)
        return question


async def play(scene: Scene, people: int = PEOPLE) -> None:
    """Let `people` attendees come, and the floor type slips, until cancelled."""
    heard = Heard()
    rooms = [room.id for room in scene.rooms()]
    if not rooms:
        return
    async with asyncio.TaskGroup() as group:
        for number in range(people):
            group.create_task(_attend(scene, number, people, rooms, heard))
        group.create_task(_slips(scene, rooms, heard))


async def _attend(scene: Scene, number: int, people: int, rooms: Sequence[str], heard: Heard) -> None:
    chance = scene.chance("attendee", number)
    late = number >= min(FIRST, people // 2)
    await scene.at(scene.pace.hand(chance.uniform(5, 150) if late else 0.5 + 0.7 * number))
    person = Person(scene, chance, rooms[number % len(rooms)], heard)
    key: str | None = None
    with contextlib.suppress(Gone):
        while True:
            async with scene.visitor(*person.topics()) as line:
                line.key = key
                await line.until_known(person.topics()[0])
                await person.stay(line, rooms, eager=key is None and number < len(rooms) * 2)
                key = line.key
            await scene.think(chance, 5, 40)


class Person:
    """One remote attendee."""

    def __init__(self, scene: Scene, chance: random.Random, room: str, heard: Heard) -> None:
        self._scene = scene
        self._chance = chance
        self._room = room
        self._heard = heard
        self._name = chance.choice(NAMES)
        self._voted: set[str] = set()
        self._inlet = "kiosk" if chance.random() < IN_ROOM else "web"
        self._patience = chance.uniform(9, 30)

    def topics(self) -> tuple[str, ...]:
        """Return what their page mirrors."""
        return (f"agenda/{self._room}", f"questions/{self._room}", f"relay/{self._room}", "me")

    async def stay(self, line: Line, rooms: Sequence[str], eager: bool) -> None:
        """Ask and vote for a while, then let the phone sleep."""
        if eager:
            await self._ask(line)
        for _ in range(self._chance.randint(12, 60)):
            await self._scene.think(self._chance, self._patience * 0.5, self._patience * 1.5)
            if self._chance.random() < 0.02:
                self._room = self._chance.choice(rooms)
                await line.subscribe(*self.topics())
            waiting = self._waiting(line)
            if self._chance.random() < CLAPPING:
                await self._react(line)
            elif self._chance.random() < ASKING and len(waiting) < ENOUGH:
                await self._ask(line)
            else:
                await self._vote(line, [row for row in waiting if row["id"] not in self._voted])

    async def _ask(self, line: Line) -> None:
        title, speakers = on_stage(line, self._room)
        question = self._heard.choose(self._room, title, speakers, self._chance)
        if question is None:
            return
        name = self._name if self._chance.random() < 0.75 else None
        args = {"room": self._room, "body": question.body, "name": name, "lang": question.lang}
        args["inlet"] = self._inlet
        await line.attempt("questions", "submit", args)

    async def _react(self, line: Line) -> None:
        kind = self._chance.choices(KINDS, LIKELY)[0]
        await line.attempt(
            "reactions", "react", {"room": self._room, "kind": kind, "count": self._chance.randint(1, 6)}
        )

    def _waiting(self, line: Line) -> list[Row]:
        rows = line.of(f"questions/{self._room}", "q")
        return [row for row in rows if row["state"] in ("approved", "shortlisted", "next")]

    async def _vote(self, line: Line, waiting: Sequence[Row]) -> None:
        if waiting:
            liked = self._chance.choices(waiting, [1 + row["votes"] for row in waiting])[0]
            self._voted.add(liked["id"])
            await line.attempt("questions", "vote", {"question": liked["id"], "on": True})


def on_stage(line: Line, room: str) -> tuple[str, list[str]]:
    """Return the title and the speakers of what is on in a room, or of what comes next."""
    topic = f"agenda/{room}"
    row = line.row(topic, "room")
    item = None if row is None else line.row(topic, f"item/{row['item'] or row['next']}")
    return ("", []) if item is None else (item["title"], [speaker["name"] for speaker in item["speakers"]])


async def _slips(scene: Scene, rooms: Sequence[str], heard: Heard) -> None:
    chance = scene.chance("slips")
    async with scene.line(Role.FLOOR, *(f"agenda/{room}" for room in rooms)) as line:
        for number in itertools.count():
            room = chance.choice(rooms)
            question = heard.choose(room, *on_stage(line, room), chance)
            await scene.think(chance, *((35, 80) if number else (10, 18)))
            if question is not None and chance.random() < ELSEWHERE:
                await line.attempt("questions", "bring", {"room": room, "body": question.body, "lang": question.lang})
            elif question is not None:
                written = line.now() - round(1_000 * scene.pace.hand(chance.uniform(15, 60)))
                typed = {"room": room, "body": question.body, "lang": question.lang, "inlet": "slip"}
                await line.attempt("questions", "submit", {**typed, "asked_at": written})
