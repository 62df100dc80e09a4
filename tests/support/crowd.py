"""A crowd behind one address: hundreds of phones in one loop, each of which says everything twice."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.support.program import Program

PAGE = ("agenda/R0", "questions/R0", "relay/R0", "reactions/R0", "me")
"""What an attendee's page reads."""

AT_ONCE = 40
"""How many connect at the same time: a venue's phones do not all ring in one millisecond."""


class Phone:
    """One person's page: its rows, its answers, and every frame that told of a key."""

    def __init__(self, program: Program, key: str | None = None, topics: Sequence[str] = PAGE) -> None:
        self.program = program
        self.key = key
        self.topics = topics
        self.rows: dict[str, dict[str, Any]] = defaultdict(dict)
        self.answers: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.heard: dict[str, list[float]] = defaultdict(list)
        self.first: dict[str, float] = {}
        self.sent: dict[str, float] = {}
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._bell = asyncio.Event()

    async def open(self) -> None:
        """Connect (again) and ask for the page's topics."""
        headers = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        url = self.program.url.replace("http", "ws") + "/ws"
        subprotocols = [Subprotocol("cuedesk.v1")]
        self._socket = await connect(
            url, subprotocols=subprotocols, additional_headers=headers, proxy=None, compression=None, open_timeout=60
        )
        hello = json.loads(await self._socket.recv())
        self.key = hello.get("key", self.key)
        for topic in self.topics:
            await self._socket.send(json.dumps({"t": "sub", "c": topic}))
        self._reader = asyncio.create_task(self._read(self._socket))

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader

    async def cut(self) -> None:
        """Lose the link without a word, whatever was under way."""
        assert self._socket is not None
        assert self._reader is not None
        self._socket.transport.abort()
        await self._reader

    async def say(self, verb: str, args: dict[str, Any], ref: str | None = None, times: int = 2) -> str:
        """Send one command as often as told, and return its ref."""
        assert self._socket is not None
        ref = ref or str(uuid.uuid4())
        frame = json.dumps({"t": "cmd", "ref": ref, "c": "questions", "v": verb, "args": args})
        self.sent.setdefault(ref, time.perf_counter())
        for _ in range(times):
            await self._socket.send(frame)
        return ref

    async def answer(self, ref: str, times: int = 2) -> list[dict[str, Any]]:
        """Return the answers to a command, once there are so many."""
        while len(self.answers[ref]) < times:
            await self.news()
        return self.answers[ref]

    async def news(self) -> None:
        """Wait for the next frame."""
        self._bell.clear()
        await asyncio.wait_for(self._bell.wait(), 60)

    async def until(self, topic: str, count: int) -> None:
        """Wait until a topic has so many questions."""
        while sum(key.startswith("q/") for key in self.rows[topic]) < count:
            await self.news()

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for text in socket:
                self._take(json.loads(text))
                self._bell.set()
        except ConnectionClosed:
            return

    def _take(self, frame: dict[str, Any]) -> None:
        now = time.perf_counter()
        if frame["t"] in ("ok", "err"):
            self.answers[frame["ref"]].append(frame)
        if frame["t"] != "rows":
            return
        rows = self.rows[frame["c"]]
        if frame["from"] is None:
            rows.clear()
        rows.update(frame["set"])
        for key in frame["del"]:
            rows.pop(key, None)
        for key in frame["set"]:
            self.heard[key].append(now)
            self.first.setdefault(key, now)


@asynccontextmanager
async def gathered(program: Program, size: int) -> AsyncIterator[list[Phone]]:
    """Let so many people open the page, and close it when left."""
    phones = [Phone(program) for _ in range(size)]
    turn = asyncio.Semaphore(AT_ONCE)

    async def open_one(phone: Phone) -> None:
        async with turn:
            await phone.open()

    async with AsyncExitStack() as stack:
        for phone in phones:
            stack.push_async_callback(phone.close)
        await asyncio.gather(*map(open_one, phones))
        yield phones


async def ask_all(phones: Sequence[Phone], within: float, cut_each: int = 10) -> list[str]:
    """Let everybody ask, spread over `within` seconds, everything twice; each n-th loses the link meanwhile.

    Returns:
        The question ids, in the order of the phones.
    """

    async def ask(nth: int, phone: Phone) -> str:
        await asyncio.sleep(within * nth / len(phones))
        args = {"room": "R0", "body": f"Question of person {nth}: what about topic {nth}?"}
        if nth % cut_each == 0:
            ref = await phone.say("submit", args, times=1)
            await phone.cut()
            await phone.open()
            phone.answers[ref].clear()
            await phone.say("submit", args, ref)
        else:
            ref = await phone.say("submit", args)
        first, second = (await phone.answer(ref))[:2]
        assert first == second
        assert first["t"] == "ok", first
        return str(first["result"]["id"])

    return list(await asyncio.gather(*(ask(nth, phone) for nth, phone in enumerate(phones))))


async def agreed(phones: Sequence[Phone], question: str, votes: int) -> None:
    """Wait until everybody's list shows the question with so many votes."""
    for phone in phones:
        while phone.rows["questions/R0"].get(f"q/{question}", {}).get("votes") != votes:
            await phone.news()


async def vote_all(phones: Sequence[Phone], question: str, within: float) -> None:
    """Let everybody vote for one question, spread over `within` seconds, twice."""

    async def vote(nth: int, phone: Phone) -> None:
        await asyncio.sleep(within * nth / len(phones))
        answers = await phone.answer(await phone.say("vote", {"question": question, "on": True, "n": 1}))
        assert {answer["t"] for answer in answers} == {"ok"}, answers

    await asyncio.gather(*(vote(nth, phone) for nth, phone in enumerate(phones)))
