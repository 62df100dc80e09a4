"""A guest is late: plans are asked for, one is adopted, every screen follows, and undo brings all of it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from server.roles import Role
from tests.browser.conftest import Opens
from tests.browser.test_look import findings
from tests.support.program import IN_UTC, Program, Screen, agenda_of_today, make_folder, serving

pytestmark = [pytest.mark.browser, pytest.mark.server]


TIMES = "[...document.querySelectorAll('.agenda-row__time')].map(({lastChild}) => lastChild.textContent)"
TITLES = "[...document.querySelectorAll('.agenda-row__title')].map(({textContent}) => textContent)"
TIMED = """
Object.fromEntries([...document.querySelectorAll('.agenda-row')]
  .map((row) => [row.dataset.key, row.querySelector('.agenda-row__time').lastChild.textContent]))
"""
PICTURE = """
[...document.querySelectorAll('.agenda-plan:first-child .agenda-track:last-of-type .agenda-bar')]
  .map((bar) => [bar.querySelector('.count').textContent, bar.querySelector('.agenda-bar__title').textContent])
"""


@pytest.fixture
def late(tmp_path: Path) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event", event=IN_UTC, agenda=agenda_of_today())) as program:
        yield program


@pytest.fixture
def desk(late: Program) -> Iterator[Screen]:
    """The desk: the opening runs, and everybody but Wang is there."""
    screen = Screen(late, late.key(Role.CONTROL))
    screen.ask("agenda", "start", {"item": "t1"})
    people = {
        person["id"]: person["name"]
        for key, row in screen.subscribe("agenda/R0").items()
        if key.startswith("item/")
        for person in row["speakers"]
    }
    for id_, name in people.items():
        screen.ask("agenda", "ready", {"speaker": id_, "readiness": "away" if name == "Wang" else "on_site"})
    yield screen
    screen.close()


def plans(desk: Screen) -> dict[str, Any]:
    """Return what the plan says of each item, without revisions and the forecast, which go on by themselves."""
    desk.sync()
    moving = ("rev", "expected", "live_gap", "must_start_by", "clock")
    return {
        key: {name: value for name, value in row.items() if name not in moving}
        for key, row in desk.rows["agenda/R0"].items()
        if key.startswith("item/")
    }


def choose(page: Page, item: str) -> None:
    """Open the late guest's dialog with its key, for an item, a quarter of an hour late."""
    page.wait_for_selector(".agenda-deck__guest:visible")
    page.keyboard.press("l")
    page.wait_for_selector(".agenda-plan")
    assert page.input_value("select[name=item]") == item, "the one who is missing is asked about first"
    page.click("[data-delay='15']")
    page.wait_for_selector(".agenda-late__plans:not([inert])")


@pytest.mark.parametrize(
    ("role", "path", "size"),
    [(Role.CONTROL, "/control", "tablet"), (Role.MODERATOR, "/moderate/R0", "portrait")],
    ids=["control", "moderate"],
)
def test_a_plan_for_a_late_guest_is_adopted_and_undone(
    late: Program, desk: Screen, opens: Opens, role: Role, path: str, size: str
) -> None:
    before = plans(desk)
    stage = opens(late, Role.STAGE, "/stage/R0", "wall")
    stage.get_by_text("Keynote").first.wait_for()
    page = opens(late, role, path, size)
    choose(page, "t2")
    page.get_by_role("listitem").filter(has_text="Swap “Keynote” with “Kernel tracing”").first.wait_for()
    page.click(".agenda-plan:first-child .agenda-plan__adopt")

    stage.get_by_text("Kernel tracing").first.wait_for()
    page.locator(".agenda-deck__next-title", has_text="Kernel tracing").wait_for()
    page.click(".toast button")
    stage.get_by_text("Keynote").first.wait_for()
    page.locator(".agenda-deck__next-title", has_text="Keynote").wait_for()
    assert plans(desk) == before


def test_the_rundown_becomes_what_the_picture_of_the_plan_showed(late: Program, desk: Screen, opens: Opens) -> None:
    page = opens(late, Role.CONTROL, "/control", "tablet")
    choose(page, "t2")
    picture = page.evaluate(PICTURE)
    page.click(".agenda-plan:first-child .agenda-plan__adopt")
    page.wait_for_function(f"() => {TITLES}[1] === 'Kernel tracing'")

    assert list(zip(page.evaluate(TIMES), page.evaluate(TITLES), strict=True))[1:] == [tuple(bar) for bar in picture]


