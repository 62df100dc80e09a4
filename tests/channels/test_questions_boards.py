"""Questions on real boards: what a person's own screen holds after many changes is what a new one would."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from server.board import Board
from server.boards import Boards
from server.channels.questions import CHANNEL
from server.domain.checkin import TicketBound
from server.errors import AppError
from server.roles import Actor, Role
from tests.support.rig import Rig, attendee

PEOPLE = [attendee(name) for name in ("ann", "bo", "chen", "dee")]
MODERATOR = Actor("moderator:1", Role.MODERATOR)


def boards(rig: Rig) -> Boards:
    return Boards({"questions": CHANNEL}, {"questions": rig.engine}, "event", "process")


def mine(made: Boards) -> list[Board]:
    return [made.open("me", person) for person in PEOPLE]


def act(rig: Rig, story: Random) -> None:
    """Do something of which one's place, votes or ownership may become another."""
    person, keys = story.choice(PEOPLE), list(rig.engine.state.questions)
    kind = story.randrange(8)
    if kind < 3 or not keys:
        rig.do("submit", person, room="R0", body=f"Question {rig.uids}?", origin=story.choice(("room", "remote")))
    elif kind == 3:
        rig.do("vote", person, question=story.choice(keys), on=story.random() < 0.7)
    elif kind == 4:
        rig.apply(TicketBound(person=person.id, attendee=story.choice(("t1", "t2"))))
    elif kind == 5:
        on_air = rig.engine.state.rooms["R0"].slots.on_air
        rig.do("air", MODERATOR, question=story.choice(keys), replaces=on_air)
    else:
        verb = story.choice(("shortlist", "unshortlist", "next", "reject", "reopen", "defer", "undo", "skip_back"))
        rig.do(verb, MODERATOR, question=story.choice(keys))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_deltas_come_to_what_a_fresh_screen_is_given(seed: int) -> None:
    rig, story = Rig(CHANNEL), Random(seed)
    rig.do("import", rooms=["R0"], timezone="UTC", per_person=1_000, burst=1_000)
    rig.do("mode", MODERATOR, room="R0", mode="post")
    kept = boards(rig)
    held = mine(kept)
    for _ in range(60):
        try:
            act(rig, story)
        except AppError:
            continue
        kept.refresh("questions", rig.touches)
        rig.touches.clear()

        assert [board.rows for board in held] == [board.rows for board in mine(boards(rig))]
