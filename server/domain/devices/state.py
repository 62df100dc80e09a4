"""What the devices channel knows: what the journal determines, and beside it what is only live.

Owns    the types of the state and of the live pulse of a device, and the questions that are asked of them.
Never   decides or applies anything.
Used by the devices engine's deciding and applying halves, and its channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from server.clock import MINUTE, Duration, Instant, after
from server.domain.base import Stamp
from server.domain.devices.alerts import Alert
from server.domain.devices.programme import Programme, ShownItem
from server.domain.devices.readings import Reading
from server.domain.devices.rules import BUILT_IN, GRAVITY, LINK, Rule, Severity
from server.domain.devices.words import Link

Status = Literal["ok", "warn", "crit", "unknown"]

STALE_AFTER = 3
STALE_FLOOR = Duration(10_000)
"""A device is stale after three of its intervals in silence, but never before ten seconds."""


class Device(msgspec.Struct, kw_only=True):
    """A device as planned, and what the journal knows of its life."""

    id: str
    name: str
    kind: str = "device"
    room: str | None = None
    role: str = ""
    backups: list[str] = msgspec.field(default_factory=list)
    adapter: str | None = None
    host: str | None = None
    port: int | None = None
    password: str | None = None
    interval: Duration = STALE_FLOOR
    link: Link = "unknown"
    link_since: Instant | None = None
    message: str | None = None
    boot_id: str | None = None
    restarts: int = 0
    speaker: str | None = None
    item: str | None = None
    stands_in_for: str | None = None
    stamp: Stamp = msgspec.field(default_factory=Stamp)

    @property
    def window(self) -> Duration:
        """How long it may be silent before it is stale."""
        return Duration(max(STALE_AFTER * self.interval, STALE_FLOOR))


class Contact(msgspec.Struct, kw_only=True):
    """Somebody to call."""

    id: str
    name: str
    role: str = ""
    phone: str = ""
    categories: list[str] = msgspec.field(default_factory=list)
    languages: list[str] = msgspec.field(default_factory=list)


class Hush(msgspec.Struct, kw_only=True):
    """A silence: alerts of this device and rule (None: of any) do not call until an instant."""

    device: str | None
    rule: str | None
    until: Instant
    reason: str
    by: str

    def covers(self, alert: Alert) -> bool:
        """Say whether it keeps this alert from calling."""
        return self.device in (None, alert.device) and self.rule in (None, alert.rule)


class DevicesState(msgspec.Struct, kw_only=True):
    """Everything that the journal determines. `rooms` holds every room that ever had a row."""

    devices: dict[str, Device] = msgspec.field(default_factory=dict)
    rules: dict[str, Rule] = msgspec.field(default_factory=dict)
    contacts: dict[str, Contact] = msgspec.field(default_factory=dict)
    alerts: dict[str, Alert] = msgspec.field(default_factory=dict)
    silences: dict[str, Hush] = msgspec.field(default_factory=dict)
    programme: Programme = msgspec.field(default_factory=Programme)
    rooms: list[str] = msgspec.field(default_factory=list)

    def rule(self, id_: str) -> Rule | None:
        """Return the rule of this id: the event's own, else the built-in one."""
        return self.rules.get(id_) or BUILT_IN.get(id_)

    def rules_of(self, reading: str) -> Iterator[Rule]:
        """Yield every rule that judges this reading."""
        for rule in {**BUILT_IN, **self.rules}.values():
            if rule.reading == reading:
                yield rule

    def applies(self, rule: Rule, device: Device) -> bool:
        """Say whether the rule watches this device at present."""
        return rule.kind in (None, device.kind) and (not rule.live_only or self.live_item(device) is not None)

    def live_item(self, device: Device) -> ShownItem | None:
        """Return the running item that the device serves, or None."""
        return self.programme.running(device.item, device.speaker)

    def remaining_minutes(self, device: Device, now: Instant) -> float:
        """Return how long the running item that the device serves still takes, in minutes; 0 when that is unknown."""
        item = self.live_item(device)
        return max(0.0, (item.ends_at - now) / MINUTE) if item is not None and item.ends_at is not None else 0.0

    def alerts_of(self, device: str) -> Iterator[Alert]:
        """Yield every alert of a device, resolved ones included."""
        for alert in self.alerts.values():
            if alert.device == device:
                yield alert

    def severity(self, alert: Alert) -> Severity:
        """Return the alert's severity at present: the graver one while its device is on the running item."""
        device = self.devices.get(alert.device or "")
        if alert.live_severity is None or device is None or self.live_item(device) is None:
            return alert.severity
        return max(alert.severity, alert.live_severity, key=GRAVITY.__getitem__)

    def inhibitor(self, alert: Alert) -> str | None:
        """Return the id of the firing alert that makes this one redundant, or None."""
        if alert.device is None or alert.source != "rule" or alert.rule == LINK:
            return None
        for rule in (LINK, alert.yields_to):
            graver = self.alerts.get(alert_id(alert.device, rule)) if rule is not None else None
            if graver is not None and graver.state == "firing":
                return graver.id
        return None

    def silenced_until(self, alert: Alert) -> Instant | None:
        """Return until when no silence lets it call, or None."""
        return max((hush.until for hush in self.silences.values() if hush.covers(alert)), default=None)


