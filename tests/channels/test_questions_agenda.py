"""Q&A goes by the agenda: how many questions still fit, and opening and closing with the items."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.questions import CHANNEL
from server.domain.questions.timetable import Timetable
from server.errors import AppError
from server.plan import PlannedRoom
from tests.support.agenda import MINUTE, Hall, at, item, minute_of
from tests.support.rig import CONTROL, Rig

ITEMS = (
    item("a", 0, 30),
    item("tea", 30, 40, kind="break"),
    item("b", 40, 70, broadcast=("R0", "R1")),
    item("c", 75, 90, end_kind="fixed"),
)
ROOMS = (PlannedRoom("R0", "One"), PlannedRoom("R1", "Two"))


class Venue:
    """Agenda and questions side by side, as the conductor runs them."""

    def __init__(self, close_after_item: int | None = None) -> None:
        self.hall = Hall(*ITEMS, rooms=ROOMS)
        self.rig = Rig(CHANNEL, self.hall.clock)
        self.rig.do("import", rooms=["R0", "R1"], timezone="UTC", close_after_item=close_after_item)
        self.told = 0
        self.tell()

    def do(self, verb: str, minute: float | None = None, **args: Any) -> None:
        """Do something on the agenda at a minute."""
        if minute is not None:
            self.wait(minute)
        try:
            self.hall.do(verb, **args)
        finally:
            self.tell()

    def wait(self, minute: float) -> None:
        """Let the questions come to a minute, deadline by deadline."""
        self.rig.wait(at(minute) - self.rig.clock.now())

    def tell(self) -> None:
        """Let the questions hear what happened on the agenda, and answer to it."""
        for recorded in self.hall.history[self.told :]:
            if type(recorded.event) in CHANNEL.hears:
                self.rig.apply(recorded.event, by=recorded.by)
                react = CHANNEL.reacts.get(type(recorded.event))
                self.rig.apply(*(react(self.rig.engine, self.rig.history[-1]) if react else ()))
        self.told = len(self.hall.history)

    def qa(self, room: str = "R0") -> Any:
        return self.rig.rows(room)["qa"]


def test_as_many_fit_as_the_running_item_has_time_for() -> None:
    venue = Venue()
    assert (venue.qa()["fits"], venue.qa()["until"]) == (0, None)

    venue.do("start", 0, item="a")
    assert (venue.qa()["fits"], minute_of(venue.qa()["until"]), venue.qa()["pace"]) == (15, 30, 120_000)
    venue.do("adjust", 20, item="a", by=10 * MINUTE)
    assert (venue.qa()["fits"], minute_of(venue.qa()["until"])) == (10, 40)
    venue.do("undo", 22, room="R0")
    assert (venue.qa()["fits"], minute_of(venue.qa()["until"])) == (4, 30)


def test_a_closing_before_the_items_end_leaves_less_time() -> None:
    venue = Venue()
    venue.do("start", 0, item="a")
    venue.rig.do("close", room="R0", closes_at=at(10))

    assert venue.qa()["fits"] == 5


def test_in_a_break_nothing_fits_and_overtime_leaves_none() -> None:
    venue = Venue()
    venue.do("start", 0, item="a")
    venue.wait(35)
    venue.rig.do("blank", room="R0", on=True)
    assert venue.qa()["fits"] == 0
    venue.do("start", 36, item="tea")
    assert (venue.qa()["fits"], venue.qa()["until"]) == (0, None)


def test_a_broadcast_is_what_runs_in_each_of_its_rooms() -> None:
    venue = Venue()
    venue.rig.touches.clear()
    venue.do("start", 40, item="b")

    assert minute_of(venue.qa("R1")["until"]) == 70
    assert {room for touch in venue.rig.touches for room in touch.rooms} == {"R0", "R1"}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_the_end_is_the_one_that_the_agenda_would_tell(seed: int) -> None:
    venue, story = Venue(), Random(seed)
    for _ in range(25):
        key = story.choice("abc")
        acts: list[tuple[str, dict[str, Any]]] = [
            *[(verb, {"item": key}) for verb in ("start", "start", "finish", "pause", "resume", "skip")],
            ("adjust", {"item": key, "by": story.randrange(-5, 10) * MINUTE}),
            ("edit", {"item": key, "duration": story.randrange(5, 40) * MINUTE}),
            ("swap", {"a": "b", "b": "c"}),
            ("message", {"room": "R0", "text": "Hurry", "level": "info"}),
            ("undo", {"room": "R0"}),
        ]
        verb, args = story.choice(acts)
        with suppress(AppError):
            venue.do(verb, **args)
        assert known_end(venue) == true_end(venue), verb
        venue.rig.clock.set(venue.rig.clock.now() + story.randrange(4) * MINUTE)
    assert venue.rig.replayed().state == venue.rig.engine.state
    assert venue.rig.restored().state == venue.rig.engine.state


def known_end(venue: Venue) -> int | None:
    timetable: Timetable = venue.rig.engine.state.timetable
    return timetable.ends("R0", venue.rig.clock.now())


def true_end(venue: Venue) -> int | None:
    """Return when the agenda's running item ends, by its own facts."""
    for each in venue.hall.engine.state.items.values():
        facts = each.facts
        if each.on and each.plan.end_kind == "fixed":
            return int(each.plan.end + facts.adjusted)
        if each.on:
            pause = 0 if facts.paused_at is None else venue.rig.clock.now() - facts.paused_at
            return int(facts.started_at + each.duration + facts.paused_total + pause)
    return None


def test_without_a_rule_questions_stay_open_when_an_item_ends() -> None:
    venue = Venue()
    venue.do("start", 0, item="a")
    venue.do("finish", 30, item="a")
    venue.wait(90)

    assert venue.qa()["state"] == "open"


def test_with_a_rule_questions_close_after_the_item_and_open_with_the_next() -> None:
    venue = Venue(close_after_item=5 * MINUTE)
    venue.do("start", 0, item="a")
    venue.do("start", 30, item="tea")
    assert (venue.qa()["state"], minute_of(venue.qa()["closes_at"])) == ("closing", 35)
    venue.wait(35)
    assert venue.qa()["state"] == "closed"

    venue.do("start", 40, item="b")
    assert (venue.qa()["state"], venue.qa()["closes_at"]) == ("open", None)


def test_one_item_after_the_other_leaves_them_open() -> None:
    venue = Venue(close_after_item=5 * MINUTE)
    venue.do("start", 40, item="b")
    venue.do("start", 70, item="c")

    assert venue.qa()["state"] == "open"


def test_an_end_that_is_taken_back_opens_them_again() -> None:
    venue = Venue(close_after_item=5 * MINUTE)
    venue.do("start", 0, item="a")
    venue.do("finish", 10, item="a")
    assert venue.qa()["state"] == "closing"

    venue.do("undo", 11, room="R0")

    assert venue.qa()["state"] == "open"


def test_what_a_moderator_closed_stays_closed_when_an_item_begins() -> None:
    venue = Venue(close_after_item=5 * MINUTE)
    venue.rig.do("close", CONTROL, room="R0")
    venue.do("start", 0, item="a")

    assert venue.qa()["state"] == "closed"


def test_what_a_moderator_opened_again_in_the_break_stays_open() -> None:
    venue = Venue(close_after_item=5 * MINUTE)
    venue.do("start", 0, item="a")
    venue.do("start", 30, item="tea")
    venue.rig.do("open", CONTROL, room="R0")
    venue.wait(39)

    assert venue.qa()["state"] == "open"
