"""What holds of questions whatever anybody does: sequences of random commands by several people."""

from __future__ import annotations

import base64
from collections import defaultdict
from contextlib import suppress
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.questions import CHANNEL
from server.clock import HOUR
from server.domain.checkin import TicketBound
from server.domain.questions.delay import MOST_DELAY, SLACK
from server.domain.questions.events import QuestionApproved
from server.domain.questions.lifecycle import PUBLIC_STATES, STEPS, VOTING_STATES
from server.errors import AppError
from server.filters import Wordlist
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Role, person_view
from tests.support.pictures import jpeg
from tests.support.rig import CONTROL, Rig, attendee

ROOMS = ("R0", "R1")
PEOPLE = ("ann", "bo", "chen")
MODERATORS = (Actor("moderator:1", Role.MODERATOR), Actor("moderator:2", Role.MODERATOR))
FLOOR = Actor("floor", Role.FLOOR)
BODIES = ("How fast is it?", "How slow is it?", "多少钱？", "不要钱吗？", "Why not?", "Is it 5 or 6?")

WORDS = Wordlist(name="filters.txt", version="1", words={"hold": ("slow",), "mask": ("fast",), "note": ("5",)})

Law = st.tuples(st.integers(50, 80), st.integers(0, 2**32))
"""How many commands, and which story they are of."""

CREWS = ("hits", "similar", "claimed_by", "original", "labels", "photo", "receipt", "seen", "score", "release_at")
"""What only the crew may read of a question."""

CREW_WORDS = ("Dr Wang", "'good'", "K7-1", "filters.txt", "moderator:")
"""What the crew's labels, assignees, stubs, word lists and names are in these stories."""

STEP_VERBS = sorted(set(STEPS) - {"release", "expire", "withdraw", "merge", "air"})

Asked = tuple[str, Actor, dict[str, Any]]


def play(law: tuple[int, int]) -> Rig:
    """Return a bench after a story; commands that were refused changed nothing."""
    rig = Rig(CHANNEL)
    rig.do("import", rooms=list(ROOMS), timezone="Asia/Shanghai", wordlists=(WORDS,))
    length, seed = law
    story = Random(seed)
    for _ in range(length):
        before = len(rig.history)
        verb, actor, args = chosen(rig, story)
        try:
            rig.do(verb, actor, **args)
        except AppError:
            assert len(rig.history) == before
        if story.random() < 0.03:
            rig.apply(ticket(story))
        rig.wait(story.choice((0,) * 20 + (1_500, 4_000, 4_000, 30_000) * 3 + (3 * HOUR,)))
    return rig


def ticket(story: Random) -> TicketBound:
    """Return that somebody showed one of two tickets."""
    return TicketBound(person=story.choice(PEOPLE), attendee=story.choice(("t1", "t2")))


def packed() -> str:
    """Return the picture of a slip as it is sent."""
    return base64.b64encode(jpeg()).decode()


def chosen(rig: Rig, story: Random) -> Asked:
    """Return a command about what there is by now, more often than not one that is in place."""
    room, moderator = story.choice(ROOMS), story.choice(MODERATORS)
    person, body = attendee(story.choice(PEOPLE)), story.choice(BODIES) + story.choice(("", " a", " b", " c", " d"))
    state = rig.engine.state
    kind = story.randrange(10)
    if kind < 2 or not state.questions:
        sender = story.choice((FLOOR, person, person))
        if story.random() < 0.25:
            return "bring", FLOOR, {"room": room, "body": body}
        slip = {"photo": packed(), "receipt": "K7-1"} if sender is FLOOR and story.random() < 0.5 else {}
        return "submit", sender, {"room": room, "body": body, "name": story.choice((None, "Ann")), **slip}
    one, other = story.choice(list(state.questions)), story.choice(list(state.questions))
    if kind == 2:
        return "vote", person, {"question": one, "on": story.random() < 0.7, "n": story.randrange(7)}
    if kind == 3:
        return "undo", moderator, {"question": one}
    if kind < 6:
        return moderation(story, moderator, room, one, other, body)
    fitting = [verb for verb in (*STEP_VERBS, "air") if state.questions[one].standing.state in STEPS[verb]]
    verb = story.choice(fitting or STEP_VERBS)
    more = {"replaces": state.rooms[state.questions[one].room].slots.on_air} if verb == "air" else {}
    return verb, moderator, {"question": one, **more}


