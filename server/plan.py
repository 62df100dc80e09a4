"""The event as its folder describes it: what importers make and channels take their part of.

Owns    the plain types of rooms, items, attendees, lists, lanes, devices and contacts as planned.
Never   reads a file or checks a rule.
Used by importers (make it), channels (`Channel.plan`) and the command line.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from server.clock import Duration, Instant
from server.filters import Wordlist

ItemKind = Literal["talk", "break", "ceremony", "filler"]
StartKind = Literal["soft", "hard"]
EndKind = Literal["duration", "fixed"]
GapKind = Literal["buffer", "turnover", "break"]


class PlannedSpeaker(msgspec.Struct, frozen=True):
    """A person on stage. `id` is the source's, or derived from the name."""

    id: str
    name: str


class PlannedRoom(msgspec.Struct, frozen=True):
    """A room: `mode` is `manual`, or `roll` for one that nobody attends."""

    id: str
    title: str
    mode: Literal["manual", "roll"] = "manual"


class PlannedItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the agenda.

    Attributes:
        id: the source's id, stable over re-imports.
        room: its home room, from which it is run.
        day: the event day it belongs to, counted from 1 (an item after midnight belongs to the evening before).
        start, end: as planned. `end` is at or after `start`.
        min_duration: what it can shrink to; None: its whole duration (a talk does not shrink by itself).
        gap_kind, min_gap: the gap before it, and that gap's floor; None: the default of the kind.
        broadcast: every room it is shown in, its home room included; just that one when it is not broadcast.
        language: a BCP 47 tag, or None.
    """

    id: str
    room: str
    title: str
    start: Instant
    end: Instant
    day: int = 1
    kind: ItemKind = "talk"
    speakers: tuple[PlannedSpeaker, ...] = ()
    start_kind: StartKind = "soft"
    end_kind: EndKind = "duration"
    min_duration: Duration | None = None
    gap_kind: GapKind = "buffer"
    min_gap: Duration | None = None
    optional: bool = False
    language: str | None = None
    broadcast: tuple[str, ...] = ()


class Target(msgspec.Struct, frozen=True):
    """When a day is to end: in one room, or in all (`room` None)."""

    day: int
    at: Instant
    room: str | None = None


class PlannedAttendee(msgspec.Struct, frozen=True, kw_only=True):
    """One registered person.

    Attributes:
        id: names the person in the journal without saying who it is: `t` and 20 hex digits of a hash of `secret`.
        secret: what their badge or ticket code says.
        status: `paid`, `pending`, `canceled` or `blocked`.
    """

    id: str
    secret: str
    name: str
    category: str = ""
    organisation: str = ""
    phone: str = ""
    email: str = ""
    seat: str = ""
    vip: bool = False
    status: Literal["paid", "pending", "canceled", "blocked"] = "paid"


class PlannedList(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in list. `products` are the categories it admits; empty admits all."""

    id: int
    name: str
    products: tuple[str, ...] = ()
    allow_multiple_entries: bool = False
    allow_entry_after_exit: bool = True


class PlannedLane(msgspec.Struct, frozen=True, kw_only=True):
    """A lane at a gate where badges are scanned."""

    id: str
    title: str
    gate: str = ""
    kind: str = ""


class PlannedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device that the crew watches.

    Attributes:
        kind: microphone, projector, encoder, camera, player, network, screen, scanner, …
        role: what it is for, in the crew's words.
        backups: the ids of its spares, best first.
        interval: how often it is expected to report; stale after three of these, at least 10 s.
    """

    id: str
    name: str
    kind: str = "device"
    room: str | None = None
    role: str = ""
    backups: tuple[str, ...] = ()
    adapter: str | None = None
    host: str | None = None
    port: int | None = None
    password: str | None = None
    interval: Duration = Duration(10_000)


class PlannedContact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to call. `role` is what for: technical lead, medical, event director, …"""

    id: str
    name: str
    role: str = ""
    phone: str = ""
    categories: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class PlannedRule(msgspec.Struct, frozen=True, kw_only=True):
    """An alert rule that adds to, or replaces by `id`, the built-in ones.

    Attributes:
        kind: the kind of device it watches; None for all.
        reading: the name of the reading.
        below, above: it fires when a good value is at or beyond one of these …
        equals: … or is one of these.
        clear: the value at which it recovers; None: the fire threshold.
        hold, clear_hold: how long the condition must last to fire, to recover.
        severity: as fired while the device is not on a live item.
        live_severity: as fired while it is; None: the same.
    """

    id: str
    reading: str
    kind: str | None = None
    below: float | None = None
    above: float | None = None
    equals: tuple[str, ...] = ()
    clear: float | None = None
    hold: Duration = Duration(10_000)
    clear_hold: Duration = Duration(30_000)
    severity: Literal["info", "warn", "crit"] = "warn"
    live_severity: Literal["info", "warn", "crit"] | None = None
    category: Literal["technical", "medical", "security", "venue"] = "technical"


