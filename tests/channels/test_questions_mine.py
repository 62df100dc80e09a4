"""What is one's own: on every device of one ticket's holder, with the place on one's side and one's votes."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.questions import CHANNEL
from server.domain.checkin import TicketBound
from server.errors import LimitReached
from server.roles import CREW_VIEW, Actor, Role, person_view
from tests.support.rig import Rig, attendee

PHONE, LAPTOP, OTHER = attendee("phone"), attendee("laptop"), attendee("other")
MODERATOR = Actor("moderator:1", Role.MODERATOR)


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0"], timezone="UTC")
    bench.do("mode", MODERATOR, room="R0", mode="post")
    return bench


def ask(rig: Rig, body: str = "Does it scale?", actor: Actor = PHONE) -> str:
    return str(rig.do("submit", actor, room="R0", body=body)["id"])


def join(rig: Rig, *actors: Actor, ticket: str = "t1") -> None:
    rig.apply(*(TicketBound(person=actor.id, attendee=ticket) for actor in actors))


def votes(rig: Rig, key: str) -> Any:
    return rig.rows("R0")[f"q/{key}"]["votes"]


def mine(rig: Rig, actor: Actor) -> dict[str, Any]:
    keys = CHANNEL.mine(rig.engine, actor.id)
    return {key: CHANNEL.row(rig.engine, None, key, person_view(actor.id)) for key in keys}


def test_two_devices_of_one_ticket_have_one_vote(rig: Rig) -> None:
    key = ask(rig, actor=OTHER)
    rig.do("vote", PHONE, question=key, on=True, n=1)
    rig.do("vote", LAPTOP, question=key, on=True, n=1)
    assert votes(rig, key) == 2

    join(rig, PHONE, LAPTOP)

    assert votes(rig, key) == 1
    assert rig.do("vote", LAPTOP, question=key, on=True, n=2)["votes"] == 1
    assert rig.do("vote", PHONE, question=key, on=False, n=2)["votes"] == 0


def test_a_vote_of_before_the_ticket_was_shown_goes_on_counting(rig: Rig) -> None:
    key = ask(rig, actor=OTHER)
    join(rig, LAPTOP)
    rig.do("vote", PHONE, question=key, on=True, n=1)

    join(rig, PHONE)

    assert mine(rig, LAPTOP)["my_votes"].questions == (key,)


def test_each_device_sees_and_may_withdraw_what_the_other_asked(rig: Rig) -> None:
    key = ask(rig)
    join(rig, PHONE, LAPTOP)
    assert mine(rig, LAPTOP)[f"q/{key}"].body == "Does it scale?"

    decision = rig.decide("withdraw", {"question": key}, LAPTOP)

    assert decision.result["state"] == "withdrawn"
    withdraw = CHANNEL.verbs["withdraw"].args(question=key, sender="laptop")
    assert rig.engine.locate(withdraw).owner == "laptop"


def test_nobody_says_for_themselves_who_sends(rig: Rig) -> None:
    """Else a stranger could withdraw in the author's name."""
    key = ask(rig)
    admit: Any = CHANNEL.verbs["withdraw"].admit
    stolen = admit(CHANNEL.verbs["withdraw"].args(question=key, sender="phone"), OTHER)

    assert stolen.sender == "other"
    assert rig.engine.locate(stolen).owner == "phone"


def test_asking_the_same_from_a_second_device_is_the_same_question(rig: Rig) -> None:
    key = ask(rig)
    join(rig, PHONE, LAPTOP)

    assert rig.do("submit", LAPTOP, room="R0", body="does it SCALE")["duplicate_of"] == key


def test_a_second_device_does_not_double_what_one_may_ask(rig: Rig) -> None:
    join(rig, PHONE, LAPTOP)
    for n in range(3):
        ask(rig, f"Question {n}?")

    assert rig.do("submit", LAPTOP, room="R0", body="One more?")["state"] == "held"


def test_what_two_devices_used_up_is_added_when_they_turn_out_to_be_one_persons(rig: Rig) -> None:
    key = ask(rig, actor=OTHER)
    for n in range(30):
        rig.do("vote", PHONE, question=key, on=n % 2 == 0, n=n)
    join(rig, PHONE, LAPTOP)

    with pytest.raises(LimitReached):
        rig.do("vote", LAPTOP, question=key, on=True, n=1)


def test_a_device_that_shows_another_ticket_takes_its_own_questions_along(rig: Rig) -> None:
    join(rig, PHONE, LAPTOP)
    key = ask(rig)
    rig.touches.clear()

    join(rig, PHONE, ticket="t2")

    assert f"q/{key}" not in mine(rig, LAPTOP)
    assert f"q/{key}" in mine(rig, PHONE)
    assert any(touch.key == f"q/{key}" and "laptop" in touch.people for touch in rig.touches)


def test_a_conflict_names_no_device_of_the_author(rig: Rig) -> None:
    join(rig, PHONE, LAPTOP)
    rig.do("mode", MODERATOR, room="R0", mode="pre")
    key = ask(rig)
    rig.do("edit", LAPTOP, question=key, body="Does it scale well?")

    assert rig.engine.locate(CHANNEL.verbs["approve"].args(question=key)).by == "author"


def test_an_asker_is_told_the_place_on_their_side(rig: Rig) -> None:
    first, second, own = ask(rig, "One?", OTHER), ask(rig, "Two?", LAPTOP), ask(rig, "Three?")
    assert mine(rig, PHONE)[f"q/{own}"].place == 3
    assert rig.rows("R0")[f"q/{own}"]["place"] is None

    rig.do("vote", OTHER, question=own, on=True, n=1)
    assert mine(rig, PHONE)[f"q/{own}"].place == 1
    rig.do("shortlist", MODERATOR, question=second)
    rig.do("air", MODERATOR, question=first, replaces=None)
    assert mine(rig, PHONE)[f"q/{own}"].place == 2


def test_the_other_sides_questions_are_not_before_ones_own(rig: Rig) -> None:
    rig.do("submit", Actor("floor", Role.FLOOR), room="R0", body="On paper?")
    own = ask(rig)

    assert mine(rig, PHONE)[f"q/{own}"].place == 1


def test_far_back_no_place_is_told(rig: Rig) -> None:
    for n in range(10):
        ask(rig, f"Question {n}?", attendee(f"p{n}"))
    own = ask(rig)

    assert mine(rig, PHONE)[f"q/{own}"].place is None


def test_who_moves_up_is_told_so(rig: Rig) -> None:
    first, own = ask(rig, "One?", OTHER), ask(rig, "Two?")
    rig.touches.clear()

    rig.do("reject", MODERATOR, question=first)

    assert any(touch.key == f"q/{own}" and touch.people == ("phone",) for touch in rig.touches)


def test_ones_votes_are_ones_own_business(rig: Rig) -> None:
    key = ask(rig, actor=OTHER)
    rig.do("vote", PHONE, question=key, on=True, n=1)

    assert mine(rig, PHONE)["my_votes"].questions == (key,)
    assert CHANNEL.row(rig.engine, "R0", "my_votes", CREW_VIEW) is None
    assert "my_votes" not in mine(rig, OTHER)
