"""Questions on the test bench: two askers, two moderators, and how a question gets where a test wants it."""

from __future__ import annotations

from typing import Any

from server.domain.questions.events import QuestionRoomsImported
from server.roles import CREW_VIEW, Actor, Role
from tests.support.rig import Rig, attendee

ANN, BO = attendee("ann"), attendee("bo")
FIRST, SECOND_TABLET = Actor("moderator:1", Role.MODERATOR), Actor("moderator:2", Role.MODERATOR)
FLOOR = Actor("floor", Role.FLOOR)


def rooms_imported(reactions: bool = True) -> QuestionRoomsImported:
    """Return that the event has two rooms, with the limits an event has that sets none."""
    return QuestionRoomsImported(
        rooms=["R0", "R1"],
        timezone="UTC",
        open=True,
        mode="pre",
        burst=3,
        per_minute=1.0,
        per_person=10,
        votes_per_minute=30,
        reactions=reactions,
    )


def ask(rig: Rig, body: str = "Does it scale?", actor: Actor = ANN, **more: Any) -> str:
    """Submit a question and return its id."""
    answer = rig.do("submit", actor, room="R0", body=body, **more)
    return str(answer["id"])


def approved(rig: Rig, body: str = "Does it scale?", actor: Actor = ANN, **more: Any) -> str:
    key = ask(rig, body, actor, **more)
    rig.do("approve", FIRST, question=key)
    return key


def aired(rig: Rig, body: str = "Does it scale?", actor: Actor = ANN) -> str:
    key = approved(rig, body, actor)
    rig.do("air", FIRST, question=key, replaces=None)
    return key


def q(rig: Rig, key: str, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience).get(f"q/{key}")


def qa(rig: Rig, audience: Any = CREW_VIEW) -> Any:
    return rig.rows("R0", audience)["qa"]
