"""The life of an alert as a transition table, with its timers and its escalation.

Owns    what an alert is, which turns its states have, and when each of its timers runs out.
Never   looks at a device or decides that a value is alarming.
Used by the devices engine, its tests and the protocol page.

Theory of operation: every timer is an instant of the journal plus a span that the alert carries, so a
restart changes none. Missing data freezes an alert (`no_data_since`): no timer of its state runs, and only good
data, a person, or the retirement of the device moves it on. A pending alert that thaws keeps its start (a fault
seen before and after a gap was there all the time); a recovering one starts its quiet time again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from server.clock import MINUTE, SECOND, Duration, Instant, after
from server.domain.base import Stamp
from server.domain.devices.readings import Value
from server.domain.devices.rules import GRAVE, Category, Severity

State = Literal["pending", "firing", "recovering", "resolved"]
Turn = Literal["begin", "fire", "lapse", "recover", "relapse", "resolve"]
Source = Literal["rule", "raised", "relayed"]

TRANSITIONS: Mapping[str | None, Mapping[Turn, State | None]] = {
    None: {"begin": "pending"},
    "pending": {"fire": "firing", "lapse": None, "resolve": "resolved"},
    "firing": {"recover": "recovering", "resolve": "resolved"},
    "recovering": {"relapse": "firing", "resolve": "resolved"},
    "resolved": {"begin": "pending"},
}
"""State → turn → next state. None is "there is no alert"; a lapse of one that fired before is `resolved` again."""

ESCALATION: Sequence[Duration] = (Duration(30_000), Duration(60_000), Duration(120_000))
"""How long step 0, 1, 2 waits for an acknowledgement before the next is called: wall and tablets, technical lead,
deputy and producer, event director."""

ACK_LASTS = Duration(10 * MINUTE)
"""An acknowledged alert that is not resolved by then calls again."""

RELAY_LASTS = Duration(5 * MINUTE)
"""How long a relayed alert without an end counts as confirmed."""

TURNS_KEPT = 7
FLAP_WINDOW = Duration(5 * MINUTE)
FLAP_CALM = Duration(180 * SECOND)
"""More than six turns in five minutes is flapping: it must then be calm for three minutes to resolve."""


class Alert(msgspec.Struct, kw_only=True):
    """One alert. Its id is stable: the same trouble of the same device is the same alert again.

    Attributes:
        state_since: when its present state began (the row's `since`).
        timer_from: from when `hold` or `clear_hold` counts.
        step: whom it has called: an index into the escalation.
        step_at: when it reached that step.
        policy: how long each step waits, copied when it began.
        no_data_since: when the last good data came, while there is none; else None.
        expected_until: until when a relayed alert counts as confirmed.
        turns: the instants of the latest turns, to tell flapping.
    """

    id: str
    rule: str
    source: Source = "rule"
    device: str | None = None
    reading: str | None = None
    room: str | None = None
    category: Category = "technical"
    severity: Severity = "warn"
    live_severity: Severity | None = None
    yields_to: str | None = None
    state: State = "pending"
    state_since: Instant
    began_at: Instant
    fired_at: Instant | None = None
    timer_from: Instant
    hold: Duration = Duration(0)
    clear_hold: Duration = Duration(0)
    value: Value = None
    note: str = ""
    acked_by: str | None = None
    acked_at: Instant | None = None
    ack_reason: str | None = None
    step: int = 0
    step_at: Instant | None = None
    policy: list[Duration] = msgspec.field(default_factory=list)
    no_data_since: Instant | None = None
    expected_until: Instant | None = None
    turns: list[Instant] = msgspec.field(default_factory=list)
    is_flapping: bool = False
    stamp: Stamp = msgspec.field(default_factory=Stamp)

    @property
    def is_open(self) -> bool:
        """Whether it is not resolved."""
        return self.state != "resolved"

    @property
    def resolves_itself(self) -> bool:
        """Whether good data alone may resolve it; medical and security never do."""
        return self.source == "rule" and self.category not in GRAVE

    @property
    def fires_at(self) -> Instant:
        """When a pending alert has held long enough."""
        return after(self.timer_from, self.hold)

    def turn_due(self) -> tuple[Instant, Turn] | None:
        """Return when the running timer of its state runs out and what it then does, or None if none runs."""
        if self.no_data_since is not None:
            return None
        if self.state == "pending":
            return self.fires_at, "fire"
        if self.state == "recovering" and self.resolves_itself:
            quiet = max(self.clear_hold, FLAP_CALM) if self.is_flapping else self.clear_hold
            return after(self.timer_from, quiet), "resolve"
        return None

    def step_due(self) -> Instant | None:
        """Return when the next step is to be called if nobody acknowledges, or None if none is."""
        waits = self.state == "firing" and self.acked_by is None and self.step_at is not None
        if not waits or self.step_at is None or self.step >= len(self.policy):
            return None
        return after(self.step_at, self.policy[self.step])

    def ack_due(self) -> Instant | None:
        """Return when its acknowledgement runs out, or None."""
        if self.acked_at is None or self.state != "firing":
            return None
        return after(self.acked_at, ACK_LASTS)

    def turn(self, turn: Turn, at: Instant) -> bool:
        """Move to the next state, and say whether there is an alert left; a turn its state lacks changes nothing."""
        if turn not in TRANSITIONS[self.state]:
            return True
        state = TRANSITIONS[self.state][turn]
        if state is None and self.fired_at is None:
            return False
        self.state = state or "resolved"
        self.state_since = self.timer_from = at
        self.no_data_since = None if self.state in ("firing", "resolved") else self.no_data_since
        self._count(at)
        if turn in ("fire", "relapse"):
            self.fired_at = self.fired_at if turn == "relapse" else at
            self.step_at = at
        return True

    def _count(self, at: Instant) -> None:
        self.turns = [*self.turns, at][-TURNS_KEPT:]
        self.is_flapping = len(self.turns) == TURNS_KEPT and at - self.turns[0] <= FLAP_WINDOW
        if self.state == "resolved":
            self.is_flapping = False