def test_plans_that_the_room_has_outrun_cannot_be_adopted(late: Program, desk: Screen, opens: Opens) -> None:
    page = opens(late, Role.CONTROL, "/control", "tablet")
    choose(page, "t2")
    desk.ask("agenda", "adjust", {"item": "t1", "by": 60_000})

    page.get_by_text("The room has changed since these plans were made.").wait_for()
    assert page.locator(".agenda-late__plans").get_attribute("inert") is not None
    page.get_by_role("button", name="make new plans").click()
    page.wait_for_selector(".agenda-late__plans:not([inert]) .agenda-plan")


def test_undo_leaves_alone_what_somebody_did_after_the_plan_was_adopted(
    late: Program, desk: Screen, opens: Opens
) -> None:
    page = opens(late, Role.CONTROL, "/control", "tablet")
    choose(page, "t2")
    page.click(".agenda-plan:first-child .agenda-plan__adopt")
    page.wait_for_function(f"() => {TITLES}[1] === 'Kernel tracing'")
    colleague = Screen(late, late.key(Role.MODERATOR, "R0"))
    colleague.ask("agenda", "adjust", {"item": "t1", "by": 60_000})
    page.click(".toast button")
    page.get_by_text("moderator R0 was faster").wait_for()

    desk.sync()
    assert desk.rows["agenda/R0"]["item/t1"]["adjusted"] == 60_000


def test_on_a_tablet_held_upright_every_delay_can_be_touched(late: Program, desk: Screen, opens: Opens) -> None:
    page = opens(late, Role.MODERATOR, "/moderate/R0", "portrait", "zh-CN")
    choose(page, "t2")
    page.click("[data-delay='30']")
    page.wait_for_selector(".agenda-late__plans:not([inert])")
    page.fill("input[name=time]", "noon")
    page.keyboard.press("Tab")

    page.wait_for_selector("input[name=time][aria-invalid=true]")


def test_a_filler_is_inserted_behind_an_item_from_the_rundown(late: Program, desk: Screen, opens: Opens) -> None:
    page = opens(late, Role.CONTROL, "/control", "tablet")
    page.click("[data-key=t2] .agenda-row__face")
    page.click("[data-key=t2] [data-act=insert]")
    page.fill("dialog[open] input[name=title]", "Warm-up <b>film</b>")
    page.fill("dialog[open] input[name=duration]", "7")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => {TITLES}[2] === 'Warm-up <b>film</b>'")

    assert page.evaluate(TITLES) == ["Opening", "Keynote", "Warm-up <b>film</b>", "Kernel tracing", "Closing"]


def test_the_new_times_show_while_a_row_is_carried_and_come_true_when_it_is_dropped(
    late: Program, desk: Screen, opens: Opens
) -> None:
    page = opens(late, Role.CONTROL, "/control", "tablet")
    page.goto(f"{late.url}/control#agenda")
    page.wait_for_selector("main[data-alone] .agenda-row")
    grip = page.locator("[data-key=t2] .agenda-grip").bounding_box()
    onto = page.locator("[data-key=t3]").bounding_box()
    assert grip is not None
    assert onto is not None
    page.mouse.move(grip["x"] + 5, grip["y"] + 5)
    page.mouse.down()
    page.mouse.move(grip["x"] + 5, onto["y"] + onto["height"] - 4, steps=4)
    page.wait_for_selector(".agenda-rundown[data-preview]")
    shown = page.evaluate(TIMED)
    page.mouse.up()
    page.locator(".agenda-outcome__line", has_text="must be told").wait_for()
    page.click(".agenda-strip .button[data-variant=primary]")
    page.wait_for_function(f"() => {TITLES}[1] === 'Kernel tracing'")

    assert page.evaluate(TIMED) == shown


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_plans_can_be_used_by_everybody(late: Program, desk: Screen, opens: Opens, theme: str) -> None:
    page = opens(late, Role.CONTROL, "/control", "tablet", "zh-CN")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    choose(page, "t2")

    assert findings(page) == []
    assert page.evaluate(
        "document.querySelector('.agenda-late').scrollWidth <= document.querySelector('.agenda-late').clientWidth"
    )
