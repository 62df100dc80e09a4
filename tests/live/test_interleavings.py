"""Conflicting commands of every channel through several processes at once: one history, and equal rows everywhere."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from server.auth import Keyring, read_secret
from server.roles import Role
from server.store import Stored
from server.store.redis import RedisJournal
from tests.support.program import Program, Screen, make_folder
from tests.support.redis import RedisServer, until

pytestmark = [pytest.mark.server, pytest.mark.redis]

logger = logging.getLogger(__name__)

COMMANDS = 600
ROOMS = ("R0", "R1")
ITEMS = ("t1", "t2", "t3", "t4")
TOPICS = ("agenda", "agenda/R0", "agenda/R1", "questions/R0", "questions/R1", "relay/R0", "relay/R1", "backstage/R0")
"""Those whose every row is a function of the journal; `checkin` and `devices` also hold what is live."""

REFUSALS = {"conflict", "not_found", "illegal_transition", "closed", "limit_reached", "forbidden", "malformed"}

Command = tuple[str, str, dict[str, Any]]


class Chance:
    """Draws commands that get in each other's way."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.known: dict[str, list[str]] = {"question": [], "ask": [], "alert": [], "message": [], "nonce": []}

    def learn(self, screen: Screen) -> None:
        """Remember what there is, from what a screen mirrors."""
        kinds = {"q": "question", "ask": "ask", "alert": "alert", "message": "message"}
        for rows in screen.rows.values():
            for key in rows:
                kind = kinds.get(key.partition("/")[0])
                if kind is not None and (id_ := key.partition("/")[2]) not in self.known[kind]:
                    self.known[kind].append(id_)

    def pick(self, choices: Any) -> Any:
        return self._random.choice(choices)

    def of(self, kind: str) -> Any:
        """Return a known id, mostly a young one, so that several act on it."""
        return self.pick(self.known[kind][-6:] or ["unknown"])

    def crew(self, number: int) -> Any:
        """Return what somebody of the crew does."""
        return self.pick((self.agenda, self.questions, self.questions, self.doors, self.others))(number)

    def agenda(self, number: int) -> Command:
        item, room = self.pick(ITEMS), self.pick(ROOMS)
        verb = self.pick(("start", "finish", "pause", "resume", "skip", "restore", "adjust", "edit", "swap", "undo"))
        extra: dict[str, Any] = {
            "adjust": {"by": self.pick((-60_000, 60_000))},
            "edit": {"title": f"Title {number}"},
        }.get(verb, {})
        if verb == "swap":
            return "agenda", verb, {"a": "t1", "b": self.pick(("t2", "t3"))}
        if verb == "undo":
            return "agenda", verb, {"room": room}
        return "agenda", verb, {"item": item, **extra}

    def questions(self, number: int) -> Command:
        verb = self.pick(
            ("submit", "approve", "reject", "shortlist", "next", "answered", "reopen", "merge", "edit", "undo", "blank")
        )
        question, room = self.of("question"), self.pick(ROOMS)
        match verb:
            case "submit":
                return "questions", verb, {"room": room, "body": f"What of number {number}?", "inlet": "slip"}
            case "blank":
                return "questions", verb, {"room": room, "on": self.pick((True, False))}
            case "merge":
                return "questions", verb, {"question": question, "into": self.of("question")}
            case "reject":
                return "questions", verb, {"question": question, "reason": "unclear"}
            case "edit":
                return "questions", verb, {"question": question, "body": f"Rather {number}?"}
        return "questions", verb, {"question": question}

    def doors(self, number: int) -> Command:
        match self.pick(("walk_in", "scan", "scan", "annul")):
            case "walk_in":
                return "checkin", "walk_in", {"name": f"Guest {number}", "category": "guest"}
            case "annul":
                return "checkin", "annul", {"nonce": self.of("nonce"), "list": 1, "explanation": "wrong person"}
        self.known["nonce"].append(f"n{number}")
        scan = {"secret": f"T{self._random.randrange(8):04}", "list": 1, "type": self.pick(("entry", "exit"))}
        return "checkin", "scan", {**scan, "nonce": f"n{number}", "lane": "A"}

    def others(self, number: int) -> Any:
        room = self.pick(ROOMS)
        return self.pick(
            (
                ("agenda", "message", {"room": room, "text": f"Message {number}", "level": "info"}),
                ("agenda", "clear_message", {"room": room}),
                ("devices", "raise", {"category": "technical", "room": room, "note": f"Cable {number}"}),
                ("devices", "ack", {"alert": self.of("alert"), "reason": "going"}),
                ("devices", "resolve", {"alert": self.of("alert"), "reason": "done"}),
                ("devices", "assign", {"device": "mic-1", "item": self.pick(ITEMS)}),
                ("relay", "invite", {"ask": self.of("ask")}),
                ("relay", "end", {"ask": self.of("ask")}),
                ("backstage", "say", {"room": "R0", "text": f"Said {number}"}),
                ("backstage", "read", {"message": self.of("message")}),
                ("access", "issue", {"role": "wall"}),
            )
        )

    def audience(self, number: int) -> Any:
        """Return what one of the audience does."""
        room, question = self.pick(ROOMS), self.of("question")
        return self.pick(
            (
                ("questions", "submit", {"room": room, "body": f"And number {number}?"}),
                ("questions", "vote", {"question": question, "on": self.pick((True, False)), "n": number + 1}),
                ("questions", "vote", {"question": question, "on": True, "n": number + 1}),
                ("questions", "withdraw", {"question": question}),
                ("relay", "raise", {"room": room}),
                ("relay", "lower", {"ask": self.of("ask")}),
            )
        )


