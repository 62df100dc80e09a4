"""Bullet comments and chats of other platforms, as questions of a room.

Owns    POST /api/v1/inlet/ROOM, and its translation into commands of the questions channel.
Never   touches an engine: it asks the desk like every door, so a comment goes the way of every question.
Used by app, which finds its routes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server import wire
from server.clock import Instant
from server.desk import Desk
from server.errors import AppError, Forbidden, Malformed, TooLarge
from server.roles import Actor, Role

COMMENTS_AT_ONCE = 100
ALLOWED = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.DEVICE})


class Comment(msgspec.Struct, frozen=True):
    """What a relaying program sends; members that we have no use for are let pass.

    Attributes:
        id: the platform's own id of it: the same comment sent again has no second effect.
        asked_at: when it was written there.
    """

    body: str
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)] | None = None
    name: str | None = None
    lang: str | None = None
    asked_at: Instant | None = None


def routes(desk: Desk) -> list[Route]:
    """Return the route of the inlet."""

    async def bring(request: Request) -> Response:
        actor = desk.actor(request)
        if actor.role not in ALLOWED:
            raise Forbidden("Comments are brought in by control, a moderator, the floor or a device's own key.")
        room, posted = request.path_params["room"], wire.decode_json(await _body(request))
        if not isinstance(posted, list):
            comment: Comment = wire.convert(posted, Comment)
            ref = comment.id or request.headers.get("idempotency-key")
            return _json(await _ask(desk, actor, room, comment, ref))
        if len(posted) > COMMENTS_AT_ONCE:
            raise TooLarge(f"Send at most {COMMENTS_AT_ONCE} comments at once.")
        return _json({"results": [await _one(desk, actor, room, each) for each in posted]})

    return [Route("/api/v1/inlet/{room}", bring, methods=["POST"])]


async def _one(desk: Desk, actor: Actor, room: str, posted: object) -> Mapping[str, Any]:
    """Return what one comment of several came to; its refusal does not keep the others out."""
    try:
        comment: Comment = wire.convert(posted, Comment)
        return await _ask(desk, actor, room, comment, comment.id)
    except AppError as refusal:
        return {"code": refusal.code, "message": refusal.message, "retry": refusal.retry}


async def _ask(desk: Desk, actor: Actor, room: str, comment: Comment, ref: str | None) -> Mapping[str, Any]:
    if ref is not None and not 1 <= len(ref) <= 128:
        raise Malformed("An Idempotency-Key has 1 to 128 characters.")
    args = {**msgspec.structs.asdict(comment), "room": room}
    del args["id"]
    # One platform's ids must not meet those of another command of the same key.
    return await desk.ask(actor, "questions", "bring", args, None if ref is None else f"inlet:{room}:{ref}")


def _json(value: Mapping[str, Any]) -> Response:
    return Response(wire.encode(dict(value)), headers={"cache-control": "no-store"}, media_type="application/json")


async def _body(request: Request) -> bytes:
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > wire.MAX_FRAME:
            raise TooLarge("The body is larger than 1 MiB; send fewer comments at once.")
    return bytes(chunks)
