"""What every decision of the agenda reads, and how it answers about an item.

Owns    the port to the engine and the members of an item's answer.
Never   decides anything.
Used by `decisions` and `planning`.
"""

from __future__ import annotations

from typing import Protocol

from server.domain.agenda.index import Index
from server.domain.agenda.state import AgendaState, Item
from server.domain.base import Decision, Event


class Desk(Protocol):
    """What a decision reads."""

    state: AgendaState
    index: Index


def told(item: Item, state: str) -> Decision:
    """Return the answer to a command that changes nothing."""
    return Decision((), {"id": item.plan.id, "room": item.plan.room, "state": state, "rev": item.stamp.rev})


def done(item: Item, state: str, *happened: Event) -> Decision:
    """Return the answer to a command that changes an item by what `happened`."""
    result = {"id": item.plan.id, "room": item.plan.room, "state": state, "rev": item.stamp.rev + 1}
    return Decision(happened, result)
