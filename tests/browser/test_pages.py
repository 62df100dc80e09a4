"""Every page in a real browser, at the sizes it is used at, in both languages."""

from __future__ import annotations

import os
import signal

import pytest

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.program import Program, Screen

pytestmark = [pytest.mark.browser, pytest.mark.server]

PAGES = {
    "wall": (Role.WALL, "/wall", "wall"),
    "control": (Role.CONTROL, "/control", "tablet"),
    "moderate": (Role.MODERATOR, "/moderate/R0", "tablet"),
    "moderate upright": (Role.MODERATOR, "/moderate/R0", "portrait"),
    "stage": (Role.STAGE, "/stage/R0", "wall"),
    "overlay": (Role.STAGE, "/overlay/R0", "wall"),
    "door": (Role.FLOOR, "/door", "portrait"),
    "attendee": (Role.ATTENDEE, "/r/R0", "phone"),
    "front door": (Role.ATTENDEE, "/", "phone"),
}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(("role", "path", "size"), PAGES.values(), ids=PAGES)
def test_a_page_opens_by_its_link_without_a_fault(
    shared: Program, opens: Opens, role: Role, path: str, size: str, language: str
) -> None:
    page = opens(shared, role, path, size, language)

    assert page.url == shared.url + path
    assert page.locator("html").get_attribute("lang") == {"en": "en", "zh-CN": "zh-Hans"}[language]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off sideways"


def test_a_page_without_its_key_asks_to_sign_in_and_goes_on_there(
    program: Program, opens: Opens, faults: list[str]
) -> None:
    page = opens(program, Role.ATTENDEE, "/", "tablet")
    page.goto(f"{program.url}/wall")
    page.fill("input[name=key]", program.key(Role.WALL))
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-page=wall][data-link=live]")

    assert page.url == f"{program.url}/wall"
    assert [fault for fault in faults if "401" not in fault] == []
    faults.clear()


def test_a_wrong_address_says_what_to_do(shared: Program, opens: Opens, faults: list[str]) -> None:
    page = opens(shared, Role.ATTENDEE, "/", "phone")
    answer = page.goto(f"{shared.url}/r/R9")

    assert answer is not None
    assert answer.status == 404
    assert "The address may be old or mistyped." in page.inner_text("body")
    faults.clear()


def test_a_question_goes_from_a_phone_to_the_stage(program: Program, opens: Opens) -> None:
    """Asked on a phone, approved and put on air on a tablet, drawn on the stage, and the asker is told."""
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    stage = opens(program, Role.STAGE, "/stage/R0", "wall")
    overlay = opens(program, Role.STAGE, "/overlay/R0", "wall")
    phone.fill("questions-panel textarea", "How does it fare <b>in the rain</b>?")
    phone.click("questions-panel button[type=submit]")
    phone.get_by_text("#1").first.wait_for()
    moderator = Screen(program, program.key(Role.MODERATOR, "R0"))
    (id_,) = [row["id"] for key, row in moderator.subscribe("questions/R0").items() if key.startswith("q/")]
    moderator.ask("questions", "approve", {"question": id_})
    moderator.ask("questions", "air", {"question": id_, "replaces": None})

    stage.get_by_text("How does it fare <b>in the rain</b>?").wait_for()
    overlay.get_by_text("How does it fare <b>in the rain</b>?").wait_for()
    phone.get_by_text("on air", exact=False).first.wait_for()
    moderator.ask("questions", "blank", {"room": "R0", "on": True})
    stage.get_by_text("How does it fare").wait_for(state="hidden")
    overlay.get_by_text("How does it fare").wait_for(state="hidden")


FITS = """
(selector) => {
  const box = document.querySelector(selector);
  const size = parseFloat(box?.style.fontSize ?? "0");
  return size > 60 && box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight;
}
"""


@pytest.mark.parametrize("still", [False, True], ids=["moving", "still"])
def test_the_stage_shows_time_and_question_as_large_as_they_fit(program: Program, opens: Opens, still: bool) -> None:
    """Also for whoever asks the browser for less motion."""
    stage = opens(program, Role.STAGE, "/stage/R0", "wall", still=still)
    desk = Screen(program, program.key(Role.CONTROL))
    desk.ask("agenda", "start", {"item": "t1"})
    asked = desk.ask("questions", "submit", {"room": "R0", "body": "升级的时候数据格式变了怎么办？", "inlet": "slip"})
    desk.ask("questions", "approve", {"question": asked["result"]["id"]})
    desk.ask("questions", "air", {"question": asked["result"]["id"], "replaces": None})
    stage.get_by_text("升级的时候").wait_for()

    stage.wait_for_function(FITS, arg=".agenda-stage__digits")
    stage.wait_for_function(FITS, arg=".relay-stage__body")


def test_every_screen_recovers_from_a_restarted_server_without_a_reload(
    program: Program, opens: Opens, faults: list[str]
) -> None:
    wall = opens(program, Role.WALL, "/wall", "wall")
    wall.get_by_text("0 of 50").or_(wall.get_by_text("0 / 50")).first.wait_for()
    # A page that has not all its parts yet when the server goes loads itself anew, and rightly so.
    wall.wait_for_load_state("networkidle")
    wall.evaluate("window.same = true")
    port = program.url.rsplit(":", 1)[1]
    program.kill()
    wall.wait_for_selector("html:not([data-link=live])")
    again = Program(program.folder, "--port", port)
    try:
        wall.wait_for_selector("html[data-link=live]", timeout=30_000)
        with again.http(again.key(Role.FLOOR)) as client:
            client.post("/api/v1/checkin/scan", json={"secret": "T0001"}).raise_for_status()
        wall.get_by_text("1 of 50").or_(wall.get_by_text("1 / 50")).first.wait_for()
        assert wall.evaluate("window.same")
    finally:
        wall.context.close()
        again.stop()
    faults.clear()


def test_a_screen_that_hears_nothing_says_so(program: Program, opens: Opens, faults: list[str]) -> None:
    """The server is stopped dead, not gone: the link looks open, and only the silence tells."""
    wall = opens(program, Role.WALL, "/wall", "wall")
    os.kill(program.process.pid, signal.SIGSTOP)
    try:
        wall.wait_for_selector("html[data-link=stale], html[data-link=offline], html[data-link=connecting]")
    finally:
        os.kill(program.process.pid, signal.SIGCONT)
    wall.wait_for_selector("html[data-link=live]")
    faults.clear()
