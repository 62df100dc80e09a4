"""What commands about the plan come to: editing, moving, swapping, inserting, and reading the source.

Owns    which changes of a plan are possible, and where they put things.
Never   changes the state or a fact.
Used by the agenda engine through `decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from server.domain.agenda import commands as c
from server.domain.agenda import events, layout
from server.domain.agenda.answers import Desk, done, told
from server.domain.agenda.state import AgendaState, Item, ItemPlan, Preset, Room, leads_of
from server.domain.base import Context, Decision, Event, NotFound
from server.errors import IllegalTransition, Malformed
from server.plan import PlannedSpeaker


def edit(desk: Desk, command: c.EditItem, context: Context) -> Decision:
    """Change an item's plan; what has happened stays as it was."""
    item = desk.state.items[command.item]
    named, speakers = _speakers(desk, command.speakers, context)
    given = {
        "title": command.title,
        "min_duration": command.min_duration,
        "start_kind": command.start_kind,
        "end_kind": command.end_kind,
        "gap_kind": command.gap_kind,
        "optional": command.optional,
        "speakers": speakers,
    }
    plan = replace(item.plan, **{name: value for name, value in given.items() if value is not None})
    plan = _retimed(desk, plan, command)
    if plan == item.plan and not named:
        return told(item, item.facts.state)
    return done(item, item.facts.state, *named, events.ItemEdited(room=plan.room, plan=plan))


def _retimed(desk: Desk, plan: ItemPlan, command: c.EditItem) -> ItemPlan:
    length = plan.end - plan.start if command.duration is None else command.duration
    if command.planned_start is None:
        return replace(plan, end=plan.start + length)
    order = desk.state.rooms[plan.room].order
    place = order.index(plan.id)
    before = desk.state.items[order[place - 1]].plan if place else None
    gap = 0
    if before is not None and before.day == plan.day:
        gap = max(0, command.planned_start - before.end)
    return replace(plan, start=command.planned_start, end=command.planned_start + length, gap=gap)


def _speakers(
    desk: Desk, asked: Sequence[str | PlannedSpeaker] | None, context: Context
) -> tuple[list[Event], tuple[str, ...] | None]:
    if asked is None:
        return [], None
    known = desk.state.speakers
    by_name = {speaker.name: key for key, speaker in known.items() if speaker.name}
    happened: list[Event] = []
    found = []
    for number, one in enumerate(asked):
        if isinstance(one, PlannedSpeaker):
            key, name = one.id, one.name
        else:
            key = one if one in known else by_name.get(one, f"{context.uid}-{number}")
            name = known[key].name if key in known else one
        if key not in known or known[key].name != name:
            happened.append(events.SpeakerNamed(speaker=key, name=name))
        found.append(key)
    return happened, tuple(dict.fromkeys(found))


def move(desk: Desk, command: c.MoveItem, context: Context) -> Decision:
    """Put a coming item elsewhere in what comes."""
    if (command.before is None) == (command.after is None):
        raise Malformed("Give either `before` or `after`: the item that it is to stand next to.")
    item = desk.state.items[command.item]
    anchor = desk.state.items[command.before or command.after or ""]
    room = desk.state.rooms[item.plan.room]
    _movable(item)
    _near(item, anchor)
    if command.before is not None or not anchor.on:
        _movable(anchor)
    order = [key for key in room.order if key != item.plan.id]
    if anchor is not item:
        order.insert(order.index(anchor.plan.id) + (command.after is not None), item.plan.id)
    return _arranged(desk, room, item, order if anchor is not item else room.order, (item,))


def swap(desk: Desk, command: c.SwapItems, context: Context) -> Decision:
    """Let two coming items change places."""
    a, b = desk.state.items[command.a], desk.state.items[command.b]
    for item in (a, b):
        _movable(item)
    _near(a, b)
    room = desk.state.rooms[a.plan.room]
    other = {a.plan.id: b.plan.id, b.plan.id: a.plan.id}
    return _arranged(desk, room, a, [other.get(key, key) for key in room.order], (a, b))


def _movable(item: Item) -> None:
    if item.facts.state not in ("pending", "skipped"):
        hint = f"{item.plan.title!r} is {item.facts.state}: only what is still to come can change places."
        raise IllegalTransition(hint, {"id": item.plan.id, "state": item.facts.state})


