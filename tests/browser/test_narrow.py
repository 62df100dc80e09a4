"""The crew's pages where there is little room: a phone in the hand, a tablet held upright, the strip below a wall."""

from __future__ import annotations

import pytest

from server.roles import Role
from tests.browser.conftest import SIZES, Opens
from tests.support.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.server]

CREW = {
    "control": (Role.CONTROL, "/control"),
    "moderate": (Role.MODERATOR, "/moderate/R0"),
    "door": (Role.FLOOR, "/door"),
    "stage": (Role.STAGE, "/stage/R0"),
}

DRAWN = "() => document.querySelector('.placeholder[data-kind=loading]') === null"

CUT = """
() => [...document.body.querySelectorAll("*")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}))
  .filter((each) => !each.closest("svg, .visually-hidden, .skip-link") && each.clientWidth > 0)
  .filter((each) => {
    const {display, overflowX, textOverflow} = getComputedStyle(each);
    const keeps = ["auto", "scroll"].includes(overflowX) || textOverflow === "ellipsis" || display === "inline";
    return !keeps && each.scrollWidth > each.clientWidth + 1;
  })
  .map((each) => `${each.localName}.${each.className} ${each.scrollWidth}>${each.clientWidth}: ${each.textContent}`)
"""
"""What is wider than its box and neither scrolls nor ends in an ellipsis."""


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("size", ["phone", "portrait"])
@pytest.mark.parametrize(("role", "path"), CREW.values(), ids=CREW)
def test_a_crews_page_fits_a_phone_and_an_upright_tablet(
    lively: Program, opens: Opens, role: Role, path: str, size: str, language: str
) -> None:
    page = opens(lively, role, path, size, language, still=True)
    page.wait_for_function(DRAWN)

    assert page.evaluate("document.documentElement.scrollWidth") == SIZES[size][0]
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("panel", ["agenda", "checkin", "devices", "questions", "backstage", "screens", "access"])
def test_a_panel_opened_on_a_phone_fits_it_and_its_name_stands_on_the_rail(
    lively: Program, opens: Opens, panel: str
) -> None:
    page = opens(lively, Role.CONTROL, "/control", "phone", still=True)
    page.evaluate(f"location.hash = '{panel}'")
    page.wait_for_selector("main[data-alone]")
    page.wait_for_function(DRAWN)
    here = page.locator(".rail__entry[aria-current=page]").bounding_box()

    assert here is not None
    assert here["x"] >= 0
    assert here["x"] + here["width"] <= SIZES["phone"][0]
    assert page.evaluate(CUT) == []


STRIP = """
() => {
  const [news, meter, panels] = ["desk-ticker", "reactions-panel", "main"]
    .map((each) => document.querySelector(each).getBoundingClientRect());
  return {beside: meter.left - news.right, below: meter.top - panels.bottom};
}
"""


def test_the_walls_news_and_its_meter_of_reactions_have_each_a_place_of_their_own(
    program: Program, opens: Opens
) -> None:
    wall = opens(program, Role.WALL, "/wall", "wall")
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    phone.get_by_label("Applause").tap()
    wall.locator("reactions-panel .reaction[data-kind=applause]", has_text="1").wait_for()
    places = wall.evaluate(STRIP)

    assert places["beside"] >= 0
    assert places["below"] >= 0
