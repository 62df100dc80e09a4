"""All that the journal determines about questions.

Owns    the state.
Never   decides, applies an event, or finds anything in it (ledger).
Used by every module of the engine, and by the channel's views.
"""

from __future__ import annotations

import msgspec

from server.clock import Instant
from server.domain.base import Stamp
from server.domain.questions.commands import Flying, Inlet, Mode, Origin
from server.domain.questions.lifecycle import Standing
from server.domain.questions.presence import Presence
from server.domain.questions.timetable import Timetable
from server.filters import Wordlist


class Limits(msgspec.Struct, frozen=True):
    """What one person may send; see `commands.Import`."""

    burst: int = 3
    per_minute: float = 1.0
    per_person: int = 10
    votes_per_minute: int = 30


class Allowance(msgspec.Struct):
    """What one person has sent in one room and day.

    Attributes:
        full_at: when the burst is whole again.
        asked: how many questions went through the limits.
    """

    full_at: Instant = Instant(0)
    asked: int = 0


class Slots(msgspec.Struct, frozen=True):
    """Who has the stage of a room, who follows, and what each side has saved up for its next turn."""

    on_air: str | None = None
    next: str | None = None
    room_credit: int = 0
    remote_credit: int = 0


class Act(msgspec.Struct, frozen=True):
    """A moderator's last act on a question, as long as it can be taken back."""

    by: str
    at: Instant
    before: dict[str, Standing]
    after: dict[str, Standing]
    slots_before: Slots
    slots_after: Slots


class Question(msgspec.Struct, kw_only=True):
    """One question.

    Attributes:
        author: the person who asked, if known; `subject` is whose key its text is encrypted under.
        perceived: the instant of the talk that the asker had seen: the fair order of asking.
        voters: who is for it, the devices of one ticket's holder being one voter; `counters` are the highest vote
            numbers of every device that ever voted on it.
        similar: the questions that look like it.
        retry_at: held for being over a limit: when the author's next one will not be.
        release_at: when it is let through by itself; None once a moderator touched it.
        photo: the place in the journal of the picture of its slip: pictures are not kept in memory.
        receipt: what the stub says that its asker was given.
    """

    id: str
    room: str
    number: int
    day: str
    origin: Origin
    inlet: Inlet
    name: str | None
    lang: str | None
    author: str | None
    subject: str
    received: Instant
    perceived: Instant
    asked_at: Instant | None
    standing: Standing
    retry_at: Instant | None = None
    release_at: Instant | None = None
    photo: int | None = None
    receipt: str | None = None
    voters: set[str] = msgspec.field(default_factory=set)
    counters: dict[str, int] = msgspec.field(default_factory=dict)
    similar: list[str] = msgspec.field(default_factory=list)
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class Room(msgspec.Struct, kw_only=True):
    """The Q&A of one room.

    Attributes:
        closed_at: since when it takes no questions; None while it does.
        expires_at: when what still waits there does so in vain.
        delay: how long a question is held back in mode `delay`, in milliseconds.
        day, count: the day of the last question, and its number.
        allowances: voter (see `Presence.voter`) → what they have sent today.
        ids: all questions in the order they came.
        delays: person → how far behind their picture is, in milliseconds, as it was last measured.
        grace: for how long after the close delayed viewers are let in, in milliseconds.
        changed_at: when anything last happened here.
        closed_with: the item of the agenda with whose end it closes, or closed, by itself.
    """

    id: str
    state: str = "open"
    closes_at: Instant | None = None
    closed_at: Instant | None = None
    expires_at: Instant | None = None
    mode: Mode = "pre"
    delay: int = 10_000
    blank: bool = False
    slots: Slots = Slots()
    day: str = ""
    count: int = 0
    allowances: dict[str, Allowance] = msgspec.field(default_factory=dict)
    ids: list[str] = msgspec.field(default_factory=list)
    delays: dict[str, int] = msgspec.field(default_factory=dict)
    grace: int = 65_000
    changed_at: Instant = Instant(0)
    closed_with: str | None = None
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class QuestionsState(msgspec.Struct, kw_only=True):
    """Everything that a checkpoint keeps.

    Attributes:
        votes_full_at: per voter, when their vote allowance is whole again.
        acts: per question, the last act that can still be taken back.
        presence: who of those who ask is in the house.
        timetable: what runs in each room, and when it ends.
        close_after_item, import_mode, danmaku: see `commands.Import`.
        wordlists: what texts are looked through for.
    """

    zone: str = "UTC"
    limits: Limits = Limits()
    rooms: dict[str, Room] = msgspec.field(default_factory=dict)
    questions: dict[str, Question] = msgspec.field(default_factory=dict)
    votes_full_at: dict[str, Instant] = msgspec.field(default_factory=dict)
    acts: dict[str, Act] = msgspec.field(default_factory=dict)
    presence: Presence = msgspec.field(default_factory=Presence)
    timetable: Timetable = msgspec.field(default_factory=Timetable)
    close_after_item: int | None = None
    wordlists: tuple[Wordlist, ...] = ()
    import_mode: Mode | None = None
    danmaku: Flying = "import"
