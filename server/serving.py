"""Running the server: the folder's lock, the listening socket, the ready line, and an orderly end.

Owns    everything between the command line and the application.
Never   knows a channel.
Used by the command line.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from server.app import Event, build
from server.auth import SECRET_FILE, Keyring, read_secret
from server.clock import SystemClock
from server.errors import ConfigError
from server.garbage import set_aside
from server.handshake import Handshake
from server.plan import EventPlan, Header
from server.proof import adoption_works
from server.settings import Settings
from server.store import Journal
from server.store.sqlite import SqliteJournal
from server.wire import MAX_FRAME

SERVED_AT = "served_at"
"""The journal's remark that says where the event is being served."""

DRAIN = 3
"""Seconds that connections get to end by themselves."""


UNSENT = 16_384
"""Bytes that the kernel may hold unsent for one connection."""


DATED_EVERY = 1.0
"""Seconds between two looks at what time the answers' date says."""


class Server(uvicorn.Server):
    """Uvicorn, but its caller decides what a signal means and when it is over."""

    on_started: Callable[[], None] | None = None
    """Called once the server accepts connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._drained = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start up, then say so."""
        await super().startup(sockets)
        if self.started and self.on_started is not None:
            self.on_started()

    async def main_loop(self) -> None:
        """Wait for the end. Uvicorn looks for it ten times a second; here it is told, and only the date moves on."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DATED_EVERY):
                    await self._drained.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGTERM and SIGINT drain; the process then ends as if it had come to its end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.drain)
        yield
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    def drain(self) -> None:
        """Stop accepting, tell every client, finish what was acknowledged."""
        self.should_exit = True
        self._drained.set()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the event's folder: one server at a time.

    Raises:
        ConfigError: another one serves it, or this user may not write in it.
    """
    read_secret(folder)
    with (folder / SECRET_FILE).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError([f"{folder}: another Cuedesk serves this event; stop it first"]) from None
        yield


def is_served(folder: Path) -> bool:
    """Say whether a server holds the event's folder.

    Raises:
        ConfigError: this user may not read its secret.
    """
    if not (folder / SECRET_FILE).exists():
        return False
    read_secret(folder)  # a folder of somebody else's is a fault, and not a sign of a server
    try:
        with locked(folder):
            return False
    except ConfigError:
        return True


def serve(
    folder: Path,
    header: Header,
    settings: Settings,
    first: Callable[[], EventPlan] | None,
    beside: Callable[[str], Awaitable[None]] | None = None,
) -> None:
    """Serve the event of `folder` until SIGTERM or SIGINT.

    Args:
        folder: the event's.
        header: what its pages say.
        settings: where to listen, how much to log, and whether Redis holds the journal.
        first: makes the plan to import when the journal is empty.
        beside: runs beside the server once it is ready, given its address (the rehearsal of a demo).

    Raises:
        ConfigError: the folder is served already, or the port is taken.
        Unavailable: Redis cannot be reached.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    if settings.log_level != "debug":
        # It would log every socket's address, and with it a key that a program put there.
        logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    held = contextlib.nullcontext() if settings.redis_url else locked(folder)
    with held:
        listening = listen(settings, shared=bool(settings.redis_url))
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(folder, header, settings, first, beside, listening))


async def _serve(
    folder: Path,
    header: Header,
    settings: Settings,
    first: Callable[[], EventPlan] | None,
    beside: Callable[[str], Awaitable[None]] | None,
    listening: socket.socket,
) -> None:
    url = f"http://{shown_host(settings.host)}:{listening.getsockname()[1]}"
    journal = await _journal(folder, header, settings, url)
    event = Event(
        folder, header, journal, read_secret(folder), SystemClock(), settings.sign_ins_per_minute, settings.accelerator
    )
    plan = first() if first is not None and await event.is_new() else None
    adopting = settings.sockets == "adopted" and await adoption_works()
    server = Server(_config(build(event, plan), settings, adopting))
    company: list[asyncio.Future[None]] = []

    def ready() -> None:
        set_aside()
        print(f"ready {url}", flush=True)  # noqa: T201 - the line that programs wait for
        if beside is not None:
            company.append(asyncio.ensure_future(beside(url)))

    server.on_started = ready
    await server.serve(sockets=[listening])
    for other in company:
        other.cancel()
    await asyncio.gather(*company, return_exceptions=True)


async def _journal(folder: Path, header: Header, settings: Settings, url: str) -> Journal:
    if settings.redis_url:
        # Loaded only where it is asked for: a server with its own file starts the sooner.
        from server.store.redis import RedisJournal

        shared = await RedisJournal.connect(settings.redis_url, header.id or Keyring(read_secret(folder)).event_id)
        await shared.note(SERVED_AT, url)
        return shared
    journal = SqliteJournal(folder)
    journal.note(SERVED_AT, url)
    return journal


def _config(app: Any, settings: Settings, adopting: bool) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        ws=Handshake if adopting else "auto",
        ws_max_size=MAX_FRAME,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=DRAIN,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
    )


def listen(settings: Settings, shared: bool = False, accept: bool = True) -> socket.socket:
    """Return the listening socket; `shared` lets other processes listen on the same port beside it,
    and without `accept` the port is only held.

    Raises:
        ConfigError: the port is taken.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        where = f"{settings.host}:{settings.port}"
        raise ConfigError(
            [f"cannot listen on {where} ({os.strerror(error.errno or 0)}); choose another --port"]
        ) from None
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):
        # Accepted sockets inherit it. What the kernel holds unsent is old news: a slow reader gets fewer, newer deltas.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
    if accept:
        listening.listen(4_096)
    return listening


def shown_host(host: str) -> str:
    """Return the host as it stands in an address that works on this machine."""
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop
