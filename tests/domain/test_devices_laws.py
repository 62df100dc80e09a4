from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.devices import CHANNEL
from server.clock import SECOND
from tests.support.devices import MIC, SPARE, plan_of, report, rig_of, state_of
from tests.support.rig import Rig

VALUES = st.sampled_from([0, 1, 2, 3, 5, 255, None])
STEPS = st.one_of(
    st.tuples(st.just("report"), st.sampled_from(["mic3", "mic4"]), VALUES),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 12, 40, 700]), st.none()),
    st.tuples(st.just("ack"), st.just(""), st.none()),
    st.tuples(st.just("resolve"), st.just(""), st.none()),
)


def play(rig: Rig, steps: list[Any]) -> None:
    for verb, what, value in steps:
        if verb == "report":
            report(rig, what, battery_bars=value)
        elif verb == "wait":
            rig.wait(what * SECOND)
        else:
            for each in [a.id for a in rig.engine.state.alerts.values() if a.is_open][:1]:
                rig.do(verb, alert=each)


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, max_size=20))
def test_replaying_and_restoring_give_the_same_state(steps: list[Any]) -> None:
    rig = rig_of(plan_of(MIC, SPARE))
    play(rig, steps)
    assert rig.replayed().state == rig.engine.state == rig.restored().state


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, max_size=20))
def test_every_row_that_changes_is_touched_and_no_deadline_lies_in_the_past(steps: list[Any]) -> None:
    rig = rig_of(plan_of(MIC, SPARE))
    rig.touches = []
    for step in steps:
        before = rig.rows()
        play(rig, [step])
        rig.wait(0)
        touched = {touch.key for touch in [*rig.touches, *CHANNEL.refresh(rig.engine, rig.clock.now())]}
        after = rig.rows()
        assert {key for key in before | after if before.get(key) != after.get(key)} <= touched
        due = rig.engine.deadline()
        assert due is None or due > rig.clock.now()
        rig.touches = []


@settings(max_examples=25, deadline=None)
@given(st.lists(STEPS, max_size=20))
def test_no_alert_resolves_but_by_good_data_or_a_person(steps: list[Any]) -> None:
    rig = rig_of(plan_of(MIC))
    report(rig, battery_bars=2, seconds=10)
    play(rig, [step for step in steps if step[0] == "wait" or (step[1] == "mic3" and step[2] in (0, 1, 2, 255))])
    assert state_of(rig) == "firing"
