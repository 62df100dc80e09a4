"""Alerts that no reading made: a person calls for help, or another system passes one on.

Owns    how a call and a relayed alert become alerts of ours.
Never   changes the state.
Used by the devices engine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import get_args

from server.clock import Instant, after
from server.domain.base import Context, Decision
from server.domain.devices.alerts import ESCALATION, RELAY_LASTS, Alert
from server.domain.devices.rules import GRAVE, Category, Severity
from server.domain.devices.state import DevicesState
from server.domain.devices.words import AlertRaised, AlertRelayed, AlertTurned, Raise, RelayAlert
from server.errors import LimitReached

RELAYED_AT_MOST = 1_000

_SEVERITIES: Mapping[str, Severity] = {
    "critical": "crit",
    "crit": "crit",
    "error": "crit",
    "page": "crit",
    "info": "info",
    "none": "info",
}


def raise_alert(command: Raise, context: Context) -> Decision:
    """Return the alert of a call for help. Medical and security call a contact at once."""
    is_grave = command.category in GRAVE
    raised = AlertRaised(
        alert=f"{command.category}:{context.uid[-10:]}",
        category=command.category,
        severity="crit" if is_grave else "warn",
        room=command.room,
        note=command.note,
        step=int(is_grave),
        policy=tuple(ESCALATION),
    )
    return Decision([raised], {"id": raised.alert, "alert": raised.alert})


def relay_alert(state: DevicesState, command: RelayAlert, context: Context) -> Decision:
    """Return what another system's alert comes to; the same again changes nothing.

    Raises:
        LimitReached: too many different ones were relayed.
    """
    id_ = "relayed:" + _digest(command.labels)
    known = state.alerts.get(id_)
    is_over = command.ends_at is not None and command.ends_at <= context.now
    if is_over:
        is_open = known is not None and known.is_open
        events = [AlertTurned(alert=id_, turn="resolve", reason="resolved at its source")] if is_open else []
        return Decision(events, {"alert": id_, "state": "resolved"})
    if known is None and sum(alert.source == "relayed" for alert in state.alerts.values()) >= RELAYED_AT_MOST:
        raise LimitReached("Too many different alerts were passed on; send fewer, with labels that do not vary.")
    relayed = _relayed(state, id_, command, context.now)
    events_now = [] if known is not None and _says_the_same(known, relayed) else [relayed]
    return Decision(events_now, {"alert": id_, "state": "firing"})


def _relayed(state: DevicesState, id_: str, command: RelayAlert, now: Instant) -> AlertRelayed:
    labels, notes = command.labels, command.annotations
    category: Category = next((known for known in get_args(Category) if known == labels.get("category")), "technical")
    device = labels.get("device")
    room = labels.get("room")
    return AlertRelayed(
        alert=id_,
        rule=labels.get("alertname", "relayed"),
        device=device if device in state.devices else None,
        room=room if room in state.rooms else None,
        category=category,
        severity=_SEVERITIES.get(labels.get("severity", "").lower(), "warn"),
        note=notes.get("summary") or notes.get("description") or "",
        value=notes.get("value"),
        step=int(category in GRAVE),
        policy=tuple(ESCALATION),
        expected_until=command.ends_at if command.ends_at is not None else after(now, RELAY_LASTS),
    )


def _says_the_same(alert: Alert, event: AlertRelayed) -> bool:
    return (
        alert.is_open
        and alert.no_data_since is None
        and (alert.severity, alert.note, alert.value) == (event.severity, event.note, event.value)
        and alert.expected_until == event.expected_until
    )


def _digest(labels: Mapping[str, str]) -> str:
    joined = "\x00".join(f"{name}\x01{labels[name]}" for name in sorted(labels))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]
