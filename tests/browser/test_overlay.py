"""What is laid over a picture: only what was let through, gone the moment it is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.program import EVENT, Program, Screen, make_folder, serving

pytestmark = [pytest.mark.browser, pytest.mark.server]

OPEN_INLET = EVENT.replace("[[lanes]]", '[questions]\nimport_mode = "post"\n\n[[lanes]]', 1)
FLYING = ".danmaku__comment"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event", event=OPEN_INLET)) as program:
        yield program


def overlay(program: Program, opens: Opens, options: str, still: bool = False) -> Page:
    """Open the room's overlay with options, as a vision mixer's browser source does."""
    page = opens(program, Role.STAGE, "/overlay/R0", "wall", still=still)
    page.goto(f"{program.url}/overlay/R0?{options}")
    page.wait_for_selector("html[data-link=live]")
    page.wait_for_selector("questions-panel .layers", state="attached")
    return page


def bring(program: Program, *bodies: str) -> list[str]:
    with program.http(program.key(Role.MODERATOR, "R0")) as client:
        answer = client.post("/api/v1/inlet/R0", json=[{"body": body} for body in bodies])
    return [each["id"] for each in answer.raise_for_status().json()["results"]]


@pytest.mark.parametrize("still", [False, True], ids=["in motion", "with less motion"])
def test_comments_fly_and_the_kill_key_empties_the_picture(program: Program, opens: Opens, still: bool) -> None:
    page = overlay(program, opens, "danmaku=only", still)
    bring(program, "<b>Hello</b> from afar", "还有我")
    page.get_by_text("<b>Hello</b> from afar").wait_for()
    page.get_by_text("还有我").wait_for()
    assert (page.locator(f"{FLYING}[data-still]").count() > 0) == still
    moderator = Screen(program, program.key(Role.MODERATOR, "R0"))
    moderator.ask("questions", "blank", {"room": "R0", "on": True})
    page.wait_for_selector(FLYING, state="detached")
    bring(program, "Not while it is dark")
    moderator.ask("questions", "blank", {"room": "R0", "on": False})

    # What came in meanwhile is young enough to fly; what was cut off does not come back.
    page.get_by_text("Not while it is dark").wait_for()
    assert page.locator(FLYING).count() == 1


def test_a_comment_that_is_changed_leaves_the_picture_until_it_is_approved_again(
    program: Program, opens: Opens
) -> None:
    page = overlay(program, opens, "danmaku", still=True)
    (key,) = bring(program, "Hello from afar")
    page.get_by_text("Hello from afar").wait_for()
    moderator = Screen(program, program.key(Role.MODERATOR, "R0"))
    moderator.ask("questions", "edit", {"question": key, "body": "Hello from very far"})
    page.wait_for_selector(FLYING, state="detached")
    moderator.ask("questions", "approve", {"question": key})

    page.get_by_text("Hello from very far").wait_for()


def test_no_two_comments_of_a_lane_touch(program: Program, opens: Opens) -> None:
    page = overlay(program, opens, "danmaku")
    bring(program, *(f"{number}: " + "so good " * (number % 7) for number in range(30)))
    page.get_by_text("20: ").wait_for(state="attached")

    touching = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll(".danmaku__comment")].map((each) => each.getBoundingClientRect());
          const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
          return boxes.some((a, n) => boxes.slice(n + 1).some((b) => meet(a, b)));
        }"""
    )
    assert not touching


def test_without_the_option_nothing_flies(program: Program, opens: Opens) -> None:
    page = overlay(program, opens, "mark")
    bring(program, "Hello from afar")

    assert 10 <= int(page.locator(".mark").inner_text()) < 60
    assert page.locator(FLYING).count() == 0


def test_the_code_to_ask_by_leads_to_the_rooms_page(program: Program, opens: Opens) -> None:
    page = overlay(program, opens, "join=https://ask.example.org/")
    page.get_by_text("ask.example.org/r/R0").wait_for()

    source = page.locator(".join__code").get_attribute("src")
    assert source == "/qr.svg?text=https%3A%2F%2Fask.example.org%2Fr%2FR0"
    assert page.locator(".join__code").evaluate("(code) => code.decode().then(() => code.naturalWidth > 0)")


def test_a_link_with_options_keeps_them_when_it_signs_in(program: Program, opens: Opens) -> None:
    page = opens(program, Role.ATTENDEE, "/", "wall")
    page.goto(f"{program.url}/overlay/R0?danmaku&key={program.key(Role.STAGE, 'R0')}")
    page.wait_for_selector(".danmaku", state="attached")

    assert "key=" not in page.url


def test_a_crowds_taps_are_a_small_meter_on_every_display(program: Program, opens: Opens) -> None:
    page = overlay(program, opens, "reactions")
    tablet = opens(program, Role.MODERATOR, "/moderate/R0")
    wall = opens(program, Role.WALL, "/wall", "wall")
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    for _ in range(3):
        phone.get_by_label("Applause").tap()

    for display in (page, tablet, wall):
        display.locator("reactions-panel .reaction[data-kind=applause]", has_text="3").wait_for()
    # And once they are over it is gone.
    for display in (page, tablet, wall):
        display.locator("reactions-panel[data-quiet]").wait_for(state="attached")
