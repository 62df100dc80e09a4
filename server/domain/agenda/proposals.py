"""What is offered to the crew when somebody is late, and taking an offer over.

Owns    the verbs `suggest` and `adopt`: proposals, their ids, their words.
Never   keeps a proposal, or changes the state.
Used by the agenda engine through `decisions`.

Theory of operation: nothing is remembered between `suggest` and `adopt`. A proposal's id says what was asked, when,
and of which revision of the room, and ends in a digest of what it would do. `adopt` asks the same again, as of the
same instant, and takes the plan whose digest is the same; so any process can adopt what another one proposed. If
the room has changed since, or anything else that the plan rests on, there is no such plan any more.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from server.clock import HOUR
from server.domain.agenda import commands as c
from server.domain.agenda.answers import Desk
from server.domain.agenda.events import PlanAdopted
from server.domain.agenda.remedies import FILLER_TITLE, Day, Remedy
from server.domain.agenda.state import Item, Room
from server.domain.base import Context, Decision, NotFound
from server.errors import Conflict, IllegalTransition

LONGEST = 24 * HOUR
"""Nobody is waited for any longer."""


class Reference(NamedTuple):
    """What a proposal's id says: the revision of the room, when it was asked, for when, the digest, the item."""

    rev: int
    asked_at: int
    available_at: int
    digest: str
    item: str


def reference(proposal: str) -> Reference:
    """Return what a proposal's id says.

    Raises:
        NotFound: it is none.
    """
    parts = proposal.split(".", 4)
    if len(parts) != 5 or not all(part.isascii() and part.isdigit() and len(part) < 16 for part in parts[:3]):
        raise NotFound("There is no such proposal: ask for plans again and take an id from the answer.")
    return Reference(int(parts[0]), int(parts[1]), int(parts[2]), parts[3], parts[4])


def suggest(desk: Desk, command: c.SuggestPlans, context: Context) -> Decision:
    """Return the best plans for an item that can begin only at `available_at`, changing nothing."""
    item = desk.state.items[command.item]
    room = desk.state.rooms[command.room]
    if item.plan.room != room.id:
        raise NotFound(f"Room {room.id!r} has no item {command.item!r}: name one that is run from it.")
    if not item.upcoming:
        raise IllegalTransition(
            f"{item.plan.title!r} is not coming up any more: name an item that is still to begin.",
            {"id": item.plan.id, "state": item.facts.state},
        )
    if command.available_at > max(context.now, item.plan.start) + LONGEST:
        raise IllegalTransition(
            f"{item.plan.title!r} would be more than a day late: skip it, and insert it where it can be.",
            {"latest": max(context.now, item.plan.start) + LONGEST},
        )
    remedies = Day(desk, item, command.available_at, context.now).remedies()
    asked = (room.stamp.rev, context.now, command.available_at)
    offers = [_offer(desk, item, remedy, asked) for remedy in remedies]
    return Decision((), {"proposals": offers, "room": room.id, "item": item.plan.id, "rev": room.stamp.rev})


def first(offered: Decision) -> dict[str, Any]:
    """Return the best of the offers that `suggest` has made; keeping the plan is one, so there is always one."""
    offers: Any = offered.result["proposals"]
    best: dict[str, Any] = offers[0]
    return best


def adopt(desk: Desk, command: c.AdoptPlan, context: Context) -> Decision:
    """Take a proposal over as one event, if it still stands."""
    asked = reference(command.proposal)
    item = desk.state.items[asked.item]
    room = desk.state.rooms[item.plan.room]
    event = _found(desk, asked, item, room)
    if event is None:
        raise Conflict(
            "The room has changed since this was proposed: ask for plans again.",
            {"rev": room.stamp.rev, "by": room.stamp.by, "at": room.stamp.at},
        )
    result = {"id": room.id, "room": room.id, "item": item.plan.id, "rev": room.stamp.rev}
    if not _does_something(event):
        return Decision((), result)
    filler = context.uid if "" in event.order else None
    named = replace(
        event,
        order=tuple(key or context.uid for key in event.order),
        plans=tuple(replace(plan, id=plan.id or context.uid) for plan in event.plans),
    )
    return Decision((named,), result | {"rev": room.stamp.rev + 1, "filler": filler})


