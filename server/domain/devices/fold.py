"""How each event of the devices channel changes the state.

Owns    applying events, one short function per event type.
Never   refuses one, or decides anything.
Used by the devices engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from server.domain.base import Event, Recorded
from server.domain.devices import words
from server.domain.devices.alerts import Alert
from server.domain.devices.state import Contact, Device, DevicesState, Hush


def fold(state: DevicesState, recorded: Recorded) -> None:
    """Apply one event; one that does not fit, or is not of this channel, changes nothing."""
    apply = _FOLDS.get(type(recorded.event))
    if apply is not None:
        apply(state, recorded.event, recorded)


def _rooms(state: DevicesState, event: words.RoomsListed, recorded: Recorded) -> None:
    for room in event.rooms:
        _remember_room(state, room)


def _listed(state: DevicesState, event: words.DeviceListed, recorded: Recorded) -> None:
    device = state.devices.setdefault(event.id, Device(id=event.id, name=event.name))
    device.name, device.kind, device.room, device.role = event.name, event.kind, event.room, event.role
    device.adapter, device.host, device.port, device.password = event.adapter, event.host, event.port, event.password
    device.backups, device.interval = list(event.backups), event.interval
    device.stamp.touch(recorded)
    _remember_room(state, event.room)
    for alert in state.alerts_of(event.id):
        alert.room = event.room


def _retired(state: DevicesState, event: words.DeviceRetired, recorded: Recorded) -> None:
    state.devices.pop(event.device, None)


def _rule_listed(state: DevicesState, event: words.RuleListed, recorded: Recorded) -> None:
    state.rules[event.rule.id] = event.rule


def _rule_dropped(state: DevicesState, event: words.RuleDropped, recorded: Recorded) -> None:
    state.rules.pop(event.rule, None)


def _contact_listed(state: DevicesState, event: words.ContactListed, recorded: Recorded) -> None:
    state.contacts[event.id] = Contact(
        id=event.id,
        name=event.name,
        role=event.role,
        phone=event.phone,
        categories=list(event.categories),
        languages=list(event.languages),
    )


def _contact_dropped(state: DevicesState, event: words.ContactDropped, recorded: Recorded) -> None:
    state.contacts.pop(event.contact, None)


def _link(state: DevicesState, event: words.LinkChanged, recorded: Recorded) -> None:
    device = state.devices.get(event.device)
    if device is None:
        return
    if event.link != device.link:
        device.link_since = recorded.at
    device.link, device.message = event.link, event.message
    device.boot_id = event.boot_id or device.boot_id


def _restarted(state: DevicesState, event: words.DeviceRestarted, recorded: Recorded) -> None:
    device = state.devices.get(event.device)
    if device is not None:
        device.boot_id = event.boot_id
        device.restarts += 1


def _assigned(state: DevicesState, event: words.DeviceAssigned, recorded: Recorded) -> None:
    device = state.devices.get(event.device)
    if device is None:
        return
    device.speaker, device.item = event.speaker, event.item
    if event.speaker is None and event.item is None:
        device.stands_in_for = None
    device.stamp.touch(recorded)


def _substituted(state: DevicesState, event: words.DeviceSubstituted, recorded: Recorded) -> None:
    device, backup = state.devices.get(event.device), state.devices.get(event.backup)
    if device is None or backup is None:
        return
    backup.speaker, backup.item, backup.stands_in_for = device.speaker, device.item, device.id
    device.speaker = device.item = device.stands_in_for = None
    device.stamp.touch(recorded)
    backup.stamp.touch(recorded)


def _began(state: DevicesState, event: words.AlertBegan, recorded: Recorded) -> None:
    alert = _fresh(state, event.alert, event.rule, recorded)
    alert.device, alert.reading, alert.room = event.device, event.reading, event.room
    alert.category, alert.severity, alert.live_severity = event.category, event.severity, event.live_severity
    alert.yields_to, alert.hold, alert.clear_hold = event.yields_to, event.hold, event.clear_hold
    alert.value, alert.policy = event.value, list(event.policy)
    alert.step = _first_step(event.category)
    _remember_room(state, event.room)


def _raised(state: DevicesState, event: words.AlertRaised, recorded: Recorded) -> None:
    alert = _fresh(state, event.alert, "raised", recorded)
    alert.source, alert.room, alert.category, alert.severity = "raised", event.room, event.category, event.severity
    alert.note, alert.step, alert.policy = event.note, event.step, list(event.policy)
    alert.turn("fire", recorded.at)
    _remember_room(state, event.room)


def _relayed(state: DevicesState, event: words.AlertRelayed, recorded: Recorded) -> None:
    known = state.alerts.get(event.alert)
    alert = known if known is not None and known.is_open else _fresh(state, event.alert, event.rule, recorded)
    alert.source, alert.device, alert.room = "relayed", event.device, event.room
    alert.category, alert.severity = event.category, event.severity
    alert.note, alert.value, alert.expected_until = event.note, event.value, event.expected_until
    alert.no_data_since = None
    if alert.state == "pending":
        alert.step, alert.policy = event.step, list(event.policy)
        alert.turn("fire", recorded.at)
    _remember_room(state, event.room)


def _turned(state: DevicesState, event: words.AlertTurned, recorded: Recorded) -> None:
    alert = state.alerts.get(event.alert)
    if alert is None:
        return
    alert.value = alert.value if event.value is None else event.value
    if not alert.turn(event.turn, recorded.at):
        del state.alerts[event.alert]
        return
    alert.stamp.touch(recorded)


def _froze(state: DevicesState, event: words.AlertFroze, recorded: Recorded) -> None:
    alert = state.alerts.get(event.alert)
    if alert is not None and alert.is_open and alert.no_data_since is None:
        alert.no_data_since = recorded.at if event.since is None else event.since
        alert.stamp.touch(recorded)


def _thawed(state: DevicesState, event: words.AlertThawed, recorded: Recorded) -> None:
    alert = state.alerts.get(event.alert)
    if alert is None:
        return
    alert.no_data_since = None
    if alert.state == "recovering":
        alert.timer_from = recorded.at
    alert.stamp.touch(recorded)


def _acked(state: DevicesState, event: words.AlertAcked, recorded: Recorded) -> None:
    alert = state.alerts.get(event.alert)
    if alert is not None:
        alert.acked_by, alert.acked_at, alert.ack_reason = recorded.by, recorded.at, event.reason
        alert.stamp.touch(recorded)


def _ack_lapsed(state: DevicesState, event: words.AckLapsed, recorded: Recorded) -> None:
    alert = state.alerts.get(event.alert)
    if alert is not None:
        alert.acked_by = alert.acked_at = alert.ack_reason = None
        alert.step_at = recorded.at
        alert.stamp.touch(recorded)


def _escalated(state: DevicesState, event: words.AlertEscalated, recorded: Recorded) -> None:
    alert = state.alerts.get(event.alert)
    if alert is not None:
        alert.step, alert.step_at = event.step, recorded.at
        alert.stamp.touch(recorded)


def _silenced(state: DevicesState, event: words.Silenced, recorded: Recorded) -> None:
    state.silences[event.silence] = Hush(
        device=event.device, rule=event.rule, until=event.until, reason=event.reason, by=recorded.by
    )


def _silence_ended(state: DevicesState, event: words.SilenceEnded, recorded: Recorded) -> None:
    state.silences.pop(event.silence, None)


def _fresh(state: DevicesState, id_: str, rule: str, recorded: Recorded) -> Alert:
    """Return a new alert in place of a resolved one of the same id, of which it keeps revision and restlessness."""
    alert = Alert(id=id_, rule=rule, state_since=recorded.at, began_at=recorded.at, timer_from=recorded.at)
    former = state.alerts.get(id_)
    if former is not None:
        alert.stamp, alert.turns, alert.fired_at = former.stamp, former.turns, former.fired_at
    alert.stamp.touch(recorded)
    state.alerts[id_] = alert
    return alert


def _first_step(category: str) -> int:
    return 1 if category in ("medical", "security") else 0


def _remember_room(state: DevicesState, room: str | None) -> None:
    if room and room not in state.rooms:
        state.rooms.append(room)


_FOLDS: Mapping[type[Event], Callable[[DevicesState, Any, Recorded], None]] = {
    words.RoomsListed: _rooms,
    words.DeviceListed: _listed,
    words.DeviceRetired: _retired,
    words.RuleListed: _rule_listed,
    words.RuleDropped: _rule_dropped,
    words.ContactListed: _contact_listed,
    words.ContactDropped: _contact_dropped,
    words.LinkChanged: _link,
    words.DeviceRestarted: _restarted,
    words.DeviceAssigned: _assigned,
    words.DeviceSubstituted: _substituted,
    words.AlertBegan: _began,
    words.AlertRaised: _raised,
    words.AlertRelayed: _relayed,
    words.AlertTurned: _turned,
    words.AlertFroze: _froze,
    words.AlertThawed: _thawed,
    words.AlertAcked: _acked,
    words.AckLapsed: _ack_lapsed,
    words.AlertEscalated: _escalated,
    words.Silenced: _silenced,
    words.SilenceEnded: _silence_ended,
}
