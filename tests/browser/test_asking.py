"""An attendee's phone: what it offers, says and keeps, also while the network comes and goes."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.program import Program, Screen

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture
def moderator(program: Program) -> Screen:
    """The room's moderator, whose mirror holds every question."""
    screen = Screen(program, program.key(Role.MODERATOR, "R0"))
    screen.subscribe("questions/R0")
    return screen


def phone_of(program: Program, opens: Opens, language: str = "en") -> Page:
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone", language)
    phone.wait_for_selector("questions-panel .votes", state="attached")
    return phone


def approved(program: Program, moderator: Screen, body: str) -> str:
    asker = Screen(program)
    key = str(asker.ask("questions", "submit", {"room": "R0", "body": body})["result"]["id"])
    moderator.ask("questions", "approve", {"question": key})
    asker.cut()
    return key


def row(moderator: Screen, key: str) -> dict[str, Any]:
    moderator.sync()
    found: dict[str, Any] = moderator.rows["questions/R0"][f"q/{key}"]
    return found


def test_what_was_asked_already_is_offered_before_sending_and_one_tap_votes_for_it(
    program: Program, moderator: Screen, opens: Opens
) -> None:
    key = approved(program, moderator, "How much does the cable of the projector cost?")
    phone = phone_of(program, opens)
    phone.fill("questions-panel textarea", "How much does the projector cable cost")
    phone.get_by_role("button", name="Add your vote to #1").tap()
    phone.wait_for_selector(".vote[aria-pressed=true]")

    assert phone.input_value("questions-panel textarea") == ""
    while row(moderator, key)["votes"] != 1:
        moderator.read()


@pytest.mark.parametrize("draft", ["How much does the cable of the projector not cost?", "How much do 2 cables cost?"])
def test_a_question_that_asks_for_something_else_is_not_taken_for_the_same(
    program: Program, moderator: Screen, opens: Opens, draft: str
) -> None:
    approved(program, moderator, "How much does the cable of the projector cost?")
    phone = phone_of(program, opens)
    phone.fill("questions-panel textarea", "How much does the projector cable cost")
    phone.get_by_role("button", name="Add your vote to #1").wait_for()
    phone.fill("questions-panel textarea", draft)

    phone.locator(".ask__hint").wait_for(state="hidden")


def test_an_asker_is_told_each_step_of_the_way(program: Program, moderator: Screen, opens: Opens) -> None:
    phone = phone_of(program, opens)
    phone.fill("questions-panel textarea", "Where are the slides?")
    phone.click(".ask__send")
    state = phone.locator(".mine__state")
    phone.get_by_text("Received as #1. A moderator is looking at it.").wait_for()
    first = approved(program, moderator, "Who made the badge?")
    (key,) = [each["id"] for each in moderator.rows["questions/R0"].values() if each.get("number") == 1]
    moderator.ask("questions", "approve", {"question": key})
    state.get_by_text("Number 1 on your side.", exact=False).wait_for()
    assert "minute" not in state.inner_text()
    moderator.ask("questions", "air", {"question": first, "replaces": None})
    state.get_by_text("about a minute", exact=False).or_(state.get_by_text("minutes", exact=False)).wait_for()
    moderator.ask("questions", "next", {"question": key})
    state.get_by_text("Next: it comes up in a moment.").wait_for()
    moderator.ask("questions", "air", {"question": key, "replaces": first})
    state.get_by_text("On air now.").wait_for()
    moderator.ask("questions", "answered", {"question": key})
    state.get_by_text("Answered.").wait_for()

    assert "Your question #1: Answered." in phone.locator(".mine [aria-live=polite]").inner_text()


def test_a_refusal_says_why(program: Program, moderator: Screen, opens: Opens) -> None:
    phone = phone_of(program, opens, "zh-CN")
    phone.fill("questions-panel textarea", "厕所在哪儿？")
    phone.click(".ask__send")
    phone.get_by_text("已收到，编号 #1").wait_for()
    moderator.sync()
    (key,) = [each["id"] for each in moderator.rows["questions/R0"].values() if each.get("number") == 1]
    moderator.ask("questions", "reject", {"question": key, "reason": "off_topic"})

    phone.get_by_text("未采用：偏离主题。", exact=True).wait_for()


def test_an_answer_in_writing_stands_with_the_question(program: Program, moderator: Screen, opens: Opens) -> None:
    key = approved(program, moderator, "What is in the box?")
    phone = phone_of(program, opens)
    moderator.ask("questions", "defer", {"question": key, "reply": "Two <b>screws</b>."})
    phone.get_by_text("Answered or put off (1)").tap()

    phone.get_by_text("Answer: Two <b>screws</b>.").wait_for()


def test_one_persons_phone_and_laptop_show_the_same_votes(program: Program, moderator: Screen, opens: Opens) -> None:
    key = approved(program, moderator, "Is there coffee?")
    phone, laptop = phone_of(program, opens), phone_of(program, opens)
    for device in (phone, laptop):
        device.get_by_text("In the room, or watching a stream?").tap()
        device.get_by_label("Your ticket").fill("T0001")
        device.get_by_role("button", name="Show ticket").tap()
        device.get_by_text("Your ticket is known here now.").wait_for()
    phone.locator(".vote").tap()
    laptop.wait_for_selector(".vote[aria-pressed=true]")
    laptop.locator(".vote").tap()
    phone.wait_for_selector(".vote[aria-pressed=false]")

    assert row(moderator, key)["votes"] == 0


