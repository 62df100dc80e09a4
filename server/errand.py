"""The command line's errands to an event: through the server that runs it, or here where none does.

Owns    finding the running server, and doing one thing in its stead.
Never   changes an event but by a command that the conductor takes.
Used by the command line.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from server.app import Event, build
from server.auth import Grant, Keyring, read_secret
from server.clock import SystemClock
from server.errors import ConfigError
from server.folder import read
from server.plan import EventPlan, Header
from server.roles import Role
from server.serving import SERVED_AT, is_served, locked
from server.settings import load
from server.store.sqlite import JOURNAL_FILE, SqliteJournal

Plan = Callable[[], EventPlan]


def served_at(folder: Path) -> str | None:
    """Return the address at which the event of `folder` is being served, if it is."""
    settings = load()
    if settings.redis_url:
        return asyncio.run(_served_over_redis(folder, settings.redis_url))
    if not (folder / JOURNAL_FILE).exists() or not is_served(folder):
        return None
    journal = SqliteJournal(folder)
    try:
        return journal.remark(SERVED_AT)
    finally:
        asyncio.run(journal.close())


async def engine(folder: Path, channel: str) -> Any:
    """Return a channel's engine as the event's journal has it, to read from."""
    async with _event(folder) as event:
        await event.history.load(event.boards)
        return event.engine(channel)


def ask(folder: Path, plan: Plan, channel: str, verb: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """Do one command as the control room and return its result.

    Raises:
        ConfigError: it is refused.
    """
    return post(folder, plan, f"/api/v1/{channel}/{verb}", args)


def post(folder: Path, plan: Plan, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Post to the running server as the control room; where none runs, to one that runs for just that.

    Args:
        folder: the event's.
        plan: what a journal that is empty yet begins with.
        path: the route.
        body: its arguments.

    Raises:
        ConfigError: it is refused.
    """
    url = served_at(folder)
    if url is None:
        return asyncio.run(_post_here(folder, plan, path, body))
    with httpx.Client(base_url=url, headers=_as_control(folder), timeout=60, trust_env=False) as client:
        return _result(client.post(path, json=body))


async def _post_here(folder: Path, plan: Plan, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    with locked(folder):
        async with _event(folder) as event, contextlib.AsyncExitStack() as stack:
            # A key needs no agenda: the first serve is still to read it, and perhaps to shift it.
            begins = not path.startswith("/api/v1/access/") and await event.is_new()
            await stack.enter_async_context(event.running(plan() if begins else None))
            transport = httpx.ASGITransport(app=build(event, None))
            headers = _as_control(folder)
            async with httpx.AsyncClient(transport=transport, base_url="http://cuedesk", headers=headers) as client:
                return _result(await client.post(path, json=body, timeout=60))


@contextlib.asynccontextmanager
async def _event(folder: Path) -> AsyncIterator[Event]:
    journal = SqliteJournal(folder)
    try:
        yield Event(folder, Header(title=folder.name), journal, read_secret(folder), SystemClock(), 60)
    finally:
        await journal.close()


async def _served_over_redis(folder: Path, url: str) -> str | None:
    from server.store.redis import RedisJournal

    reading = read(folder)
    event = (reading.plan.id if reading.plan is not None else "") or Keyring(read_secret(folder)).event_id
    return await RedisJournal.remark(url, event, SERVED_AT)


def _as_control(folder: Path) -> dict[str, str]:
    key = Keyring(read_secret(folder)).mint(Grant("control", Role.CONTROL))
    return {"authorization": f"Bearer {key}"}


def _result(response: httpx.Response) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    if response.is_error:
        raise ConfigError([str(body.get("detail", response.status_code)), *map(str, body.get("faults", []))])
    return body
