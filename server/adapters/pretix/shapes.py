"""Answers in the shapes that pretix documents.

Owns    the JSON of positions, check-ins, pages and refusals.
Never   decides anything.
Used by the scanner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zlib import crc32

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server.adapters.pretix.query import integer
from server.domain.checkin import CheckinEngine, ListRules, Passage, Ticket
from server.errors import AppError, NotFound, Unauthenticated

PAGE = 50
"""Results on one page."""

Body = Mapping[str, object]

_ABSENT: Body = {
    "variation": None,
    "price": "0.00",
    "voucher": None,
    "tax_rate": "0.00",
    "tax_rule": None,
    "tax_value": "0.00",
    "addon_to": None,
    "subevent": None,
    "valid_from": None,
    "valid_until": None,
    "answers": [],
    "downloads": [],
    "order__valid_if_pending": False,
    "order__require_approval": False,
    "order__locale": "en",
}
"""What a position has at pretix and never here: clients may still look for it."""


def position(engine: CheckinEngine, ticket: Ticket, rules: ListRules) -> Body:
    """Return a ticket with its accepted scans on one list."""
    return {
        "id": ticket.number,
        "order": ticket.id,
        "positionid": 1,
        "canceled": ticket.status == "canceled",
        "item": item(ticket.category),
        "category": ticket.category,
        "attendee_name": ticket.name,
        "attendee_name_parts": {"_scheme": "full", "full_name": ticket.name},
        "attendee_email": ticket.email or None,
        "company": ticket.organisation or None,
        "secret": ticket.secret,
        "pseudonymization_id": ticket.id,
        "seat": {"name": ticket.seat} if ticket.seat else None,
        "blocked": ["admin"] if ticket.status == "blocked" else None,
        "checkins": [redemption(engine, scan) for scan in engine.tally.standing_on(ticket.id, rules.id)],
        "require_attention": ticket.vip,
        "order__status": {"canceled": "c", "pending": "n"}.get(ticket.status, "p"),
        **_ABSENT,
    }


def redemption(engine: CheckinEngine, scan: Passage) -> Body:
    """Return an accepted scan as a position shows it. `gate` and `device` are our ids."""
    return {
        "id": scan.id,
        "list": scan.list,
        "type": scan.type,
        "datetime": iso(scan.at),
        "gate": engine.state.place(scan.lane),
        "device": scan.by,
        "auto_checked_in": False,
    }


def checkin(engine: CheckinEngine, scan: Passage) -> Body:
    """Return any scan, a refused one too, as the history shows it."""
    ticket = engine.state.tickets.get(scan.ticket)
    return {
        **redemption(engine, scan),
        "successful": scan.reason is None,
        "error_reason": scan.reason,
        "error_explanation": scan.explanation or None,
        "position": None if ticket is None else ticket.number,
        "created": iso(scan.received),
        "device_id": None,
        "forced": scan.overrode is not None,
    }


def refusal(refused: AppError) -> Response:
    """Return the answer to a request that was refused, with the headers that say what may help."""
    response = reply({"detail": refused.message}, refused.status)
    if isinstance(refused, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Token"
    if refused.retry:
        response.headers["Retry-After"] = str(refused.detail.get("retry_after", 1))
    return response


def reply(body: Body, status: int = 200) -> Response:
    """Return a JSON answer."""
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def paged(request: Request, found: Sequence[Any], shown: Callable[[Any], Body]) -> Response:
    """Return the page that the request asks for.

    Raises:
        NotFound: there is no such page.
    """
    number = integer("page", request.query_params.get("page", "1"))
    last = max(1, -(-len(found) // PAGE))
    if not 1 <= number <= last:
        raise NotFound("Invalid page.")
    results = [shown(each) for each in found[(number - 1) * PAGE : number * PAGE]]
    following = str(request.url.include_query_params(page=number + 1)) if number < last else None
    previous = str(request.url.include_query_params(page=number - 1)) if number > 1 else None
    return reply({"count": len(found), "next": following, "previous": previous, "results": results})


def item(category: str) -> int:
    """Return a number for a category, the same in every process and after every import."""
    return crc32(category.encode()) & 0x7FFF_FFFF


def iso(instant: int) -> str:
    """Return an instant as ISO 8601 in UTC."""
    return datetime.fromtimestamp(instant / 1_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
