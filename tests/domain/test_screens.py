"""Screens: what the crew decides about them lasts, and what they say of themselves is live."""

from __future__ import annotations

from typing import Any

import pytest

from server.channels.screens import CHANNEL
from server.domain.screens.words import HIDDEN_STALE_AFTER, IDENTIFY, LEAVING, LOST_KEPT, MOST_SCREENS, STALE_AFTER
from server.errors import Conflict, IllegalTransition, LimitReached, Malformed, NotFound
from server.roles import Actor, Role
from tests.support.rig import CONTROL, Rig

WALL = Actor("wall", Role.WALL)
STAGE = Actor("stage:R0", Role.STAGE, frozenset({"R0"}))


class House(Rig):
    """A rig that lets live values settle as the conductor does."""

    def __init__(self) -> None:
        super().__init__(CHANNEL)
        self.do("import", rooms=["R0", "R1"])

    def report(self, screen: str = "s1", actor: Actor = WALL, **said: Any) -> list[str]:
        """A screen says what it is; return the keys of the rows that this touches."""
        page = {"page": "wall"} if actor is WALL else {"page": "stage", "room": "R0"}
        self.do("report", actor, **{"screen": screen, **page, **said})
        return self.settle()

    def settle(self) -> list[str]:
        """Return the rows whose live members changed."""
        return [touch.key for touch in CHANNEL.refresh(self.engine, self.clock.now())]

    def pass_(self, milliseconds: int) -> list[str]:
        """Let time pass, and return the rows that changed by it."""
        self.clock.advance(milliseconds)
        return self.settle()

    def screen(self, id_: str = "s1") -> dict[str, Any]:
        """Return a screen's row on the bare board."""
        row: dict[str, Any] = self.rows()[f"screen/{id_}"]
        return row


@pytest.fixture
def house() -> House:
    return House()


def test_a_screen_is_up_as_soon_as_it_reports(house: House) -> None:
    assert house.report(width=1920, height=1080, language="en", skew=-40, trip=12) == ["screen/s1"]
    row = house.screen()
    assert (row["state"], row["page"], row["skew"], row["trip"], row["since"]) == (
        "up",
        "wall",
        -40,
        12,
        house.clock.now(),
    )
    assert row["heard_at"] is None


def test_a_report_that_says_nothing_new_changes_no_row(house: House) -> None:
    house.report(skew=10, trip=20)
    before = house.screen()
    house.clock.advance(20_000)
    assert house.report(skew=45, trip=60) == []
    assert house.screen() == before


@pytest.mark.parametrize("said", [{"skew": 1_200}, {"trip": 400}, {"visible": False}, {"width": 1280}])
def test_what_differs_noticeably_is_news(house: House, said: dict[str, Any]) -> None:
    house.report(trip=20)
    assert house.report(**{"trip": 20, **said}) == ["screen/s1"]
    assert house.screen().items() >= said.items()


def test_a_silent_screen_is_stale_and_tells_when_it_was_last_heard_of(house: House) -> None:
    house.report()
    heard = house.clock.now()
    assert house.pass_(STALE_AFTER - 1) == []
    assert CHANNEL.next_refresh(house.engine) == heard + STALE_AFTER
    assert house.pass_(1) == ["screen/s1"]
    assert (house.screen()["state"], house.screen()["heard_at"]) == ("stale", heard)


def test_reports_keep_a_screen_up(house: House) -> None:
    for _ in range(10):
        house.report()
        assert house.pass_(20_000) == []
    assert house.screen()["state"] == "up"


def test_a_page_that_nobody_sees_may_be_silent_for_longer(house: House) -> None:
    house.report(visible=False)
    assert house.pass_(HIDDEN_STALE_AFTER - 1) == []
    assert house.pass_(1) == ["screen/s1"]


def test_a_screen_that_is_heard_of_again_is_up_from_then_on(house: House) -> None:
    house.report()
    house.pass_(STALE_AFTER)
    assert house.report() == ["screen/s1"]
    assert (house.screen()["state"], house.screen()["since"]) == ("up", house.clock.now())