def moderation(story: Random, moderator: Actor, room: str, one: str, other: str, body: str) -> Asked:
    """Return one of the rarer acts."""
    on = story.random() < 0.6
    acts: list[Asked] = [
        ("merge", moderator, {"question": one, "into": other}),
        ("unmerge", moderator, {"question": one}),
        ("edit", moderator, {"question": one, "body": body}),
        ("label", moderator, {"question": one, "label": "good", "on": on}),
        ("assign", moderator, {"question": one, "assignee": "Dr Wang"}),
        ("order", moderator, {"question": one, "before": other}),
        ("withdraw", CONTROL, {"question": one}),
        ("reply", moderator, {"question": one, "reply": story.choice((body, None))}),
        ("defer", moderator, {"question": one, "reply": body}),
        ("blank", moderator, {"room": room, "on": on}),
        ("approve", moderator, {"question": one}),
        ("measure", attendee(story.choice(PEOPLE)), {"room": room, "mark": story.randrange(10, 60)}),
        ("mode", moderator, {"room": room, "mode": story.choice(("pre", "post", "delay"))}),
        ("close", moderator, {"room": room}),
        ("open", moderator, {"room": room}),
    ]
    return story.choice(acts)


@settings(max_examples=20, deadline=None)
@given(Law)
def test_a_replay_of_the_journal_gives_the_same_state(law: tuple[int, int]) -> None:
    rig = play(law)

    assert rig.replayed().state == rig.engine.state


@settings(max_examples=20, deadline=None)
@given(Law)
def test_a_restored_engine_shows_the_same_rows(law: tuple[int, int]) -> None:
    rig = play(law)
    restored = rig.restored()

    assert restored.state == rig.engine.state
    for room in ROOMS:
        for key in CHANNEL.keys(rig.engine, room):
            assert CHANNEL.row(restored, room, key, CREW_VIEW) == CHANNEL.row(rig.engine, room, key, CREW_VIEW)


@settings(max_examples=20, deadline=None)
@given(Law)
def test_only_what_was_let_through_ever_leaves_the_crew(law: tuple[int, int]) -> None:
    rig = play(law)
    for room in ROOMS:
        blank = rig.engine.state.rooms[room].blank
        for key, row in questions(rig, room, PUBLIC_VIEW).items():
            assert row["state"] in PUBLIC_STATES, key
            assert not any(row[member] for member in CREWS)
            assert not row["reply"] or row["state"] in ("deferred", "answered")
            assert not (blank and row["state"] in ("next", "on_air"))
            assert "fast" not in row["body"]
        for audience in (PUBLIC_VIEW, STAGE_VIEW):
            shown = repr(rig.rows(room, audience))
            assert not [word for word in CREW_WORDS if word in shown]
        assert all(row["state"] in ("next", "on_air") for row in questions(rig, room, STAGE_VIEW).values())
        assert not (blank and questions(rig, room, STAGE_VIEW))
        for row in questions(rig, room, WALL_VIEW).values():
            assert row["name"] is None
            assert row["state"] in PUBLIC_STATES or (row["body"] == "" and row["reply"] is None)
            assert (row["photo"], row["receipt"], row["original"]) == (None, None, None)
    for person in PEOPLE:
        for key, question in rig.engine.state.questions.items():
            seen = CHANNEL.row(rig.engine, None, f"q/{key}", person_view(person))
            tickets = rig.engine.state.presence.tickets
            same = question.author in tickets and tickets[question.author] == tickets.get(person)
            assert (seen is not None) == (question.author == person or same)


