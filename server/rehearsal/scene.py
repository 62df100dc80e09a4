"""What all actors share: where the server is, what the folder says, who holds which key, and how fast time goes.

Owns    the keys minted from the folder's secret, the seeds of the actors' chances, the pace.
Never   talks to the server.
Used by every actor of the rehearsal.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from server.auth import Grant, Keyring
from server.plan import EventPlan, PlannedRoom
from server.rehearsal.client import Line, Tally
from server.roles import Role


@dataclass(frozen=True)
class Pace:
    """How fast the day goes."""

    speed: float = 1.0

    def planned(self, seconds: float) -> float:
        """Return how long something takes that the plan is about: talks, arrivals."""
        return seconds / self.speed

    def hand(self, seconds: float) -> float:
        """Return how long something takes that people or machines do: never quite as fast as the plan goes."""
        return seconds / max(1.0, self.speed) ** 0.5 if self.speed >= 1 else seconds / self.speed


@dataclass
class Scene:
    """One rehearsal's surroundings.

    Attributes:
        plan: what the folder says, as it is run.
        begun: the loop's time at which the rehearsal began.
    """

    url: str
    keyring: Keyring
    plan: EventPlan
    pace: Pace
    seed: int = 1
    tally: Tally = field(default_factory=Tally)
    begun: float = 0.0

    def chance(self, *names: object) -> random.Random:
        """Return the random generator of one actor: the same names, the same luck."""
        return random.Random("/".join(map(str, (self.seed, *names))))  # noqa: S311 - a story, not a secret

    def line(self, role: Role, *topics: str, room: str | None = None) -> Line:
        """Return a line that speaks as `role`, with the key that `cuedesk links` prints for it."""
        return Line(self.url, self.tally, self.key(role, room=room), topics)

    def visitor(self, *topics: str) -> Line:
        """Return the line of an attendee nobody has seen before."""
        return Line(self.url, self.tally, None, topics)

    def key(self, role: Role, room: str | None = None, device: str | None = None) -> str:
        """Return the default access key of a role."""
        name = ":".join(filter(None, [role.value, room or device]))
        return self.keyring.mint(Grant(name, role, room, device))

    def rooms(self) -> tuple[PlannedRoom, ...]:
        """Return the event's rooms."""
        return self.plan.rooms

    def elapsed(self) -> float:
        """Return seconds since the rehearsal began."""
        return asyncio.get_running_loop().time() - self.begun

    async def at(self, seconds: float) -> None:
        """Wait until `seconds` after the rehearsal began; not at all if that is past."""
        await asyncio.sleep(max(0.0, seconds - self.elapsed()))

    async def think(self, chance: random.Random, low: float, high: float) -> None:
        """Let a hand take between `low` and `high` seconds, at the pace of the day."""
        await asyncio.sleep(self.pace.hand(chance.uniform(low, high)))
