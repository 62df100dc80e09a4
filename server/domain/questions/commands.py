"""What can be asked of questions: the arguments of every verb.

Owns    the command types.
Never   decides.
Used by the engine and the channel.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec

from server.clock import Instant
from server.domain.base import Command
from server.filters import Wordlist

Origin = Literal["room", "remote"]
Inlet = Literal["web", "kiosk", "slip", "voice", "staff", "import"]
Mode = Literal["pre", "post", "delay"]
Flying = Literal["import", "all", "off"]

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Time = Annotated[Instant, msgspec.Meta(ge=0, le=8_640_000_000_000_000)]
Reason = Annotated[str, msgspec.Meta(max_length=300)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Import(Command, frozen=True):
    """Take over the rooms, the zone and the limits of the event. Rooms that are known keep their state.

    Attributes:
        open, mode: how Q&A of a room that is new starts out.
        burst, per_minute: how many questions one person may send at once, and how fast that refills.
        per_person: how many in one room and day.
        votes_per_minute: how many votes one person may cast.
        wordlists: what texts are looked through for.
        import_mode: the mode for what comes in from other platforms; None: that of the room.
        close_after_item: how long after an item of the agenda Q&A closes by itself, in milliseconds; None: it does not.
        danmaku: what flies over a picture once it was let through.
        reactions: whether the audience may react by a tap.
    """

    rooms: list[Id]
    timezone: str
    open: bool = True
    mode: Mode = "pre"
    burst: Annotated[int, msgspec.Meta(ge=1)] = 3
    per_minute: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    per_person: Annotated[int, msgspec.Meta(ge=1)] = 10
    votes_per_minute: Annotated[int, msgspec.Meta(ge=1)] = 30
    wordlists: tuple[Wordlist, ...] = ()
    import_mode: Mode | None = None
    close_after_item: Annotated[int, msgspec.Meta(ge=0)] | None = None
    danmaku: Flying = "import"
    reactions: bool = True


class Submit(Command, frozen=True):
    """Ask something.

    Attributes:
        name: how the asker wants to be called; None: not at all.
        lang: a BCP 47 tag, or None.
        perceived: the instant of the talk that the asker had just seen (a delayed stream shows an older one).
        inlet: how it came in; None: as usual for who sends it.
        asked_at: when it was asked, where it could be sent only later (a paper slip, a phone without a link).
        origin: where the asker sits; None: in the room for a badge that was scanned in, and for the crew's inlets.
        photo: a picture of the paper slip (the crew's inlets only): a JPEG of at most 200 kB, in base64.
        receipt: what the asker's stub says, where a number could not be had yet (the crew's inlets only).
    """

    room: Id
    body: str
    name: str | None = None
    lang: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    perceived: Time | None = None
    inlet: Inlet | None = None
    asked_at: Time | None = None
    origin: Origin | None = None
    photo: str | None = None
    receipt: Annotated[str, msgspec.Meta(min_length=1, max_length=12)] | None = None


class Bring(Submit, frozen=True):
    """Bring in what somebody wrote on another platform; its inlet is `import`."""


class OnQuestion(Command, frozen=True):
    """Something about one question."""

    question: Id


class StepCommand(OnQuestion, frozen=True):
    """A step of one question's life: `step` names the row of the transition table."""

    step: ClassVar[str] = ""


class Approve(StepCommand, frozen=True):
    """Let it through: everybody sees it now."""

    step = "approve"


class Reject(StepCommand, frozen=True):
    """Refuse it; its author sees the reason."""

    step = "reject"
    reason: Reason | None = None


class Defer(StepCommand, frozen=True):
    """Promise a written answer, or give it at once.

    Attributes:
        reply: the answer in writing; its asker, and everybody who sees the question, can read it.
    """

    step = "defer"
    reply: str | None = None


class Reopen(StepCommand, frozen=True):
    """Bring it back among the approved ones."""

    step = "reopen"


