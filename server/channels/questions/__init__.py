"""Questions on the screens: everything for the crew, what is let through for everybody, their own for those who asked.

Owns    who may ask what, which rows an event changes, and the channel's part of an imported event.
Never   holds state or applies a rule.
Used by discovery.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import msgspec

from server.channels.base import Channel, Row, Touch, Verb
from server.channels.questions import hearing, rows
from server.clock import Instant
from server.domain.base import Command, Event, Recorded
from server.domain.checkin import TicketBound
from server.domain.questions import EVENTS, Questions, commands, events
from server.domain.questions.fairness import Desk
from server.domain.questions.picture import checked_picture
from server.domain.questions.state import Room
from server.domain.questions.text import check_body, check_name, check_reply
from server.errors import Forbidden
from server.plan import EventPlan
from server.roles import CREW_VIEW, STEERING, Actor, Audience, Role, person_view

EVERYBODY = frozenset({Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL, Role.STAGE, Role.ATTENDEE})
OWN = frozenset({Role.ATTENDEE})

_REVIEWS = (events.QuestionApproved, events.QuestionReleased, events.QuestionRejected, events.Submitted, events.Voted)

_USUAL_INLET: Mapping[Role, commands.Inlet] = {Role.ATTENDEE: "web", Role.FLOOR: "slip"}
_ATTENDEE_INLETS = frozenset({"web", "kiosk", "voice"})


def admit_submit(command: commands.Submit, actor: Actor) -> commands.Submit:
    """Return the question with its text checked and what its sender usually means filled in.

    Raises:
        Malformed, TooLarge: the text or the name is not fit to be shown.
        Forbidden: an attendee says that it came in by a way that is the crew's.
    """
    check_body(command.body)
    name = (command.name or "").strip() or None
    if name is not None:
        check_name(name)
    inlet = command.inlet or _USUAL_INLET.get(actor.role, "staff")
    crews = inlet not in _ATTENDEE_INLETS or command.photo is not None or command.receipt is not None
    if actor.role is Role.ATTENDEE and crews:
        raise Forbidden("Slips and imports are entered by the crew; send this with the inlet web, without a picture.")
    photo = None if command.photo is None else checked_picture(command.photo)
    return msgspec.structs.replace(command, name=name, inlet=inlet, photo=photo)


def admit_bring(command: commands.Bring, actor: Actor) -> commands.Bring:
    """Return a comment of another platform with its text checked, as a question.

    Raises:
        Malformed, TooLarge: the text or the name is not fit to be shown.
    """
    check_body(command.body)
    name = (command.name or "").strip() or None
    if name is not None:
        check_name(name)
    return msgspec.structs.replace(command, name=name, inlet="import", origin=command.origin or "remote")


def admit_reply(command: commands.Defer | commands.Reply, actor: Actor) -> commands.Defer | commands.Reply:
    """Return the answer with its text checked; one of nothing is none.

    Raises:
        Malformed, TooLarge: the text is not fit to be shown.
    """
    text = (command.reply or "").strip() or None
    if text is not None:
        check_reply(text)
    return msgspec.structs.replace(command, reply=text)


def admit_edit(command: commands.Edit, actor: Actor) -> commands.Edit:
    """Return the edit with its text checked, and the person who wants it.

    Raises:
        Malformed, TooLarge: the text is not fit to be shown.
    """
    check_body(command.body)
    return msgspec.structs.replace(command, sender=actor.subject)


def admit_withdraw(command: commands.Withdraw, actor: Actor) -> commands.Withdraw:
    """Return the wish with the person who has it."""
    return msgspec.structs.replace(command, sender=actor.subject)


_OF_ROOM: Mapping[str, Callable[[Questions, Room, Audience], Row | None]] = {
    "qa": rows.desk_row,
    rows.DANMAKU: rows.danmaku_row,
}
"""Key → row of what there is once in each room."""


def _steering(args: type[Command], text: str) -> Verb:
    return Verb(args, STEERING, help=text)


class QuestionsChannel(Channel[Questions]):
    """One queue per room: asked from anywhere, moderated by several, shown to everybody."""

    name = "questions"
    title: ClassVar[Mapping[str, str]] = {"en": "Questions", "zh-Hans": "提问"}
    engine = Questions
    events: ClassVar[Sequence[type[Event]]] = EVENTS
    by_room = True
    live = True
    live_views: ClassVar[frozenset[Audience] | None] = frozenset({CREW_VIEW})
    room_roles = EVERYBODY
    gather = 250
    pages: ClassVar[Mapping[str, int]] = {
        "wall": 40,
        "control": 40,
        "moderate": 20,
        "overlay": 30,
        "attendee": 20,
        "door": 30,
    }
    leads: ClassVar[frozenset[str]] = frozenset({"attendee"})
    hears: ClassVar[Mapping[type[Event], Callable[[Questions, Recorded], None]]] = hearing.HEARS
    reacts: ClassVar[Mapping[type[Event], Callable[[Questions, Recorded], Sequence[Event]]]] = hearing.REACTS
    row_types: ClassVar[Mapping[str, type[Row]]] = {
        "qa": Desk,
        "q/ID": rows.QuestionRow,
        rows.DANMAKU: rows.DanmakuRow,
        rows.MY_VOTES: rows.VotesRow,
    }
    verbs: ClassVar[Mapping[str, Verb]] = {
        "import": Verb(commands.Import, frozenset({Role.CONTROL}), help="Takes over rooms, zone and limits."),
        "submit": Verb(
            commands.Submit,
            OWN | STEERING | {Role.FLOOR},
            admit=admit_submit,
            help="Asks a question; one that is over the sender's rate is held, never dropped.",
        ),
        "bring": Verb(
            commands.Bring,
            STEERING | {Role.FLOOR, Role.DEVICE},
            admit=admit_bring,
            help="Brings in a comment of another platform as a question; its inlet is `import`.",
        ),
        "vote": Verb(commands.Vote, OWN | {Role.CONTROL}, help="Is for a question or not: absolute, never a toggle."),
        "measure": Verb(
            commands.Measure,
            OWN | {Role.CONTROL},
            help="Says what is in the sender's picture, the mark or the question on air, so that its delay is known.",
        ),
        "withdraw": Verb(
            commands.Withdraw,
            OWN | {Role.CONTROL},
            own=OWN,
            admit=admit_withdraw,
            help="Takes back an own question, from any device of its asker; its text is gone.",
        ),
        "edit": Verb(
            commands.Edit,
            OWN | STEERING,
            own=OWN,
            admit=admit_edit,
            help="Changes the text: moderators before it is on air, its author before it was reviewed.",
        ),
        "approve": _steering(commands.Approve, "Lets a question through; everybody sees it now."),
        "reject": _steering(commands.Reject, "Refuses a question; its author sees the reason."),
        "defer": Verb(
            commands.Defer,
            STEERING,
            admit=admit_reply,
            help="Promises a written answer; with `reply`, gives it at once.",
        ),
        "reply": Verb(
            commands.Reply,
            STEERING,
            admit=admit_reply,
            help="Answers in writing what was deferred, answered or left over; its asker reads it.",
        ),
        "reopen": _steering(commands.Reopen, "Brings a closed question back, with its votes and number."),
        "shortlist": _steering(commands.Shortlist, "Puts a question at the end of the shortlist."),
        "unshortlist": _steering(commands.Unshortlist, "Takes a question off the shortlist."),
        "order": _steering(commands.Order, "Moves a question within the shortlist, before or after another."),
        "next": _steering(commands.Next, "Makes a question the one that follows; there is one per room."),
        "air": _steering(commands.Air, "Puts a question on air, if `replaces` is still what is on air."),
        "answered": _steering(commands.Answered, "Says that the question on air has been answered."),
        "skip_back": _steering(commands.SkipBack, "Takes a question off the stage, back to its place."),
        "undo": _steering(commands.Undo, "Takes back one's own last act on a question, within ten seconds."),
        "merge": _steering(commands.Merge, "Joins a question into another one, which gets its voters as well."),
        "unmerge": _steering(commands.Unmerge, "Parts a merged question again."),
        "claim": Verb(commands.Claim, STEERING, live=True, help="Says that one is reading it; blocks nobody."),
        "shown": Verb(
            commands.Shown,
            OWN | {Role.CONTROL},
            live=True,
            help="Says what the sender's list shows, to weigh votes by.",
        ),
        "label": _steering(commands.SetLabel, "Adds a label, or with `on` false takes it off."),
        "assign": _steering(commands.Assign, "Says who is to answer; null: nobody in particular."),
        "open": _steering(commands.Open, "Takes questions in a room."),
        "close": _steering(commands.Close, "Takes no more questions, at once or from `closes_at` on."),
        "mode": _steering(commands.SetMode, "Chooses review before, after, or a hold time."),
        "blank": _steering(commands.Blank, "The kill key: empties every public display of the room at once."),
    }

    def plan(self, engine: Questions, plan: EventPlan) -> commands.Import:
        """Return the rooms and the rules of the folder."""
        rules = plan.questions
        return commands.Import(
            rooms=[room.id for room in plan.rooms],
            timezone=plan.timezone,
            open=rules.open,
            mode=rules.mode,
            burst=rules.burst,
            per_minute=rules.per_minute,
            per_person=rules.per_person,
            votes_per_minute=rules.votes_per_minute,
            close_after_item=rules.close_after_item,
            wordlists=plan.wordlists,
            import_mode=rules.import_mode,
            danmaku=rules.danmaku,
            reactions=rules.reactions,
        )

    def touched(self, engine: Questions, recorded: Recorded) -> Iterable[Touch]:
        """Return the questions an event names, those it moved as well, and the room's `qa`."""
        event = recorded.event
        calm = isinstance(event, _REVIEWS)
        yield from _moved(engine, calm)
        if isinstance(event, TicketBound):
            yield from _bound(engine, event)
        for room in hearing.rooms_of(engine, event) if type(event) in self.hears else ():
            yield Touch("qa", (room,))
        if type(event) in self.hears:
            return
        questions = engine.state.questions
        for key in _named(engine, event):
            question = questions[key]
            lazy = isinstance(event, events.Voted) or (isinstance(event, events.Submitted) and key != event.question)
            yield Touch(f"q/{key}", (question.room,), engine.ledger.devices(question.author), lazy)
        if isinstance(event, events.Voted):
            yield Touch(rows.MY_VOTES, (), engine.ledger.devices(event.voter), lazy=True)
        for room in _rooms_of(engine, event):
            yield Touch("qa", (room,), lazy=calm)
            if not isinstance(event, events.Voted):
                yield Touch(rows.DANMAKU, (room,), lazy=calm)

    def keys(self, engine: Questions, room: str | None) -> Iterable[str]:
        """Return `qa`, what flies over the picture, and every question of the room."""
        found = engine.state.rooms.get(room or "")
        return () if found is None else ("qa", rows.DANMAKU, *(f"q/{key}" for key in found.ids))

    def rooms(self, engine: Questions) -> Iterable[str]:
        """Return every room of the event."""
        return engine.state.rooms

    def bare_key(self, room: str, key: str) -> str | None:
        """Return `qa/ROOM` for a room's `qa` and so on; questions have keys of their own."""
        return key if key.startswith("q/") else f"{key}/{room}"

    def mine(self, engine: Questions, person: str) -> Iterable[str]:
        """Return a person's own questions, and what they are for."""
        own = [f"q/{question.id}" for question in engine.ledger.of(person)]
        return [*own, rows.MY_VOTES] if engine.ledger.votes_of(person) else own

    def row(self, engine: Questions, room: str | None, key: str, audience: Audience) -> Row | None:
        """Return a question or a room's `qa` as this audience sees it."""
        kind, _, rest = key.partition("/")
        if kind in _OF_ROOM:
            found = engine.state.rooms.get(rest or room or "")
            return None if found is None else _OF_ROOM[kind](engine, found, audience)
        if key == rows.MY_VOTES:
            return rows.votes_row(engine, audience)
        question = engine.state.questions.get(rest)
        if kind != "q" or question is None:
            return None
        if audience in map(person_view, engine.ledger.devices(question.author)):
            return rows.author_row(engine, question)
        if audience == CREW_VIEW:
            return rows.crew_row(engine, question)
        return rows.outside_row(engine, question, audience)

    def next_refresh(self, engine: Questions) -> Instant | None:
        """Return when the next claim ends by itself, or when it is told who has been shown what."""
        return min((due for due in (engine.claims.ends(), engine.exposures.due()) if due is not None), default=None)

    def refresh(self, engine: Questions, now: Instant) -> Iterable[Touch]:
        """Return the questions whose reader changed, and those that more have been shown."""
        stirred: dict[str, None] = {}
        for key in engine.exposures.settle(now):
            room = engine.state.questions[key].room
            stirred[room] = None
            yield Touch(f"q/{key}", (room,), lazy=True)
        for room in stirred:
            yield Touch("qa", (room,), lazy=True)
        for key in engine.claims.settle(now):
            question = engine.state.questions.get(key)
            if question is not None:
                yield Touch(f"q/{key}", (question.room,))


