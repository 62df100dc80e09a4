"""The rows of check-in, who sees them, and when they are renewed."""

from __future__ import annotations

import pytest

from server.channels.checkin import CHANNEL
from server.clock import MINUTE, SECOND
from server.plan import EventPlan, PlannedAttendee, PlannedLane, PlannedList
from server.roles import PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Audience, Role
from tests.support.rig import Rig

PLAN = EventPlan(
    title="Camp",
    timezone="Asia/Shanghai",
    attendees=(
        PlannedAttendee(id="t1", secret="one", name="Wang Wei", category="speaker", vip=True, organisation="ACME"),
        PlannedAttendee(id="t2", secret="two", name="Ana", category="regular"),
    ),
    lists=(PlannedList(id=7, name="Main"),),
    lanes=(PlannedLane(id="A", title="Lane A", gate="East", kind="vip"),),
)


@pytest.fixture
def door() -> Rig:
    rig = Rig(CHANNEL)
    command = CHANNEL.plan(rig.engine, PLAN)
    rig.apply(*rig.decide("import", {name: getattr(command, name) for name in command.__struct_fields__}).events)
    return rig


def renew(rig: Rig) -> list[str]:
    return [touch.key for touch in CHANNEL.refresh(rig.engine, rig.clock.now())]


def test_the_plan_becomes_lists_lanes_tickets_and_zone(door: Rig) -> None:
    state = door.engine.state

    assert (list(state.lists), list(state.lanes), list(state.tickets)) == ([7], ["A"], ["t1", "t2"])
    assert state.timezone == "Asia/Shanghai"


def test_totals_have_every_member(door: Rig) -> None:
    assert door.rows()["totals"] == {
        "registered": 2,
        "expected": 2,
        "arrived": 0,
        "inside": 0,
        "walk_ins": 0,
        "rate_1": 0.0,
        "rate_5": 0.0,
        "rate_smooth": 0.0,
        "ratio": 0.0,
        "eta": None,
        "late_uploads": 0,
        "by_category": {},
        "as_of": door.clock.now(),
    }


def test_counts_follow_a_scan_at_once(door: Rig) -> None:
    door.clock.advance(MINUTE)
    door.do("scan", secret="two", list=7)

    row = door.rows()["totals"]
    assert (row["arrived"], row["inside"], row["ratio"], row["by_category"]) == (1, 1, 0.5, {"regular": 1})
    assert row["as_of"] == door.clock.now()


def test_a_lane_is_described_and_measured(door: Rig) -> None:
    door.do("scan", secret="one", list=7, lane="A")

    assert door.rows()["lane/A"] == {
        "id": "A",
        "title": "Lane A",
        "gate": "East",
        "kind": "vip",
        "active": True,
        "rate": 60.0,
        "load": 8.0,
        "service": 8 * SECOND,
        "denied": 0,
        "clock_skew": 0,
    }


def test_a_lane_that_nobody_planned_appears_with_its_first_scan(door: Rig) -> None:
    door.do("scan", secret="one", list=7, lane="side")

    assert door.rows()["lane/side"]["title"] == "side"


def test_a_vip_who_arrives_is_told_to_the_crew(door: Rig) -> None:
    assert "vip/t1" not in door.rows()
    door.do("scan", secret="one", list=7, lane="A")

    row = door.rows()["vip/t1"]
    assert (row["name"], row["organisation"], row["gate"], row["inside"]) == ("Wang Wei", "ACME", "East", True)


def test_nobody_else_is_announced(door: Rig) -> None:
    door.do("scan", secret="two", list=7)

    assert "vip/t2" not in door.rows()


def test_the_wall_sees_counts_and_no_persons(door: Rig) -> None:
    door.do("scan", secret="one", list=7, lane="A")
    door.do("scan", secret="one", list=7, lane="A", force=True)

    kinds = {key.partition("/")[0] for key in door.rows()}
    assert kinds == {"totals", "minute", "lane", "vip", "double"}
    assert {key.partition("/")[0] for key in door.rows(audience=WALL_VIEW)} == {"totals", "minute", "lane"}


def test_attendees_and_stages_read_nothing_of_it() -> None:
    assert CHANNEL.bare_roles == {Role.CONTROL, Role.MODERATOR, Role.FLOOR, Role.WALL}
    assert not CHANNEL.by_room


