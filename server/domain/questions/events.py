"""What can have happened to questions: the facts that the journal keeps.

Owns    the event types, and which of their members are personal.
Never   applies them (engine).
Used by the engine, the channel, and the relay channel, which hears what the stage is handed.

Typed text is encrypted under `subject`: the author's id, or for a question without one (a paper slip) an id
of its own, so that one slip can be erased as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from server.clock import Instant
from server.domain.base import Event
from server.domain.questions.commands import Flying, Inlet, Mode, Origin
from server.domain.questions.lifecycle import State
from server.filters import Hit, Wordlist

_BODY = {"body": "subject"}
_TYPED = {"body": "subject", "name": "subject"}
_REPLY = {"reply": "subject"}


class QuestionRoomsImported(Event, frozen=True):
    """The rooms, the zone and the limits are these; rooms that are new start out as said."""

    rooms: list[str]
    timezone: str
    open: bool
    mode: Mode
    burst: int
    per_minute: float
    per_person: int
    votes_per_minute: int
    close_after_item: int | None = None
    wordlists: tuple[Wordlist, ...] = ()
    import_mode: Mode | None = None
    danmaku: Flying = "import"
    reactions: bool = True


class Submitted(Event, frozen=True):
    """A question came in.

    Attributes:
        day: the day in the event's zone that `number` counts in.
        author: the person who asked, if known.
        similar: the questions that look like it.
        retry_at: held for being over a limit: when the next one will not be.
        release_at: when it is let through by itself, in mode `delay`.
        hits: what the word lists had of its text when it came in.
        receipt: what the stub says that its asker was given.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = _TYPED

    question: str
    room: str
    number: int
    day: str
    origin: Origin
    inlet: Inlet
    author: str | None
    subject: str
    name: str | None
    lang: str | None
    body: str
    state: State
    perceived: Instant
    asked_at: Instant | None = None
    similar: tuple[str, ...] = ()
    retry_at: Instant | None = None
    release_at: Instant | None = None
    hits: tuple[Hit, ...] = ()
    receipt: str | None = None


class SlipPhotographed(Event, frozen=True):
    """There is a picture of the paper slip that a question was written on: a JPEG, in base64."""

    PERSONAL: ClassVar[Mapping[str, str]] = {"picture": "subject"}

    question: str
    subject: str
    picture: str


class Voted(Event, frozen=True):
    """A person is for a question, or no longer."""

    question: str
    voter: str
    on: bool
    n: int


class Step(Event, frozen=True):
    """A question took the step of its life that `step` names."""

    step: ClassVar[str] = ""

    question: str


class QuestionApproved(Step, frozen=True):
    """A moderator let it through."""

    step = "approve"


class QuestionReleased(Step, frozen=True):
    """Its hold time passed without objection."""

    step = "release"


class QuestionRejected(Step, frozen=True):
    """A moderator refused it."""

    step = "reject"
    reason: str | None = None


class QuestionDeferred(Step, frozen=True):
    """A written answer was promised, or given with it."""

    PERSONAL: ClassVar[Mapping[str, str]] = _REPLY

    step = "defer"
    subject: str = ""
    reply: str | None = None


class QuestionReopened(Step, frozen=True):
    """It is among the approved ones again."""

    step = "reopen"


class QuestionShortlisted(Step, frozen=True):
    """It went to the end of the shortlist."""

    step = "shortlist"


class QuestionUnshortlisted(Step, frozen=True):
    """It left the shortlist."""

    step = "unshortlist"


class QuestionAnswered(Step, frozen=True):
    """It was answered."""

    step = "answered"


class QuestionSkippedBack(Step, frozen=True):
    """It left the stage for the shortlist."""

    step = "skip_back"


class QuestionNext(Step, frozen=True):
    """It follows next; `replaces` no longer does."""

    step = "next"
    replaces: str | None = None


class QuestionAired(Step, frozen=True):
    """It went on air; `replaces` was answered thereby."""

    step = "air"
    replaces: str | None = None


class QuestionWithdrawn(Step, frozen=True):
    """Its author took it back."""

    step = "withdraw"