class Pulse(msgspec.Struct, kw_only=True):
    """The live side of a device: never journalled, lost with the process, made again by its next report.

    Attributes:
        since: from when this process counts its silence.
        heard_at: when it last reported to this process, or None.
        lost: reports that never came, by the gaps in `seq`.
        message: the device's own word, as last sent.
    """

    since: Instant
    heard_at: Instant | None = None
    seq: int | None = None
    lost: int = 0
    message: str | None = None
    readings: dict[str, Reading] = msgspec.field(default_factory=dict)

    def stale_at(self, device: Device) -> Instant:
        """Return when the device's silence becomes staleness."""
        return after(self.since if self.heard_at is None else self.heard_at, device.window)

    def reading_stale_at(self, device: Device, name: str) -> Instant:
        """Return when a reading that is not reported again becomes stale."""
        reading = self.readings.get(name)
        return after(self.since if reading is None else reading.observed_at, device.window)


def alert_id(device: str, rule: str) -> str:
    """Return the stable id of the alert that a rule raises of a device."""
    return f"{device}:{rule}"


def status(state: DevicesState, device: Device, pulse: Pulse | None) -> tuple[Status, str | None]:
    """Return how the device fares and why: the one place where that is decided.

    The reason is the id of the worst alert's rule, or `never_heard`, `link_stale`, `link_unavailable`,
    `no_good_reading`; None when all is well. No data is never `ok`.
    """
    worst = _worst(state, device)
    if worst is not None and state.severity(worst) == "crit":
        return "crit", worst.rule
    if device.link == "unknown":
        return "unknown", "never_heard"
    if device.link != "online":
        return "unknown", f"link_{device.link}"
    if worst is not None and state.severity(worst) == "warn":
        return "warn", worst.rule
    readings = pulse.readings.values() if pulse is not None else ()
    if readings and all(reading.quality != "good" for reading in readings):
        return "unknown", "no_good_reading"
    return "ok", None


def verdict(state: DevicesState, alert: Alert, pulse: Pulse | None) -> tuple[str, Duration] | None:
    """Return what a battery alert means for the running item, as a sentence and by how much it falls short.

    The second member is negative when the battery outlives the item. None where either end is unknown.
    """
    device = state.devices.get(alert.device or "")
    if device is None or pulse is None or not (alert.reading or "").startswith("battery_"):
        return None
    item, minutes = state.live_item(device), pulse.readings.get("battery_minutes")
    if item is None or item.ends_at is None or minutes is None or minutes.quality != "good":
        return None
    if isinstance(minutes.value, bool) or not isinstance(minutes.value, (int, float)):
        return None
    short = Duration(item.ends_at - minutes.observed_at - int(minutes.value * MINUTE))
    title = item.title or "the running item"
    if short > 0:
        return f"{device.name} ends {-(-short // MINUTE)} min before {title} does", short
    return f"{device.name} lasts {-short // MINUTE} min beyond {title}", short


def _worst(state: DevicesState, device: Device) -> Alert | None:
    """Return the gravest alert that counts: firing or recovering, neither silenced nor redundant."""
    counting = [
        alert
        for alert in state.alerts_of(device.id)
        if alert.state in ("firing", "recovering")
        and state.inhibitor(alert) is None
        and state.silenced_until(alert) is None
    ]
    return max(counting, key=lambda alert: GRAVITY[state.severity(alert)], default=None)
