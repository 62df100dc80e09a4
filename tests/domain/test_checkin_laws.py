"""Laws of the doors that hold for every history, whatever the order in which it was told."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.checkin import CHANNEL
from server.clock import MINUTE
from server.domain.checkin import Scanned
from server.errors import AppError
from server.roles import CREW_VIEW, WALL_VIEW, Actor, Audience, Role
from tests.support.clock import NINE
from tests.support.rig import Rig

PEOPLE = [{"id": f"t{n}", "secret": f"s{n}", "name": f"P{n}", "category": "ab"[n % 2], "vip": n == 0} for n in range(4)]
FLOORS = [Actor("floor:x", Role.FLOOR), Actor("floor:y", Role.FLOOR)]

scans = st.fixed_dictionaries(
    {"secret": st.sampled_from(["s0", "s1", "s2", "s3", "?"])},
    optional={
        "type": st.sampled_from(["entry", "exit"]),
        "datetime": st.integers(NINE - 20 * MINUTE, NINE + 4 * MINUTE),
        "nonce": st.sampled_from("abc"),
        "force": st.booleans(),
        "lane": st.sampled_from("AB"),
        "list": st.sampled_from([1, 2]),
    },
).map(lambda args: ("scan", args))
others = st.one_of(
    st.fixed_dictionaries({"nonce": st.sampled_from("abc")}).map(lambda args: ("annul", args)),
    st.fixed_dictionaries({}, optional={"lane": st.just("A"), "nonce": st.sampled_from("abc")}).map(
        lambda args: ("walk_in", args)
    ),
    st.integers(1, 3 * MINUTE).map(lambda by: ("wait", {"by": by})),
)
stories = st.lists(st.tuples(st.one_of(scans, scans, others), st.sampled_from(FLOORS)), max_size=25)


def told(story: list[tuple[tuple[str, dict[str, Any]], Actor]]) -> Rig:
    rig = Rig(CHANNEL)
    rig.do("import", lists=[{"id": 1, "name": "Main"}, {"id": 2, "name": "Hall"}], attendees=PEOPLE)
    for (verb, args), actor in story:
        play(rig, verb, args, actor)
    return rig


def play(rig: Rig, verb: str, args: dict[str, Any], actor: Actor) -> None:
    if verb == "wait":
        rig.clock.advance(args["by"])
        return
    try:
        rig.do(verb, actor, **args)
    except AppError:
        return


def rows(rig: Rig, engine: Any, audience: Audience = CREW_VIEW) -> dict[str, Any]:
    found = {key: CHANNEL.row(engine, None, key, audience) for key in CHANNEL.keys(engine, None)}
    return {key: msgspec.to_builtins(row) for key, row in found.items() if row is not None}


@settings(max_examples=25, deadline=None)
@given(stories)
def test_minutes_categories_and_totals_agree(story: list[Any]) -> None:
    found = told(story).rows()
    totals = found["totals"]
    minutes = [row for key, row in found.items() if key.startswith("minute/")]

    assert sum(row["arrived"] for row in minutes) == totals["arrived"] == sum(totals["by_category"].values())
    assert all(sum(row["by_lane"].values()) <= row["arrived"] for row in minutes)
    assert totals["walk_ins"] <= totals["arrived"]
    assert totals["late_uploads"] >= 0


@settings(max_examples=25, deadline=None)
@given(stories)
def test_a_replay_and_a_restored_state_show_the_same_rows(story: list[Any]) -> None:
    rig = told(story)

    assert rows(rig, rig.replayed()) == rows(rig, rig.engine) == rows(rig, rig.restored())


@settings(max_examples=25, deadline=None)
@given(stories)
def test_every_changed_row_was_touched(story: list[Any]) -> None:
    rig = told([])
    mirrors = {audience: rows(rig, rig.engine, audience) for audience in (CREW_VIEW, WALL_VIEW)}
    for (verb, args), actor in story:
        rig.touches.clear()
        play(rig, verb, args, actor)
        for audience, mirror in mirrors.items():
            for touch in rig.touches:
                row = CHANNEL.row(rig.engine, None, touch.key, audience)
                mirror.pop(touch.key, None)
                if row is not None:
                    mirror[touch.key] = msgspec.to_builtins(row)
            assert mirror == rows(rig, rig.engine, audience)


@settings(max_examples=25, deadline=None)
@given(stories, st.randoms(use_true_random=False))
def test_counts_do_not_depend_on_the_order_in_which_scans_are_told(story: list[Any], random: Any) -> None:
    passed = [recorded.event for recorded in told(story).history if isinstance(recorded.event, Scanned)]
    passed = [event for event in passed if event.attendee in {person["id"] for person in PEOPLE}]
    instants = {(event.attendee, event.list, event.at) for event in passed}
    if len(instants) < len(passed):
        return  # what happened at the same instant is told apart by the order of telling alone
    mixed = random.sample(passed, len(passed))
    there, here = told([]), told([])
    there.apply(*passed)
    here.apply(*mixed)

    assert here.rows() == there.rows()


@settings(max_examples=25, deadline=None)
@given(stories)
def test_sending_everything_twice_has_no_second_effect(story: list[Any]) -> None:
    """With a nonce of its own each, a scan may be sent as often as the net demands."""
    once, twice = told([]), told([])
    for number, ((verb, args), actor) in enumerate(story):
        if verb == "scan":
            once.do(verb, actor, **{**args, "nonce": f"n{number}"})
            for _ in range(2):
                twice.do(verb, actor, **{**args, "nonce": f"n{number}"})

    assert twice.rows() == once.rows()
    assert len(twice.history) == len(once.history)