def _found(desk: Desk, asked: Reference, item: Item, room: Room) -> PlanAdopted | None:
    if asked.rev != room.stamp.rev or not item.upcoming:
        return None
    remedies = Day(desk, item, asked.available_at, asked.asked_at).remedies()
    return next((each.event for each in remedies if _digest(each.event) == asked.digest), None)


def _does_something(event: PlanAdopted) -> bool:
    return bool(event.plans or event.moved or event.dropped or event.shortened)


def _digest(event: PlanAdopted) -> str:
    return hashlib.blake2b(msgspec.msgpack.encode(event), digest_size=8).hexdigest()


def _offer(desk: Desk, item: Item, remedy: Remedy, asked: tuple[int, int, int]) -> dict[str, Any]:
    steps = list(_steps(desk, item, remedy))
    speakers = desk.state.speakers
    names = [speakers[key].name for key in remedy.told if key in speakers and speakers[key].name]
    return {
        "id": ".".join([*map(str, asked), _digest(remedy.event), item.plan.id]),
        "summary": _summary(steps, remedy),
        "steps": steps,
        "start": remedy.start,
        "end": remedy.end,
        "target": remedy.target,
        "meets_target": remedy.short_by == 0,
        "short_by": remedy.short_by,
        "tell": names,
    }


def _steps(desk: Desk, item: Item, remedy: Remedy) -> list[dict[str, Any]]:
    """Return what a plan does, one step each, under the names of the verbs that would do it."""
    event = remedy.event
    steps = _moves(desk, event)
    if remedy.filler:
        steps.append({"do": "insert", "title": FILLER_TITLE, "duration": remedy.filler, "before": item.plan.id})
        steps[-1]["before_title"] = item.plan.title
    steps += [{"do": "skip", **_named(desk, key)} for key in event.dropped]
    steps += [{"do": "adjust", **_named(desk, each.item), "by": -each.by} for each in event.shortened]
    if remedy.buffer:
        steps.append({"do": "buffer", "by": remedy.buffer})
    return steps


def _moves(desk: Desk, event: PlanAdopted) -> list[dict[str, Any]]:
    """Return how items change places: a swap where that is all, else each that goes elsewhere."""
    was = desk.state.rooms[event.room].order
    order = [key for key in event.order if key]
    differing = [key for key, before in zip(order, was, strict=True) if key != before]
    if len(differing) == 2:
        one, other = (_named(desk, key) for key in sorted(differing, key=was.index))
        return [
            {"do": "swap", "a": one["item"], "a_title": one["title"], "b": other["item"], "b_title": other["title"]}
        ]
    steps = []
    for key in event.moved:
        place = order.index(key)
        side, anchor = ("after", order[place - 1]) if place else ("before", order[1])
        steps.append({"do": "move", **_named(desk, key), side: anchor, f"{side}_title": _named(desk, anchor)["title"]})
    return steps


def _named(desk: Desk, key: str) -> dict[str, Any]:
    return {"item": key, "title": desk.state.items[key].plan.title}


def _summary(steps: list[dict[str, Any]], remedy: Remedy) -> str:
    said = "; ".join(_said(step) for step in steps) or "keep the plan as it is"
    spare = remedy.target - remedy.end
    if remedy.short_by:
        end = f"the day still ends {_minutes(remedy.short_by)} over its target"
    else:
        end = "the day ends on target" if spare == 0 else f"the day ends {_minutes(spare)} before its target"
    return f"{said[0].upper()}{said[1:]}; {end}."


def _said(step: dict[str, Any]) -> str:
    match step["do"]:
        case "insert":
            return f"insert a filler of {_minutes(step['duration'])} before “{step['before_title']}”"
        case "swap":
            return f"swap “{step['a_title']}” with “{step['b_title']}”"
        case "move":
            side = "after" if "after" in step else "before"
            return f"move “{step['title']}” {side} “{step[f'{side}_title']}”"
        case "skip":
            return f"leave out “{step['title']}”"
        case "adjust":
            return f"shorten “{step['title']}” by {_minutes(-step['by'])}"
        case _:
            return f"draw {_minutes(step['by'])} from the gaps"


def _minutes(length: int) -> str:
    whole, rest = divmod(length, 60_000)
    return f"{whole} min" if rest == 0 else f"{length / 60_000:.1f} min"
