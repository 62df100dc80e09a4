"""What a sample, or the lack of one, does to the alerts of a device.

Owns    turning readings and a lost or regained link into events.
Never   changes the state.
Used by the devices engine.
"""

from __future__ import annotations

from collections.abc import Iterable

from server.clock import Instant
from server.domain.base import Event
from server.domain.devices.alerts import ESCALATION, Alert
from server.domain.devices.readings import Value
from server.domain.devices.rules import LINK, LINK_RULE, Rule, Verdict
from server.domain.devices.state import Device, DevicesState, Pulse, alert_id
from server.domain.devices.words import AlertBegan, AlertFroze, AlertThawed, AlertTurned, Link, LinkChanged


def judge(state: DevicesState, device: Device, pulse: Pulse, names: Iterable[str], now: Instant) -> list[Event]:
    """Return what the present readings of these names do to the device's alerts."""
    events: list[Event] = []
    for name in names:
        reading = pulse.readings[name]
        for rule in state.rules_of(name):
            if not state.applies(rule, device):
                continue
            alert = _open(state, device, rule)
            if reading.quality == "good":
                sample = rule.judge(reading.value, state.remaining_minutes(device, now))
                events += _take(alert, device, rule, sample, reading.value, now)
            elif alert is not None and alert.no_data_since is None:
                events.append(AlertFroze(alert=alert.id, since=None))
    return events


def lost(state: DevicesState, device: Device, pulse: Pulse | None, link: Link, message: str | None) -> list[Event]:
    """Return what follows from no longer hearing the device: its alerts freeze, one of its own fires."""
    if device.link == link:
        return []
    events: list[Event] = [LinkChanged(device=device.id, link=link, message=message)]
    events += [
        AlertFroze(alert=alert.id, since=_last_good(pulse, alert.reading))
        for alert in state.alerts_of(device.id)
        if alert.is_open and alert.reading is not None and alert.no_data_since is None
    ]
    rule = state.rules.get(LINK, LINK_RULE)
    alert_now = _open(state, device, rule)
    if alert_now is None:
        events += _begin(device, rule, link, None)
    elif alert_now.state == "recovering":
        events.append(AlertTurned(alert=alert_now.id, turn="relapse", value=link))
    return events


def heard(state: DevicesState, device: Device, boot_id: str | None, message: str | None) -> list[Event]:
    """Return what follows from hearing the device again, or for the first time; nothing when it is online already."""
    is_first_boot = boot_id is not None and device.boot_id is None
    if device.link == "online" and not is_first_boot:
        return []
    events: list[Event] = [LinkChanged(device=device.id, link="online", boot_id=boot_id, message=message)]
    alert = _open(state, device, LINK_RULE)
    if alert is not None and alert.state == "firing":
        events.append(AlertTurned(alert=alert.id, turn="recover", value="online"))
    return events


def _open(state: DevicesState, device: Device, rule: Rule) -> Alert | None:
    alert = state.alerts.get(alert_id(device.id, rule.id))
    return alert if alert is not None and alert.is_open else None


def _take(alert: Alert | None, device: Device, rule: Rule, sample: Verdict, value: Value, now: Instant) -> list[Event]:
    if alert is None:
        return _begin(device, rule, value, rule.reading) if sample == "bad" else []
    thawed: list[Event] = [AlertThawed(alert=alert.id)] if alert.no_data_since is not None else []
    match alert.state:
        case "pending":
            return thawed + _hold(alert, sample, value, now)
        case "firing":
            return thawed + _recover(alert, sample, value)
        case _:
            return thawed + _clear(alert, sample, value, now)


def _begin(device: Device, rule: Rule, value: Value, reading: str | None) -> list[Event]:
    id_ = alert_id(device.id, rule.id)
    began = AlertBegan(
        alert=id_,
        rule=rule.id,
        device=device.id,
        reading=reading,
        room=device.room,
        category=rule.category,
        severity=rule.severity,
        live_severity=rule.live_severity,
        yields_to=rule.yields_to,
        hold=rule.hold,
        clear_hold=rule.clear_hold if reading is not None else device.interval,
        value=value,
        policy=tuple(ESCALATION),
    )
    return [began] if rule.hold > 0 else [began, AlertTurned(alert=id_, turn="fire", value=value)]


def _hold(alert: Alert, sample: Verdict, value: Value, now: Instant) -> list[Event]:
    if sample != "bad":
        return [AlertTurned(alert=alert.id, turn="lapse", value=value)]
    return [AlertTurned(alert=alert.id, turn="fire", value=value)] if now >= alert.fires_at else []


def _recover(alert: Alert, sample: Verdict, value: Value) -> list[Event]:
    if sample != "good":
        return []
    recovered: list[Event] = [AlertTurned(alert=alert.id, turn="recover", value=value)]
    if alert.clear_hold == 0 and alert.resolves_itself and not alert.is_flapping:
        recovered.append(AlertTurned(alert=alert.id, turn="resolve", value=value))
    return recovered


def _clear(alert: Alert, sample: Verdict, value: Value, now: Instant) -> list[Event]:
    if sample != "good":
        return [AlertTurned(alert=alert.id, turn="relapse", value=value)]
    due = alert.turn_due()
    return [AlertTurned(alert=alert.id, turn="resolve", value=value)] if due is not None and now >= due[0] else []


def _last_good(pulse: Pulse | None, name: str) -> Instant | None:
    reading = pulse.readings.get(name) if pulse is not None else None
    return reading.observed_at if reading is not None and reading.quality != "unknown" else None
