"""All that the journal determines about questions, and what is derived from it.

Owns    the state, its indexes, and the ways to find things in it.
Never   decides, or applies an event.
Used by the deciding and the applying half of the engine, and by the channel's views.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from server.clock import Instant
from server.domain.base import NotFound, Stamp
from server.domain.questions.commands import Inlet, Mode, Origin
from server.domain.questions.lifecycle import VOTING_STATES, Standing
from server.domain.questions.line import Line, Rank
from server.domain.questions.presence import Presence
from server.domain.questions.text import Print, print_of

CLAIM_LASTS = 20_000
"""How long somebody counts as reading a question after saying so, in milliseconds."""


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
        voters: who is for it; `counters` are the highest vote numbers of everybody who ever voted on it.
        similar: the questions that look like it.
        retry_at: held for being over a limit: when the author's next one will not be.
        release_at: when it is let through by itself; None once a moderator touched it.
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
        ids: all questions in the order they came.
        changed_at: when anything last happened here.
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
    changed_at: Instant = Instant(0)
    stamp: Stamp = msgspec.field(default_factory=Stamp)


class QuestionsState(msgspec.Struct, kw_only=True):
    """Everything that a checkpoint keeps.

    Attributes:
        votes_full_at: per voter, when their vote allowance is whole again.
        acts: per question, the last act that can still be taken back.
        presence: who of those who ask is in the house.
    """

    zone: str = "UTC"
    limits: Limits = Limits()
    rooms: dict[str, Room] = msgspec.field(default_factory=dict)
    questions: dict[str, Question] = msgspec.field(default_factory=dict)
    votes_full_at: dict[str, Instant] = msgspec.field(default_factory=dict)
    acts: dict[str, Act] = msgspec.field(default_factory=dict)
    presence: Presence = msgspec.field(default_factory=Presence)


class Ledger:
    """The state with its indexes. Only `put` may replace a question's standing."""

    def __init__(self, state: QuestionsState) -> None:
        self.state = state
        self.prints: dict[str, Print] = {}
        self.releasing: dict[str, Instant] = {}
        self._of_author: dict[str, list[str]] = defaultdict(list)
        self._parts: dict[str, list[str]] = defaultdict(list)
        self._lines: dict[str, Line] = defaultdict(Line)
        for question in state.questions.values():
            self._index(question)
        for question in state.questions.values():
            self.rank(question)

    def question(self, key: str) -> Question:
        """Return a question.

        Raises:
            NotFound: there is none of this id.
        """
        found = self.state.questions.get(key)
        if found is None:
            raise NotFound("There is no such question; look at the list again.")
        return found

    def room(self, key: str) -> Room:
        """Return a room.

        Raises:
            NotFound: there is none of this id.
        """
        found = self.state.rooms.get(key)
        if found is None:
            raise NotFound("There is no such room in this event; choose one from the agenda.")
        return found

    def line(self, room: str) -> Line:
        """Return who waits in a room, and what its sides have had."""
        return self._lines[room]

    def in_room(self, room: Room) -> Iterator[Question]:
        """Return a room's questions in the order they came."""
        return (self.state.questions[key] for key in room.ids)

    def of(self, person: str) -> list[Question]:
        """Return a person's own questions in the order they came."""
        return [self.state.questions[key] for key in self._of_author.get(person, ())]

    def parts(self, question: Question) -> Iterator[Question]:
        """Return a question and all that were merged into it, directly or by way of another."""
        yield question
        for key in self._parts.get(question.id, ()):
            yield from self.parts(self.state.questions[key])

    def hosts(self, question: Question) -> Iterator[Question]:
        """Return what a question was merged into, and that in turn: their votes include its own."""
        into = self.state.questions.get(question.standing.merged_into or "")
        while into is not None:
            yield into
            into = self.state.questions.get(into.standing.merged_into or "")

    def voters(self, question: Question) -> set[str]:
        """Return who is for a question or for one that was merged into it."""
        if not self._parts.get(question.id):
            return question.voters
        return set().union(*(part.voters for part in self.parts(question)))

    def waiting(self, room: Room) -> list[Question]:
        """Return what waits for its turn: approved, shortlisted, next. In no particular order."""
        return [self.state.questions[key] for key in self._lines[room.id].waiting()]

    def shortlist(self, room: Room) -> list[Question]:
        """Return the shortlist in its order."""
        questions = (self.state.questions[key] for key in self._lines[room.id].orders)
        listed = (question for question in questions if question.standing.state == "shortlisted")
        return sorted(listed, key=lambda question: (question.standing.order or 0, question.number))

    def add(self, question: Question, room: Room) -> None:
        """Take in a question that is new."""
        self.state.questions[question.id] = question
        room.ids.append(question.id)
        self._index(question)
        self.rank(question)

    def put(self, question: Question, standing: Standing) -> None:
        """Let a question stand otherwise."""
        former = question.standing
        hosts = list(self.hosts(question))
        self._count(question, -1)
        question.standing = standing
        self._count(question, 1)
        if former.body != standing.body:
            self.prints[question.id] = print_of(standing.body)
        if former.merged_into != standing.merged_into:
            if former.merged_into is not None:
                self._parts[former.merged_into].remove(question.id)
            if standing.merged_into is not None:
                self._parts[standing.merged_into].append(question.id)
        self.settle(question)
        for host in (*hosts, question, *self.hosts(question)):
            self.rank(host)
        if (former.on_air_at is None) != (standing.on_air_at is None) and question.author is not None:
            for other in self.of(question.author):
                self.rank(other)

    def settle(self, question: Question) -> None:
        """Keep the index of what is let through by itself."""
        if question.release_at is not None and question.standing.state == "pending":
            self.releasing[question.id] = question.release_at
        else:
            self.releasing.pop(question.id, None)

    def rank(self, question: Question) -> None:
        """Let a question wait where its state, its votes and its author's turns put it, or not at all."""
        line = self._lines[question.room]
        if question.standing.state in VOTING_STATES:
            line.enter(question.origin, self._rank(question, line))
        else:
            line.leave(question.id)

    def _rank(self, question: Question, line: Line) -> Rank:
        """Order a side: who is next, the shortlist as its moderator has it, those without a turn yet, by votes."""
        standing = question.standing
        if standing.order is not None:
            return (int(standing.state != "next"), standing.order, 0, 0, 0, question.number, question.id)
        had = 0 if question.author is None else line.turns.get(question.author, 0)
        return (2, had, -len(self.voters(question)), question.perceived, 0, question.number, question.id)

    def _index(self, question: Question) -> None:
        self.prints[question.id] = print_of(question.standing.body)
        if question.author is not None:
            self._of_author[question.author].append(question.id)
        if question.standing.merged_into is not None:
            self._parts[question.standing.merged_into].append(question.id)
        self._count(question, 1)
        self.settle(question)

    def _count(self, question: Question, sign: int) -> None:
        """Count a question as it stands into its room's line (1), or out of it (-1)."""
        line, standing = self._lines[question.room], question.standing
        share = line.share(question.day, question.origin)
        share.asked += sign
        share.answered += sign * (standing.state == "answered")
        share.air_time += sign * standing.air_time
        share.turns += sign * (standing.air_time > 0)
        if standing.on_air_at is not None:
            share.waited(max(0, standing.on_air_at - question.perceived), sign)
            if question.author is not None:
                line.turns[question.author] += sign
        line.orders.pop(question.id, None)
        if sign > 0 and standing.order is not None:
            line.orders[question.id] = standing.order


class Claims:
    """Who is reading what: live, never journalled, lost with the process."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, Instant]] = {}
        self._stirred: set[str] = set()

    def take(self, question: str, by: str, now: Instant) -> None:
        """Note that somebody reads a question from now on."""
        if self.by(question) != by:
            self._stirred.add(question)
        self._held[question] = (by, Instant(now + CLAIM_LASTS))

    def drop(self, question: str, by: str) -> None:
        """Note that somebody no longer reads it; only their own claim goes."""
        if self.by(question) == by:
            del self._held[question]
            self._stirred.add(question)

    def by(self, question: str) -> str | None:
        """Return who reads a question, or None."""
        claim = self._held.get(question)
        return None if claim is None else claim[0]

    def ends(self) -> Instant | None:
        """Return when the next claim ends by itself."""
        return min((until for _, until in self._held.values()), default=None)

    def settle(self, now: Instant) -> Iterable[str]:
        """End what has lasted long enough; return every question whose reader changed since the last call."""
        ended = [question for question, (_, until) in self._held.items() if until <= now]
        for question in ended:
            del self._held[question]
        changed = self._stirred.union(ended)
        self._stirred = set()
        return changed
