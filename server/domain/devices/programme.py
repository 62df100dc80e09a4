"""What runs on which stage, as far as devices care: which item is live, who speaks in it, and when it ends.

Owns    the little of the agenda that makes a device matter more.
Never   forecasts: an end that cannot be told for certain is None.
Used by the devices engine, fed by the events of the agenda that the channel hears.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from server.clock import Duration, Instant


class ShownItem(msgspec.Struct, kw_only=True):
    """One item. `fixed_end` is the planned end of one that ends by the clock, whenever it began.

    `is_certain` is False once a change was undone that may have concerned its end.
    """

    room: str
    title: str
    speakers: list[str]
    duration: Duration
    fixed_end: Instant | None = None
    started_at: Instant | None = None
    paused_at: Instant | None = None
    paused_total: Duration = Duration(0)
    is_certain: bool = True

    @property
    def ends_at(self) -> Instant | None:
        """When it ends if nothing more happens; None while nobody can say."""
        if self.started_at is None or self.paused_at is not None or not self.is_certain:
            return None
        return self.fixed_end or Instant(self.started_at + self.duration + self.paused_total)


class Programme(msgspec.Struct, kw_only=True):
    """All items by id, and the ids of those that run."""

    items: dict[str, ShownItem] = msgspec.field(default_factory=dict)
    live: list[str] = msgspec.field(default_factory=list)

    def plan(self, id_: str, item: ShownItem) -> None:
        """Note an item as planned or edited; how far it has run stays."""
        known = self.items.get(id_)
        if known is not None:
            item.started_at, item.paused_at = known.started_at, known.paused_at
            item.paused_total, item.is_certain = known.paused_total, known.is_certain
        self.items[id_] = item

    def keep(self, ids: Sequence[str]) -> None:
        """Forget every item but these and the running ones."""
        kept = {*ids, *self.live}
        self.items = {id_: item for id_, item in self.items.items() if id_ in kept}

    def start(self, id_: str, at: Instant) -> None:
        """Note that an item runs now; whatever else ran in its room does not."""
        item = self.items.get(id_)
        if item is None:
            return
        self.clear(item.room)
        item.started_at, item.paused_at, item.paused_total, item.is_certain = at, None, Duration(0), True
        self.live.append(id_)

    def finish(self, id_: str) -> None:
        """Note that an item no longer runs."""
        self.live = [other for other in self.live if other != id_]

    def clear(self, room: str) -> None:
        """Note that nothing runs in a room."""
        self.live = [id_ for id_ in self.live if self.items[id_].room != room]

    def pause(self, id_: str, at: Instant) -> None:
        """Note that an item's clock stands."""
        if id_ in self.live:
            self.items[id_].paused_at = at

    def resume(self, id_: str, at: Instant) -> None:
        """Note that an item's clock runs again."""
        item = self.items.get(id_)
        if item is not None and item.paused_at is not None:
            item.paused_total = Duration(item.paused_total + at - item.paused_at)
            item.paused_at = None

    def adjust(self, id_: str, by: int) -> None:
        """Note that an item takes so much longer."""
        if id_ in self.items:
            self.items[id_].duration = Duration(self.items[id_].duration + by)

    def undo(self, room: str, current: str | None) -> None:
        """Note that a room's last change was taken back and `current` runs; its end is not certain any more."""
        self.clear(room)
        if current in self.items:
            self.live.append(current)
            self.items[current].is_certain = False

    def running(self, item: str | None, speaker: str | None) -> ShownItem | None:
        """Return the running item of this id; with no id, the one in which this person speaks; else None."""
        if item is not None:
            return self.items[item] if item in self.live else None
        for id_ in self.live:
            if speaker is not None and speaker in self.items[id_].speakers:
                return self.items[id_]
        return None