def test_what_the_list_showed_is_told_once_it_was_read(program: Program, moderator: Screen, opens: Opens) -> None:
    key = approved(program, moderator, "Is there tea?")
    phone_of(program, opens)

    while row(moderator, key)["seen"] == 0:
        moderator.read(30)
    assert row(moderator, key)["seen"] == 1


def test_a_delay_is_measured_by_what_appears_in_the_picture(program: Program, moderator: Screen, opens: Opens) -> None:
    key = approved(program, moderator, "Is this on?")
    phone = phone_of(program, opens)
    phone.get_by_text("In the room, or watching a stream?").tap()
    moderator.ask("questions", "air", {"question": key, "replaces": None})
    phone.get_by_role("button", name="#1 has just appeared in my picture").tap()
    phone.get_by_text("Your picture is", exact=False).wait_for()
    phone.get_by_label("Number in the corner of the picture").fill(
        str(10 + (int(time.time() * 1000) - 20_000) // 2000 % 50)
    )
    phone.get_by_role("button", name="That is it now").tap()
    phone.get_by_text("seconds behind the room.", exact=False).wait_for()
    moderator.ask("questions", "close", {"room": "R0"})

    # In the room it is closed; in this picture it is still open for some seconds.
    phone.locator(".ask__closing").get_by_text("Questions close in", exact=False).wait_for()
    phone.fill("questions-panel textarea", "And what I hear just now?")
    phone.click(".ask__send")
    phone.get_by_text("Received as #2", exact=False).wait_for()


def test_a_phone_that_loses_the_net_half_loaded_asks_all_the_same(
    program: Program, moderator: Screen, opens: Opens, faults: list[str]
) -> None:
    """Only the field has arrived; the rest comes when there is a net again, and nothing typed is lost."""
    phone = opens(program, Role.ATTENDEE, "/", "phone")

    def nothing(route: Route) -> None:
        route.abort()

    phone.route("**/questions/votes.js", nothing)
    phone.goto(f"{program.url}/r/R0")
    phone.wait_for_selector("questions-panel textarea")
    phone.fill("questions-panel textarea", "Does it still work?")
    # It tries again by itself, in vain; and once more, but not before a minute has passed.
    phone.wait_for_function("() => performance.getEntriesByType('navigation')[0].type === 'reload'")
    phone.wait_for_selector("questions-panel textarea")
    phone.unroute("**/questions/votes.js")
    phone.evaluate("sessionStorage.setItem('cuedesk-reloaded', String(Date.now() - 60_000))")
    phone.wait_for_selector("questions-panel .votes", state="attached")

    assert phone.input_value("questions-panel textarea") == "Does it still work?"
    phone.click(".ask__send")
    phone.get_by_text("Received as #1", exact=False).wait_for()
    faults.clear()


@pytest.mark.parametrize(("language", "edit", "save"), [("en", "Edit", "Save"), ("zh-CN", "修改", "保存")])
def test_an_asker_words_a_question_anew_without_a_net(
    program: Program, moderator: Screen, opens: Opens, language: str, edit: str, save: str
) -> None:
    phone = phone_of(program, opens, language)
    phone.fill("questions-panel textarea", "Wehre are the slides?")
    phone.click(".ask__send")
    phone.get_by_role("button", name=edit, exact=True).tap()
    phone.context.set_offline(True)
    phone.wait_for_selector("html[data-link=offline], html[data-link=stale], html[data-link=connecting]")
    phone.fill(".reword textarea", "Where are the slides?")
    phone.get_by_role("button", name=save, exact=True).tap()
    phone.locator(".reword", has_text="Where are the slides?").wait_for()
    assert phone.get_by_role("button", name=edit, exact=True).count() == 0

    phone.context.set_offline(False)
    phone.locator(".mine__item > .mine__body", has_text="Where are the slides?").wait_for()
    phone.get_by_role("button", name=edit, exact=True).wait_for()
    moderator.sync()
    (question,) = [each for each in moderator.rows["questions/R0"].values() if each.get("number") == 1]
    assert question["body"] == "Where are the slides?"


def test_a_wording_that_comes_after_the_review_is_refused_and_still_there(
    program: Program, moderator: Screen, opens: Opens
) -> None:
    phone = phone_of(program, opens)
    phone.fill("questions-panel textarea", "Wehre are the slides?")
    phone.click(".ask__send")
    phone.get_by_role("button", name="Edit", exact=True).tap()
    phone.fill(".reword textarea", "Where are the slides?")
    moderator.sync()
    (key,) = [each["id"] for each in moderator.rows["questions/R0"].values() if each.get("number") == 1]
    moderator.ask("questions", "approve", {"question": key})
    phone.locator(".mine__state", has_text="Approved").wait_for()
    phone.get_by_role("button", name="Save", exact=True).tap()

    refused = phone.locator(".reword", has_text="It was reviewed meanwhile, so its first wording stands.")
    refused.get_by_text("Where are the slides?").wait_for()
    refused.get_by_role("button", name="Remove").tap()
    refused.wait_for(state="detached")
    assert row(moderator, key)["body"] == "Wehre are the slides?"
