"""Calls: due once, acknowledged by a person, held on a slip, never lost."""

from __future__ import annotations

import pytest

from server.domain.agenda.events import CallsHeld
from server.errors import IllegalTransition
from server.plan import CallLeads
from tests.support.agenda import LIN, MINUTE, Hall, at, item

FIRST, SECOND, HOST = "a:speaker:15:lin", "a:speaker:5:lin", "a:host:15"


@pytest.fixture
def hall() -> Hall:
    return Hall(item("a", 0, 30, speakers=(LIN,)), item("b", 30, 60), item("c", 60, 90, kind="break"))


def test_calls_wait_before_they_are_due(hall: Hall) -> None:
    assert set(hall.calls().values()) == {"waiting"}
    assert hall.rows("R0")[f"call/{FIRST}"] == {
        "id": FIRST,
        "item": "a",
        "role": "speaker",
        "name": "Lin",
        "lead": 15 * MINUTE,
        "due_at": at(-15),
        "state": "waiting",
        "acked_by": None,
        "escalated": False,
        "rev": 0,
    }


def test_the_event_says_how_long_before_its_people_are_called() -> None:
    calls = CallLeads(speaker=(3, 20, 3), host=())
    hall = Hall(item("a", 0, 30, speakers=(LIN,)), calls=calls)

    assert set(hall.calls()) == {"a:speaker:20:lin", "a:speaker:3:lin", "a:tech:10"}
    count = len(hall.history)
    hall.read(item("a", 0, 30, speakers=(LIN,)), calls=calls)
    assert len(hall.history) == count
    hall.read(item("a", 0, 30, speakers=(LIN,)))
    assert set(hall.calls()) == {FIRST, SECOND, HOST, "a:host:5", "a:tech:10"}


def test_calls_fall_due_at_their_lead_times(hall: Hall) -> None:
    hall.wait(45 * MINUTE - 1)
    assert hall.calls()[FIRST] == "waiting"
    hall.wait(1)
    assert (hall.calls()[FIRST], hall.calls()[HOST], hall.calls()[SECOND]) == ("due", "due", "waiting")
    hall.wait(5 * MINUTE)

    assert hall.calls()["a:tech:10"] == "due"


def test_a_call_is_made_once(hall: Hall) -> None:
    hall.wait(58 * MINUTE)
    made = [
        call.id
        for recorded in hall.history
        for call in getattr(recorded.event, "calls", ())
        if not isinstance(call, str)
    ]

    assert sorted(made) == sorted(set(made))


def test_a_call_is_acknowledged_by_a_person(hall: Hall) -> None:
    hall.wait(46 * MINUTE)
    assert hall.do("ack_call", call=FIRST) == {"id": FIRST, "state": "acked", "rev": 2}

    assert hall.rows("R0")[f"call/{FIRST}"]["acked_by"] == "control"
    assert hall.decide("ack_call", {"call": FIRST}).events == ()


def test_a_call_can_be_acknowledged_before_it_is_due_and_is_not_made_then(hall: Hall) -> None:
    hall.do("ack_call", call=FIRST)
    hall.wait(50 * MINUTE)

    assert hall.calls()[FIRST] == "acked"


def test_a_call_that_nobody_acknowledges_escalates_once(hall: Hall) -> None:
    hall.wait(46 * MINUTE)
    hall.do("ack_call", call=HOST)
    hall.wait(90_000)

    assert hall.rows("R0")[f"call/{FIRST}"]["escalated"] is True
    assert hall.rows("R0")[f"call/{HOST}"]["escalated"] is False


def test_a_call_is_held_when_the_forecast_slips_and_comes_again_at_the_new_time(hall: Hall) -> None:
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(16 * MINUTE)
    hall.do("ack_call", call="b:host:15")
    hall.do("adjust", item="a", by=10 * MINUTE)
    hall.wait(0)
    assert hall.calls()["b:host:15"] == "held"
    assert hall.rows("R0")["call/b:host:15"]["due_at"] == at(25)
    hall.wait(9 * MINUTE)

    assert hall.calls()["b:host:15"] == "due"
    assert hall.rows("R0")["call/b:host:15"]["acked_by"] is None


def test_a_call_is_not_held_for_a_small_slip(hall: Hall) -> None:
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(16 * MINUTE)
    hall.do("adjust", item="a", by=2 * MINUTE)
    hall.wait(0)

    assert hall.calls()["b:host:15"] == "due"


def test_a_call_is_not_held_when_its_new_time_is_past_already(hall: Hall) -> None:
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(29 * MINUTE)
    hall.do("adjust", item="a", by=3 * MINUTE)
    hall.wait(0)

    assert not any(isinstance(recorded.event, CallsHeld) for recorded in hall.history)


def test_an_overrun_that_goes_on_does_not_make_calls_flutter(hall: Hall) -> None:
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(29 * MINUTE)
    before = len(hall.history)
    hall.wait(20 * MINUTE)

    assert {type(recorded.event).__name__ for recorded in hall.history[before:]} <= {"CallsEscalated", "TimesPublished"}


def test_a_call_waits_while_an_overrun_eats_a_long_gap() -> None:
    hall = Hall(item("a", 0, 30), item("b", 60, 90))
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(45 * MINUTE - 1)
    assert hall.calls()["b:host:15"] == "waiting"
    hall.wait(1)

    assert hall.calls()["b:host:15"] == "due"


def test_a_call_behind_an_item_that_never_ends_waits_on() -> None:
    hall = Hall(item("a", 0, 30), item("b", 50, 80, gap_kind="turnover"))
    hall.set(0)
    hall.do("start", item="a")
    hall.wait(120 * MINUTE)

    assert hall.calls()["b:host:15"] == "waiting"


def test_a_call_that_nobody_acknowledged_is_missed_once_its_item_begins(hall: Hall) -> None:
    hall.wait(46 * MINUTE)
    hall.do("ack_call", call=HOST)
    hall.do("start", item="a")

    assert {key: state for key, state in hall.calls().items() if key.startswith("a:")} == {
        FIRST: "missed",
        HOST: "acked",
    }
    with pytest.raises(IllegalTransition):
        hall.do("ack_call", call=FIRST)


def test_breaks_and_skipped_items_call_nobody(hall: Hall) -> None:
    hall.do("skip", item="a")
    hall.do("skip", item="b")

    assert hall.calls() == {}


def test_calls_of_an_item_that_is_over_leave(hall: Hall) -> None:
    hall.wait(46 * MINUTE)
    hall.do("start", item="b")

    assert not any(key.startswith("a:") for key in hall.calls())


def test_a_restart_repeats_no_call(hall: Hall) -> None:
    hall.wait(46 * MINUTE)
    hall.do("ack_call", call=HOST)
    again = hall.restored()

    assert again.deadline() == hall.engine.deadline()
    assert again.index.calls("R0").keys() == hall.engine.index.calls("R0").keys()
