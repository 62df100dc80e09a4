"""The crew and its displays: named, found, sent elsewhere, and found again after everything was switched off."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.program import Program, Screen

pytestmark = [pytest.mark.browser, pytest.mark.server]


def line(desk: Page, page: str) -> str:
    """Return the id of the screen in the desk's list that shows `page`."""
    found = desk.locator(
        ".screen-line", has=desk.locator(".screen-line__shows", has_text=re.compile(rf"(^|to ){page}"))
    )
    found.first.wait_for()
    return str(found.first.get_attribute("data-key"))


def the_desk(program: Program, opens: Opens) -> Page:
    """Open the list of screens at the control desk."""
    desk = opens(program, Role.CONTROL, "/control")
    desk.evaluate("location.hash = 'screens'")
    return desk


def test_a_screen_is_named_found_and_sent_to_another_page(program: Program, opens: Opens) -> None:
    desk = the_desk(program, opens)
    wall = opens(program, Role.WALL, "/wall", "wall")
    screen = desk.locator(f".screen-line[data-key='{line(desk, 'Wall')}']")

    screen.get_by_label("name of the screen").fill("Foyer 大厅")
    screen.get_by_label("name of the screen").press("Enter")
    screen.get_by_role("button", name="Show who it is").click()
    wall.locator(".screen-identity").get_by_text("Foyer 大厅").wait_for()
    expect(wall.locator(".screen-identity__place")).to_have_text("Wall")
    expect(desk.locator(".screen-identity")).to_have_count(0)

    screen.get_by_role("button", name="Send…").click()
    screen.get_by_label("Page").select_option("overlay")
    screen.get_by_label("Room").select_option("R1")
    screen.get_by_role("button", name="Send it there").click()
    wall.wait_for_url("**/overlay/R1")
    wall.wait_for_selector("html[data-page=overlay][data-link=live]")
    expect(screen.locator(".screen-line__shows")).to_have_text("sent to Lower third · R1")
    expect(screen.get_by_label("name of the screen")).to_have_value("Foyer 大厅")


def test_a_display_that_opens_its_old_page_goes_where_it_was_sent(program: Program, opens: Opens) -> None:
    desk = the_desk(program, opens)
    wall = opens(program, Role.WALL, "/wall", "wall")
    id_ = line(desk, "Wall")
    crew = Screen(program, program.key(Role.CONTROL))
    crew.ask("screens", "redirect", {"screen": id_, "page": "overlay", "room": "R0"})
    wall.wait_for_url("**/overlay/R0")
    wall.goto(f"{program.url}/wall")
    wall.wait_for_url("**/overlay/R0")
    crew.ask("screens", "redirect", {"screen": id_})
    wall.goto(f"{program.url}/wall")

    expect(desk.locator(f".screen-line[data-key='{id_}'] .screen-line__shows")).to_have_text("Wall")


def test_somebody_who_was_sent_elsewhere_may_go_back_to_work(program: Program, opens: Opens) -> None:
    door = opens(program, Role.FLOOR, "/door", "portrait")
    desk = the_desk(program, opens)
    id_ = line(desk, "Check-in")
    crew = Screen(program, program.key(Role.CONTROL))
    crew.ask("screens", "redirect", {"screen": id_, "page": "wall"})
    door.wait_for_url("**/wall")
    door.goto(f"{program.url}/door")
    expect(desk.locator(f".screen-line[data-key='{id_}'] .screen-line__shows")).to_have_text("Check-in · sent to Wall")
    crew.ask("screens", "identify", {"screen": id_})
    door.locator(".screen-identity").wait_for()
    assert door.url == f"{program.url}/door"

    door.goto(f"{program.url}/wall")
    crew.ask("screens", "redirect", {"screen": id_, "page": "door"})
    door.wait_for_url("**/door")
    door.get_by_text("The control desk has sent this screen here.").wait_for()


