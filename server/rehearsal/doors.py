"""The day at the doors as a script: who comes when, through which lane, and what goes wrong.

Owns    the arrival curve and the list of passings that a seed makes of an event.
Never   awaits or talks to the server.
Used by the arrivals.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from server.plan import PlannedAttendee, PlannedLane, PlannedList
from server.rehearsal.texts import WALK_INS

ARRIVALS: tuple[tuple[float, float], ...] = (
    (-25, 0.3),
    (-10, 1.5),
    (-2, 6.0),
    (0, 18.0),
    (2, 25.0),
    (4, 30.0),
    (6, 22.0),
    (10, 9.0),
    (16, 4.0),
    (30, 1.0),
    (60, 0.0),
)
"""Minutes since the rehearsal began → how many come, relatively: it peaks before the opening, with stragglers."""

SHOW_UP = 0.85
"""The share of the registered who come."""

OUTSIDE = 0.15
"""The share of people who leave the house in a break."""

SERVICE = 5.0
"""Seconds that one person takes at a lane."""

AWAITED = (9.0, 41.0)
"""When two guests arrive whom the crew waits for: while somebody who has just started the demo is watching."""

Kind = Literal["entry", "exit", "walk_in"]


class Passing(NamedTuple):
    """Somebody at a lane, `at` seconds of the day after the rehearsal began; negative: before it did."""

    at: float
    kind: Kind
    lane: str | None
    secret: str
    nonce: str
    list: int
    name: str = ""


class Curve:
    """A density of arrivals made of straight pieces."""

    def __init__(self, points: Sequence[tuple[float, float]]) -> None:
        self._points = points
        pairs = list(pairwise(points))
        self._sums = list(accumulate((right[0] - left[0]) * (left[1] + right[1]) / 2 for left, right in pairs))

    def at(self, share: float) -> float:
        """Return the abscissa below which `share` (0 to 1) of the area lies."""
        area = share * self._sums[-1]
        place = min(bisect(self._sums, area), len(self._sums) - 1)
        (x0, y0), (x1, y1) = self._points[place], self._points[place + 1]
        rest = area - (self._sums[place - 1] if place else 0.0)
        slope = (y1 - y0) / (x1 - x0)
        root = max(0.0, y0 * y0 + 2 * slope * rest) ** 0.5
        return x0 + (rest / y0 if slope == 0 else 2 * rest / (y0 + root) if y0 + root else 0.0)

    def peak(self) -> tuple[float, float]:
        """Return where the curve is highest, and which share of all comes in one unit of the abscissa there."""
        x, y = max(self._points, key=lambda point: point[1])
        return x, y / self._sums[-1]


def service(people: int, lanes: int) -> float:
    """Return the seconds one person takes at a lane: a practised crew's, or what keeps queues short at the peak."""
    _, share = Curve(ARRIVALS).peak()
    busiest = max(1e-9, people * SHOW_UP * share)
    return min(SERVICE, 0.85 * 60 * max(1, lanes) / busiest)


def passings(
    attendees: Sequence[PlannedAttendee],
    lanes: Sequence[PlannedLane],
    on: PlannedList,
    chance: random.Random,
    pauses: Sequence[tuple[float, float]] = (),
) -> list[Passing]:
    """Return everything that happens at the doors, in its order.

    Args:
        attendees: who is registered.
        lanes: where they come in.
        on: the list that is scanned on.
        chance: what the story is made of.
        pauses: from when to when the breaks are, in seconds of the day; some spend them outside.
    """
    curve = Curve(ARRIVALS)
    awaited = [person for person in attendees if person.vip and person.status == "paid"][: len(AWAITED)]
    coming = [person for person in attendees if person not in awaited and chance.random() < SHOW_UP]
    story: list[Passing] = []
    for place, person in enumerate(chance.sample(coming, len(coming))):
        at = 60 * curve.at((place + chance.random()) / len(coming))
        story += _visit(person, at, lane_for(person, lanes, chance), on, chance)
    for person, at in zip(awaited, AWAITED, strict=False):
        story.append(Passing(at, "entry", lane_for(person, lanes, chance), person.secret, f"{person.id}-0", on.id))
    for number, pause in enumerate(pauses):
        strollers = [person for person in coming if chance.random() < OUTSIDE]
        story += _stroll(
            strollers, pause, number, [lane_for(person, lanes, chance) for person in strollers], on, chance
        )
    story += _strangers(lanes, on, chance)
    return sorted(story, key=lambda passing: passing.at)


def lane_for(person: PlannedAttendee, lanes: Sequence[PlannedLane], chance: random.Random) -> str | None:
    """Return the lane somebody takes: their own kind's if there is one, else a general one."""
    own = "vip" if person.vip or person.category == "vip" else person.category
    fitting: list[str | None] = [lane.id for lane in lanes if lane.kind == own]
    return chance.choice(fitting or _general(lanes) or [None])


def _general(lanes: Sequence[PlannedLane]) -> list[str | None]:
    return [lane.id for lane in lanes if lane.kind not in ("vip", "speaker")] or [lane.id for lane in lanes]


def _visit(
    person: PlannedAttendee, at: float, lane: str | None, on: PlannedList, chance: random.Random
) -> Iterator[Passing]:
    def passing(later: float, kind: Kind, number: int) -> Passing:
        return Passing(at + later, kind, lane, person.secret, f"{person.id}-{number}", on.id)

    yield passing(0, "entry", 0)
    luck = chance.random()
    if luck < 0.02:
        yield passing(chance.uniform(1, 3), "entry", 0)  # the answer was lost: the scanner sends the same again
    elif luck < 0.045:
        yield passing(chance.uniform(4, 40), "entry", 1)  # a copied code, or a badge held out twice
    elif luck < 0.12:
        out = chance.uniform(40, 1_500) if at > -600 else 45 - at + chance.uniform(0, 600)
        yield passing(out, "exit", 2)
        yield passing(out + chance.uniform(90, 420), "entry", 3)


def _stroll(
    people: Sequence[PlannedAttendee],
    pause: tuple[float, float],
    number: int,
    lanes: Sequence[str | None],
    on: PlannedList,
    chance: random.Random,
) -> Iterator[Passing]:
    begins, ends = pause
    for person, lane in zip(people, lanes, strict=True):
        out = begins + chance.uniform(0, 0.25) * (ends - begins)
        back = ends - abs(chance.gauss(0, 0.15)) * (ends - begins)
        yield Passing(out, "exit", lane, person.secret, f"{person.id}-out{number}", on.id)
        yield Passing(max(back, out + 30), "entry", lane, person.secret, f"{person.id}-back{number}", on.id)


def _strangers(lanes: Sequence[PlannedLane], on: PlannedList, chance: random.Random) -> Iterator[Passing]:
    general = _general(lanes) or [None]
    for number in range(60):
        at = 22 + 150 * number + chance.uniform(-15, 15)
        code = f"WRONG-{chance.randrange(10**6):06}"
        yield Passing(at, "entry", chance.choice(general), code, f"stranger-{number}", on.id)
    for number, name in enumerate(WALK_INS):
        at = 33 + 75 * number + chance.uniform(-12, 12)
        yield Passing(at, "walk_in", chance.choice(general), "", f"walk-in-{number}", on.id, name)