class QuestionRules(msgspec.Struct, frozen=True, kw_only=True):
    """`[questions]` of event.toml: how Q&A starts out, and what one person may send.

    Attributes:
        close_after_item: how long after the end of an item the room's Q&A closes by itself, to open again with the
            next; None: it stays as it is.
        filters: the files of words that are looked for; none named: every `filters*.txt`.
        starter: whether the list that comes with the program is looked through as well.
        import_mode: the mode for what comes in from other platforms; None: that of the room.
        danmaku: what flies over the overlay's picture once it was let through: what came in from other platforms, all
            questions, or nothing.
        reactions: whether the audience may react by a tap.
    """

    open: bool = True
    mode: Literal["pre", "post", "delay"] = "pre"
    burst: int = 3
    per_minute: float = 1.0
    per_person: int = 10
    votes_per_minute: int = 30
    close_after_item: Duration | None = None
    filters: tuple[str, ...] = ()
    starter: bool = True
    import_mode: Literal["pre", "post", "delay"] | None = "pre"
    danmaku: Literal["import", "all", "off"] = "import"
    reactions: bool = True


Minutes = Annotated[int, msgspec.Meta(ge=0, le=1440)]


class CallLeads(msgspec.Struct, frozen=True, kw_only=True):
    """`[calls]` of event.toml: how many minutes before the expected start of an item people are called.

    Attributes:
        speaker: each speaker of the item; an empty list: never.
        host: the room's host.
        tech: the room's technician.
    """

    speaker: tuple[Minutes, ...] = (15, 5)
    host: tuple[Minutes, ...] = (15, 5)
    tech: tuple[Minutes, ...] = (10,)


class PlannedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A line that the crew has ready for the people on stage, in one language or several.

    Attributes:
        text: what it says in any language that has no text of its own here.
        zh, en: what it says in Chinese, in English.
    """

    id: str
    text: str = ""
    zh: str = ""
    en: str = ""
    level: Literal["info", "warn", "urgent"] = "info"

    def texts(self, languages: tuple[str, ...]) -> dict[str, str]:
        """Return language tag → text, in the order of `languages`; never empty unless the message is."""
        own = {"zh": self.zh or self.text, "en": self.en or self.text}
        found = {tag: own.get(tag.partition("-")[0], self.text) for tag in languages}
        kept = {tag: text for tag, text in found.items() if text}
        return kept or {"und": self.text or self.zh or self.en}


USUAL_MESSAGES = (
    PlannedMessage(id="five", zh="还剩 5 分钟", en="5 minutes left"),
    PlannedMessage(id="wrap", zh="请准备结束", en="please wrap up", level="warn"),
    PlannedMessage(id="over", zh="时间到", en="time is up", level="urgent"),
    PlannedMessage(id="repeat", zh="请复述问题", en="please repeat the question"),
    PlannedMessage(id="closer", zh="请靠近话筒", en="closer to the microphone", level="warn"),
    PlannedMessage(id="slower", zh="请讲慢一点", en="a little slower, please"),
    PlannedMessage(id="look", zh="请看工作人员", en="please look at us", level="urgent"),
)
"""What the crew's message keys say where event.toml has no `[[messages]]`."""


class EventPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the folder says, checked and resolved to instants.

    Attributes:
        timezone: an IANA name; wall times in rows' reports and "today" are of this zone.
        languages: the page languages offered, the default first.
        title: the event's name as people write it.
    """

    title: str
    timezone: str
    id: str | None = None
    languages: tuple[str, ...] = ("zh-Hans", "en")
    rooms: tuple[PlannedRoom, ...] = ()
    items: tuple[PlannedItem, ...] = ()
    targets: tuple[Target, ...] = ()
    attendees: tuple[PlannedAttendee, ...] = ()
    lists: tuple[PlannedList, ...] = ()
    lanes: tuple[PlannedLane, ...] = ()
    devices: tuple[PlannedDevice, ...] = ()
    contacts: tuple[PlannedContact, ...] = ()
    rules: tuple[PlannedRule, ...] = ()
    questions: QuestionRules = QuestionRules()
    wordlists: tuple[Wordlist, ...] = ()
    calls: CallLeads = CallLeads()
    messages: tuple[PlannedMessage, ...] = USUAL_MESSAGES


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What pages say of the event whatever happens in it."""

    title: str
    timezone: str = "UTC"
    id: str | None = None
    languages: tuple[str, ...] = ("zh-Hans", "en")
