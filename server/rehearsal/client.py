"""A line to the server: a socket that mirrors topics, asks, and comes back by itself.

Owns    reconnecting, resuming, and sending unanswered commands again under their refs; the count of answers.
Never   decides what to ask.
Used by every actor of the rehearsal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Subprotocol

Row = dict[str, Any]

SILENCE = 10.0
"""Seconds without a frame after which the link counts as lost; the server beats every two."""

LONGEST_WAIT = 4.0
"""Seconds between two attempts to come back, at most."""

EXPECTED = frozenset({"conflict", "illegal_transition", "limit_reached", "closed", "not_found"})
"""Refusals that a day with many hands cannot do without: somebody was faster, or asked too much."""


class Refused(Exception):
    """The server refused: `code` is the contract's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Gone(Exception):
    """The server closed the line for good (45xx)."""


class Tally:
    """What was asked, and what came of it."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.refused: Counter[tuple[str, str]] = Counter()
        self.reconnects = 0

    def refuse(self, act: str, code: str) -> None:
        """Count a refusal."""
        self.refused[act, code] += 1

    def unexpected(self) -> dict[tuple[str, str], int]:
        """Return the refusals that should not have happened, by act and code."""
        return {what: count for what, count in self.refused.items() if what[1] not in EXPECTED}


class Line:
    """One client. Use it as a context: it connects in the background and hangs up on leaving.

    Attributes:
        rows: topic → key → row, as the server last said.
        key: the access key; an attendee's first hello brings one.
    """

    def __init__(self, url: str, tally: Tally, key: str | None = None, topics: tuple[str, ...] = ()) -> None:
        self.key = key
        self.rows: dict[str, dict[str, Row]] = {topic: {} for topic in topics}
        self._url = url.replace("http", "ws", 1) + "/ws"
        self._tally = tally
        self._positions: dict[str, list[Any]] = {}
        self._waiting: dict[str, tuple[str, asyncio.Future[Row]]] = {}
        self._socket: ClientConnection | None = None
        self._changed = asyncio.Event()
        self._offset = 0.0
        self._gone: str | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._live())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    # Reading ----------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Return the server's instant, as far as the last greeting tells; 0 before the first."""
        return round(self._offset + asyncio.get_running_loop().time() * 1_000) if self._offset else 0

    def of(self, topic: str, kind: str) -> Iterator[Row]:
        """Yield the rows of a topic whose key begins with `kind/`, as they are now."""
        rows = self.rows.get(topic, {})
        return iter([row for key, row in rows.items() if key.startswith(f"{kind}/")])

    def row(self, topic: str, key: str) -> Row | None:
        """Return one row, or None."""
        return self.rows.get(topic, {}).get(key)

    async def news(self, longest: float) -> None:
        """Wait until a row changed since the last call, at most `longest` seconds.

        Raises:
            Gone: the server wants this line no more.
        """
        if self._gone is not None:
            raise Gone(self._gone)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest):
                await self._changed.wait()
        self._changed.clear()

    async def until_known(self, topic: str) -> None:
        """Wait until the server has said what stands in a topic."""
        while topic not in self._positions:
            await self.news(1)

    # Asking -----------------------------------------------------------------------------------------------------

    async def ask(self, channel: str, verb: str, args: Mapping[str, Any], rev: int | None = None) -> Row:
        """Do one command, whatever happens to the link meanwhile, and return its result.

        Raises:
            Refused: the server said no.
            Gone: the server wants this line no more.
        """
        ref = str(uuid.uuid4())
        act = f"{channel}.{verb}"
        frame = {"t": "cmd", "ref": ref, "c": channel, "v": verb, "args": args}
        text = json.dumps(frame if rev is None else {**frame, "rev": rev}, ensure_ascii=False)
        while True:
            answer = await self._exchange(ref, text)
            if answer["t"] == "ok":
                self._tally.done[act] += 1
                result: Row = answer["result"]
                return result
            if answer["code"] != "unavailable":
                self._tally.refuse(act, answer["code"])
                raise Refused(answer["code"], answer["message"])
            await asyncio.sleep(1)

    async def attempt(self, channel: str, verb: str, args: Mapping[str, Any]) -> Row | None:
        """Do one command as `ask`, but take a refusal for an answer: None."""
        try:
            return await self.ask(channel, verb, args)
        except Refused:
            return None

    async def subscribe(self, *topics: str) -> None:
        """Mirror these topics instead of the ones so far."""
        for topic in [topic for topic in self.rows if topic not in topics]:
            del self.rows[topic]
            self._positions.pop(topic, None)
            await self._send(json.dumps({"t": "unsub", "c": topic}))
        for topic in topics:
            if topic not in self.rows:
                self.rows[topic] = {}
                await self._send(self._subscription(topic))

    async def _exchange(self, ref: str, text: str) -> Row:
        if self._gone is not None:
            raise Gone(self._gone)
        answer: asyncio.Future[Row] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = (text, answer)
        try:
            await self._send(text)
            return await answer
        finally:
            self._waiting.pop(ref, None)

    # The link ---------------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        chance = random.Random(f"{self._url}{id(self)}")  # noqa: S311 - spreads reconnects, guards nothing
        attempts = 0
        while self._gone is None:
            try:
                await self._connect()
                attempts = 0
            except ConnectionClosed as end:
                attempts = 0
                self._note_end(end)
            except (OSError, InvalidHandshake, InvalidMessage, TimeoutError):
                attempts += 1
            self._tally.reconnects += 1
            await asyncio.sleep(chance.uniform(0, min(LONGEST_WAIT, 0.2 * 2 ** min(attempts, 8))))

    async def _connect(self) -> None:
        headers = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        async with connect(
            self._url,
            subprotocols=[Subprotocol("cuedesk.v1")],
            additional_headers=headers,
            proxy=None,
            compression=None,
            ping_interval=None,
            close_timeout=1,
            max_size=None,
        ) as socket:
            self._greeted(json.loads(await _heard(socket)))
            for topic in self.rows:
                await socket.send(self._subscription(topic))
            for text, _ in tuple(self._waiting.values()):
                await socket.send(text)
            self._socket = socket
            try:
                while True:
                    self._take(json.loads(await _heard(socket)))
            finally:
                self._socket = None

    def _greeted(self, hello: Row) -> None:
        self._offset = hello["now"] - asyncio.get_running_loop().time() * 1_000
        self.key = hello.get("key") or self.key

    def _note_end(self, end: ConnectionClosed) -> None:
        if end.rcvd is not None and 4_500 <= end.rcvd.code < 4_600:
            self._gone = f"{end.rcvd.code} {end.rcvd.reason}"
            self._tally.refuse("connect", str(end.rcvd.code))
            for _, answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(Gone(self._gone))
            self._changed.set()

    async def _send(self, text: str) -> None:
        # What cannot be sent now waits in `rows` and `_waiting`, and is sent on coming back.
        if self._socket is not None:
            try:
                await self._socket.send(text)
            except ConnectionClosed:
                return

    def _subscription(self, topic: str) -> str:
        return json.dumps({"t": "sub", "c": topic, "pos": self._positions.get(topic)})

    def _take(self, frame: Row) -> None:
        match frame["t"]:
            case "rows":
                self._apply(frame)
            case "ok" | "err" if frame["ref"] in self._waiting:
                answer = self._waiting[frame["ref"]][1]
                if not answer.done():
                    answer.set_result(frame)
            case "err":
                self._tally.refuse("topic", frame["code"])

    def _apply(self, frame: Row) -> None:
        topic = frame["c"]
        rows = self.rows.get(topic)
        if rows is None:
            return
        if frame["from"] is None:
            rows.clear()
        elif [frame["epoch"], frame["from"]] != self._positions.get(topic):
            return  # an answer to an older subscription; the newer one's is on its way
        rows.update(frame["set"])
        for key in frame["del"]:
            rows.pop(key, None)
        self._positions[topic] = [frame["epoch"], frame["to"]]
        self._changed.set()


async def _heard(socket: ClientConnection) -> str | bytes:
    # Not `wait_for`: before Python 3.12 it forgets a cancellation that meets an arriving frame.
    async with asyncio.timeout(SILENCE):
        return await socket.recv()