def test_a_reload_is_no_departure(house: House) -> None:
    house.report()
    since = house.clock.now()
    house.report(leaving=True)
    house.pass_(LEAVING - 1)
    house.report()
    house.pass_(LEAVING)
    assert (house.screen()["state"], house.screen()["since"]) == ("up", since)


def test_a_nameless_screen_that_leaves_goes_and_a_named_one_is_away(house: House) -> None:
    house.report("s1")
    house.report("s2")
    house.do("rename", screen="s2", name="Lobby")
    for id_ in ("s1", "s2"):
        house.report(id_, leaving=True)
    house.pass_(LEAVING)
    assert "screen/s1" not in house.rows()
    assert house.screen("s2")["state"] == "away"


def test_a_nameless_screen_that_was_lost_goes_after_a_while_and_a_named_one_stays(house: House) -> None:
    house.report("s1")
    house.report("s2")
    house.do("rename", screen="s2", name="Lobby")
    house.pass_(STALE_AFTER)
    assert house.pass_(LOST_KEPT) == ["screen/s1"]
    assert list(house.rows()) == ["screen/s2"]
    assert house.screen("s2")["state"] == "stale"
    assert CHANNEL.next_refresh(house.engine) is None


def test_a_name_outlasts_the_process_and_waits_for_its_screen(house: House) -> None:
    house.report()
    house.do("rename", screen="s1", name="  Foyer   left ")
    house.do("redirect", screen="s1", page="overlay", room="R1")
    house.do("blank", screen="s1")
    for engine in (house.replayed(), house.restored()):
        house.engine = engine
        row = house.screen()
        assert (row["name"], row["state"], row["page"], row["blank"]) == ("Foyer left", "away", None, True)
        assert (row["goes"]["page"], row["goes"]["room"]) == ("overlay", "R1")


def test_of_two_who_name_a_screen_one_is_told(house: House) -> None:
    house.report()
    house.do("rename", rev=0, screen="s1", name="Foyer")
    with pytest.raises(Conflict):
        house.do("rename", rev=0, screen="s1", name="Lobby")


def test_naming_a_screen_as_it_is_named_is_no_event(house: House) -> None:
    house.report()
    house.do("rename", screen="s1", name="Foyer")
    before = len(house.history)
    house.do("rename", screen="s1", name="Foyer ")
    house.do("blank", screen="s1", on=False)
    house.do("redirect", screen="s1")
    assert len(house.history) == before


def test_a_screen_that_shows_a_room_stands_on_that_rooms_board(house: House) -> None:
    house.report("s1", STAGE)
    assert list(house.rows("R0")) == ["screen/s1"]
    assert house.rows("R1") == {}


def test_a_screen_that_goes_to_another_room_leaves_the_first_board(house: House) -> None:
    house.do("report", CONTROL, screen="s1", page="stage", room="R0")
    house.settle()
    house.do("report", CONTROL, screen="s1", page="stage", room="R1")
    touches = list(CHANNEL.refresh(house.engine, house.clock.now()))
    assert [touch.rooms for touch in touches] == [("R0", "R1")]
    assert house.rows("R0") == {}
    assert list(house.rows("R1")) == ["screen/s1"]


def test_a_stage_key_is_sent_to_what_it_opens_only(house: House) -> None:
    house.report("s1", STAGE)
    house.do("redirect", screen="s1", page="overlay", room="R0")
    with pytest.raises(IllegalTransition, match="opens only stage and overlay of R0") as refused:
        house.do("redirect", screen="s1", page="stage", room="R1")
    assert refused.value.detail == {"opens": ["stage", "overlay"], "rooms": ["R0"]}
    with pytest.raises(IllegalTransition):
        house.do("redirect", screen="s1", page="wall")


def test_a_moderator_without_a_room_is_sent_to_any(house: House) -> None:
    house.do("report", Actor("moderator", Role.MODERATOR), screen="s1", page="moderate", room="R0")
    house.do("redirect", screen="s1", page="moderate", room="R1")
    house.do("redirect", screen="s1", page="wall")


