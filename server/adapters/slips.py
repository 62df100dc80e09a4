"""The pictures of paper slips, for the crew alone.

Owns    GET /api/v1/slips/QUESTION/PHOTO.
Never   keeps a picture: it is read from the journal, where it is sealed and can be erased with its slip.
Used by app, which finds its routes.
"""

from __future__ import annotations

import base64
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.desk import Desk
from server.domain.base import Event
from server.domain.questions import SlipPhotographed
from server.errors import Forbidden, NotFound
from server.roles import CREW

_HEADERS = {
    "cache-control": "private, no-store",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "content-disposition": "inline; filename=slip.jpg",
}


class Archive(Desk, Protocol):
    """What this door needs beyond the desk."""

    async def recall(self, offset: int) -> Event | None:
        """Return an event as the journal has it, for what is too large to be kept in memory; None: there is none.

        Raises:
            Unavailable: the journal cannot be reached.
        """
        ...


def routes(desk: Archive) -> list[Route]:
    """Return the route of the pictures."""

    async def picture(request: Request) -> Response:
        if desk.actor(request).role not in CREW:
            raise Forbidden("Slips are seen by control, moderators and the floor.")
        question = desk.engine("questions").ledger.question(request.path_params["question"])
        wanted = request.path_params["photo"]
        if question.photo is None or wanted != str(question.photo):
            raise _gone()
        event = await desk.recall(question.photo)
        if not isinstance(event, SlipPhotographed) or event.question != question.id or not event.picture:
            raise _gone()
        return Response(base64.b64decode(event.picture), media_type="image/jpeg", headers=_HEADERS)

    return [Route("/api/v1/slips/{question}/{photo}", picture, methods=["GET"])]


def _gone() -> NotFound:
    return NotFound("There is no picture of this slip any more; read its text.")