class QuestionsExpired(Event, frozen=True):
    """What still waited in a closed room did so in vain."""

    room: str


class QuestionEdited(Event, frozen=True):
    """Its text was changed.

    Attributes:
        similar, unlike: the questions that look like it now, and those that no longer do.
        hits: what the word lists have of the new text.
        held: it has to be reviewed again for them.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = _BODY

    question: str
    subject: str
    body: str
    by_author: bool
    similar: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    held: bool = False


class QuestionReplied(Event, frozen=True):
    """It was answered in writing, or with None no longer is."""

    PERSONAL: ClassVar[Mapping[str, str]] = _REPLY

    question: str
    subject: str
    reply: str | None


class QuestionMerged(Event, frozen=True):
    """It was joined into another one."""

    question: str
    into: str


class QuestionUnmerged(Event, frozen=True):
    """It stands by itself again, parted from `into`."""

    question: str
    into: str


class QuestionLabelled(Event, frozen=True):
    """A label was added or taken off."""

    question: str
    label: str
    on: bool


class QuestionAssigned(Event, frozen=True):
    """Somebody is to answer it."""

    question: str
    assignee: str | None


class QuestionOrdered(Event, frozen=True):
    """It took the place in the shortlist in front of or behind another, or the last one."""

    question: str
    before: str | None
    after: str | None


class ActUndone(Event, frozen=True):
    """The last act on `question` was taken back; `restored` are all questions that it concerned."""

    question: str
    restored: list[str]


class QaOpened(Event, frozen=True):
    """A room takes questions."""

    room: str


class QaClosing(Event, frozen=True):
    """A room takes questions until `closes_at`; `item` is the one of the agenda that it closes with, if it does."""

    room: str
    closes_at: Instant
    item: str | None = None


class QaClosed(Event, frozen=True):
    """A room takes no more questions."""

    room: str


class QaModeSet(Event, frozen=True):
    """When everybody sees a new question of a room."""

    room: str
    mode: Mode
    delay: int


class QaBlanked(Event, frozen=True):
    """The public displays of a room were emptied, or show again."""

    room: str
    on: bool


class DelayMeasured(Event, frozen=True):
    """A viewer said what is in their picture: it is `delay` milliseconds behind the room."""

    room: str
    person: str
    delay: int


class HandedOver(Event, frozen=True):
    """The stage of a room shows this question now. It follows the act that caused it, for those who hear it.

    Attributes:
        former: the person whose question left the stage for it, if known.
    """

    PERSONAL: ClassVar[Mapping[str, str]] = _TYPED

    room: str
    question: str
    number: int
    origin: Origin
    author: str | None
    subject: str
    name: str | None
    body: str
    since: Instant
    former: str | None = None


class TakenBack(Event, frozen=True):
    """The stage of a room shows no question any more; `former` is the person whose it was, if known."""

    room: str
    former: str | None = None


STEP_EVENTS: Mapping[str, type[Step]] = {
    kind.step: kind
    for kind in (
        QuestionApproved,
        QuestionReleased,
        QuestionRejected,
        QuestionDeferred,
        QuestionReopened,
        QuestionShortlisted,
        QuestionUnshortlisted,
        QuestionAnswered,
        QuestionSkippedBack,
        QuestionNext,
        QuestionAired,
        QuestionWithdrawn,
    )
}
"""Step of the transition table → the event that records it."""

EVENTS: tuple[type[Event], ...] = (
    QuestionRoomsImported,
    Submitted,
    SlipPhotographed,
    Voted,
    *STEP_EVENTS.values(),
    QuestionsExpired,
    QuestionEdited,
    QuestionReplied,
    QuestionMerged,
    QuestionUnmerged,
    QuestionLabelled,
    QuestionAssigned,
    QuestionOrdered,
    ActUndone,
    QaOpened,
    QaClosing,
    QaClosed,
    QaModeSet,
    QaBlanked,
    DelayMeasured,
    HandedOver,
    TakenBack,
)
"""Everything that questions journal."""