@settings(max_examples=20, deadline=None)
@given(Law)
def test_only_a_text_as_it_was_let_through_ever_flies(law: tuple[int, int]) -> None:
    """Every text is remembered when somebody lets it through; after each event nothing else is in the picture."""
    rig = play(law)
    bench = Rig(CHANNEL)
    let_through: dict[str, set[str]] = defaultdict(set)
    for recorded in rig.history:
        before = {key: each.standing.state for key, each in bench.engine.state.questions.items()}
        bench.hear(recorded)
        for key, question in bench.engine.state.questions.items():
            state = before.get(key, "pending")
            came_out = state not in {*PUBLIC_STATES, "merged"} and question.standing.state in PUBLIC_STATES
            approved = isinstance(recorded.event, QuestionApproved) and recorded.event.question == key
            if came_out or approved:
                let_through[key].add(question.standing.body)
        for room in ROOMS if bench.engine.state.rooms else ():
            blank = bench.engine.state.rooms[room].blank
            assert "danmaku" not in bench.rows(room, PUBLIC_VIEW)
            row = bench.rows(room, STAGE_VIEW).get("danmaku", {"comments": []})
            assert not (blank and row["comments"])
            for comment in row["comments"]:
                question = bench.engine.state.questions[comment["id"]]
                assert (question.inlet, question.room) == ("import", room)
                assert question.standing.state in PUBLIC_STATES
                assert question.standing.body in let_through[question.id]


@settings(max_examples=20, deadline=None)
@given(Law)
def test_nobody_is_let_in_later_than_a_minute_and_a_little(law: tuple[int, int]) -> None:
    rig = play(law)
    for room in rig.engine.state.rooms.values():
        assert SLACK <= room.grace <= MOST_DELAY + SLACK
        assert all(0 <= delay <= MOST_DELAY for delay in room.delays.values())
    for question in rig.engine.state.questions.values():
        assert question.author is None or question.received - MOST_DELAY <= question.perceived <= question.received


@settings(max_examples=20, deadline=None)
@given(Law)
def test_numbers_are_unique_and_one_question_at_most_has_each_place(law: tuple[int, int]) -> None:
    rig = play(law)
    questions = rig.engine.state.questions.values()
    numbers = [(question.room, question.day, question.number) for question in questions]
    assert len(numbers) == len(set(numbers))
    for room in rig.engine.state.rooms.values():
        for state, holder in (("on_air", room.slots.on_air), ("next", room.slots.next)):
            held = [each.id for each in questions if each.room == room.id and each.standing.state == state]
            assert held == ([] if holder is None else [holder])
        orders = [each.standing.order for each in questions if each.room == room.id and each.standing.order]
        assert len(orders) == len(set(orders))


@settings(max_examples=20, deadline=None)
@given(Law)
def test_votes_are_the_number_of_persons_who_are_for_it(law: tuple[int, int]) -> None:
    rig = play(law)
    state = rig.engine.state
    for question in state.questions.values():
        merged = {question.id}
        while more := {e.id for e in state.questions.values() if e.standing.merged_into in merged} - merged:
            merged |= more
        voters = {voter for key in merged for voter in state.questions[key].voters}
        row: Any = CHANNEL.row(rig.engine, question.room, f"q/{question.id}", CREW_VIEW)
        assert row.votes == len(voters)


