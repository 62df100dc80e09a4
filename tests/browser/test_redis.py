"""What crews see when Redis goes away under their screens, and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.roles import Role
from tests.browser.conftest import Opens
from tests.support.program import Program, Screen, make_folder, serving
from tests.support.redis import RedisServer

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.redis]


@pytest.fixture
def program(tmp_path: Path, redis: RedisServer) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event"), "--redis", redis.url) as program:
        yield program


def test_crews_are_told_that_nothing_can_be_stored_and_their_acts_are_done_afterwards(
    program: Program, redis: RedisServer, opens: Opens
) -> None:
    desk = opens(program, Role.CONTROL, "/control")
    pages = [desk, opens(program, Role.FLOOR, "/door"), opens(program, Role.WALL, "/wall", "wall")]
    pages.append(opens(program, Role.MODERATOR, "/moderate/R0", language="zh-Hans"))
    phone = opens(program, Role.ATTENDEE, "/r/R0", "phone")
    redis.kill()
    for page in pages[:3]:
        page.get_by_text("Read only since").wait_for()
    pages[3].get_by_text("服务器无法保存任何内容").wait_for()
    phone.get_by_role("textbox").first.fill("Asked while Redis was away?")
    phone.get_by_role("button", name="Send", exact=False).first.click()
    desk.evaluate("""() => import("/static/js/desk.js").then(({ link }) => {
      window.done = Promise.all([1, 2, 3].map((n) => link.send("agenda", "adjust", { item: "t1", by: n * 60000 })));
    })""")
    assert phone.locator("[data-banner]").count() == 0
    redis.start()
    for page in pages:
        page.locator("[data-banner]").wait_for(state="hidden")
    desk.evaluate("() => window.done")
    screen = Screen(program, program.key(Role.CONTROL))

    assert screen.subscribe("agenda/R0")["item/t1"]["adjusted"] == 6 * 60_000
    questions = screen.subscribe("questions/R0")
    while not any(row.get("body") == "Asked while Redis was away?" for row in questions.values()):
        screen.read()
    screen.close()
    assert sum(row.get("body") == "Asked while Redis was away?" for row in questions.values()) == 1


def test_control_reads_what_redis_may_lose_and_it_goes_when_that_is_set_right(
    program: Program, redis: RedisServer, opens: Opens
) -> None:
    redis.options["appendfsync"] = "everysec"
    redis.kill()
    redis.start()
    desk = opens(program, Role.CONTROL, "/control")
    desk.get_by_text("a power cut loses the last second").wait_for()
    redis.options["appendfsync"] = "always"
    redis.kill()
    redis.start()

    desk.locator("[data-banner]").wait_for(state="hidden")
