"""The ways to find things in the state of questions, kept as it changes.

Owns    the indexes of the state: whose questions, who is for what, what was merged, who waits.
Never   decides, or applies an event; holds nothing that does not follow from the state.
Used by the deciding and the applying half of the engine, and by the channel's views.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from server.clock import Instant
from server.domain import pace
from server.domain.base import NotFound
from server.domain.questions.lifecycle import VOTING_STATES, Standing, counted_reason
from server.domain.questions.line import Line, Rank
from server.domain.questions.state import Question, QuestionsState, Room
from server.domain.questions.text import Print, print_of
from server.filters import Wordlist
from server.filters.screen import Screen


class Ledger:
    """The state with its indexes. Only `put` may replace a question's standing."""

    def __init__(self, state: QuestionsState) -> None:
        self.state = state
        self.screen = Screen(state.wordlists)
        self.prints: dict[str, Print] = {}
        self.releasing: dict[str, Instant] = {}
        self._of_voter: dict[str, list[str]] = defaultdict(list)
        self._votes: dict[str, dict[str, None]] = defaultdict(dict)
        self._devices: dict[str, list[str]] = defaultdict(list)
        self._parts: dict[str, list[str]] = defaultdict(list)
        self._lines: dict[str, Line] = defaultdict(Line)
        self._lost: dict[str, tuple[str, ...]] = {}
        for person, ticket in state.presence.tickets.items():
            self._devices[ticket].append(person)
        for question in state.questions.values():
            self._index(question)
        for question in state.questions.values():
            self.rank(question)

    def load(self, wordlists: tuple[Wordlist, ...]) -> None:
        """Look texts through for these lists from now on."""
        if wordlists != self.state.wordlists:
            self.state.wordlists = wordlists
            self.screen = Screen(wordlists)

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
        """Return a person's own questions, from whichever of their devices, in the order they came."""
        return [self.state.questions[key] for key in self._of_voter.get(self.state.presence.voter(person), ())]

    def devices(self, person: str | None) -> tuple[str, ...]:
        """Return every person (one browser each) who holds the same ticket as this one, itself included."""
        if person is None:
            return ()
        return tuple(self._devices.get(self.state.presence.voter(person), ())) or (person,)

    def votes_of(self, person: str) -> Iterable[str]:
        """Return the questions that a person is for."""
        return self._votes.get(self.state.presence.voter(person), ())

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

    def bind(self, person: str, ticket: str) -> None:
        """Let a person count as a ticket's holder from now on: their own questions and, the first time, their votes."""
        voter = self.state.presence.voter(person)
        own = [question for question in self.of(person) if question.author == person]
        for question in own:
            self._count(question, -1)
            self._of_voter[voter].remove(question.id)
        if voter != person:
            self._part(person, voter, own)
        self.state.presence.bind(person, ticket)
        self._devices[ticket].append(person)
        for question in own:
            self._count(question, 1)
        theirs = {*self._of_voter[ticket], *(question.id for question in own)}
        self._of_voter[ticket] = [key for key in self.state.questions if key in theirs]
        for key in self._votes.pop(person, ()):
            self.state.questions[key].voters.discard(person)
            self.vote(self.state.questions[key], ticket, on=True)
        for question in self.of(person):
            self.rank(question)

    def take_moved(self) -> Iterable[str]:
        """Return the questions whose place on their side may have changed since the last call."""
        return [key for line in self._lines.values() for key in line.take_stirred()]

    def take_lost(self) -> Mapping[str, tuple[str, ...]]:
        """Return the questions that were somebody's own and are no longer, and whose, since the last call."""
        lost, self._lost = self._lost, {}
        return lost

    def _part(self, person: str, ticket: str, own: list[Question]) -> None:
        """Let a person no longer count as a ticket's holder; `own` goes with them."""
        self._lost |= dict.fromkeys(self._of_voter[ticket], (person,))
        self._devices[ticket].remove(person)
        self._lost |= {question.id: tuple(self._devices[ticket]) for question in own}

    def vote(self, question: Question, voter: str, on: bool) -> None:
        """Count a voter in; or out, of everything that was merged in as well."""
        for part in (question,) if on else tuple(self.parts(question)):
            if on:
                part.voters.add(voter)
                self._votes[voter][part.id] = None
            else:
                part.voters.discard(voter)
                self._votes[voter].pop(part.id, None)
            for stirred in (part, *self.hosts(part)):
                self.rank(stirred)

    def spend_vote(self, person: str, now: Instant) -> None:
        """Take one off what a person may vote within a minute."""
        full_at, voter = self.state.votes_full_at, self.state.presence.voter(person)
        full_at[voter] = pace.used(full_at.get(voter, now), now, self.state.limits.votes_per_minute)

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
        had = 0 if question.author is None else line.turns.get(self.state.presence.voter(question.author), 0)
        return (2, had, -len(self.voters(question)), question.perceived, 0, question.number, question.id)

    def _index(self, question: Question) -> None:
        self.prints[question.id] = print_of(question.standing.body)
        if question.author is not None:
            self._of_voter[self.state.presence.voter(question.author)].append(question.id)
        for voter in question.voters:
            self._votes[voter][question.id] = None
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
        if (reason := counted_reason(standing)) is not None:
            line.refused(question.day)[reason] += sign
        if standing.on_air_at is not None:
            share.waited(max(0, standing.on_air_at - question.perceived), sign)
            if question.author is not None:
                line.turns[self.state.presence.voter(question.author)] += sign
        line.orders.pop(question.id, None)
        if sign > 0 and standing.order is not None:
            line.orders[question.id] = standing.order
