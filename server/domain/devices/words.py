"""What can be asked of the devices channel, and what can have happened to it.

Owns    the commands and the events.
Never   decides or applies any of them.
Used by the devices engine and its channel.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import msgspec

from server.clock import Duration, Instant
from server.domain.base import Command, Event
from server.domain.devices.alerts import Turn
from server.domain.devices.readings import NAME_LENGTH, READINGS_PER_DEVICE, TEXT_LENGTH, Value
from server.domain.devices.rules import Category, Rule, Severity
from server.plan import PlannedContact, PlannedDevice, PlannedRule

Link = Literal["online", "stale", "unavailable", "unknown"]

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_LENGTH)]
Text = Annotated[str, msgspec.Meta(max_length=TEXT_LENGTH)]
Sentence = Annotated[str, msgspec.Meta(max_length=1_000)]
RawValue = int | float | Text | bool | None
Count = Annotated[int, msgspec.Meta(ge=0)]


class Import(Command, frozen=True, kw_only=True):
    """Bring devices, rules and contacts to what the folder says; what is live of them stays.

    Attributes:
        rooms: ids of the event's rooms, where help can be called to.
        retire: ids of devices that are no more: their alerts resolve.
        drop_rules, drop_contacts: ids of own rules and contacts that are no more.
    """

    devices: tuple[PlannedDevice, ...] = ()
    rules: tuple[PlannedRule, ...] = ()
    contacts: tuple[PlannedContact, ...] = ()
    rooms: tuple[Id, ...] = ()
    retire: tuple[str, ...] = ()
    drop_rules: tuple[str, ...] = ()
    drop_contacts: tuple[str, ...] = ()


class Report(Command, frozen=True, kw_only=True):
    """What a device says about itself.

    Attributes:
        readings: name → value; null: it cannot tell. A reading left out keeps its last value.
        seq: counts its reports; a gap is counted as lost, an older one is not taken.
        boot_id: changes when the device restarts.
        faults: what it complains of; an empty list: nothing (any more); null: it does not say.
        link: `unavailable` when whoever reports knows that the device cannot be reached.
        message: a word from the device, shown as it is.
    """

    device: Id
    readings: Annotated[dict[Name, RawValue], msgspec.Meta(max_length=READINGS_PER_DEVICE)] = msgspec.field(
        default_factory=dict
    )
    seq: Count | None = None
    boot_id: Text | None = None
    faults: Annotated[tuple[Text, ...], msgspec.Meta(max_length=20)] | None = None
    link: Literal["online", "unavailable"] = "online"
    message: Text | None = None


class Ack(Command, frozen=True, kw_only=True):
    """Take an alert on: it calls nobody further for ten minutes."""

    alert: Id
    reason: Sentence = ""


class Resolve(Command, frozen=True, kw_only=True):
    """Declare an alert over."""

    alert: Id
    reason: Sentence = ""


class Silence(Command, frozen=True, kw_only=True):
    """Keep the alerts of a device, of a rule, or of both together from calling; an instant in the past lifts it."""

    device: Id | None = None
    rule: Id | None = None
    until: Instant
    reason: Sentence = ""


class Assign(Command, frozen=True, kw_only=True):
    """Say whom or what a device serves; neither clears it."""

    device: Id
    speaker: Id | None = None
    item: Id | None = None


class Substitute(Command, frozen=True, kw_only=True):
    """Put a backup in a device's place: it takes over the assignment."""

    device: Id
    backup: Id


class Raise(Command, frozen=True, kw_only=True):
    """Call for help."""

    category: Category
    room: Id | None = None
    note: Sentence = ""


class RelayAlert(Command, frozen=True, kw_only=True):
    """An alert of another system, known by its labels.

    Attributes:
        labels: what names it: the same labels are the same alert. `alertname`, `severity`, `device`, `room`
            and `category` are understood.
        ends_at: in the past: it is over; in the future: until then it counts as confirmed.
    """

    labels: Annotated[dict[Name, Text], msgspec.Meta(min_length=1, max_length=32)]
    annotations: Annotated[dict[Name, Sentence], msgspec.Meta(max_length=32)] = msgspec.field(default_factory=dict)
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class RoomsListed(Event, frozen=True, kw_only=True):
    """Rooms that the event has, besides those known before."""

    rooms: tuple[str, ...]


