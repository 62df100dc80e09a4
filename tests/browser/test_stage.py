"""The speaker's display: what it says at which minute, how it calls for the eye, and that it is silent unless asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from server.roles import Role
from tests.browser.conftest import Opens
from tests.browser.wire import Stand, start
from tests.support.program import Program, Screen

pytestmark = [pytest.mark.browser, pytest.mark.server]

LISTEN = """
window.notes = 0;
const Note = OscillatorNode;
window.OscillatorNode = class extends Note { constructor(...given) { super(...given); window.notes += 1; } };
"""
"""Counts the notes that a page plays."""

MINUTE = 60_000


def listened(stage: Page) -> Page:
    """Load the page again with an ear to it."""
    stage.add_init_script(LISTEN)
    stage.reload()
    stage.wait_for_selector("html[data-link=live]")
    stage.wait_for_selector(".agenda-stage__digits")
    return stage


def notes(stage: Page) -> int:
    """Return how many notes were played so far."""
    return int(stage.evaluate("window.notes"))


def test_a_stage_is_silent_until_somebody_wants_sound_and_remembers_it(program: Program, opens: Opens) -> None:
    stage = listened(opens(program, Role.STAGE, "/stage/R0", "wall"))
    desk = Screen(program, program.key(Role.CONTROL))
    desk.ask("agenda", "message", {"room": "R0", "text": "Please look at us", "level": "urgent"})
    stage.get_by_text("Please look at us").click()
    expect(stage.get_by_text("Please look at us")).to_be_hidden()
    assert notes(stage) == 0

    stage.locator(".agenda-stage__digits").click()
    stage.get_by_role("button", name="sound is off").click()
    stage.get_by_role("button", name="sound is on").wait_for()
    before = notes(stage)
    assert before > 0
    desk.ask("agenda", "message", {"room": "R0", "text": "Two more minutes", "level": "warn"})
    stage.get_by_text("Two more minutes").wait_for()
    assert notes(stage) > before

    stage.reload()
    stage.get_by_text("Two more minutes").click()
    stage.locator(".agenda-stage__digits").click()
    stage.get_by_role("button", name="sound is on").wait_for()
    expect(stage.get_by_role("button", name="vibration is off")).to_be_visible()


def test_an_urgent_message_frames_the_display_until_it_is_answered(program: Program, opens: Opens) -> None:
    stage = opens(program, Role.STAGE, "/stage/R0", "wall")
    frame = "getComputedStyle(document.querySelector('.agenda-stage'), '::after').content"
    desk = Screen(program, program.key(Role.CONTROL))
    desk.ask("agenda", "message", {"room": "R0", "text": "Five more minutes", "level": "info"})
    stage.get_by_text("Five more minutes").wait_for()
    assert stage.evaluate(frame) == "none"
    desk.ask("agenda", "message", {"room": "R0", "text": "Please look at us", "level": "urgent"})
    stage.get_by_text("Please look at us").wait_for()
    assert stage.evaluate(frame) != "none"
    stage.keyboard.press("Space")

    expect(stage.get_by_text("Please look at us")).to_be_hidden()
    assert stage.evaluate(frame) == "none"


def test_the_stage_reminds_of_the_time_in_word_and_look(program: Program, stand: Stand) -> None:
    ends = start(program)
    stage = stand.open(Role.STAGE, "/stage/R0")
    stage.beats = True
    word = stage.page.locator(".agenda-stage__word")
    root = stage.page.locator(".agenda-stage")
    seen = []
    for left in (11 * MINUTE, 10 * MINUTE - 2_000, 9 * MINUTE, 5 * MINUTE - 2_000, MINUTE - 2_000, -2_000):
        stand.timeline.run(ends - left - stand.timeline.now, step=2 * MINUTE)
        seen.append((word.inner_text(), root.get_attribute("data-phase")))

    assert seen == [
        ("remaining", "calm"),
        ("ten minutes left", "calm"),
        ("remaining", "calm"),
        ("wrap up", "soon"),
        ("last minute", "last"),
        ("over time", "over"),
    ]
