"""A way between a program and its Redis that a test can cut, stall, or let lose an answer; also over TLS."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any


class Proxy:
    """Carries bytes from its own port to another one on loopback, in a thread of its own."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._target = port
        self._tls = tls
        self._links: set[asyncio.StreamWriter] = set()
        self._is_cut = False
        self._to_lose = 0
        self._carrying = asyncio.Event()
        self._carrying.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """End every link and refuse new ones."""
        self._now(self._cut)

    def stall(self) -> None:
        """Take bytes and carry none, as a link does behind which a machine was lost."""
        self._now(self._carrying.clear)

    def lose_answers(self, count: int = 1) -> None:
        """Carry what is asked, but end the link instead of carrying the answer, so many times."""
        self._now(lambda: setattr(self, "_to_lose", count))

    def heal(self) -> None:
        """Carry everything again; what was stalled arrives late, as it does."""
        self._now(self._heal)

    @property
    def lost(self) -> bool:
        """Whether every answer that was to be lost is lost."""
        return self._to_lose == 0

    def close(self) -> None:
        """End it."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        self._carrying.set()
        self._cut()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        # What was aborted is closed by the loop's next turns.
        for _ in range(5):
            self._cut()
            await asyncio.sleep(0)

    def _cut(self) -> None:
        self._is_cut = True
        for link in tuple(self._links):
            link.transport.abort()

    def _heal(self) -> None:
        self._is_cut = False
        self._carrying.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        try:
            there, far = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._links |= {writer, far}
        await asyncio.gather(self._carry(reader, far, False), self._carry(there, writer, True), return_exceptions=True)
        for link in (writer, far):
            self._links.discard(link)
            link.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                await self._carrying.wait()
                if answers and self._to_lose:
                    self._to_lose -= 1
                    break
                writer.write(data)
                await writer.drain()
        writer.transport.abort()

    def _now(self, work: Callable[[], object]) -> None:
        async def run() -> None:
            work()

        self._do(run())

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


@contextmanager
def proxy(port: int, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """Carry to `port` until left."""
    made = Proxy(port, tls)
    try:
        yield made
    finally:
        made.close()
