"""The rules of the devices channel: who is heard, what that means, and who is called about it.

Owns    deciding commands and deadlines; the live pulses of the devices.
Never   reads a clock, polls a device, or sends a notification.
Used by the devices channel.

Theory of operation: a report changes the live pulse of its device at once and journals only consequences: a link
found or lost, an alert that begins, turns, freezes or thaws. All timers are instants in the state, so a restart
loses readings (which come again) and nothing else. After one, every device that was online has its whole window
again before its silence counts: this process has not listened longer than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from server.clock import Instant
from server.domain.base import Command, Context, Decision, Event, NotFound, Recorded, Target
from server.domain.devices import words
from server.domain.devices.alerts import TRANSITIONS, Alert
from server.domain.devices.calls import raise_alert, relay_alert
from server.domain.devices.fold import fold
from server.domain.devices.judging import heard, judge, lost
from server.domain.devices.listing import import_events
from server.domain.devices.programme import Programme
from server.domain.devices.readings import FAULTS, READINGS_PER_DEVICE, TEXT_LENGTH, Value, read
from server.domain.devices.rules import BUILT_IN, LINK
from server.domain.devices.state import Device, DevicesState, Pulse, status
from server.errors import IllegalTransition, LimitReached, Malformed

Due = tuple[Instant, Callable[[], list[Event]]]

LONG_AGO = Instant(0)


class DevicesEngine:
    """The devices, their alerts, and their live pulses."""

    def __init__(self) -> None:
        self.state = DevicesState()
        self.pulses: dict[str, Pulse] = {}
        self._changed: dict[str, None] = {}
        self._due: tuple[Instant | None] | None = None
        self._ages: tuple[Instant | None] | None = None
        self._decisions: dict[type[Command], Callable[[Any, Context], Decision]] = {
            words.Import: self._import,
            words.Report: self._report,
            words.Ack: self._ack,
            words.Resolve: self._resolve,
            words.Silence: self._silence,
            words.Assign: self._assign,
            words.Substitute: self._substitute,
            words.Raise: self._raise,
            words.RelayAlert: self._relay,
        }

    # What a command is about

    def locate(self, command: Command) -> Target:
        """Return the device or alert that `command` is about.

        Raises:
            NotFound: there is no such device, alert, rule or room.
        """
        match command:
            case words.Report(device=id_) | words.Assign(device=id_):
                return self._device_target(id_)
            case words.Substitute(device=id_, backup=backup):
                self._device(backup)
                return self._device_target(id_)
            case words.Ack(alert=id_) | words.Resolve(alert=id_):
                return self._alert_target(id_)
            case words.Silence():
                return self._silence_target(command)
            case words.Raise(room=room) if room is not None:
                if room not in self.state.rooms:
                    raise NotFound(f"There is no room {room!r}; leave the room out, or name one of the event's.")
                return Target(rooms=(room,))
            case _:
                return Target()

    def _device(self, id_: str) -> Device:
        device = self.state.devices.get(id_)
        if device is None:
            raise NotFound(f"There is no device {id_!r}; list it in event.toml and import the folder.")
        return device

    def _device_target(self, id_: str) -> Target:
        device = self._device(id_)
        rooms = (device.room,) if device.room else ()
        stamp = device.stamp
        return Target(rooms, f"device/{id_}", stamp.rev, stamp.by, stamp.at, owner=id_)

    def _alert_target(self, id_: str) -> Target:
        alert = self.state.alerts.get(id_)
        if alert is None:
            raise NotFound(f"There is no alert {id_!r}; it may have passed by itself before it fired.")
        rooms = (alert.room,) if alert.room else ()
        return Target(rooms, f"alert/{id_}", alert.stamp.rev, alert.stamp.by, alert.stamp.at)

    def _silence_target(self, command: words.Silence) -> Target:
        known = {LINK, "raised", *BUILT_IN, *self.state.rules, *(alert.rule for alert in self.state.alerts.values())}
        if command.rule is not None and command.rule not in known:
            raise NotFound(f"There is no rule {command.rule!r}; use the `rule` of an alert.")
        return Target() if command.device is None else self._device_target(command.device)

    # Deciding

    def decide(self, command: Command, context: Context) -> Decision:
        """Return what `command` comes to. A report also renews the live pulse of its device.

        Raises:
            IllegalTransition: the alert is resolved already, or the backup is in use.
            LimitReached: a device has more readings, or a system more alerts, than are kept.
            Malformed: a silence that names neither device nor rule.
        """
        return self._decisions[type(command)](command, context)

    def _import(self, command: words.Import, context: Context) -> Decision:
        events = import_events(self.state, command)
        return Decision(events, {"devices": len(command.devices), "changes": len(events)})

    def _report(self, command: words.Report, context: Context) -> Decision:
        device = self._device(command.device)
        raw: dict[str, Value] = dict(command.readings)
        if command.faults is not None:
            raw[FAULTS] = "; ".join(command.faults)[:TEXT_LENGTH]
        pulse = self.pulses.get(device.id) or Pulse(since=context.now)
        if len(pulse.readings.keys() | raw.keys()) > READINGS_PER_DEVICE:
            raise LimitReached(f"Device {device.id!r} has more than {READINGS_PER_DEVICE} readings; send fewer names.")
        self.pulses[device.id] = pulse
        self._changed[device.id] = None
        self._moved()
        events = _restarts(device, command)
        pulse.heard_at = context.now
        if not _is_newest(pulse, command, is_new_boot=bool(events)):
            return Decision(events, {"taken": False})
        pulse.message = command.message
        if command.link == "unavailable":
            return Decision(events + lost(self.state, device, pulse, "unavailable", command.message), {"taken": True})
        events += heard(self.state, device, command.boot_id, command.message)
        pulse.readings |= {name: read(name, value, context.now) for name, value in raw.items()}
        events += judge(self.state, device, pulse, raw, context.now)
        return Decision(events, {"taken": True})

    def _ack(self, command: words.Ack, context: Context) -> Decision:
        alert = self._unresolved(command.alert)
        return Decision([words.AlertAcked(alert=alert.id, reason=command.reason)], {"alert": alert.id})

    def _resolve(self, command: words.Resolve, context: Context) -> Decision:
        alert = self._unresolved(command.alert)
        resolved = words.AlertTurned(alert=alert.id, turn="resolve", reason=command.reason)
        return Decision([resolved], {"alert": alert.id})

    def _unresolved(self, id_: str) -> Alert:
        alert = self.state.alerts[id_]
        if "resolve" not in TRANSITIONS[alert.state]:
            raise IllegalTransition(f"The alert {id_!r} is resolved already; nothing is left to do.")
        return alert

    def _silence(self, command: words.Silence, context: Context) -> Decision:
        if command.device is None and command.rule is None:
            raise Malformed("A silence needs a `device`, a `rule`, or both.")
        id_ = f"{command.device or '*'}/{command.rule or '*'}"
        if command.until <= context.now:
            ended = [words.SilenceEnded(silence=id_)] if id_ in self.state.silences else []
            return Decision(ended, {"silence": id_, "until": None})
        silenced = words.Silenced(
            silence=id_, device=command.device, rule=command.rule, until=command.until, reason=command.reason
        )
        return Decision([silenced], {"silence": id_, "until": command.until})

    def _assign(self, command: words.Assign, context: Context) -> Decision:
        device = self._device(command.device)
        result = {"device": device.id, "assigned": assigned(command.speaker, command.item)}
        if (device.speaker, device.item) == (command.speaker, command.item):
            return Decision((), result)
        event = words.DeviceAssigned(device=device.id, speaker=command.speaker, item=command.item)
        return Decision([event], result)

    def _substitute(self, command: words.Substitute, context: Context) -> Decision:
        device, backup = self._device(command.device), self._device(command.backup)
        if device is backup:
            raise IllegalTransition("A device cannot stand in for itself; name one of its backups.")
        if backup.speaker is not None or backup.item is not None:
            raise IllegalTransition(f"{backup.name} is in use; clear its assignment first or take another backup.")
        result = {"device": device.id, "backup": backup.id, "doubts": self._doubts(device, backup)}
        return Decision([words.DeviceSubstituted(device=device.id, backup=backup.id)], result)

    def _doubts(self, device: Device, backup: Device) -> list[str]:
        """Return codes of what speaks against the backup; the crew decides all the same."""
        doubts = [] if backup.id in device.backups else ["not_a_backup"]
        if backup.room is not None and backup.room != device.room:
            doubts.append("other_room")
        level, reason = status(self.state, backup, self.pulses.get(backup.id))
        return doubts if level == "ok" else [*doubts, reason or level]

    def _raise(self, command: words.Raise, context: Context) -> Decision:
        return raise_alert(command, context)

    def _relay(self, command: words.RelayAlert, context: Context) -> Decision:
        return relay_alert(self.state, command, context)

    # Applying

    def evolve(self, recorded: Recorded) -> None:
        """Apply one event, and let the live pulses follow it."""
        self._moved()
        fold(self.state, recorded)
        match recorded.event:
            case words.DeviceRetired(device=id_):
                self.pulses.pop(id_, None)
            case words.LinkChanged(device=id_, link="stale" | "unavailable" as quality) if id_ in self.pulses:
                for reading in self.pulses[id_].readings.values():
                    reading.quality = quality

    def restore(self, state: Any) -> None:
        """Take over a state; what this process heard from devices that are still there stays."""
        self._moved()
        self.state = state
        self.pulses = {id_: pulse for id_, pulse in self.pulses.items() if id_ in state.devices}

    @property
    def programme(self) -> Programme:
        """What runs on which stage, to be told what the agenda says of it."""
        self._moved()
        return self.state.programme

    def _moved(self) -> None:
        # Both instants are asked for after every batch of any channel, and take a walk over all alerts to find.
        self._due = self._ages = None

    # Time

    def deadline(self) -> Instant | None:
        """Return when `expire` next has something to say, or None."""
        if self._due is None:
            self._due = (min((due for due, _ in self._dues()), default=None),)
        return self._due[0]

    def expire(self, now: Instant) -> list[Event]:
        """Return what falls due at `now`."""
        return [event for due, events in self._dues() if due <= now for event in events()]

    def _dues(self) -> Iterator[Due]:
        for id_, pulse in self.pulses.items():
            device = self.state.devices.get(id_)
            if device is not None and device.link == "online":
                yield pulse.stale_at(device), partial(lost, self.state, device, pulse, "stale", None)
        for alert in self.state.alerts.values():
            if alert.is_open and (dues := list(self._alert_dues(alert))):
                yield min(dues, key=lambda due: due[0])
        for id_, hush in self.state.silences.items():
            yield hush.until, partial(_silence_end, id_)

    def _alert_dues(self, alert: Alert) -> Iterator[Due]:
        """Yield what may happen next to an open alert; one thing at a time, the earliest first."""
        if self._is_moot(alert):
            yield alert.state_since, lambda: [words.AlertTurned(alert=alert.id, turn="resolve", reason="not live")]
        if (turn := alert.turn_due()) is not None and self._has_data(alert, turn[0]):
            yield turn[0], lambda: [words.AlertTurned(alert=alert.id, turn=turn[1], value=self.live_value(alert))]
        if (freezes := self._freezes_at(alert)) is not None:
            yield freezes, lambda: [words.AlertFroze(alert=alert.id, since=None)]
        if (lapses := alert.ack_due()) is not None:
            yield lapses, lambda: [words.AckLapsed(alert=alert.id)]
        if (step := alert.step_due()) is not None and self._calls(alert):
            yield step, lambda: [words.AlertEscalated(alert=alert.id, step=alert.step + 1)]

    def _is_moot(self, alert: Alert) -> bool:
        """Say whether its rule only matters while its device is on the running item, and it no longer is."""
        rule, device = self.state.rule(alert.rule), self.state.devices.get(alert.device or "")
        return (
            alert.source == "rule"
            and rule is not None
            and device is not None
            and rule.live_only
            and not self.state.applies(rule, device)
        )

    def _has_data(self, alert: Alert, until: Instant) -> bool:
        """Say whether this process knows what the alert is about, and still will at `until`.

        After a restart timers wait for the first data; and data that grows stale at `until` decides nothing.
        """
        device, pulse = self.state.devices.get(alert.device or ""), self.pulses.get(alert.device or "")
        if device is None or pulse is None:
            return False
        if alert.reading is None:
            return pulse.heard_at is not None and until < pulse.stale_at(device)
        return self.live_value(alert) is not None and until < pulse.reading_stale_at(device, alert.reading)

    def _freezes_at(self, alert: Alert) -> Instant | None:
        if alert.no_data_since is not None:
            return None
        if alert.source == "relayed":
            return alert.expected_until
        device, pulse = self.state.devices.get(alert.device or ""), self.pulses.get(alert.device or "")
        if device is None or pulse is None or alert.reading is None or device.link != "online":
            return None
        stale = pulse.reading_stale_at(device, alert.reading)
        return stale if stale < pulse.stale_at(device) else None

    def _calls(self, alert: Alert) -> bool:
        """Say whether it may call anybody: it is neither slight, nor redundant, nor silenced."""
        return (
            self.state.severity(alert) != "info"
            and self.state.inhibitor(alert) is None
            and self.state.silenced_until(alert) is None
        )

    # Live values

    def live_value(self, alert: Alert) -> Value:
        """Return the good reading behind an alert as it is now, or None."""
        pulse = self.pulses.get(alert.device or "")
        reading = pulse.readings.get(alert.reading or "") if pulse is not None else None
        return reading.value if reading is not None and reading.quality == "good" else None

    def next_age(self) -> Instant | None:
        """Return when `age` next has something to do, or None."""
        if self._ages is None:
            is_unlistened = next(self._unlistened(), None) is not None
            soonest = min((due for due, _, _ in self._good_readings()), default=None)
            self._ages = (LONG_AGO if is_unlistened else soonest,)
        return self._ages[0]

    def age(self, now: Instant) -> list[str]:
        """Mark readings that have grown stale; return the devices whose live side changed since the last call.

        A device that was online before this process began is listened to from now on.
        """
        self._moved()
        for id_ in list(self._unlistened()):
            self.pulses[id_] = Pulse(since=now)
        for due, id_, name in list(self._good_readings()):
            if due <= now:
                self.pulses[id_].readings[name].quality = "stale"
                self._changed[id_] = None
        changed = list(self._changed)
        self._changed.clear()
        return changed

    def _unlistened(self) -> Iterator[str]:
        for id_, device in self.state.devices.items():
            if device.link == "online" and id_ not in self.pulses:
                yield id_

    def _good_readings(self) -> Iterator[tuple[Instant, str, str]]:
        for id_, pulse in self.pulses.items():
            device = self.state.devices.get(id_)
            for name, reading in pulse.readings.items():
                if device is not None and reading.quality == "good":
                    yield pulse.reading_stale_at(device, name), id_, name


def assigned(speaker: str | None, item: str | None) -> dict[str, str | None] | None:
    """Return an assignment as rows and answers show it, or None when there is none."""
    return None if speaker is None and item is None else {"speaker": speaker, "item": item}


def _silence_end(id_: str) -> list[Event]:
    return [words.SilenceEnded(silence=id_)]


def _restarts(device: Device, command: words.Report) -> list[Event]:
    if command.boot_id is None or device.boot_id is None or command.boot_id == device.boot_id:
        return []
    return [words.DeviceRestarted(device=device.id, boot_id=command.boot_id)]


def _is_newest(pulse: Pulse, command: words.Report, is_new_boot: bool) -> bool:
    """Count the report, and say whether it is not older than one that came before it."""
    if command.seq is None:
        return True
    if pulse.seq is not None and not is_new_boot:
        if command.seq < pulse.seq and command.boot_id is not None:
            return False
        pulse.lost += max(0, command.seq - pulse.seq - 1)
    pulse.seq = command.seq
    return True
