"""Two moderators on two tablets, with fingers and keys, with the net cut, and what each of them is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.program import Program, Screen

pytestmark = [pytest.mark.browser, pytest.mark.server]

MODERATOR = (Role.MODERATOR, "/moderate/R0")

Asks = Callable[..., str]


@pytest.fixture
def desk(program: Program) -> Iterator[Screen]:
    """A second moderator, who acts as the test says."""
    screen = Screen(program, program.key(Role.MODERATOR, "R0"))
    screen.subscribe("questions/R0")
    yield screen
    screen.close()


@pytest.fixture
def asks(desk: Screen) -> Asks:
    """Let a question come in and go where a test wants it."""

    def ask(body: str, *verbs: str) -> str:
        answer = desk.ask("questions", "submit", {"room": "R0", "body": body, "inlet": "voice"})
        key = str(answer["result"]["id"])
        for verb in verbs:
            desk.ask("questions", verb, {"question": key})
        return key

    return ask


def row(desk: Screen, key: str) -> Any:
    desk.sync()
    return desk.rows["questions/R0"][f"q/{key}"]


def becomes(desk: Screen, key: str, state: str) -> None:
    """Wait until a question is in a state."""
    while desk.rows["questions/R0"][f"q/{key}"]["state"] != state:
        desk.read()


def card(page: Page, text: str) -> Locator:
    return page.locator(".q-card", has_text=text)


def touch(page: Page, steps: list[tuple[float, float]], hold: str = "") -> None:
    """Let one finger go down, rest until `hold` is there, move and leave, as a touch screen tells it."""
    session = page.context.new_cdp_session(page)

    def tell(kind: str, points: list[dict[str, float]]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.evaluate("() => new Promise(requestAnimationFrame)")

    (x, y), *rest = steps
    tell("touchStart", [{"x": x, "y": y}])
    if hold:
        page.wait_for_selector(hold)
    for x, y in rest:
        tell("touchMove", [{"x": x, "y": y}])
    tell("touchEnd", [])


def drag(page: Page, start: Locator, dx: float, dy: float, hold: str = "") -> None:
    """Drag a finger from the middle of an element."""
    box = start.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch(page, [(x + dx * part / 8, y + dy * part / 8) for part in range(9)], hold)


def test_a_swipe_to_the_right_approves_and_to_the_left_asks_why(
    program: Program, desk: Screen, asks: Asks, opens: Opens
) -> None:
    good, bad = asks("Is it good?"), asks("Is it bad?")
    page = opens(program, *MODERATOR, "portrait")
    drag(page, card(page, "Is it good?").locator(".q-card__body"), 150, 0)
    becomes(desk, good, "approved")
    drag(page, card(page, "Is it bad?").locator(".q-card__body"), -150, 0)
    card(page, "Is it bad?").get_by_role("button", name="off topic").tap()
    becomes(desk, bad, "rejected")

    page.locator(".lane__note", has_text="refused: off topic 1").wait_for()


def test_a_refusal_in_ones_own_words_reaches_the_asker_and_is_counted_without_them(
    program: Program, desk: Screen, asks: Asks, opens: Opens
) -> None:
    key = asks("Is it theirs?")
    page = opens(program, *MODERATOR)
    card(page, "Is it theirs?").locator(".q-card__body").tap()
    page.keyboard.press("r")
    card(page, "Is it theirs?").get_by_role("button", name="in your words").tap()
    page.get_by_label("Why not, in your words").fill("Ask the second speaker, please.")
    page.get_by_role("button", name="Refuse it").tap()
    becomes(desk, key, "rejected")

    assert row(desk, key)["close_reason"] == "Ask the second speaker, please."
    page.locator(".lane__note", has_text="refused: other reasons 1").wait_for()


def test_undo_that_comes_too_late_for_a_colleagues_act_says_whose(
    program: Program, desk: Screen, asks: Asks, opens: Opens
) -> None:
    key = asks("Whose turn?")
    control = Screen(program, program.key(Role.CONTROL))
    page = opens(program, *MODERATOR)
    card(page, "Whose turn?").locator(".q-card__body").tap()
    page.keyboard.press("a")
    becomes(desk, key, "approved")
    control.ask("questions", "shortlist", {"question": key})
    page.keyboard.press("u")

    page.locator(".toast", has_text="control went on from there").wait_for()
    assert row(desk, key)["state"] == "shortlisted"
    control.close()


def test_a_card_that_is_held_and_thrown_up_goes_on_air_and_scrolling_never_does(
    program: Program, desk: Screen, asks: Asks, opens: Opens
) -> None:
    keys = [asks(f"Number {number}, is it so?", "approve", "shortlist") for number in range(12)]
    page = opens(program, *MODERATOR)
    last = card(page, "Number 3,").locator(".q-card__body")
    drag(page, last, 0, -200)
    page.wait_for_function("() => document.querySelector('.queue__lanes').scrollTop > 0")
    assert {row(desk, key)["state"] for key in keys} == {"shortlisted"}
    page.locator(".queue__lanes").evaluate("(lanes) => lanes.scrollTo(0, 0)")

    drag(page, last, 0, -200, hold=".q-card[data-lifted]")

    becomes(desk, keys[3], "on_air")


def test_a_slow_tap_opens_a_card_once(program: Program, asks: Asks, opens: Opens) -> None:
    asks("Slowly?", "approve")
    page = opens(program, *MODERATOR)
    drag(page, card(page, "Slowly?").locator(".q-card__body"), 0, 0, hold=".q-card[data-lifted]")

    page.wait_for_selector(".q-card[data-open]")


def test_what_is_next_is_thrown_up_onto_the_stage(program: Program, desk: Screen, asks: Asks, opens: Opens) -> None:
    key = asks("Is it next?", "approve", "next")
    page = opens(program, *MODERATOR)
    drag(page, page.locator(".slot[data-kind=next] .slot__body"), 0, -160)

    becomes(desk, key, "on_air")


def order(page: Page) -> list[str]:
    found: list[str] = page.locator(".lane[data-lane=shortlisted] .q-card__number").all_inner_texts()
    return found


def test_the_shortlist_is_carried_into_another_order_by_its_grip_and_by_keys(
    program: Program, desk: Screen, asks: Asks, opens: Opens
) -> None:
    for name in ("first", "second", "third"):
        asks(f"Who is {name}?", "approve", "shortlist")
    page = opens(program, *MODERATOR)
    page.wait_for_function("() => document.querySelectorAll('.lane[data-lane=shortlisted] .q-card').length === 3")
    grip = card(page, "Who is third?").locator(".q-card__grip")
    top = card(page, "Who is first?").bounding_box()
    handle = grip.bounding_box()
    assert top is not None
    assert handle is not None
    drag(page, grip, 0, top["y"] - handle["y"] - 20)
    page.wait_for_function(
        "() => document.querySelector('.lane[data-lane=shortlisted] .q-card__number').textContent === '#3'"
    )
    assert order(page) == ["#3", "#1", "#2"]

    card(page, "Who is third?").locator(".q-card__body").tap()
    page.keyboard.press("Shift+J")

    page.wait_for_function(
        "() => document.querySelector('.lane[data-lane=shortlisted] .q-card__number').textContent === '#1'"
    )
    assert order(page) == ["#1", "#3", "#2"]


def test_acts_without_a_net_survive_a_reload_and_are_replayed_with_their_revisions(
    program: Program, desk: Screen, asks: Asks, opens: Opens, faults: list[str]
) -> None:
    mine, theirs = asks("Mine to approve?"), asks("Theirs to refuse?")
    page = opens(program, *MODERATOR)
    card(page, "Mine to approve?").wait_for()
    page.context.set_offline(True)
    page.wait_for_selector("html[data-link=offline], html[data-link=stale], html[data-link=connecting]")
    for text in ("Mine to approve?", "Theirs to refuse?"):
        card(page, text).locator(".q-card__body").tap()
        page.keyboard.press("a")
    page.locator(".q-card .badge", has_text="sending").nth(1).wait_for()
    assert row(desk, mine)["state"] == "pending"
    desk.ask("questions", "reject", {"question": theirs, "reason": "rude"})
    page.context.set_offline(False)
    page.reload()
    page.wait_for_selector("html[data-link=live]")

    becomes(desk, mine, "approved")
    page.locator(".toast", has_text="was quicker: #2 is “Rejected” now").wait_for()
    assert row(desk, theirs)["state"] == "rejected"
    faults.clear()


def test_whoever_loses_a_race_is_told_who_won_and_what_to_do(
    program: Program, desk: Screen, asks: Asks, opens: Opens
) -> None:
    key = asks("Whose is it?")
    page = opens(program, *MODERATOR)
    card(page, "Whose is it?").locator(".q-card__body").tap()
    page.wait_for_selector(".q-card[data-open]")
    page.evaluate(
        """() => {
          // Neither news nor the second that passes is drawn any more.
          const panel = document.querySelector("questions-panel");
          panel.redraw = panel.draw = () => {};
        }"""
    )
    desk.ask("questions", "reject", {"question": key})
    page.keyboard.press("a")

    page.locator(".toast", has_text="moderator was quicker: #1 is “Rejected” now").wait_for()


def test_a_deferred_question_is_answered_in_writing_and_its_asker_reads_it(
    program: Program, desk: Screen, opens: Opens
) -> None:
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    phone.fill("questions-panel textarea", "Are the slides online?")
    phone.click("questions-panel button[type=submit]")
    phone.get_by_text("#1").first.wait_for()
    page = opens(program, *MODERATOR)
    card(page, "Are the slides online?").locator(".q-card__body").tap()
    page.keyboard.press("a")
    page.locator(".lane[data-lane=approved] .q-card").wait_for()
    page.keyboard.press("d")
    page.get_by_label("The answer in writing").fill("Yes, <b>tomorrow</b>.")
    page.get_by_role("button", name="Send the answer").tap()

    phone.get_by_text("Answered in writing: Yes, <b>tomorrow</b>.").first.wait_for()


def test_choosing_otherwise_says_that_it_is_repaid(program: Program, desk: Screen, asks: Asks, opens: Opens) -> None:
    viewer = Screen(program)
    remote = viewer.ask("questions", "submit", {"room": "R0", "body": "From afar?"})["result"]["id"]
    for verb in ("approve", "shortlist"):
        desk.ask("questions", verb, {"question": remote})
    first, second = (asks(f"{name}?", "approve", "shortlist") for name in ("One", "Two"))
    desk.ask("questions", "air", {"question": first, "replaces": None})
    page = opens(program, *MODERATOR)
    card(page, "Two?").locator(".q-card__body").tap()
    page.keyboard.press("n")

    page.locator(".toast", has_text="remote is owed a turn for it").wait_for()
    becomes(desk, second, "next")
    page.locator(".balance__owed", has_text="remote is owed 1 turn; following").wait_for()
    viewer.close()


def test_the_other_tablet_shows_who_is_reading(program: Program, asks: Asks, opens: Opens) -> None:
    asks("Who reads it?")
    one, other = opens(program, *MODERATOR), opens(program, *MODERATOR, "portrait")
    card(one, "Who reads it?").locator(".q-card__body").tap()

    card(other, "Who reads it?").get_by_text("moderator is reading").wait_for()


def test_on_a_phone_the_questions_stand_first_and_can_be_scrolled_through(
    program: Program, desk: Screen, asks: Asks, opens: Opens
) -> None:
    for number in range(8):
        asks(f"Number {number}, is it so?", "approve")
    page = opens(program, *MODERATOR, "phone")
    drag(page, page.locator(".qa-bar__state"), 0, -300)
    page.wait_for_function("() => document.querySelector('.desk-column').scrollTop > 0")

    assert page.evaluate(
        "document.querySelector('.queue').offsetTop < document.querySelector('.agenda-moderate > *').offsetTop"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
