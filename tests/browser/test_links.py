"""What happens to people's words and acts when links, tablets and servers fail under them."""

from __future__ import annotations

import os
import re
import signal
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.program import Program, Screen
from tests.support.texts import TEXTS

pytestmark = [pytest.mark.browser, pytest.mark.server]

HOSTILE = {
    "stacked marks": "Z" + "\u0300\u0301\u0302\u0303\u0304" * 30 + "algo",
    **{
        name: TEXTS[name].text
        for name in ("a script", "an override", "a formula", "a template", "a family", "a listed word, full-width")
    },
}


def asked(program: Program, room: str = "R0") -> list[dict[str, Any]]:
    """Return a room's questions as a moderator sees them."""
    screen = Screen(program, program.key(Role.MODERATOR, room))
    rows = [row for key, row in screen.subscribe(f"questions/{room}").items() if key.startswith("q/")]
    screen.cut()
    return rows


def submit(program: Program, body: str) -> str:
    """Ask as one of the audience, and return the question's id."""
    phone = Screen(program)
    answer = phone.ask("questions", "submit", {"room": "R0", "body": body})
    phone.cut()
    return str(answer["result"]["id"])


def freeze(page: Page) -> None:
    """Freeze a page as a tablet in a pocket does."""
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": "frozen"})


def wake(page: Page) -> None:
    """Let a frozen page go on."""
    page.context.new_cdp_session(page).send("Page.setWebLifecycleState", {"state": "active"})


def test_a_tablet_that_slept_shows_what_happened_meanwhile(program: Program, opens: Opens) -> None:
    tablet = opens(program, Role.MODERATOR, "/moderate/R0")
    tablet.evaluate("window.same = true")
    freeze(tablet)
    submit(program, "Who asked while it slept?")
    wake(tablet)

    tablet.get_by_text("Who asked while it slept?").first.wait_for()
    tablet.wait_for_selector("html[data-link=live]")
    assert tablet.evaluate("window.same")


def test_a_question_sent_without_a_net_outlives_the_page_and_arrives_once(
    program: Program, opens: Opens, faults: list[str]
) -> None:
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    phone.wait_for_selector("questions-panel textarea")
    address, port = phone.url, program.url.rsplit(":", 1)[1]
    program.kill()
    phone.wait_for_selector("html:not([data-link=live])")
    ask(phone, "Is anybody there?")
    phone.get_by_text("Kept on this phone.").first.wait_for()
    phone.goto("about:blank")
    again = Program(program.folder, "--port", port)
    try:
        phone.goto(address)
        phone.get_by_text("#1").first.wait_for()
        phone.reload()
        phone.get_by_text("#1").first.wait_for()

        assert [row["body"] for row in asked(again)] == ["Is anybody there?"]
    finally:
        phone.context.close()
        again.stop()
    faults.clear()


def test_a_question_sent_in_airplane_mode_arrives_once_after_it(
    program: Program, opens: Opens, faults: list[str]
) -> None:
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    phone.wait_for_selector("questions-panel textarea")
    phone.context.set_offline(True)
    ask(phone, "Did we land?")
    phone.get_by_text("Did we land?").first.wait_for()
    phone.context.set_offline(False)
    phone.get_by_text("#1").first.wait_for()

    assert [row["body"] for row in asked(program)] == ["Did we land?"]
    faults.clear()


def test_an_act_that_a_dying_server_did_not_answer_is_done_once(
    program: Program, opens: Opens, faults: list[str]
) -> None:
    submit(program, "Shall it be approved?")
    (before,) = asked(program)
    tablet = opens(program, Role.MODERATOR, "/moderate/R0")
    approve = opened(tablet, "Shall it be approved?")
    port = program.url.rsplit(":", 1)[1]
    os.kill(program.process.pid, signal.SIGSTOP)
    approve.click()
    program.kill()
    again = Program(program.folder, "--port", port)
    try:
        tablet.get_by_text("#1 approved").first.wait_for()
        (after,) = asked(again)

        assert (after["state"], after["rev"]) == ("approved", before["rev"] + 1)
    finally:
        tablet.context.close()
        again.stop()
    faults.clear()


def test_of_two_tablets_on_one_question_the_slower_is_told_who_was_faster(program: Program, opens: Opens) -> None:
    submit(program, "Whose is it?")
    tablets = [opens(program, Role.MODERATOR, "/moderate/R0") for _ in range(2)]
    buttons = [opened(tablet, "Whose is it?") for tablet in tablets]
    os.kill(program.process.pid, signal.SIGSTOP)
    for button in buttons:
        button.click()
    os.kill(program.process.pid, signal.SIGCONT)
    for tablet in tablets:
        tablet.locator(".toast").first.wait_for()
    told = sorted(tablet.locator(".toast").first.inner_text() for tablet in tablets)

    assert [text for text in told if "#1 approved" in text], told
    assert [text for text in told if "moderator was quicker" in text], told


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_people_type_is_drawn_as_letters_and_stays_in_its_box(program: Program, opens: Opens, body: str) -> None:
    moderator = Screen(program, program.key(Role.MODERATOR, "R0"))
    question = submit(program, body)
    tablet = opens(program, Role.MODERATOR, "/moderate/R0")
    pages = [
        opens(program, Role.STAGE, "/stage/R0", "wall"),
        opens(program, Role.STAGE, "/overlay/R0", "wall"),
        opens(program, Role.WALL, "/wall", "wall"),
        opens(program, Role.ATTENDEE, "/r/R0", "phone"),
    ]
    tablet.get_by_text("#1").first.wait_for()
    assert drawn_literally(tablet, body)
    moderator.ask("questions", "approve", {"question": question})
    moderator.ask("questions", "air", {"question": question, "replaces": None})
    for page in [*pages, tablet]:
        page.get_by_text("#1").locator("visible=true").first.wait_for()
        assert drawn_literally(page, body), page.url
    moderator.cut()


def ask(phone: Page, body: str) -> None:
    """Ask on a phone."""
    phone.fill("questions-panel textarea", body)
    phone.click("questions-panel button[type=submit]")


def opened(tablet: Page, body: str) -> Locator:
    """Open a question's card, and return its button to approve."""
    tablet.get_by_text(body).first.click()
    button = tablet.get_by_role("button", name="Approve", exact=True).first
    button.wait_for()
    return button


def drawn_literally(page: Page, body: str) -> bool:
    """Say whether a text stands on the page as its letters, without what would bend or tower over others."""
    shown: str = page.evaluate("document.body.innerText")
    sober = "".join(sign for sign in body if sign not in "\u202e" and not "\u0300" <= sign <= "\u036f")
    letters = "".join(sign for sign in shown if not "\u0300" <= sign <= "\u036f")
    return (
        sober in letters
        and "\u202e" not in shown
        and re.search("[\u0300-\u036f]{5}", shown) is None
        and page.title() != "taken"
        and page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    )
