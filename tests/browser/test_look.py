"""What the pages weigh, and that everybody can use them: told by counts and by axe, never by a clock."""

from __future__ import annotations

from importlib.resources import files

import pytest
from playwright.sync_api import Page

from server.roles import Role
from tests.browser.conftest import Opens
from tests.browser.test_pages import PAGES
from tests.support.program import Program

pytestmark = [pytest.mark.browser, pytest.mark.server]

AXE = files("axe_playwright_python").joinpath("axe.min.js")
FIELD_KILOBYTES = 48
PHONE_KILOBYTES = 80

WEIGHT = """
() => {
  const scripts = performance.getEntriesByType("resource")
    .filter(({name}) => [".js", ".css"].some((end) => new URL(name).pathname.endsWith(end)));
  const weight = (some) => some.reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0);
  const ready = performance.getEntriesByName("ask")[0].startTime;
  return [weight(scripts.filter(({startTime}) => startTime < ready)), weight(scripts)];
}
"""
"""What scripts and styles weigh as sent: those asked for before the field to ask stood, and all of them."""

FINDINGS = """
async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], preload: false});
  return found.violations
    .filter(({impact}) => impact === "serious" || impact === "critical")
    .flatMap(({id, nodes}) => nodes.map(({target, html}) => `${id}: ${target.join(" ")} ${html.slice(0, 160)}`));
}
"""

DRAWN = "() => document.querySelector('.placeholder[data-kind=loading]') === null"


def test_a_phone_carries_little_before_its_first_question(shared: Program, opens: Opens) -> None:
    phone = opens(shared, Role.ATTENDEE, "/r/R0", "phone", "zh-CN")
    phone.wait_for_function(DRAWN)
    phone.wait_for_selector("reactions-panel .react")
    phone.wait_for_selector("questions-panel .votes")
    first, whole = phone.evaluate(WEIGHT)

    assert 20_000 < first < FIELD_KILOBYTES * 1_000
    assert whole < PHONE_KILOBYTES * 1_000


WATERFALL = """
() => {
  const preloaded = [...document.querySelectorAll("link[rel=modulepreload]")].map(({href}) => href);
  const ready = performance.getEntriesByName("ask")[0].startTime;
  const fetched = performance.getEntriesByType("resource")
    .filter(({name, startTime}) => name.endsWith(".js") && startTime < ready).map(({name}) => name);
  return [preloaded.sort(), fetched.sort()];
}
"""


def test_a_phone_is_told_at_once_of_every_script_that_the_field_needs(shared: Program, opens: Opens) -> None:
    phone = opens(shared, Role.ATTENDEE, "/r/R0", "phone")
    phone.wait_for_selector("questions-panel textarea")
    preloaded, fetched = phone.evaluate(WATERFALL)

    assert preloaded == fetched
    assert any(name.endswith("/questions/ask.js") for name in preloaded)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("role", "path", "size"), PAGES.values(), ids=PAGES)
def test_a_page_can_be_used_by_everybody(
    lively: Program, opens: Opens, role: Role, path: str, size: str, theme: str
) -> None:
    page = opens(lively, role, path, size)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")

    assert findings(page) == []


@pytest.mark.parametrize("panel", ["agenda", "checkin", "devices", "questions", "backstage", "screens", "access"])
def test_a_panel_opened_at_the_desk_can_be_used_by_everybody(lively: Program, opens: Opens, panel: str) -> None:
    page = opens(lively, Role.CONTROL, "/control", "tablet")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(f"location.hash = '{panel}'")
    page.wait_for_selector("main[data-alone]")

    assert findings(page) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_way_in_can_be_used_by_everybody(lively: Program, opens: Opens, faults: list[str], theme: str) -> None:
    page = opens(lively, Role.ATTENDEE, "/", "phone")
    page.goto(f"{lively.url}/login")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")

    assert findings(page) == []
    faults.clear()


def findings(page: Page) -> list[str]:
    """Return what axe holds for serious or worse."""
    if page.locator("#boot").count():
        page.wait_for_function(DRAWN)
    page.evaluate("Promise.allSettled(document.getAnimations().map(({finished}) => finished)).then(() => null)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(FINDINGS)
    return found