@pytest.mark.parametrize("audience", [PUBLIC_VIEW, STAGE_VIEW])
def test_persons_are_no_rows_of_any_other_audience(door: Rig, audience: Audience) -> None:
    door.do("scan", secret="one", list=7)

    assert CHANNEL.row(door.engine, None, "vip/t1", audience) is None


@pytest.mark.parametrize("key", ["", "minute/0", "lane/x", "vip/x", "double/x", "other"])
def test_a_row_that_does_not_exist_is_none(door: Rig, key: str) -> None:
    assert key not in door.rows()
    assert CHANNEL.row(door.engine, None, key, WALL_VIEW) is None


@pytest.mark.parametrize(
    ("verb", "roles"),
    [
        ("scan", {Role.FLOOR, Role.CONTROL}),
        ("annul", {Role.FLOOR, Role.CONTROL}),
        ("walk_in", {Role.FLOOR, Role.CONTROL}),
        ("join", {Role.FLOOR, Role.CONTROL, Role.ATTENDEE}),
        ("import", {Role.CONTROL}),
    ],
)
def test_each_verb_has_its_roles(verb: str, roles: set[Role]) -> None:
    assert CHANNEL.verbs[verb].roles == roles


def test_a_scan_touches_only_what_it_may_change(door: Rig) -> None:
    door.touches.clear()
    now = door.clock.now()
    door.do("scan", secret="two", list=7, lane="A")

    assert {touch.key for touch in door.touches} == {"totals", f"minute/{now}", "lane/A", "vip/t2", "double/t2"}


def test_a_refused_scan_touches_its_lane_alone(door: Rig) -> None:
    door.touches.clear()
    door.do("scan", secret="nobody", list=7, lane="A")

    assert [touch.key for touch in door.touches] == ["lane/A"]


def test_a_renamed_lane_touches_whoever_came_through_it(door: Rig) -> None:
    door.do("scan", secret="one", list=7, lane="A")
    door.touches.clear()
    door.do("import", lanes=[{"id": "A", "title": "Lane A", "gate": "West"}])

    assert {touch.key for touch in door.touches} == {"lane/A", "vip/t1", "double/t1"}
    assert door.rows()["vip/t1"]["gate"] == "West"


def test_planned_lanes_are_there_after_a_restart_without_a_scan(door: Rig) -> None:
    assert "lane/A" in set(CHANNEL.keys(door.restored(), None))


def test_a_binding_touches_nothing(door: Rig) -> None:
    door.touches.clear()
    door.do("join", ticket="one")

    assert door.touches == []


def test_rates_are_renewed_every_five_seconds_until_they_stand_still(door: Rig) -> None:
    door.do("scan", secret="one", list=7, lane="A")
    renewals = 0
    while CHANNEL.next_refresh(door.engine) is not None:
        assert renew(door) == ["totals", "lane/A"]
        due = CHANNEL.next_refresh(door.engine)
        assert due in (None, door.clock.now() + 5 * SECOND)
        door.clock.advance(5 * SECOND)
        renewals += 1

    row = door.rows()
    assert (row["totals"]["rate_1"], row["totals"]["rate_5"], row["totals"]["rate_smooth"]) == (0, 0, 0)
    assert (row["lane/A"]["rate"], row["lane/A"]["active"]) == (0, False)
    assert 5 * MINUTE <= renewals * 5 * SECOND <= 20 * MINUTE


def test_nothing_is_renewed_before_the_first_scan(door: Rig) -> None:
    assert CHANNEL.next_refresh(door.engine) is None


def test_a_scan_after_a_quiet_time_is_renewed_again(door: Rig) -> None:
    door.do("scan", secret="one", list=7)
    door.clock.advance(60 * MINUTE)
    renew(door)
    assert CHANNEL.next_refresh(door.engine) is None
    door.do("scan", secret="two", list=7)

    assert CHANNEL.next_refresh(door.engine) is not None


def test_a_scan_from_the_near_future_is_counted_when_its_time_comes(door: Rig) -> None:
    door.do("scan", secret="one", list=7, datetime=door.clock.now() + MINUTE)
    assert door.rows()["totals"]["rate_1"] == 0
    door.clock.advance(MINUTE + SECOND)
    renew(door)

    assert door.rows()["totals"]["rate_1"] == 60.0