@contextlib.contextmanager
def served(folder: Path, count: int) -> Iterator[tuple[RedisServer, list[Program]]]:
    redis = RedisServer(folder / "redis")
    make_folder(folder / "event")
    with ThreadPoolExecutor(count) as pool:
        programs = list(pool.map(lambda _: Program(folder / "event", "--redis", redis.url), range(count)))
    try:
        yield redis, programs
    finally:
        for program in programs:
            if program.process.poll() is None:
                program.kill()
        redis.kill()


def rows(program: Program, topic: str) -> Any:
    """Return a topic's rows as the crew sees them on this process."""
    with program.http(program.key(Role.CONTROL)) as client:
        return client.get(f"/api/v1/{topic}").raise_for_status().json()["rows"]


def counted(program: Program) -> dict[str, Any]:
    """Return what of check-in and devices is a function of the journal."""
    totals = rows(program, "checkin")["totals"]
    alerts = {key: row for key, row in rows(program, "devices").items() if key.startswith("alert/")}
    return {
        **{name: totals[name] for name in ("registered", "arrived", "inside", "walk_ins", "by_category")},
        **{key: [row[name] for name in ("state", "acked_by", "ack_reason", "room")] for key, row in alerts.items()},
    }


def everything(program: Program) -> dict[str, Any]:
    return {topic: rows(program, topic) for topic in TOPICS} | {"counted": counted(program)}


def mirrored(screen: Screen) -> dict[str, Any]:
    """Return what a screen mirrors, once it has what was sent before now; votes are gathered for a moment."""
    screen.sync()
    return {topic: screen.rows[topic] for topic in TOPICS}


def history(redis: RedisServer, folder: Path) -> list[Stored]:
    """Return the journal as Redis has it."""

    async def read() -> list[Stored]:
        journal = await RedisJournal.connect(redis.url, Keyring(read_secret(folder)).event_id)
        try:
            return list(await journal.read(0))
        finally:
            await journal.close()

    return asyncio.run(read())


def play(chance: Chance, crew: list[Screen], audience: list[Screen]) -> None:
    """Send everything, without waiting but now and then."""
    for number in range(COMMANDS):
        by_crew = chance.pick((True, True, False))
        screen: Screen = chance.pick(crew if by_crew else audience)
        channel, verb, args = chance.crew(number) if by_crew else chance.audience(number)
        frame = {"t": "cmd", "ref": f"r{number}", "c": channel, "v": verb, "args": args}
        if chance.pick((True, False, False, False)):
            frame["rev"] = chance.pick((1, 2, 3))
        screen.send(frame)
        if number % 40 == 39:
            for each in (*crew, *audience):
                each.sync()
                chance.learn(each)
    while sum(len(screen.answers) for screen in (*crew, *audience)) < COMMANDS:
        for screen in (*crew, *audience):
            screen.sync()


def test_any_interleaving_is_one_history_that_all_show_alike(tmp_path: Path) -> None:
    seed = secrets.randbits(32)
    logger.warning("seed %d", seed)
    chance = Chance(seed)
    with served(tmp_path, 3) as (redis, programs):
        crew = [Screen(program, program.key(Role.CONTROL)) for program in programs for _ in range(2)]
        audience = [Screen(program) for program in programs]
        for screen in crew:
            for topic in (*TOPICS, "devices/R0"):
                screen.subscribe(topic)
        play(chance, crew, audience)
        outcomes = Counter(
            answer.get("code", "ok") for screen in (*crew, *audience) for answer in screen.answers.values()
        )
        assert outcomes.keys() <= REFUSALS | {"ok"}, outcomes
        assert outcomes["ok"] > COMMANDS / 4, outcomes
        assert outcomes["conflict"] > 0, outcomes
        first, *others = programs
        for other in others:
            until(lambda other=other: everything(other) == everything(first))  # type: ignore[misc]
        shown = everything(first)
        for screen in crew:
            until(lambda screen=screen: mirrored(screen) == {topic: shown[topic] for topic in TOPICS})  # type: ignore[misc]
        replayed = Program(first.folder, "--redis", redis.url)
        programs.append(replayed)

        assert everything(replayed) == shown
        stored = history(redis, first.folder)
        assert [event.offset for event in stored] == list(range(1, len(stored) + 1))
        assert [event.at for event in stored] == sorted(event.at for event in stored)
        numbered = Counter(
            (row["room"], row["number"])
            for room in ROOMS
            for row in shown[f"questions/{room}"].values()
            if "number" in row
        )
        assert set(numbered.values()) == {1}
