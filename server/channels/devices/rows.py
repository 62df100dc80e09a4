"""The rows of the devices channel, and how they are made of the engine's state.

Owns    the members of the rows of devices, alerts and contacts.
Never   decides who sees a row, or holds state.
Used by the devices channel.
"""

from __future__ import annotations

import msgspec

from server.channels.base import Row
from server.clock import Duration, Instant
from server.domain.devices import DevicesEngine
from server.domain.devices.alerts import Alert, State
from server.domain.devices.engine import assigned
from server.domain.devices.readings import Reading, Value
from server.domain.devices.rules import GRAVE, Category, Severity
from server.domain.devices.state import Device, Status, status, verdict
from server.domain.devices.words import Link
from server.roles import CREW_VIEW, Audience


class Assigned(msgspec.Struct, frozen=True):
    """Whom and what a device serves."""

    speaker: str | None
    item: str | None


class DeviceRow(Row, frozen=True, kw_only=True):
    """A device. Readings, `lost`, `message` and `heard_at` are live; they come again with its next report.

    `reason` says why `status` is not `ok`: the rule of the worst alert, or `never_heard`, `link_stale`,
    `link_unavailable`, `no_good_reading`.
    """

    id: str
    name: str
    kind: str
    room: str | None
    role: str
    backups: list[str]
    interval: Duration
    link: Link
    link_since: Instant | None
    heard_at: Instant | None
    readings: dict[str, Reading]
    status: Status
    reason: str | None
    message: str | None
    lost: int
    restarts: int
    assigned: Assigned | None
    stands_in_for: str | None
    is_live: bool
    rev: int


class AlertRow(Row, frozen=True, kw_only=True):
    """An alert. `since` is when its present state began; `value` is the reading's good value now, else the last known.

    `verdict` is what a battery means for the running item, and `short_by` by how much it falls short of its end.
    """

    id: str
    rule: str
    device: str | None
    reading: str | None
    room: str | None
    category: Category
    severity: Severity
    state: State
    since: Instant
    began_at: Instant
    value: Value
    note: str
    acked_by: str | None
    ack_reason: str | None
    acked_at: Instant | None
    silenced_until: Instant | None
    inhibited_by: str | None
    step: int
    no_data_since: Instant | None
    flapping: bool
    verdict: str | None
    short_by: Duration | None
    rev: int


class ContactRow(Row, frozen=True, kw_only=True):
    """Somebody to call; for crew only."""

    id: str
    name: str
    role: str
    phone: str
    categories: list[str]
    languages: list[str]


def device_row(engine: DevicesEngine, device: Device) -> DeviceRow:
    """Return a device's row."""
    pulse = engine.pulses.get(device.id)
    level, reason = status(engine.state, device, pulse)
    serves = assigned(device.speaker, device.item)
    return DeviceRow(
        id=device.id,
        name=device.name,
        kind=device.kind,
        room=device.room,
        role=device.role,
        backups=device.backups,
        interval=device.interval,
        link=device.link,
        link_since=device.link_since,
        heard_at=pulse.heard_at if pulse is not None else None,
        readings=pulse.readings if pulse is not None else {},
        status=level,
        reason=reason,
        message=pulse.message if pulse is not None else device.message,
        lost=pulse.lost if pulse is not None else 0,
        restarts=device.restarts,
        assigned=None if serves is None else Assigned(device.speaker, device.item),
        stands_in_for=device.stands_in_for,
        is_live=engine.state.live_item(device) is not None,
        rev=device.stamp.rev,
    )


def alert_row(engine: DevicesEngine, alert: Alert, audience: Audience) -> AlertRow:
    """Return an alert's row: what people wrote about a medical or security call is for crew only."""
    state = engine.state
    said = verdict(state, alert, engine.pulses.get(alert.device or "")) if alert.is_open else None
    live = engine.live_value(alert) if alert.is_open else None
    is_private = audience != CREW_VIEW and alert.category in GRAVE
    return AlertRow(
        id=alert.id,
        rule=alert.rule,
        device=alert.device,
        reading=alert.reading,
        room=alert.room,
        category=alert.category,
        severity=state.severity(alert),
        state=alert.state,
        since=alert.state_since,
        began_at=alert.began_at,
        value=alert.value if live is None else live,
        note="" if is_private else alert.note,
        acked_by=alert.acked_by,
        ack_reason=None if is_private else alert.ack_reason,
        acked_at=alert.acked_at,
        silenced_until=state.silenced_until(alert),
        inhibited_by=state.inhibitor(alert) if alert.is_open else None,
        step=alert.step,
        no_data_since=alert.no_data_since,
        flapping=alert.is_flapping,
        verdict=said[0] if said is not None else None,
        short_by=said[1] if said is not None else None,
        rev=alert.stamp.rev,
    )