class Shortlist(StepCommand, frozen=True):
    """Put it at the end of the shortlist."""

    step = "shortlist"


class Unshortlist(StepCommand, frozen=True):
    """Take it off the shortlist."""

    step = "unshortlist"


class Answered(StepCommand, frozen=True):
    """It has been answered."""

    step = "answered"


class SkipBack(StepCommand, frozen=True):
    """Take it off the stage, back to its place in the shortlist."""

    step = "skip_back"


class Next(StepCommand, frozen=True):
    """Make it the one that follows; the one that was goes back to the shortlist."""

    step = "next"


class Withdraw(StepCommand, frozen=True):
    """Take back one's own question; its text is gone.

    Attributes:
        sender: the person who asks for it; the desk fills it in, whatever was sent.
    """

    step = "withdraw"
    sender: str | None = None


class Air(StepCommand, frozen=True):
    """Put it on air in place of `replaces`, which becomes answered.

    Attributes:
        replaces: the id that the sender saw on air, or None for nothing. Anything else on air: a conflict.
    """

    step = "air"
    replaces: Id | None = None


class Vote(OnQuestion, frozen=True):
    """Be for a question or not.

    Attributes:
        on: the vote as it is to be: never a toggle.
        n: rises with each vote of this voter; a vote with a lower or equal one came late and is ignored.
    """

    on: bool
    n: Annotated[int, msgspec.Meta(ge=0, le=2**53)] | None = None


class Edit(OnQuestion, frozen=True):
    """Change the text.

    Attributes:
        sender: the person who asks for it; the desk fills it in, whatever was sent.
    """

    body: str
    sender: str | None = None


class Reply(OnQuestion, frozen=True):
    """Answer in writing what was deferred, answered or left over; None takes the text away again."""

    reply: str | None


class Undo(OnQuestion, frozen=True):
    """Take back one's own last act on it, within ten seconds."""


class Merge(OnQuestion, frozen=True):
    """Join it with another question, which gets its voters as well."""

    into: Id


class Unmerge(OnQuestion, frozen=True):
    """Part it again."""


class Claim(OnQuestion, frozen=True):
    """Say that one is reading it, for twenty seconds (live; never blocks anybody).

    Attributes:
        on: False gives it back at once.
    """

    on: bool = True


class Shown(Command, frozen=True):
    """Say which questions the sender's list shows (live): it is how votes are weighed for moderators."""

    questions: Annotated[list[Id], msgspec.Meta(max_length=100)]


class SetLabel(OnQuestion, frozen=True):
    """Add a label, or take it off."""

    label: Label
    on: bool = True


class Assign(OnQuestion, frozen=True):
    """Say who is to answer it; None: nobody in particular."""

    assignee: Annotated[str, msgspec.Meta(max_length=120)] | None = None


class Order(OnQuestion, frozen=True):
    """Move it within the shortlist, in front of or behind another one; neither: to the end."""

    before: Id | None = None
    after: Id | None = None


class OnRoom(Command, frozen=True):
    """Something about the Q&A of one room."""

    room: Id


class Measure(OnRoom, frozen=True):
    """Say what one sees of the room right now, so that one's delay is known. One of both is given.

    Attributes:
        mark: the number that the overlay's mark shows in one's picture.
        question: the question that has just appeared there, while it is on air.
    """

    mark: int | None = None
    question: Id | None = None


class Open(OnRoom, frozen=True):
    """Take questions."""


class Close(OnRoom, frozen=True):
    """Take no more questions, at once or from an instant on."""

    closes_at: Time | None = None


class SetMode(OnRoom, frozen=True):
    """Choose when everybody sees a question: after a review, at once, or after a hold time unless stopped.

    Attributes:
        delay: the hold time in milliseconds, from 3000 to 15000; None: as it was.
    """

    mode: Mode
    delay: Annotated[int, msgspec.Meta(ge=3_000, le=15_000)] | None = None


class Blank(OnRoom, frozen=True):
    """Empty every public display of the room, or show again."""

    on: bool