@settings(max_examples=15, deadline=None)
@given(Law)
def test_every_row_that_an_act_changes_is_touched(law: tuple[int, int]) -> None:
    """Else a screen would keep showing what is no longer so."""
    rig = play(law)
    story = Random(law[1] + 1)
    before = everything(rig)
    for _ in range(20):
        rig.touches.clear()
        verb, actor, args = chosen(rig, story)
        if story.random() < 0.2:
            rig.apply(ticket(story))
        else:
            with suppress(AppError):
                rig.do(verb, actor, **args)
        after = everything(rig)
        touched = {(room, touch.key) for touch in rig.touches for room in touch.rooms}
        touched |= {(person, touch.key) for touch in rig.touches for person in touch.people}
        changed = {place[1:] for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
        assert changed <= touched, (verb, args)
        before = after


@settings(max_examples=20, deadline=None)
@given(Law)
def test_undo_restores_every_question_and_the_stage_exactly(law: tuple[int, int]) -> None:
    rig = play(law)
    state, story = rig.engine.state, Random(law[1] + 1)
    for _ in range(20):
        verb, _, args = chosen(rig, story)
        if verb in ("submit", "vote", "undo", "withdraw") or "question" not in args:
            continue
        standings = {key: each.standing for key, each in state.questions.items()}
        slots = {key: room.slots for key, room in state.rooms.items()}
        before = len(rig.history)
        with suppress(AppError):
            rig.do(verb, MODERATORS[0], **args)
        if len(rig.history) > before and standings != {key: q.standing for key, q in state.questions.items()}:
            rig.do("undo", MODERATORS[0], question=args["question"])

        assert {key: each.standing for key, each in state.questions.items()} == standings
        assert {key: room.slots for key, room in state.rooms.items()} == slots


@settings(max_examples=20, deadline=None)
@given(Law)
def test_what_is_suggested_always_waits_for_its_turn(law: tuple[int, int]) -> None:
    rig = play(law)
    for room in rig.engine.state.rooms.values():
        suggested = rig.engine.desk(room).suggested
        waiting = [q for q in rig.engine.ledger.waiting(room) if q.id != room.slots.next]
        assert (suggested is not None) == bool(waiting)
        if suggested is not None:
            assert rig.engine.state.questions[suggested].standing.state in VOTING_STATES


@settings(max_examples=20, deadline=None)
@given(Law)
def test_a_history_with_holes_is_applied_as_far_as_it_fits(law: tuple[int, int]) -> None:
    rig, story = play(law), Random(law[1] + 1)
    engine = CHANNEL.engine()
    for recorded in rig.history:
        if story.random() < 0.8:
            engine.evolve(recorded)

    assert engine.state.questions.keys() <= rig.engine.state.questions.keys()
    for room in engine.state.rooms.values():
        engine.desk(room)


def questions(rig: Rig, room: str, audience: Any) -> dict[str, Any]:
    return {key: row for key, row in rig.rows(room, audience).items() if key.startswith("q/")}


def everything(rig: Rig) -> dict[tuple[str, str, str], Any]:
    """Return every row of every audience."""
    found: dict[tuple[str, str, str], Any] = {}
    for room in ROOMS:
        for audience in (CREW_VIEW, WALL_VIEW, STAGE_VIEW, PUBLIC_VIEW):
            found |= {(audience, room, key): row for key, row in rig.rows(room, audience).items()}
    for person in PEOPLE:
        for key in CHANNEL.mine(rig.engine, person):
            found[person, person, key] = CHANNEL.row(rig.engine, None, key, person_view(person))
    return found


@settings(max_examples=20, deadline=None)
@given(Law)
def test_what_is_counted_as_it_changes_equals_a_count_from_scratch(law: tuple[int, int]) -> None:
    rig = play(law)
    restored = rig.restored()
    for room in rig.engine.state.rooms.values():
        assert rig.engine.desk(room) == restored.desk(room)
        kept, fresh = rig.engine.ledger.line(room.id), restored.ledger.line(room.id)
        assert kept.orders == fresh.orders
        assert [kept.place(key) for key in room.ids] == [fresh.place(key) for key in room.ids]
        assert {key: had for key, had in kept.turns.items() if had} == dict(fresh.turns)
    for person in PEOPLE:
        assert sorted(rig.engine.ledger.votes_of(person)) == sorted(restored.ledger.votes_of(person))
        assert rig.engine.ledger.of(person) == restored.ledger.of(person)
        assert set(rig.engine.ledger.devices(person)) == set(restored.ledger.devices(person))
