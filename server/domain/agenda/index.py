"""What follows from the agenda's state: lines, outlooks, ties between rooms, calls, deadlines.

Owns    everything derived, kept until an event makes it untrue.
Never   changes the state.
Used by the agenda engine and, through it, the channel.

Theory of operation: a broadcast item stands in the lines of several rooms but gets its times in its home room.
Rooms that share one are a *group*, and the outlooks of a group are made together: home rooms hand their spans
to the guests' lines, again while that changes something (two rooms may broadcast to each other). A group whose
plan contradicts itself stops after `ROUNDS`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from server.domain.agenda import calls, roll
from server.domain.agenda.band import Band, band
from server.domain.agenda.forecast import Entry, Outlook, Span, forecast, live_gaps, must_start_by
from server.domain.agenda.publishing import Watch
from server.domain.agenda.state import AgendaState, Call, Deed, Item, Room, Summons

ROUNDS = 4
CHANGES_SHOWN = 12
"""How many of a room's latest re-timings stand on its boards."""


class Clash(NamedTuple):
    """A speaker who is wanted in two rooms at once: `by` is for how long, in milliseconds."""

    speaker: str
    item: str
    room: str
    by: int


class Index:
    """Everything derived from one state. `rebuild` after the plan changed, `forget` after anything else did."""

    def __init__(self, state: AgendaState) -> None:
        self._state = state
        self.shown: dict[str, dict[str, None]] = {}
        self.shown_in: dict[str, dict[str, None]] = {}
        self.rooms_shown: dict[str, None] = {}
        self._calls_shown: dict[str, dict[str, None]] = {}
        self.changes: dict[str, deque[tuple[int, Deed]]] = {}
        self._noted = 0
        self.note_changes()
        self.rebuild()

    def note_changes(self) -> None:
        """Take note of the re-timings that came since: the latest of every room are at hand, numbered from 0."""
        for number in range(self._noted, len(self._state.deeds)):
            deed = self._state.deeds[number]
            self.changes.setdefault(deed.room, deque(maxlen=2 * CHANGES_SHOWN)).append((number, deed))
        self._noted = len(self._state.deeds)

    def latest_changes(self, room: str) -> dict[int, Deed]:
        """Return number → re-timing: the latest of a room that its boards show."""
        return dict(list(self.changes.get(room, ()))[-CHANGES_SHOWN:])

    def rebuild(self) -> None:
        """Derive everything again."""
        self.orders: dict[str, int] = {}
        self.lines: dict[str, list[Entry]] = {}
        self.groups: dict[str, tuple[str, ...]] = {}
        self._outlooks: dict[str, Outlook] = {}
        self._limits: dict[str, dict[str, int]] = {}
        self._gaps: dict[str, dict[str, int]] = {}
        self._calls: dict[str, dict[str, Summons | Call]] = {}
        self._deadlines: dict[str, int | None] = {}
        self._bands: dict[str, Band | None] = {}
        self._calm: dict[str, int | None] = {}
        self._kept: tuple[dict[str, Any], ...] = (
            *(self._outlooks, self._limits, self._gaps, self._calls, self._deadlines, self._bands, self._calm),
        )
        self.rooms_shown.update(dict.fromkeys(self._state.rooms))
        self._find_groups()
        self._draw(self._state.rooms)

    def rearrange(self, room: str) -> None:
        """Derive the lines of a room and those tied to it again; which rooms are tied does not change."""
        self._draw(self.groups.get(room, ()))
        self.forget(room)

    def _draw(self, rooms: Collection[str]) -> None:
        self.lines.update({room: [] for room in rooms})
        for room in rooms:
            self._set_out(self._state.rooms[room])
        for room in rooms:
            self.lines[room].sort(key=lambda entry: self.orders[entry.item.plan.id])
        self._find_rivals()

    def _set_out(self, room: Room) -> None:
        order = 0
        for key in room.order:
            item = self._state.items[key]
            order = self.orders[key] = max(order + 1, item.plan.start // 1000)
            self.lines[room.id].append(Entry(item))
            for other in item.plan.rooms:
                self.shown.setdefault(key, {})[other] = None
                self.shown_in.setdefault(other, {})[key] = None
                if other != room.id and other in self.lines:
                    self.lines[other].append(Entry(item, Span(item.plan.start, item.plan.end)))

    def _find_rivals(self) -> None:
        self.rivals: dict[str, list[tuple[str, str]]] = {}
        self.rooms_of_speaker: dict[str, dict[str, None]] = {}
        booked: dict[str, list[str]] = {}
        for key, item in self._state.items.items():
            for speaker in item.plan.speakers:
                booked.setdefault(speaker, []).append(key)
                self.rooms_of_speaker.setdefault(speaker, {})[item.plan.room] = None
        for speaker, rooms in self.rooms_of_speaker.items():
            if len(rooms) > 1:
                self._set_against(speaker, booked[speaker])

    def _set_against(self, speaker: str, keys: list[str]) -> None:
        homes = {key: self._state.items[key].plan.room for key in keys}
        for key in keys:
            others = [(speaker, other) for other in keys if homes[other] != homes[key]]
            self.rivals.setdefault(key, []).extend(others)

    def _find_groups(self) -> None:
        group = {room: {room} for room in self._state.rooms}
        for item in self._state.items.values():
            for other in item.plan.rooms[1:]:
                if other in group and group[other] is not group[item.plan.room]:
                    joined = group[item.plan.room] | group[other]
                    group.update(dict.fromkeys(joined, joined))
        self.groups = {
            room: tuple(key for key in self._state.rooms if key in members) for room, members in group.items()
        }

    def forget(self, room: str) -> None:
        """Drop what depends on a room's facts."""
        for tied in self.groups.get(room, ()):
            for kept in self._kept:
                kept.pop(tied, None)

    def pass_on(self, room: str) -> None:
        """Drop what no longer holds in a room where nothing has happened but that time has passed."""
        if not self.stands_still(room):
            self.forget(room)
            return
        self._bands.pop(room, None)
        due = self._deadlines.get(room)
        if due is not None and due <= self._state.rooms[room].as_of:
            del self._deadlines[room]

    def stands_still(self, room: str) -> bool:
        """Say whether no expected time of a room has moved, by its last event, since its outlook was made."""
        if room not in self.lines:
            return False
        if room not in self._calm:
            self._calm[room] = self._calm_until(room)
        calm = self._calm[room]
        return calm is None or calm > self._state.rooms[room].as_of

    def _calm_until(self, room: str) -> int | None:
        """Return the first instant at which an expected time may move while nobody does anything; None: never."""
        spans, edges = self.outlook(room).spans, []
        for entry in self.lines[room]:
            item, span = entry.item, spans[entry.item.plan.id]
            if item.facts.state == "paused":
                return 0
            if item.on or item.upcoming:
                edges.append(span.end if item.on else span.start)
        return min((edge for edge in edges if edge is not None), default=None)

    def remember_calls(self, room: str) -> None:
        """Note which calls a room shows now, so that their leaving can be told later."""
        for tied in self.groups.get(room, ()):
            self._calls_shown.setdefault(tied, {}).update(dict.fromkeys(self.calls(tied)))

    def calls_to_tell(self, room: str) -> Iterable[str]:
        """Return the calls that a room shows, and those it has shown since this was asked before: they may be gone."""
        now = dict.fromkeys(self.calls(room) if room in self.lines else ())
        shown = self._calls_shown.get(room, {}) | now
        self._calls_shown[room] = now
        return shown

    def outlook(self, room: str) -> Outlook:
        """Return what a room can expect as of its last event."""
        if room not in self._outlooks:
            self._look_out(self.groups[room])
        return self._outlooks[room]

    def _look_out(self, group: Iterable[str]) -> None:
        members = list(group)
        guests = [entry for room in members for entry in self.lines[room] if entry.abroad is not None]
        for _ in range(ROUNDS):
            seen = [entry.abroad for entry in guests]
            for room in members:
                self._outlooks[room] = self.outlook_at(room, self._state.rooms[room].as_of)
                self._hand_over(room, guests)
            if [entry.abroad for entry in guests] == seen:
                return

    def _hand_over(self, home: str, guests: Iterable[Entry]) -> None:
        spans = self._outlooks[home].spans
        for entry in guests:
            if entry.item.plan.room == home:
                entry.abroad = spans[entry.item.plan.id]

    def outlook_at(self, room: str, now: int) -> Outlook:
        """Return what a room can expect at `now`, other rooms being as they were at their last events."""
        return forecast(self.lines[room], now, self._state.rooms[room].last)

    def _up_to(self, room: str, items: Sequence[Item]) -> list[Entry]:
        """Return a room's line up to the last of some of its items: what stands behind has no effect on them."""
        line = self.lines[room]
        end = next((place for place in range(len(line), 0, -1) if items and line[place - 1].item is items[-1]), 0)
        return line[:end]

    def limits(self, room: str) -> dict[str, int]:
        """Return by when each coming item of a room must begin."""
        if room not in self._limits:
            self._limits[room] = must_start_by(self.lines[room], self._state.rooms[room].targets)
        return self._limits[room]

    def gaps(self, room: str) -> dict[str, int]:
        """Return the live gap before each coming hard item of a room."""
        if room not in self._gaps:
            self._gaps[room] = live_gaps(self.lines[room], self.outlook(room).spans)
        return self._gaps[room]

    def band(self, room: str) -> Band | None:
        """Return when a room's day may end, by what has run over today; None while too little is known."""
        if room not in self._bands:
            home = self._state.rooms[room]
            self._bands[room] = band(self.lines[room], self.outlook(room), home.as_of, home.last)
        return self._bands[room]

    def clashes(self, item: Item) -> list[Clash]:
        """Return where else the item's speakers are wanted while it is expected to last."""
        found = []
        for speaker, key in self.rivals.get(item.plan.id, ()):
            other = self._state.items[key]
            by = self._overlap(item, other)
            if by > 0:
                found.append(Clash(speaker, key, other.plan.room, by))
        return found

    def _overlap(self, one: Item, other: Item) -> int:
        if not all(item.on or item.upcoming for item in (one, other)):
            return 0
        spans = [self.outlook(item.plan.room).spans[item.plan.id] for item in (one, other)]
        starts = [span.start or 0 for span in spans]
        ends = [span.end or 0 for span in spans]
        return min(ends) - max(starts)

    def calls(self, room: str) -> dict[str, Summons | Call]:
        """Return the calls that a room shows: those made for items not over yet, and those of the next items."""
        if room not in self._calls:
            self._calls[room] = dict(self._find_calls(room))
        return self._calls[room]

    def _find_calls(self, room: str) -> Iterator[tuple[str, Summons | Call]]:
        outlook = self.outlook(room)
        coming = calls.coming(self.lines[room], outlook)
        near = {item.plan.id for item in coming[: calls.SHOWN_AHEAD]}
        on = [entry.item for entry in self.lines[room] if entry.abroad is None and entry.item.on]
        for item in on + coming:
            for summons in calls.summons_of(
                item, outlook.spans[item.plan.id].start or item.plan.start, self._state.leads
            ):
                made = self._state.calls.get(summons.id)
                if made is not None and (item.upcoming or made.state in ("due", "acked")):
                    yield summons.id, made
                elif made is None and item.plan.id in near:
                    yield summons.id, summons

    def deadline(self, room: str) -> int | None:
        """Return when a room next does something by itself."""
        if room not in self._deadlines:
            found = (self._day_due(room), self._roll_due(room), self._call_due(room), self.watch(room).due())
            self._deadlines[room] = min((due for due in found if due is not None), default=None)
        return self._deadlines[room]

    def watch(self, room: str) -> Watch:
        """Return what a room has published, against what it can expect."""
        home = self._state.rooms[room]
        begun = self._state.items.get(home.last or "")
        run = None if begun is None else begun.plan.day
        return Watch(self.lines[room], home.as_of, run, self.outlook(room), lambda now: self.outlook_at(room, now))

    def _day_due(self, room: str) -> int | None:
        opening = roll.next_day(self._state.rooms[room], self.lines[room], self.outlook(room))
        return None if opening is None else opening[0]

    def _roll_due(self, room: str) -> int | None:
        step = roll.step(self._state.rooms[room], self._state.items)
        return None if step is None else step.at

    def _call_due(self, room: str) -> int | None:
        home = self._state.rooms[room]
        if home.mode == "roll":
            return None
        items = calls.coming(self.lines[room], self.outlook(room))
        if calls.slipped(items, self.outlook(room), self._state, home.as_of):
            return home.as_of
        found = [call.made_at + calls.ESCALATION for call in calls.unanswered(items, self._state)]
        line = self._up_to(room, items)
        due = calls.next_due(items, self._state, home.as_of, lambda now: forecast(line, now, home.last))
        return min([*found, *([] if due is None else [due])], default=None)