@pytest.mark.parametrize(("page", "room"), [("stage", None), ("wall", "R0")])
def test_a_page_has_a_room_or_has_none(house: House, page: str, room: str | None) -> None:
    house.do("report", CONTROL, screen="s1", page="control")
    with pytest.raises(Malformed):
        house.do("redirect", screen="s1", page=page, room=room)


def test_no_screen_is_sent_to_a_room_that_is_not(house: House) -> None:
    house.report()
    with pytest.raises(NotFound):
        house.do("redirect", screen="s1", page="overlay", room="R9")


def test_a_screen_that_is_not_there_is_sent_nowhere_and_let_go_all_the_same(house: House) -> None:
    house.report()
    house.do("redirect", screen="s1", page="overlay", room="R1")
    house.engine = house.replayed()
    with pytest.raises(IllegalTransition, match="send it later"):
        house.do("redirect", screen="s1", page="wall")
    house.do("redirect", screen="s1")
    assert house.screen()["goes"] is None


def test_an_order_is_given_again_to_a_screen_that_went_elsewhere(house: House) -> None:
    house.report()
    house.do("redirect", screen="s1", page="overlay", room="R1")
    house.report(page="overlay", room="R1")
    before = len(house.history)
    house.do("redirect", screen="s1", page="overlay", room="R1")
    assert len(house.history) == before
    house.report(page="wall")
    house.do("redirect", screen="s1", page="overlay", room="R1")
    assert len(house.history) == before + 1


def test_nothing_is_asked_of_a_screen_that_nobody_has_heard_of(house: House) -> None:
    asked: dict[str, dict[str, Any]] = {
        "rename": {"name": "x"},
        "redirect": {},
        "identify": {},
        "blank": {},
        "forget": {},
    }
    for verb, args in asked.items():
        with pytest.raises(NotFound):
            house.do(verb, screen="nobody", **args)


def test_one_screen_shows_who_it_is(house: House) -> None:
    house.report("s1")
    house.report("s2")
    house.do("identify", screen="s1")
    assert house.settle() == ["screen/s1"]
    assert house.screen("s1")["identify_until"] == house.clock.now() + IDENTIFY
    assert house.screen("s2")["identify_until"] is None


def test_all_show_who_they_are_but_what_may_be_on_the_stream(house: House) -> None:
    house.report("s1")
    house.report("s2", page="overlay", room="R0")
    house.report("s3", STAGE)
    assert house.do("identify")["screens"] == 2
    assert house.screen("s2")["identify_until"] is None
    house.do("identify", screen="s2")
    assert house.screen("s2")["identify_until"] is not None


def test_a_lost_screen_can_show_nothing(house: House) -> None:
    house.report()
    house.pass_(STALE_AFTER)
    assert house.do("identify")["screens"] == 0
    with pytest.raises(IllegalTransition):
        house.do("identify", screen="s1")


def test_what_is_forgotten_goes_unless_it_is_there(house: House) -> None:
    house.report("s1")
    house.report("s2")
    for id_ in ("s1", "s2"):
        house.do("rename", screen=id_, name="Foyer")
    house.report("s2", leaving=True)
    house.pass_(LEAVING)
    for id_ in ("s1", "s2"):
        house.do("forget", screen=id_)
    assert list(house.rows()) == ["screen/s1"]
    assert house.screen()["name"] == ""


def test_no_script_fills_the_house_with_screens(house: House) -> None:
    for number in range(MOST_SCREENS):
        house.report(f"s{number}")
    with pytest.raises(LimitReached):
        house.report("one more")
    house.report("s7")


def test_a_screen_reports_a_page_that_its_key_opens(house: House) -> None:
    with pytest.raises(Malformed):
        house.report("s1", WALL, page="control")


def test_a_second_import_of_the_same_rooms_is_no_event(house: House) -> None:
    before = len(house.history)
    house.do("import", rooms=["R0", "R1"])
    assert len(house.history) == before
