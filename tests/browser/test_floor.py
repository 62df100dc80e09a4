"""A floor helper's phone: paper slips typed and photographed without a net, and messages between the crew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.pictures import png
from tests.support.program import Program, Screen

pytestmark = [pytest.mark.browser, pytest.mark.server]

FLOOR = (Role.FLOOR, "/door", "phone")
MODERATOR = (Role.MODERATOR, "/moderate/R0")


@pytest.fixture
def crew(program: Program) -> Iterator[Screen]:
    """What the server holds, as the crew sees it."""
    screen = Screen(program, program.key(Role.CONTROL))
    screen.subscribe("questions/R0")
    screen.subscribe("backstage/R0")
    yield screen
    screen.close()


def photograph(page: Page, picture: bytes, kind: str = "image/png") -> None:
    """Take a picture with the phone's camera."""
    page.set_input_files(".slip input[type=file]", FilePayload(name="slip", mimeType=kind, buffer=picture))


def cut(page: Page) -> None:
    page.context.set_offline(True)
    page.wait_for_selector("html[data-link=offline], html[data-link=stale], html[data-link=connecting]")


def test_a_photographed_slip_survives_a_dead_net_and_a_reload_and_keeps_its_time(
    program: Program, crew: Screen, opens: Opens, faults: list[str]
) -> None:
    page = opens(program, *FLOOR)
    page.get_by_role("button", name="Enter a paper slip").tap()
    cut(page)
    page.fill(".slip textarea", "Is there <b>tea</b>?")
    photograph(page, png(1_800, 1_300))
    page.locator(".slip__preview").wait_for()
    before = page.evaluate("Date.now()")
    page.get_by_role("button", name="Keep the slip").tap()
    page.get_by_text("on the stub.").wait_for()
    receipt = page.locator(".slip__receipt").inner_text()
    page.locator(".slip__state", has_text="waits for a connection").wait_for()
    page.context.set_offline(False)
    page.reload()
    page.locator(".slip__receipt", has_text=f"{receipt} · #1").wait_for()

    crew.sync()
    (row,) = [row for key, row in crew.rows["questions/R0"].items() if key.startswith("q/")]
    assert (row["body"], row["receipt"], row["origin"], row["inlet"]) == (
        "Is there <b>tea</b>?",
        receipt,
        "room",
        "slip",
    )
    assert abs(row["asked_at"] - before) < 10_000
    with program.http(program.key(Role.FLOOR)) as http:
        picture = http.get(f"/api/v1/slips/{row['id']}/{row['photo']}")
    assert (picture.status_code, picture.content[:2]) == (200, b"\xff\xd8")
    assert 10_000 < len(picture.content) <= 200_000
    tablet = opens(program, *MODERATOR)
    tablet.locator(".q-card", has_text="Is there <b>tea</b>?").locator(".q-card__body").tap()
    tablet.wait_for_function("() => document.querySelector('.q-card__picture img')?.naturalWidth > 0")
    assert tablet.get_by_text(f"stub {receipt}").count() == 1
    faults.clear()


def test_garbage_from_the_camera_is_said_to_be_no_picture(program: Program, opens: Opens) -> None:
    page = opens(program, *FLOOR)
    page.get_by_role("button", name="Enter a paper slip").tap()
    photograph(page, bytes(2_000_000), "image/jpeg")

    page.get_by_text("This is no picture that the phone can read.").wait_for()
    assert not page.locator(".slip__preview").is_visible()


def test_a_slip_can_be_photographed_without_typing_it(program: Program, crew: Screen, opens: Opens) -> None:
    page = opens(program, *FLOOR)
    page.get_by_role("button", name="Enter a paper slip").tap()
    photograph(page, png(40, 30))
    page.locator(".slip__preview").wait_for()
    page.get_by_role("button", name="Keep the slip").tap()
    page.locator(".slip__receipt", has_text="#1").wait_for()

    crew.sync()
    (row,) = [row for key, row in crew.rows["questions/R0"].items() if key.startswith("q/")]
    assert (row["body"], row["photo"] is not None) == ("Paper slip: see the picture", True)


def test_a_message_without_a_net_arrives_with_the_time_at_which_it_was_said_and_shows_who_read_it(
    program: Program, crew: Screen, opens: Opens, faults: list[str]
) -> None:
    phone, tablet = opens(program, *FLOOR), opens(program, *MODERATOR)
    tablet.fill(".backstage__form input[maxlength='40']", "Mei")
    tablet.keyboard.press("Tab")
    cut(phone)
    phone.fill(".backstage__line input", "Mic 2 to row 5")
    phone.get_by_role("button", name="send").tap()
    phone.locator(".backstage__receipts", has_text="waits for a connection").wait_for()
    phone.context.set_offline(False)
    tablet.locator(".backstage__alert", has_text="Mic 2 to row 5").wait_for()
    phone.locator(".backstage__receipts", has_text="on screen at 1, not read yet").wait_for()
    tablet.locator(".backstage__alert").get_by_role("button", name="Got it").tap()

    phone.locator(".backstage__receipts", has_text="read by Mei (moderator").wait_for()
    assert not tablet.locator(".backstage__alert").is_visible()
    faults.clear()


def test_the_stage_shows_only_what_is_addressed_to_it_and_the_audience_nothing(
    program: Program, crew: Screen, opens: Opens
) -> None:
    stage, overlay = opens(program, Role.STAGE, "/stage/R0", "wall"), opens(program, Role.STAGE, "/overlay/R0", "wall")
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    crew.ask("backstage", "say", {"room": "R0", "text": "Nobody's business"})
    crew.ask("backstage", "say", {"room": "R0", "text": "Lights go down", "to": ["stage"]})

    stage.get_by_text("Lights go down").wait_for()
    for page in (stage, overlay, phone):
        assert "Nobody's business" not in page.content()
    for page in (overlay, phone):
        assert "Lights go down" not in page.content()
    stage.get_by_role("button", name="Got it").click()
    while not any(row["receipts"] and row["receipts"][0]["read_at"] for row in crew.rows["backstage/R0"].values()):
        crew.read()
