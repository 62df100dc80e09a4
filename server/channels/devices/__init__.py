"""The devices channel: rows of devices, alerts and contacts, and who may report, take on and call for help.

Owns    the rows and verbs of devices, and which events of the agenda its engine hears.
Never   holds state.
Used by discovery.

Things without a room stand under the room "", which has no topic of its own: they show on the bare board only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.channels.devices.hearing import HEARS
from server.channels.devices.rows import AlertRow, ContactRow, DeviceRow, alert_row, device_row
from server.clock import Instant
from server.domain.base import Event, Recorded
from server.domain.devices import EVENTS, DevicesEngine, words
from server.plan import EventPlan
from server.roles import CREW_VIEW, WALL_VIEW, Audience, Role, device_view

NOWHERE = ""
"""The room of what has none."""

STEERING = frozenset({Role.CONTROL, Role.MODERATOR})
CONTROL = frozenset({Role.CONTROL})
READERS = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL})


class DevicesChannel(Channel[DevicesEngine]):
    """Microphones, projectors, encoders and the rest, with alerts that a crew trusts."""

    name = "devices"
    title: ClassVar[Mapping[str, str]] = {"en": "Devices", "zh-Hans": "设备"}
    engine = DevicesEngine
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    by_room = True
    live = True
    gather = 250
    bare_roles = READERS | {Role.DEVICE}
    room_roles = READERS
    pages: ClassVar[Mapping[str, int]] = {"wall": 30, "control": 30, "moderate": 40, "door": 40}
    row_types: ClassVar[Mapping[str, type[Row]]] = {
        "device/ID": DeviceRow,
        "alert/ID": AlertRow,
        "contact/ID": ContactRow,
    }
    verbs: ClassVar[Mapping[str, Verb]] = {
        "import": Verb(
            words.Import,
            CONTROL,
            help="Brings devices, rules and contacts to what is given; what is live of them stays.",
        ),
        "report": Verb(
            words.Report,
            frozenset({Role.DEVICE, Role.CONTROL}),
            own=frozenset({Role.DEVICE}),
            live=True,
            help="A device says how it is; only what follows from it is journalled.",
        ),
        "ack": Verb(words.Ack, STEERING, help="Takes an alert on; it calls nobody further for ten minutes."),
        "resolve": Verb(words.Resolve, CONTROL, help="Declares an alert over."),
        "silence": Verb(
            words.Silence,
            CONTROL,
            help="Keeps alerts of a device or a rule from calling until an instant; one in the past lifts it.",
        ),
        "assign": Verb(words.Assign, STEERING, help="Says whom or what a device serves; neither clears it."),
        "substitute": Verb(
            words.Substitute,
            CONTROL,
            help="A backup takes over a device's assignment; `doubts` in the answer says what speaks against it.",
        ),
        "raise": Verb(
            words.Raise,
            frozenset({Role.FLOOR, Role.MODERATOR, Role.CONTROL}),
            help="Calls for help; medical and security call a contact at once and never resolve by themselves.",
        ),
        "relay_alert": Verb(
            words.RelayAlert,
            frozenset({Role.DEVICE, Role.CONTROL, Role.FLOOR}),
            help="Passes on an alert of another system; the same labels are the same alert.",
        ),
    }
    hears: ClassVar[Mapping[type[Event], Callable[[Any, Recorded], None]]] = HEARS

    def plan(self, engine: DevicesEngine, plan: EventPlan) -> words.Import:
        """Return the import of the folder's devices, rules and contacts; what it no longer names goes."""
        state = engine.state
        return words.Import(
            devices=plan.devices,
            rules=plan.rules,
            contacts=plan.contacts,
            rooms=tuple(room.id for room in plan.rooms),
            retire=tuple(sorted(state.devices.keys() - {device.id for device in plan.devices})),
            drop_rules=tuple(sorted(state.rules.keys() - {rule.id for rule in plan.rules})),
            drop_contacts=tuple(sorted(state.contacts.keys() - {contact.id for contact in plan.contacts})),
        )

    # Where rows stand

    def rooms(self, engine: DevicesEngine) -> Iterable[str]:
        """Return every room, and the one of what has none."""
        return (*engine.state.rooms, NOWHERE)

    def keys(self, engine: DevicesEngine, room: str | None) -> Iterable[str]:
        """Return the keys of a room's devices and alerts; contacts have no room."""
        state = engine.state
        yield from (f"device/{device.id}" for device in state.devices.values() if _is_in(room, device.room))
        yield from (f"alert/{alert.id}" for alert in state.alerts.values() if _is_in(room, alert.room))
        if not room:
            yield from (f"contact/{id_}" for id_ in state.contacts)

    def touched(self, engine: DevicesEngine, recorded: Recorded) -> Iterable[Touch]:
        """Return the rows of every device and alert that the event bears on."""
        match recorded.event:
            case words.DeviceListed(id=id_):
                yield from self._listed(engine, id_)
            case words.DeviceRetired(device=id_):
                yield Touch(f"device/{id_}", tuple(self.rooms(engine)))
                yield from _alerts(engine, id_)
            case words.ContactListed(id=id_) | words.ContactDropped(contact=id_):
                yield Touch(f"contact/{id_}", (NOWHERE,))
            case words.Silenced() | words.SilenceEnded():
                yield from self._everything(engine)
            case event if isinstance(event, words.ALERT_EVENTS):
                yield from self._alert(engine, event.alert)
            case event:
                for id_ in _concerned(engine, event):
                    yield from _device(engine, id_)

    def _listed(self, engine: DevicesEngine, id_: str) -> Iterator[Touch]:
        # A device that moved leaves its former room's boards first; its new place is written after, so that the
        # bare board, which both rooms share, ends up with it.
        now = list(_device(engine, id_))
        everywhere = tuple(self.rooms(engine))
        yield from (Touch(touch.key, everywhere) for touch in now)
        yield from (touch._replace(lazy=True) for touch in now)

    def _alert(self, engine: DevicesEngine, id_: str) -> Iterator[Touch]:
        alert = engine.state.alerts.get(id_)
        if alert is None:
            yield Touch(f"alert/{id_}", tuple(self.rooms(engine)))
            yield from (touch for device in engine.state.devices for touch in _device(engine, device))
            return
        yield Touch(f"alert/{id_}", (alert.room or NOWHERE,))
        if alert.device is not None:
            yield from _device(engine, alert.device)

    def _everything(self, engine: DevicesEngine) -> Iterator[Touch]:
        for device in engine.state.devices:
            yield from _device(engine, device)
        for alert in engine.state.alerts.values():
            yield Touch(f"alert/{alert.id}", (alert.room or NOWHERE,))

    def next_refresh(self, engine: DevicesEngine) -> Instant | None:
        """Return when the next reading grows stale, or a device is first to be listened to."""
        return engine.next_age()

    def refresh(self, engine: DevicesEngine, now: Instant) -> Iterable[Touch]:
        """Let readings age, and return the rows of devices that reported or aged."""
        for id_ in engine.age(now):
            yield from (touch._replace(lazy=True) for touch in _device(engine, id_))

    # Rows

    def row(self, engine: DevicesEngine, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return the row for crew and wall; a device sees its own row and nothing else."""
        kind, _, id_ = key.partition("/")
        if audience not in (CREW_VIEW, WALL_VIEW) and (kind != "device" or audience != device_view(id_)):
            return None
        state = engine.state
        if kind == "device" and (device := state.devices.get(id_)) and _is_in(room, device.room):
            return device_row(engine, device)
        if kind == "alert" and (alert := state.alerts.get(id_)) and _is_in(room, alert.room):
            return alert_row(engine, alert, audience)
        if kind == "contact" and not room and audience == CREW_VIEW and (contact := state.contacts.get(id_)):
            return msgspec.convert(msgspec.structs.asdict(contact), ContactRow)
        return None


def _concerned(engine: DevicesEngine, event: Event) -> Iterable[str]:
    """Return the devices that an event of their own, or of the agenda, bears on."""
    match event:
        case words.DeviceSubstituted(device=id_, backup=backup):
            return (id_, backup)
        case words.LinkChanged(device=id_) | words.DeviceRestarted(device=id_) | words.DeviceAssigned(device=id_):
            return (id_,)
        case _:
            devices = engine.state.devices.values()
            return [device.id for device in devices if device.item is not None or device.speaker is not None]


def _is_in(room: str | None, own: str | None) -> bool:
    return room is None or room == (own or NOWHERE)


def _device(engine: DevicesEngine, id_: str) -> Iterator[Touch]:
    device = engine.state.devices.get(id_)
    if device is not None:
        yield Touch(f"device/{id_}", (device.room or NOWHERE,))
    yield from _alerts(engine, id_)


def _alerts(engine: DevicesEngine, device: str) -> Iterator[Touch]:
    for alert in engine.state.alerts_of(device):
        yield Touch(f"alert/{alert.id}", (alert.room or NOWHERE,))


CHANNEL = DevicesChannel()
