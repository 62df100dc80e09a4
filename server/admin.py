"""What only the control room may ask of the event as a whole: import its folder again, erase a person.

Owns    the routes below /api/v1/event, and showing an import before it is done.
Never   changes anything but by asking the conductor.
Used by app; the command line calls it where a server is running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import Route

from server import wire
from server.api import Json, read_body
from server.auth import Keyring
from server.channels.base import Channel
from server.conductor import Conductor
from server.domain.base import Command
from server.errors import Forbidden, Malformed
from server.folder import read
from server.history import History
from server.links import entries
from server.plan import EventPlan
from server.preview import preview
from server.roles import Actor, Role


class Import(Command, frozen=True):
    """Reads the folder again; nothing is changed unless `apply`."""

    apply: bool = False


class Erase(Command, frozen=True):
    """Erases these persons; `everybody` erases all personal data of the event."""

    people: tuple[str, ...] = ()
    everybody: bool = False


class Office(Protocol):
    """What these routes need of the event."""

    folder: Path
    channels: Mapping[str, Channel[Any]]
    history: History
    conductor: Conductor
    keyring: Keyring

    def actor(self, connection: HTTPConnection) -> Actor:
        """Return who asks."""
        ...

    async def adopt(self, plan: EventPlan) -> None:
        """Import a plan."""
        ...


def routes(office: Office) -> Sequence[Route]:
    """Return the control room's routes."""

    async def reimport(request: Request) -> Response:
        _control(office, request)
        wish: Import = await _args(request, Import)
        reading = await run_in_threadpool(read, office.folder)
        if reading.plan is None:
            raise Malformed(
                "The folder cannot be imported as it is.", {"faults": [str(each) for each in reading.faults]}
            )
        history = office.history
        found = preview(office.channels, history.engines, reading.plan, history.newest)
        if wish.apply and found.changes:
            await office.adopt(reading.plan)
        warnings = [str(each) for each in reading.warnings]
        return Json({"changes": found.changes, "rows": found.rows, "warnings": warnings, "applied": wish.apply})

    async def erase(request: Request) -> Response:
        _control(office, request)
        wish: Erase = await _args(request, Erase)
        people = office.history.vault.people() if wish.everybody else list(wish.people)
        known = set(office.history.vault.people())
        await office.conductor.erase([person for person in people if person in known])
        return Json({"erased": [person for person in people if person in known]})

    async def links(request: Request) -> Response:
        _control(office, request)
        reading = await run_in_threadpool(read, office.folder)
        if reading.plan is None:
            raise Malformed("The folder cannot be read as it is; run `cuedesk check` on it.")
        return Json(entries(office.keyring, reading.plan, office.history.engines["access"]))

    return [
        Route("/api/v1/event/import", reimport, methods=["POST"]),
        Route("/api/v1/event/erase", erase, methods=["POST"]),
        Route("/api/v1/event/links", links, methods=["GET"]),
    ]


def _control(office: Office, request: Request) -> None:
    if office.actor(request).role is not Role.CONTROL:
        raise Forbidden("Only the control room may do this.")


async def _args(request: Request, kind: type[Any]) -> Any:
    body = await read_body(request)
    return wire.convert(wire.decode_json(body) if body.strip() else {}, kind)