class DeviceListed(Event, frozen=True, kw_only=True):
    """A device as planned: new, or replacing what was planned before."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"password": "id"}

    id: str
    name: str
    kind: str
    room: str | None
    role: str
    backups: tuple[str, ...]
    adapter: str | None
    host: str | None
    port: int | None
    password: str | None
    interval: Duration


class DeviceRetired(Event, frozen=True, kw_only=True):
    """A device is no more."""

    device: str


class RuleListed(Event, frozen=True, kw_only=True):
    """A rule of the event's own, new or changed."""

    rule: Rule


class RuleDropped(Event, frozen=True, kw_only=True):
    """A rule of the event's own is no more."""

    rule: str


class ContactListed(Event, frozen=True, kw_only=True):
    """Somebody to call, new or changed."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"name": "id", "phone": "id"}

    id: str
    name: str
    role: str
    phone: str
    categories: tuple[str, ...]
    languages: tuple[str, ...]


class ContactDropped(Event, frozen=True, kw_only=True):
    """Somebody is no longer to be called."""

    contact: str


class LinkChanged(Event, frozen=True, kw_only=True):
    """A device was heard again, or is no longer heard."""

    device: str
    link: Link
    boot_id: str | None = None
    message: str | None = None


class DeviceRestarted(Event, frozen=True, kw_only=True):
    """A device has another boot id than before."""

    device: str
    boot_id: str


class DeviceAssigned(Event, frozen=True, kw_only=True):
    """Whom or what a device serves from now on."""

    device: str
    speaker: str | None
    item: str | None


class DeviceSubstituted(Event, frozen=True, kw_only=True):
    """A backup took a device's place."""

    device: str
    backup: str


class AlertBegan(Event, frozen=True, kw_only=True):
    """A rule found something; the alert carries its own copy of what the rule says."""

    alert: str
    rule: str
    device: str
    reading: str | None
    room: str | None
    category: Category
    severity: Severity
    live_severity: Severity | None
    yields_to: str | None
    hold: Duration
    clear_hold: Duration
    value: Value
    policy: tuple[Duration, ...]


class AlertRaised(Event, frozen=True, kw_only=True):
    """Somebody called for help."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"note": "alert"}

    alert: str
    category: Category
    severity: Severity
    room: str | None
    note: str
    step: int
    policy: tuple[Duration, ...]


class AlertRelayed(Event, frozen=True, kw_only=True):
    """Another system says that something is wrong, or confirms it."""

    alert: str
    rule: str
    device: str | None
    room: str | None
    category: Category
    severity: Severity
    note: str
    value: Value
    step: int
    policy: tuple[Duration, ...]
    expected_until: Instant


class AlertTurned(Event, frozen=True, kw_only=True):
    """An alert moved on in its life."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"reason": "alert"}

    alert: str
    turn: Turn
    value: Value = None
    reason: str = ""


class AlertFroze(Event, frozen=True, kw_only=True):
    """An open alert has no good data any more. `since`: when the last good data came, where that is known."""

    alert: str
    since: Instant | None


class AlertThawed(Event, frozen=True, kw_only=True):
    """A frozen alert has good data again."""

    alert: str


class AlertAcked(Event, frozen=True, kw_only=True):
    """Somebody took an alert on."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"reason": "alert"}

    alert: str
    reason: str


class AckLapsed(Event, frozen=True, kw_only=True):
    """An alert that somebody took on was not resolved in time: it calls again."""

    alert: str


class AlertEscalated(Event, frozen=True, kw_only=True):
    """An alert that nobody took on calls the next contacts."""

    alert: str
    step: int


class Silenced(Event, frozen=True, kw_only=True):
    """Alerts are kept from calling."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"reason": "silence"}

    silence: str
    device: str | None
    rule: str | None
    until: Instant
    reason: str


class SilenceEnded(Event, frozen=True, kw_only=True):
    """They may call again."""

    silence: str


EVENTS: tuple[type[Event], ...] = (
    RoomsListed,
    DeviceListed,
    DeviceRetired,
    RuleListed,
    RuleDropped,
    ContactListed,
    ContactDropped,
    LinkChanged,
    DeviceRestarted,
    DeviceAssigned,
    DeviceSubstituted,
    AlertBegan,
    AlertRaised,
    AlertRelayed,
    AlertTurned,
    AlertFroze,
    AlertThawed,
    AlertAcked,
    AckLapsed,
    AlertEscalated,
    Silenced,
    SilenceEnded,
)

ALERT_EVENTS = (
    AlertBegan,
    AlertRaised,
    AlertRelayed,
    AlertTurned,
    AlertFroze,
    AlertThawed,
    AlertAcked,
    AckLapsed,
    AlertEscalated,
)
"""The events that are about one alert, named by their member `alert`."""
