"""What the crew of a room will do with each item: decided once per item, by its own luck.

Owns    when items begin and end compared to their plan, and what happens on stage meanwhile.
Never   awaits or talks to the server.
Used by the stage managers.
"""

from __future__ import annotations

import random
from typing import Any, Literal, NamedTuple

from server.rehearsal.texts import CLOSE_TO_END, EARLY_ON, OVERTIME

Row = dict[str, Any]
Deed = Literal["message", "clear", "pause", "resume", "adjust"]


class Incident(NamedTuple):
    """What is done about an item `after` so many milliseconds of its running time."""

    after: int
    deed: Deed
    text: str = ""
    level: str = "info"
    by: int = 0


class Turn(NamedTuple):
    """How one item goes.

    Attributes:
        wait: how much later than expected it begins, in milliseconds.
        stretch: its length as a multiple of its plan.
        incidents: what happens meanwhile, in order.
    """

    wait: int
    stretch: float
    incidents: tuple[Incident, ...] = ()


def turn(item: Row, chance: random.Random, is_first: bool = False, overruns: bool = False) -> Turn:
    """Return how an item goes: mostly near its plan; one talk in four overruns and is asked to wrap up.

    Args:
        item: its row.
        chance: its luck.
        is_first: it opens its room's day: somebody may be watching, so something happens early.
        overruns: it takes longer for certain.
    """
    length = int(item["duration"])
    wait = round(min(25_000, length * 0.02) * chance.uniform(0.1, 1.0))
    incidents: list[Incident] = []
    if is_first:
        incidents += _said(min(20_000, length // 4), 25_000, chance.choice(EARLY_ON), "info")
    if item["kind"] in ("break", "filler"):
        return Turn(wait, chance.uniform(0.97, 1.03), tuple(incidents))
    over = overruns or chance.random() < 0.25
    stretch = chance.uniform(1.15, 1.22) if over else chance.uniform(0.95, 1.02)
    incidents += _said(round(length * 0.9), round(length * 0.04), chance.choice(CLOSE_TO_END), "warn")
    if over:
        incidents += _overrun(length, chance)
    elif chance.random() < 0.15:
        at = round(length * chance.uniform(0.25, 0.5))
        incidents += [Incident(at, "pause"), Incident(at + min(30_000, length // 20), "resume")]
    return Turn(wait, stretch, tuple(sorted(incidents)))


def _said(after: int, lasts: int, text: str, level: str) -> list[Incident]:
    return [Incident(after, "message", text, level), Incident(after + max(2_000, lasts), "clear")]


def _overrun(length: int, chance: random.Random) -> list[Incident]:
    given = max(1_000, round(length * 0.05))
    return [
        Incident(round(length * 0.985), "adjust", by=given),
        Incident(length + given, "message", chance.choice(OVERTIME), "urgent"),
    ]


def opening_delay(place: int) -> float | None:
    """Return how many seconds after the rehearsal began the first item of the room at `place` begins.

    None: as planned. Rooms begin one after another, so that the first minute has something to see.
    """
    return (3.0, None, 11.0)[place % 3]
