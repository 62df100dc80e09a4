"""The HTTP door: every verb and every topic's rows, health, metrics.

Owns    routes below /api/v1, the problem documents, and the health and metrics pages.
Never   changes anything but by asking the conductor.
Used by app.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from server import wire
from server.auth import Grant
from server.board import Board
from server.boards import Ahead, Boards
from server.desk import Desk
from server.errors import AppError, Malformed, TooLarge, Unauthenticated, Unavailable
from server.gate import cookie_name
from server.roles import Actor, Role

SETTLED_WITHIN = 5.0
"""Seconds that somebody who asks for a new board waits for what is being written."""


class Front(Desk, Protocol):
    """What the HTTP door needs beyond the desk."""

    boards: Boards
    registry: CollectorRegistry

    def welcome(self, connection: HTTPConnection) -> tuple[Actor, Grant | None, str]:
        """Return who asks; a newcomer also gets a grant and its key."""
        ...

    def ready(self) -> bool:
        """Say whether commands are taken."""
        ...

    def openapi(self) -> Mapping[str, object]:
        """Return the OpenAPI document."""
        ...

    def asyncapi(self) -> Mapping[str, object]:
        """Return the AsyncAPI document."""
        ...


class Json(Response):
    """A JSON answer that is never cached."""

    def __init__(self, value: object, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        body = value if isinstance(value, bytes) else wire.encode(value)
        super().__init__(
            body, status_code, {"cache-control": "no-store", "content-type": "application/json", **(headers or {})}
        )


def problem(error: AppError) -> Response:
    """Return the RFC 9457 problem document of a refusal; its `detail` members stand beside the standard ones."""
    body = {
        **error.detail,
        "type": f"urn:cuedesk:error:{error.code}",
        "title": error.code.replace("_", " "),
        "status": error.status,
        "detail": error.message,
        "code": error.code,
        "retry": error.retry,
    }
    headers = {"content-type": "application/problem+json"}
    if error.retry:
        headers["retry-after"] = str(error.detail.get("retry_after", 1))
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Json(body, error.status, headers)


async def read_body(request: Request, limit: int = wire.MAX_FRAME) -> bytes:
    """Return the request's body.

    Raises:
        TooLarge: it is longer than `limit` bytes; no more than that is read.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"The body is larger than {limit >> 10} KiB; send less at once.")
        chunks.append(chunk)
    return b"".join(chunks)


def routes(front: Front) -> Sequence[Route]:
    """Return the routes of the HTTP interface."""
    answers: Mapping[str, Callable[[], Response]] = {
        "/healthz": lambda: PlainTextResponse("ok\n"),
        "/readyz": lambda: PlainTextResponse(
            "ready\n" if front.ready() else "not ready\n", 200 if front.ready() else 503
        ),
        "/metrics": lambda: Response(generate_latest(front.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4),
        "/api/v1/openapi.json": lambda: Json(front.openapi()),
        "/api/v1/asyncapi.json": lambda: Json(front.asyncapi()),
    }
    return [
        *(Route(path, _plain(answer)) for path, answer in answers.items()),
        Route("/api/v1/{channel}/{verb}", _ask(front), methods=["POST"]),
        Route("/api/v1/{channel}", _rows(front), methods=["GET"]),
        Route("/api/v1/{channel}/{room}", _rows(front), methods=["GET"]),
    ]


Endpoint = Callable[[Request], Awaitable[Response]]


def _plain(answer: Callable[[], Response]) -> Endpoint:
    async def show(_: Request) -> Response:
        return answer()

    return show


def _ask(front: Front) -> Endpoint:
    async def ask(request: Request) -> Response:
        actor, newcomer, key = front.welcome(request)
        body = await read_body(request)
        args = wire.decode_json(body) if body.strip() else {}
        if not isinstance(args, dict):
            raise Malformed("The body is the verb's arguments: a JSON object.")
        ref = request.headers.get("idempotency-key")
        if ref is not None and not 1 <= len(ref) <= 128:
            raise Malformed("An Idempotency-Key has 1 to 128 characters.")
        channel, verb = request.path_params["channel"], request.path_params["verb"]
        result = await front.ask(actor, channel, verb, args, ref=ref, rev=_revision(request))
        response = Json(dict(result))
        if newcomer is not None:
            set_key_cookie(response, request, newcomer.role, key)
        return response

    return ask


def _rows(front: Front) -> Endpoint:
    async def rows(request: Request) -> Response:
        actor, _, _ = front.welcome(request)
        room = request.path_params.get("room")
        topic = request.path_params["channel"] + (f"/{room}" if room is not None else "")
        board = await _opened(front.boards, topic, actor)
        members = b",".join(wire.encode(key) + b":" + row for key, row in board.rows.items())
        head = wire.encode({"epoch": board.epoch, "offset": board.offset})
        return Json(head[:-1] + b',"rows":{' + members + b"}}")

    return rows


async def _opened(boards: Boards, topic: str, actor: Actor) -> Board:
    """Open a topic, after what is being written where its board is new."""
    try:
        return boards.open(topic, actor)
    except Ahead:
        settled = asyncio.Event()
        boards.await_settled(topic, actor, settled.set)
    try:
        async with asyncio.timeout(SETTLED_WITHIN):
            await settled.wait()
    except TimeoutError:
        raise Unavailable("The journal cannot be written now; ask again in a moment.") from None
    return await _opened(boards, topic, actor)


def set_key_cookie(response: Response, request: HTTPConnection, role: Role, key: str) -> None:
    """Let the browser keep a role's key, out of reach of scripts."""
    response.set_cookie(
        cookie_name(role),
        key,
        max_age=14 * 86_400,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme in ("https", "wss"),
    )


def known(actor: Actor | None) -> Actor:
    """Return `actor`.

    Raises:
        Unauthenticated: nobody is signed in.
    """
    if actor is None:
        raise Unauthenticated("Send an access key as `Authorization: Bearer KEY`.")
    return actor


def _revision(request: Request) -> int | None:
    text = request.headers.get("if-match")
    if text is None or text == "*":
        return None
    try:
        return int(text.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise Malformed("If-Match is the row's `rev`, a whole number.") from None
