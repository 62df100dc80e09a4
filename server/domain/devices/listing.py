"""What an import changes: only what differs from what is known.

Owns    comparing the plan with the state.
Never   touches what is live of a device.
Used by the devices engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from server.domain.base import Event
from server.domain.devices import words
from server.domain.devices.rules import BUILT_IN, planned
from server.domain.devices.state import Contact, Device, DevicesState
from server.plan import PlannedContact, PlannedDevice


def import_events(state: DevicesState, command: words.Import) -> list[Event]:
    """Return the events that bring rooms, devices, rules and contacts to what `command` says."""
    return [*_rooms(state, command), *_devices(state, command), *_rules(state, command), *_contacts(state, command)]


def _rooms(state: DevicesState, command: words.Import) -> Iterator[Event]:
    fresh = tuple(room for room in dict.fromkeys(command.rooms) if room not in state.rooms)
    if fresh:
        yield words.RoomsListed(rooms=fresh)


def _devices(state: DevicesState, command: words.Import) -> Iterator[Event]:
    for device in command.devices:
        listed = _listed(device)
        known = state.devices.get(device.id)
        if known is None or _listed(known) != listed:
            yield listed
    for id_ in command.retire:
        if id_ in state.devices:
            for alert in state.alerts_of(id_):
                if alert.is_open:
                    yield words.AlertTurned(alert=alert.id, turn="resolve", reason="retired")
            yield words.DeviceRetired(device=id_)


def _rules(state: DevicesState, command: words.Import) -> Iterator[Event]:
    for rule in map(planned, command.rules):
        if state.rules.get(rule.id) != rule:
            yield words.RuleListed(rule=rule)
    for id_ in command.drop_rules:
        if id_ not in state.rules:
            continue
        yield words.RuleDropped(rule=id_)
        for alert in state.alerts.values():
            if alert.rule == id_ and alert.is_open and id_ not in BUILT_IN:
                yield words.AlertTurned(alert=alert.id, turn="resolve", reason="rule dropped")


def _contacts(state: DevicesState, command: words.Import) -> Iterator[Event]:
    for contact in command.contacts:
        known = state.contacts.get(contact.id)
        if known is None or _contact(known) != _contact(contact):
            yield _contact(contact)
    for id_ in command.drop_contacts:
        if id_ in state.contacts:
            yield words.ContactDropped(contact=id_)


def _listed(device: PlannedDevice | Device) -> words.DeviceListed:
    return words.DeviceListed(
        id=device.id,
        name=device.name,
        kind=device.kind,
        room=device.room or None,
        role=device.role,
        backups=tuple(device.backups),
        adapter=device.adapter,
        host=device.host,
        port=device.port,
        password=device.password,
        interval=device.interval,
    )


def _contact(contact: PlannedContact | Contact) -> words.ContactListed:
    return words.ContactListed(
        id=contact.id,
        name=contact.name,
        role=contact.role,
        phone=contact.phone,
        categories=tuple(contact.categories),
        languages=tuple(contact.languages),
    )
