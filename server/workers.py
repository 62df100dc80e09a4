"""Several processes on one machine: each serves the same port, all share the journal in Redis.

Owns    starting them, one ready line for all, starting again what died, and ending them together.
Never   serves or decides anything.
Used by the command line.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from server.auth import read_secret
from server.serving import listen, shown_host
from server.settings import PREFIX, Settings

logger = logging.getLogger(__name__)

AGAIN = 1.0
"""Seconds before a process that died is started again."""

DRAIN = 8.0
"""Seconds the processes get to end in order."""


def serve(folder: Path, settings: Settings, shift: str | None) -> None:
    """Run `settings.workers` servers of `folder` until SIGTERM or SIGINT."""
    read_secret(folder)
    # The port is held, but not listened on, so that `--port 0` gives all of them the same one.
    held = listen(settings, shared=True, accept=False)
    port = held.getsockname()[1]
    with held:
        asyncio.run(_Crew(folder, settings, port, shift).run())


class _Crew:
    """The processes."""

    def __init__(self, folder: Path, settings: Settings, port: int, shift: str | None) -> None:
        self._command = [sys.executable, "-m", "server", "serve", str(folder), "--port", str(port)]
        self._command += ["--host", settings.host, "--workers", "1"]
        self._command += ["--shift", shift] if shift else []
        self._url = f"http://{shown_host(settings.host)}:{port}"
        # A password in the address must not stand in the list of processes.
        self._surroundings = {**os.environ, f"{PREFIX}WORKERS": "1", f"{PREFIX}REDIS_URL": settings.redis_url}
        self._count = settings.workers
        self._ending = asyncio.Event()
        self._running: set[Process] = set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._ending.set)
        ready = [loop.create_future() for _ in range(self._count)]
        # The first makes the import; the others find it done.
        keepers = [asyncio.create_task(self._keep(ready[0]))]
        await asyncio.wait({ready[0], asyncio.ensure_future(self._ending.wait())}, return_when=asyncio.FIRST_COMPLETED)
        keepers += [asyncio.create_task(self._keep(each)) for each in ready[1:]]
        telling = asyncio.create_task(self._tell(ready))
        await self._ending.wait()
        telling.cancel()
        for process in self._running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        _, late = await asyncio.wait(keepers, timeout=DRAIN)
        for process in tuple(self._running) if late else ():
            process.kill()
        await asyncio.gather(*keepers, return_exceptions=True)

    async def _tell(self, ready: list[asyncio.Future[None]]) -> None:
        await asyncio.gather(*ready)
        print(f"ready {self._url}", flush=True)  # noqa: T201 - the line that programs wait for

    async def _keep(self, ready: asyncio.Future[None]) -> None:
        """Run one process, and start it again when it dies."""
        while not self._ending.is_set():
            process = await asyncio.create_subprocess_exec(*self._command, stdout=PIPE, env=self._surroundings)
            self._running.add(process)
            assert process.stdout is not None
            if await process.stdout.readline() and not ready.done():
                ready.set_result(None)
            code = await process.wait()
            self._running.discard(process)
            if not self._ending.is_set():
                logger.error("a server ended: code=%d; starting another", code)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(AGAIN):
                        await self._ending.wait()
