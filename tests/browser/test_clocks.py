"""What displays say is true: whatever their machines' clocks say, whatever the link does, and for next to nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from server.roles import Role
from tests.browser.wire import Stand, Wire, start
from tests.support.program import Program, Screen

pytestmark = [pytest.mark.browser, pytest.mark.server]

WRONG = 90_000
"""How far a machine's clock is off, in milliseconds."""


def digits(wire: Wire) -> str:
    """Return the digits that the stage reads."""
    return wire.page.locator(".agenda-stage__digits").inner_text()


def counted(milliseconds: int) -> str:
    """Return a remaining time as a stage shows it: a second that has begun counts as whole."""
    seconds = -(-milliseconds // 1000)
    return f"{seconds // 60:02}:{seconds % 60:02}"


def test_two_screens_of_a_room_change_together_though_one_machine_is_90_s_wrong(program: Program, stand: Stand) -> None:
    ends = start(program)
    near = stand.open(Role.STAGE, "/stage/R0", out=4, back=4)
    far = stand.open(Role.STAGE, "/stage/R0", wrong=WRONG, out=90, back=30)
    timeline = stand.timeline
    timeline.run(400, step=5)
    turned: list[dict[Wire, int]] = []
    for _ in range(3):
        timeline.run(940 - timeline.now % 1000 + (1000 if timeline.now % 1000 > 940 else 0), step=470)
        before = {wire: digits(wire) for wire in (near, far)}
        assert len(set(before.values())) == 1
        turns: dict[Wire, int] = {}
        while len(turns) < 2:
            timeline.run(5)
            turns |= {wire: timeline.now for wire in (near, far) if wire not in turns and digits(wire) != before[wire]}
        turned.append(turns)

    assert max(abs(turns[near] - turns[far]) for turns in turned) < 50
    assert digits(near) == digits(far) == counted(ends - timeline.now // 1000 * 1000)


def test_ten_minutes_of_a_half_open_link_are_told_within_5_s_and_leave_the_digits_right(
    program: Program, stand: Stand
) -> None:
    ends = start(program)
    stage = stand.open(Role.STAGE, "/stage/R0", wrong=WRONG)
    stage.beats = True
    stand.timeline.run(10_000, step=1_000)
    expect(stage.page.locator("html")).to_have_attribute("data-link", "live")
    while stage.silence:
        stand.timeline.run(500)
    stage.cut = True
    stand.timeline.run(5_000, step=500)
    expect(stage.page.locator("html")).to_have_attribute("data-link", "stale")
    expect(stage.page.locator("[data-freshness]")).to_have_attribute("data-tone", "stale")
    stand.timeline.run(595_000, step=5_000)

    expect(stage.page.locator("[data-freshness]")).to_have_attribute("data-tone", "stale")
    assert digits(stage) == counted(ends - stand.timeline.now // 1000 * 1000)
    stage.cut = False
    stand.timeline.run(20_000, step=500)
    expect(stage.page.locator("html")).to_have_attribute("data-link", "live")
    assert digits(stage) == counted(ends - stand.timeline.now // 1000 * 1000)


@pytest.mark.parametrize(
    ("role", "path"), [(Role.WALL, "/wall"), (Role.STAGE, "/stage/R0"), (Role.CONTROL, "/control")], ids=str
)
def test_an_idle_screen_is_sent_under_20_bytes_a_second(program: Program, stand: Stand, role: Role, path: str) -> None:
    """Ten minutes: every heartbeat, the answers to what the page asks, and whatever else the server has to say."""
    crew = Screen(program, program.key(Role.CONTROL))
    for number in range(14):
        crew.ask("screens", "report", {"screen": f"s{number}", "page": "wall"})
    screen = stand.open(role, path)
    screen.beats = True
    stand.timeline.run(30_000, step=1_000)
    screen.settle()
    screen.received = 0
    stand.timeline.run(600_000, step=2_000)
    screen.settle()

    assert 5 < screen.received / 600 < 20
    expect(screen.page.locator("html")).to_have_attribute("data-link", "live")