def _near(item: Item, anchor: Item) -> None:
    if (item.plan.room, item.plan.day) != (anchor.plan.room, anchor.plan.day):
        raise IllegalTransition("Both items must be of one room and day: insert a copy there and skip this one.")


def _arranged(desk: Desk, room: Room, item: Item, order: Sequence[str], moved: Sequence[Item]) -> Decision:
    result = {"id": item.plan.id, "room": room.id, "state": item.facts.state, "rev": item.stamp.rev}
    if list(order) == room.order:
        return Decision((), result)
    named = tuple(one.plan.id for one in moved)
    placed = layout.rearranged(desk.state.items, room.order, order, set(named))
    begun = order.index(room.last) if room.last in order else -1
    if any(order.index(key) < begun for key in named):
        raise IllegalTransition("That place is past already: put the item after the one that is on.")
    event = events.RoomArranged(room=room.id, order=tuple(order), moved=named, placed=placed)
    return Decision((event,), result | {"rev": item.stamp.rev + 1})


def insert(desk: Desk, command: c.InsertItem, context: Context) -> Decision:
    """Add an item to what comes; the plan of the others stays, their expected times move."""
    room = desk.state.rooms[command.room]
    begun = room.order.index(room.last) if room.last in room.order else -1
    place = begun + 1
    if command.after is not None:
        if desk.state.items[command.after].plan.room != room.id:
            raise NotFound(f"Room {room.id!r} has no item {command.after!r}: name one of its own.")
        place = room.order.index(command.after) + 1
    if place <= begun:
        raise IllegalTransition("That place is past already: insert it after the item that is on.")
    plan = _inserted(desk, room, place, command, context)
    before = room.order[place] if place < len(room.order) else None
    result = {"id": plan.id, "item": plan.id, "room": room.id, "state": "pending", "rev": 1}
    return Decision((events.ItemInserted(room=room.id, plan=plan, before=before),), result)


def _inserted(desk: Desk, room: Room, place: int, command: c.InsertItem, context: Context) -> ItemPlan:
    before = desk.state.items[room.order[place - 1]].plan if place else None
    behind = desk.state.items[room.order[place]].plan if place < len(room.order) else None
    beginning = before.end if before is not None else behind.start if behind is not None else context.now
    beside = before or behind
    day = beside.day if beside is not None else max(1, room.day)
    return ItemPlan(
        id=context.uid,
        room=room.id,
        title=command.title,
        start=beginning,
        end=beginning + command.duration,
        day=day,
        kind=command.kind,
    )


def import_agenda(desk: Desk, command: c.ImportAgenda, context: Context) -> Decision:
    """Take over a source: what it owns, and nothing that has happened."""
    plans = layout.laid_out(command.items)
    difference = layout.difference(desk.state.items, plans)
    names = {speaker.id: speaker.name for item in command.items for speaker in item.speakers}
    known = desk.state.speakers
    happened: list[Event] = [
        events.SpeakerNamed(speaker=key, name=name)
        for key, name in names.items()
        if key not in known or (name and known[key].name != name)
    ]
    result = {"id": "agenda", "rev": desk.state.stamp.rev} | difference._asdict()
    if not any(difference) and not happened and not _reframed(desk.state, command):
        return Decision((), result)
    happened.append(
        events.AgendaPlanned(
            timezone=command.timezone,
            rooms=command.rooms,
            items=plans,
            targets=command.targets,
            leads=command.leads,
            tickets=command.tickets,
            presets=_presets(desk.state, command),
        )
    )
    return Decision(happened, result | {"rev": desk.state.stamp.rev + 1})


def _presets(state: AgendaState, command: c.ImportAgenda) -> tuple[Preset, ...]:
    return state.presets if command.presets is None else command.presets


def _reframed(state: AgendaState, command: c.ImportAgenda) -> bool:
    """Say whether the rooms, targets, people or time zone of a source differ from what is known."""
    known = {room.id: (room.title, room.mode) for room in state.rooms.values()}
    told = {room.id: (room.title, room.mode) for room in command.rooms}
    ends = {room: layout.targets_of(room, command.targets) for room in known}
    same_ends = all(state.rooms[room].targets == end for room, end in ends.items())
    told_now = (leads_of(command.leads), command.tickets, _presets(state, command))
    same_people = told_now == (state.leads, state.tickets, state.presets)
    return command.timezone != state.timezone or not told.items() <= known.items() or not (same_ends and same_people)
