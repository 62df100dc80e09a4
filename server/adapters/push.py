"""Monitors that exist already: heartbeats in Uptime Kuma's manner and alerts in Alertmanager's.

Owns    GET /api/push/TOKEN and POST /api/v2/alerts, and their translation into commands of the devices channel.
Never   touches an engine: it asks the desk like every door.
Used by app, which finds its routes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from server import wire
from server.desk import Desk
from server.domain.devices import TEXT_LENGTH, RelayAlert
from server.errors import Forbidden, Malformed, TooLarge
from server.roles import Actor, Role

ALERTS_AT_ONCE = 100


class PostedAlert(msgspec.Struct, frozen=True, rename="camel"):
    """An alert as Alertmanager takes it; members that we have no use for are let pass, as it does."""

    labels: dict[str, str]
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def routes(desk: Desk) -> list[Route]:
    """Return the routes of both doors."""

    async def push(request: Request) -> Response:
        device = desk.holder(request.path_params["token"])
        await desk.ask(device, "devices", "report", heartbeat(device, request.query_params))
        return JSONResponse({"ok": True}, headers={"cache-control": "no-store"})

    async def alerts(request: Request) -> Response:
        actor = desk.actor(request)
        wishes = relayed(await _body(request))
        results = [await desk.ask(actor, "devices", "relay_alert", msgspec.structs.asdict(wish)) for wish in wishes]
        return JSONResponse({"alerts": [result["alert"] for result in results]})

    return [
        Route("/api/push/{token}", push, methods=["GET", "POST"]),
        Route("/api/v2/alerts", alerts, methods=["POST"]),
    ]


def heartbeat(device: Actor, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the report that a heartbeat's query says: `status` up or down, `msg`, and `ping` in milliseconds.

    Raises:
        Forbidden: the token is not a device's.
        Malformed: `status` or `ping` is something else.
    """
    if device.role is not Role.DEVICE or device.subject is None:
        raise Forbidden("Only a device's own key can send its heartbeat; take the key from `cuedesk links`.")
    status = query.get("status") or "up"
    if status not in ("up", "down"):
        raise Malformed(f"`status` is up or down, not {status[:20]!r}.")
    report = {"device": device.subject, "message": query.get("msg", "")[:TEXT_LENGTH] or None}
    if status == "down":
        return {**report, "link": "unavailable"}
    ping = _number(query.get("ping", ""))
    return {**report, "readings": {} if ping is None else {"ping": ping}}


def relayed(body: bytes) -> list[RelayAlert]:
    """Return what a posted list of alerts asks for; one that does not fit refuses them all.

    Raises:
        Malformed: it is not a list of alerts.
        TooLarge: it is too long a list.
    """
    posted = wire.decode_json(body)
    if not isinstance(posted, list):
        raise Malformed("The body is a list of alerts, even if it holds only one.")
    if len(posted) > ALERTS_AT_ONCE:
        raise TooLarge(f"Send at most {ALERTS_AT_ONCE} alerts at once.")
    return [_wish(wire.convert(each, PostedAlert)) for each in posted]


def _wish(alert: PostedAlert) -> RelayAlert:
    wish: RelayAlert = wire.convert(
        {
            "labels": alert.labels,
            "annotations": alert.annotations,
            "starts_at": _instant(alert.starts_at),
            "ends_at": _instant(alert.ends_at),
        },
        RelayAlert,
    )
    return wish


def _instant(moment: datetime | None) -> int | None:
    # Year 1 is how Go writes "not set".
    if moment is None or moment.year < 1970:
        return None
    if moment.tzinfo is None:
        raise Malformed("An alert's times need an offset, as in 2026-11-21T09:00:00Z.")
    return int(moment.timestamp() * 1000)


def _number(text: str) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Malformed("`ping` is a number of milliseconds, or left out.")
    return number


async def _body(request: Request) -> bytes:
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > wire.MAX_FRAME:
            raise TooLarge("The body is larger than 1 MiB; send fewer alerts at once.")
    return bytes(chunks)