def _moved(engine: Questions, calm: bool) -> Iterable[Touch]:
    """Return the questions whose place in the line may be another, for those who asked them."""
    for key in engine.ledger.take_moved():
        question = engine.state.questions[key]
        if question.author is not None:
            yield Touch(f"q/{key}", (), engine.ledger.devices(question.author), lazy=calm)


def _bound(engine: Questions, event: TicketBound) -> Iterable[Touch]:
    """Return what changes when a person counts as a ticket's holder: what both owned, and what both were for."""
    ledger, devices = engine.ledger, engine.ledger.devices(event.person)
    for key, people in ledger.take_lost().items():
        yield Touch(f"q/{key}", (engine.state.questions[key].room,), people)
    for question in ledger.of(event.person):
        yield Touch(f"q/{question.id}", (question.room,), devices)
    for key in ledger.votes_of(event.person):
        for counted in (question := engine.state.questions[key], *ledger.hosts(question)):
            yield Touch(f"q/{counted.id}", (counted.room,), ledger.devices(counted.author), lazy=True)
    yield Touch(rows.MY_VOTES, (), devices)
    for room in engine.state.rooms:
        yield Touch("qa", (room,), lazy=True)


def _named(engine: Questions, event: Event) -> Iterable[str]:
    """Return the ids of every question that an event may have changed."""
    questions = engine.state.questions
    room = engine.state.rooms.get(getattr(event, "room", ""))
    if isinstance(event, (events.QuestionsExpired, events.QaBlanked, events.QaModeSet)):
        return room.ids if room is not None else ()
    found: dict[str, None] = {}
    for member in ("question", "replaces", "into"):
        if (key := getattr(event, member, None)) is not None:
            found[key] = None
    for member in ("similar", "unlike", "restored"):
        found.update(dict.fromkeys(getattr(event, member, ())))
    present = {key: questions[key] for key in found if key in questions}
    for question in list(present.values()):
        if isinstance(event, events.Voted):
            present.update({part.id: part for part in engine.ledger.parts(question)})
        if isinstance(event, events.QuestionOrdered):
            listed = engine.ledger.shortlist(engine.state.rooms[question.room])
            present.update({other.id: other for other in listed})
    return [each.id for question in present.values() for each in (question, *engine.ledger.hosts(question))]


def _rooms_of(engine: Questions, event: Event) -> Iterable[str]:
    if isinstance(event, events.QuestionRoomsImported):
        return event.rooms
    question = engine.state.questions.get(getattr(event, "question", ""))
    room = getattr(event, "room", "") if question is None else question.room
    return (room,) if room in engine.state.rooms else ()


CHANNEL = QuestionsChannel()
