"""What runs in each room and when it ends: what the agenda tells that questions go by.

Owns    the length of every item, which one runs, and how that was before the room's last change.
Never   forecasts: only the end of what runs is known here.
Used by the engine (how many questions fit, when Q&A closes by itself) and the channel, which passes on what it hears.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from server.clock import Instant

replace = msgspec.structs.replace


class Slot(msgspec.Struct, frozen=True):
    """An item of the agenda.

    Attributes:
        rooms: where it shows, its home room first.
        length: how long it is planned to take, in milliseconds.
        ends: when it ends however late it began; None: when its length is over.
        adjusted: how much it was given or lost beyond that.
        changed: the crew has changed it, so that its source is overruled.
    """

    rooms: tuple[str, ...]
    kind: str
    length: int
    ends: int | None = None
    adjusted: int = 0
    changed: bool = False


class Run(msgspec.Struct, frozen=True):
    """The item that runs in a room."""

    item: str
    started_at: int
    paused_at: int | None = None
    paused_total: int = 0


class Before(msgspec.Struct, frozen=True):
    """How a room was before its last change: its run, and the changed items (None: one that was added)."""

    run: Run | None
    slots: dict[str, Slot | None]


class Timetable(msgspec.Struct):
    """Item → slot, and by home room what runs and what an undo brings back."""

    slots: dict[str, Slot] = msgspec.field(default_factory=dict)
    runs: dict[str, Run] = msgspec.field(default_factory=dict)
    before: dict[str, Before] = msgspec.field(default_factory=dict)

    def rooms_of(self, item: str) -> tuple[str, ...]:
        """Return the rooms that an item shows in."""
        slot = self.slots.get(item)
        return () if slot is None else slot.rooms

    def running(self, room: str) -> str | None:
        """Return the item that runs in a room or is shown there from another, unless it is a break."""
        for home in (room, *self.runs):
            run = self.runs.get(home)
            slot = None if run is None else self.slots.get(run.item)
            if run is not None and slot is not None and room in slot.rooms:
                return None if slot.kind == "break" else run.item
        return None

    def ends(self, room: str, as_of: Instant) -> Instant | None:
        """Return when what runs in a room ends, as of an instant; None if nothing does."""
        item = self.running(room)
        if item is None:
            return None
        slot = self.slots[item]
        run = next(run for run in self.runs.values() if run.item == item)
        if slot.ends is not None:
            return Instant(slot.ends + slot.adjusted)
        pause = 0 if run.paused_at is None else max(0, as_of - run.paused_at)
        length = max(0, slot.length + slot.adjusted)
        return Instant(run.started_at + length + run.paused_total + pause)

    # What the agenda tells ------------------------------------------------------------------------------------------

    def planned(self, slots: Mapping[str, Slot]) -> None:
        """Take over a source that was read again; what the crew changed, and what runs, stays."""
        kept = {item: slot for item, slot in self.slots.items() if slot.changed}
        kept |= {run.item: self.slots[run.item] for run in self.runs.values() if run.item in self.slots}
        self.slots = {**slots, **kept}
        self.before = {}

    def remember(self, room: str, items: tuple[str, ...]) -> None:
        """Remember how a room and these items are, before a change that can be taken back."""
        self.before[room] = Before(self.runs.get(room), {item: self.slots.get(item) for item in items})

    def forget(self, room: str) -> None:
        """Forget what could have been taken back."""
        self.before.pop(room, None)

    def undone(self, room: str, current: str | None) -> None:
        """Bring back how a room was; `current` is what runs there now."""
        before = self.before.pop(room, None)
        if before is not None:
            self._run(room, before.run)
            for item, slot in before.slots.items():
                if slot is None:
                    self.slots.pop(item, None)
                else:
                    self.slots[item] = slot
        if room in self.runs and self.runs[room].item != current:
            del self.runs[room]

    def put(self, item: str, slot: Slot) -> None:
        """Take in an item as the crew has it now."""
        former = self.slots.get(item, slot)
        self.slots[item] = replace(slot, adjusted=former.adjusted, changed=True)

    def placed(self, item: str, start: int, end: int) -> None:
        """Let an item stand elsewhere."""
        slot = self.slots.get(item)
        if slot is not None:
            ends = None if slot.ends is None else end
            self.slots[item] = replace(slot, length=max(0, end - start), ends=ends, changed=True)

    def lengthened(self, item: str, by: int) -> None:
        """Give an item more time, or less."""
        slot = self.slots.get(item)
        if slot is not None:
            self.slots[item] = replace(slot, adjusted=slot.adjusted + by, changed=True)

    def started(self, room: str, item: str, at: int) -> None:
        """An item began."""
        self.runs[room] = Run(item, at)

    def finished(self, room: str, item: str) -> None:
        """An item ended."""
        if room in self.runs and self.runs[room].item == item:
            del self.runs[room]

    def paused(self, room: str, at: int) -> None:
        """What runs stands still."""
        run = self.runs.get(room)
        if run is not None and run.paused_at is None:
            self.runs[room] = replace(run, paused_at=at)

    def resumed(self, room: str, at: int) -> None:
        """What stood still runs on."""
        run = self.runs.get(room)
        if run is not None and run.paused_at is not None:
            total = run.paused_total + max(0, at - run.paused_at)
            self.runs[room] = replace(run, paused_at=None, paused_total=total)

    def _run(self, room: str, run: Run | None) -> None:
        if run is None:
            self.runs.pop(room, None)
        else:
            self.runs[room] = run
