"""The desk's rundown: what a change would do is said before it is applied, and two who edit one item meet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.roles import Role
from tests.browser.conftest import Opens
from tests.browser.test_look import findings
from tests.support.program import IN_UTC, Program, Screen, agenda_of_today, make_folder, serving

pytestmark = [pytest.mark.browser, pytest.mark.server]

TITLES = "[...document.querySelectorAll('.agenda-row__title')].map(({textContent}) => textContent)"
SUBMIT = "document.querySelector('dialog[open] form').requestSubmit()"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with serving(
        make_folder(tmp_path / "event", event=IN_UTC, agenda=agenda_of_today(begins_in=30, talk=20))
    ) as program:
        yield program


@pytest.fixture
def desk(program: Program, opens: Opens) -> Page:
    page = opens(program, Role.CONTROL, "/control", "tablet")
    page.wait_for_selector(".agenda-row")
    return page


def order(page: Page, *titles: str) -> None:
    """Wait until the rundown has this order."""
    page.wait_for_function(f"(titles) => JSON.stringify({TITLES}) === JSON.stringify(titles)", arg=list(titles))


def edit(page: Page, item: str) -> None:
    page.locator(f"[data-key={item}] .agenda-row__face").focus()
    page.keyboard.press("e")
    page.wait_for_selector("dialog[open] input[name=title]")


def test_of_two_who_edit_one_item_one_wins_and_the_other_is_told_and_keeps_what_was_typed(
    program: Program, desk: Page, opens: Opens
) -> None:
    other = opens(program, Role.CONTROL, "/control", "tablet")
    other.wait_for_selector(".agenda-row")
    for page, title in ((desk, "Keynote by Wang"), (other, "Opening keynote")):
        edit(page, "t2")
        page.fill("dialog[open] input[name=title]", title)
    desk.evaluate(SUBMIT)
    other.evaluate(SUBMIT)

    other.locator(
        ".agenda-edit__said", has_text="control has changed this meanwhile: title: “Keynote by Wang”"
    ).wait_for()
    desk.wait_for_selector("dialog[open]", state="detached")
    assert other.input_value("dialog[open] input[name=title]") == "Opening keynote"
    other.wait_for_selector("dialog[open] form:not([data-unread])")
    other.evaluate(SUBMIT)
    other.wait_for_selector("dialog[open]", state="detached")
    order(desk, "Opening", "Opening keynote", "Kernel tracing", "Closing")


def test_what_somebody_else_changes_meanwhile_shows_in_the_fields_that_were_not_touched(
    program: Program, desk: Page
) -> None:
    edit(desk, "t2")
    desk.fill("dialog[open] input[name=title]", "Keynote, in full")
    screen = Screen(program, program.key(Role.MODERATOR, "R0"))
    screen.ask("agenda", "edit", {"item": "t2", "duration": 40 * 60_000})

    desk.locator(".agenda-edit__said", has_text="moderator").wait_for()
    assert desk.input_value("dialog[open] input[name=duration]") == "40"
    assert desk.input_value("dialog[open] input[name=title]") == "Keynote, in full"
    desk.wait_for_selector("dialog[open] form:not([data-unread])")
    desk.evaluate(SUBMIT)
    order(desk, "Opening", "Keynote, in full", "Kernel tracing", "Closing")
    screen.subscribe("agenda/R0")
    assert screen.rows["agenda/R0"]["item/t2"]["duration"] == 40 * 60_000
    desk.locator(".agenda-change", has_text="was changed").first.wait_for()
    screen.close()


def test_an_edit_says_before_it_is_saved_what_moves_and_who_must_know(desk: Page) -> None:
    edit(desk, "t1")
    desk.fill("dialog[open] input[name=duration]", "25")

    desk.locator(".agenda-outcome__line[data-tone=warn]", has_text="Wang, Chen").wait_for()
    assert desk.locator(".agenda-outcome__line", has_text="Kernel tracing").count() == 1


def test_a_row_is_moved_by_keys_and_nothing_happens_before_it_is_applied(desk: Page) -> None:
    desk.locator("[data-key=t2] .agenda-row__face").focus()
    desk.keyboard.press("Alt+ArrowDown")
    desk.locator(".agenda-outcome__line", has_text="Chen").wait_for()
    order(desk, "Opening", "Keynote", "Kernel tracing", "Closing")
    desk.keyboard.press("Alt+ArrowDown")
    desk.locator(".agenda-strip__title", has_text="after “Closing”").wait_for()
    desk.keyboard.press("Escape")
    desk.wait_for_selector(".agenda-strip", state="hidden")
    desk.keyboard.press("Alt+ArrowDown")
    desk.locator(".agenda-strip__title", has_text="after “Kernel tracing”").wait_for()
    desk.keyboard.press("Enter")
    order(desk, "Opening", "Kernel tracing", "Keynote", "Closing")
    desk.keyboard.press("u")
    order(desk, "Opening", "Keynote", "Kernel tracing", "Closing")


def test_two_rows_are_swapped_by_touch(desk: Page) -> None:
    desk.tap("[data-key=t2] .agenda-row__face")
    desk.tap("[data-key=t2] [data-act=swap]")
    desk.tap("[data-key=t4] .agenda-row__face")
    desk.locator(".agenda-strip__title", has_text="swap “Keynote” with “Closing”").wait_for()
    assert findings(desk) == []
    desk.tap(".agenda-strip .button[data-variant=primary]")

    order(desk, "Opening", "Closing", "Kernel tracing", "Keynote")


@pytest.fixture
def through_the_night(tmp_path: Path) -> Iterator[Program]:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    agenda = f"id,room,title,start,duration\nt1,R0,Jam,{today}T01:00,30\nt2,R0,Opening,{today}T10:00,30\n"
    with serving(make_folder(tmp_path / "event", event=IN_UTC, agenda=agenda)) as program:
        yield program


def test_two_days_that_begin_on_one_date_are_told_apart_by_their_hours(
    through_the_night: Program, opens: Opens
) -> None:
    page = opens(through_the_night, Role.CONTROL, "/control", "tablet")
    page.wait_for_selector(".agenda-days button")

    assert [name[-5:] for name in page.locator(".agenda-days button").all_inner_texts()] == ["01:00", "10:00"]
