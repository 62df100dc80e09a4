"""An agenda as a source tells it, before rooms, days and defaults are settled.

Owns    the plain types between the readers of formats and the one place that composes the plan.
Never   judges.
Used by every reader of agendas, and by `agenda`.
"""

from __future__ import annotations

import msgspec

from server.clock import Duration, Instant
from server.plan import EndKind, GapKind, ItemKind, PlannedSpeaker, StartKind


class DraftRoom(msgspec.Struct, frozen=True):
    """A room of the source: its name as written, and its id where the source has one."""

    name: str
    id: str | None = None


class DraftItem(msgspec.Struct, kw_only=True):
    """An item of the source.

    Attributes:
        line: where it begins in the file, counted from 1.
        id: the source's id; None: to be derived.
        room: the room's id or name in the source; empty: the only one there is.
        day: the day that the source puts it in; None: to be found by gaps.
        start_kind, gap_kind: None: the default of its place and kind.
        broadcast: the rooms that show it, by the source's ids or names; empty: its own; `*`: all.
    """

    line: int | None
    title: str
    start: Instant
    end: Instant
    id: str | None = None
    room: str = ""
    day: int | None = None
    kind: ItemKind = "talk"
    speakers: tuple[PlannedSpeaker, ...] = ()
    start_kind: StartKind | None = None
    end_kind: EndKind = "duration"
    min_duration: Duration | None = None
    gap_kind: GapKind | None = None
    min_gap: Duration | None = None
    optional: bool = False
    language: str | None = None
    broadcast: tuple[str, ...] = ()


class DraftAgenda(msgspec.Struct):
    """Everything that a source says about rooms and items, in its own order."""

    rooms: list[DraftRoom] = []
    items: list[DraftItem] = []