def test_a_screen_never_leaves_for_a_page_that_it_cannot_open(
    program: Program, opens: Opens, faults: list[str]
) -> None:
    desk = the_desk(program, opens)
    wall = opens(program, Role.WALL, "/wall", "wall")
    id_ = line(desk, "Wall")
    wall.context.clear_cookies()
    crew = Screen(program, program.key(Role.CONTROL))
    with wall.expect_response("**/overlay/R0") as answer:
        crew.ask("screens", "redirect", {"screen": id_, "page": "overlay", "room": "R0"})

    assert answer.value.status == 401
    expect(desk.locator(f".screen-line[data-key='{id_}'] .screen-line__shows")).to_have_text(
        "Wall · on its way to Lower third · R0"
    )
    assert wall.url == f"{program.url}/wall"
    faults.clear()


def test_two_tabs_of_one_browser_are_two_screens_each_of_which_stays_itself(program: Program, opens: Opens) -> None:
    desk = the_desk(program, opens)
    one = opens(program, Role.WALL, "/wall", "wall")
    with one.context.expect_page() as opened:
        # A tab opened by another starts with a copy of what that one keeps.
        one.evaluate("open('/wall')")
    walls = desk.locator(".screen-line", has=desk.locator(".screen-line__shows", has_text="Wall"))
    expect(walls).to_have_count(2)
    ids = {walls.nth(place).get_attribute("data-key") for place in range(2)}
    opened.value.reload()
    opened.value.wait_for_selector("html[data-link=live]")

    assert len(ids) == 2
    expect(walls).to_have_count(2)
    assert {walls.nth(place).get_attribute("data-key") for place in range(2)} == ids


def test_a_display_that_was_switched_off_is_the_same_screen_when_it_is_back(
    program: Program, opens: Opens, browser: Browser
) -> None:
    desk = the_desk(program, opens)
    wall = opens(program, Role.WALL, "/wall", "wall")
    id_ = line(desk, "Wall")
    crew = Screen(program, program.key(Role.CONTROL))
    crew.ask("screens", "rename", {"screen": id_, "name": "Foyer"})
    kept = wall.context.storage_state()
    wall.context.close()
    again = browser.new_context(storage_state=kept, viewport={"width": 1600, "height": 900})
    again.new_page().goto(f"{program.url}/wall")
    screens = crew.subscribe("screens")
    while 1600 not in {screen["width"] for screen in screens.values()}:
        crew.read()

    assert (screens[f"screen/{id_}"]["name"], screens[f"screen/{id_}"]["width"]) == ("Foyer", 1600)
    again.close()


def test_a_page_that_is_closed_says_so(program: Program, opens: Opens) -> None:
    desk = the_desk(program, opens)
    wall = opens(program, Role.WALL, "/wall", "wall")
    id_ = line(desk, "Wall")
    crew = Screen(program, program.key(Role.CONTROL))
    crew.ask("screens", "rename", {"screen": id_, "name": "Foyer"})
    wall.goto("about:blank")
    screen = desk.locator(f".screen-line[data-key='{id_}']")
    screen.get_by_text("closed at").wait_for()
    screen.get_by_role("button", name="Forget").click()

    expect(screen).to_have_count(0)


def test_a_blank_stage_shows_nothing_but_a_message(program: Program, opens: Opens) -> None:
    stage = opens(program, Role.STAGE, "/stage/R0", "wall")
    desk = the_desk(program, opens)
    id_ = line(desk, "Stage display")
    crew = Screen(program, program.key(Role.CONTROL))
    crew.ask("screens", "blank", {"screen": id_})
    expect(stage.locator(".agenda-stage__digits")).to_be_hidden()
    crew.ask("agenda", "message", {"room": "R0", "text": "Please look here", "level": "warn"})
    expect(stage.get_by_text("Please look here")).to_be_visible()
    expect(stage.locator(".agenda-stage__digits")).to_be_hidden()
    # By key: what is told of the screen may change in between and push a button from under the pointer.
    desk.get_by_role("button", name="Show again").press("Enter")
    expect(desk.get_by_role("button", name="Blank")).to_be_visible()
    expect(stage.locator(".agenda-stage__digits")).to_be_visible()


def test_the_wall_counts_the_screens(program: Program, opens: Opens) -> None:
    wall = opens(program, Role.WALL, "/wall", "wall", "zh-CN")
    opens(program, Role.STAGE, "/stage/R0", "wall")

    wall.get_by_text("2 块屏幕").wait_for()
