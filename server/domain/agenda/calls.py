"""Who is to be told that they are on soon, and when.

Owns    which calls a room has, when one falls due, is held, or escalates.
Never   keeps a call: those that were made are in the state.
Used by the agenda engine.

Theory of operation: a call is measured to the *expected* start. While nobody does anything an expected start
never comes nearer faster than time passes (`start(t) - t` does not grow), so whether some call is due at `t` stays
true once it is, and the first such instant can be searched by halving. A call that was made can lose its
ground only by an event, so holding is looked at as of the room's last event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from server.clock import HOUR, MINUTE
from server.domain.agenda.forecast import Entry, Outlook
from server.domain.agenda.state import AgendaState, Call, CallRole, Item, Summons

SLIP = 2 * MINUTE
"""A forecast that moved by more than this after a call was made holds the call."""

ESCALATION = 2 * MINUTE
"""A call that nobody has acknowledged for so long escalates."""

SHOWN_AHEAD = 2
"""How many coming items have their waiting calls on the boards."""

WATCHED = 30
"""How many coming items people can be called for at one time; farther ones are not near in any plan."""

STALE = 12 * HOUR
"""An item this late is not being run by anybody: it has no calls."""

HORIZON = 24 * HOUR
"""How far ahead a due instant is searched for beyond what the forecast says."""


def summons_of(item: Item, start: int, leads: Mapping[CallRole, tuple[int, ...]]) -> Iterator[Summons]:
    """Return the calls of one item that is expected to begin at `start`; `leads`: role → how long before."""
    for role, each in leads.items():
        for lead in each:
            for speaker in item.plan.speakers if role == "speaker" else (None,):
                tail = "" if speaker is None else f":{speaker}"
                name = f"{item.plan.id}:{role}:{lead // MINUTE}{tail}"
                yield Summons(name, item.plan.id, role, speaker, lead, start - lead, start)


def has_calls(entry: Entry, outlook: Outlook) -> bool:
    """Say whether people are called for an item: for what is coming, run from here, and somebody's stage time."""
    item = entry.item
    start = outlook.spans[item.plan.id].start
    if entry.abroad is not None or not item.upcoming or item.plan.kind in ("break", "filler") or start is None:
        return False
    return start - item.plan.start < STALE


def coming(line: Sequence[Entry], outlook: Outlook) -> list[Item]:
    """Return the next items of a room that people will be called for, in running order."""
    return list(islice((entry.item for entry in line if has_calls(entry, outlook)), WATCHED))


def unmade(items: Iterable[Item], outlook: Outlook, state: AgendaState) -> Iterator[Summons]:
    """Return every call of these items that waits to be made, or to be made again."""
    for item in items:
        start = outlook.spans[item.plan.id].start
        for summons in summons_of(item, item.plan.start if start is None else start, state.leads):
            call = state.calls.get(summons.id)
            if call is None or call.state == "held":
                yield summons


def due(items: Iterable[Item], outlook: Outlook, state: AgendaState, now: int) -> list[Summons]:
    """Return the calls that are to be made at `now`, given the outlook of that instant."""
    return [summons for summons in unmade(items, outlook, state) if summons.due_at <= now]


def next_due(items: Sequence[Item], state: AgendaState, since: int, outlook_at: Callable[[int], Outlook]) -> int | None:
    """Return the first instant, from `since` on, at which a call falls due if nobody does anything until then."""
    waiting = [summons.due_at for summons in unmade(items, outlook_at(since), state)]
    if not waiting:
        return None
    low = max(since, min(waiting))
    if due(items, outlook_at(low), state, low):
        return low
    high = low + HORIZON
    if not due(items, outlook_at(high), state, high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if due(items, outlook_at(middle), state, middle):
            high = middle
        else:
            low = middle
    return high


def slipped(items: Iterable[Item], outlook: Outlook, state: AgendaState, as_of: int) -> list[Summons]:
    """Return the calls whose item has slipped away since they were made, with their new times."""
    found = []
    for item in items:
        start = outlook.spans[item.plan.id].start
        for summons in summons_of(item, item.plan.start if start is None else start, state.leads):
            call = state.calls.get(summons.id)
            made = call is not None and call.state in ("due", "acked")
            if call is not None and made and summons.start > call.summons.start + SLIP and summons.due_at > as_of:
                found.append(summons)
    return found


def unanswered(items: Iterable[Item], state: AgendaState) -> list[Call]:
    """Return the calls of these items that wait for somebody to acknowledge them and have not escalated yet."""
    found = []
    for item in items:
        for summons in summons_of(item, item.plan.start, state.leads):
            call = state.calls.get(summons.id)
            if call is not None and call.state == "due" and not call.escalated:
                found.append(call)
    return found
