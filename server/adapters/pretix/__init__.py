"""Check-in for scanners and scripts that were made for pretix: its paths, shapes and status codes.

Owns    the routes, and telling every refusal as pretix tells it.
Never   decides who may pass, or keeps anything.
Used by discovery. Written from pretix's documented REST API; organizer and event in a path may be anything.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.adapters.pretix.query import Faulty
from server.adapters.pretix.scanner import Scanner
from server.adapters.pretix.shapes import refusal, reply
from server.desk import Desk
from server.errors import AppError

_FIELD = re.compile(r"required field `(\w+)`|at `\$\.(\w+)")


def routes(desk: Desk) -> list[Route]:
    """Return the routes of the adapter. Roles floor and control only."""
    scanner = Scanner(desk)
    organizer = "/api/v1/organizers/{organizer}"
    event = organizer + "/events/{event}"
    return [
        Route(f"{organizer}/checkinrpc/redeem/", _answer(scanner.redeem), methods=["POST"]),
        Route(f"{organizer}/checkinrpc/annul/", _answer(scanner.annul), methods=["POST"]),
        Route(f"{organizer}/checkinrpc/search/", _answer(scanner.search), methods=["GET"]),
        Route(f"{event}/checkinlists/{{list:int}}/status/", _answer(scanner.status), methods=["GET"]),
        Route(
            f"{event}/checkinlists/{{list:int}}/positions/{{secret:path}}/redeem/",
            _answer(scanner.redeem_on_list),
            methods=["POST"],
        ),
        Route(f"{event}/checkins/", _answer(scanner.checkins), methods=["GET"]),
    ]


def _answer(call: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return `call` with every refusal told as pretix tells it."""

    async def answered(request: Request) -> Response:
        try:
            return await call(request)
        except Faulty as fault:
            return reply({fault.field: [str(fault)]}, 400)
        except msgspec.ValidationError as fault:
            field = _FIELD.search(str(fault))
            return reply({(field[1] or field[2]) if field else "non_field_errors": [str(fault)]}, 400)
        except (msgspec.DecodeError, RecursionError) as fault:
            return reply({"detail": f"JSON parse error - {fault}"}, 400)
        except AppError as refused:
            return refusal(refused)

    return answered
