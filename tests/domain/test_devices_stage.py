from __future__ import annotations

import pytest

from server.clock import MINUTE
from server.domain.agenda import events as agenda
from server.errors import IllegalTransition
from tests.support.devices import (
    MIC,
    SPARE,
    SWITCH,
    alert,
    device,
    plan_item,
    plan_of,
    report,
    rig_of,
    start_item,
    state_of,
)
from tests.support.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return rig_of(plan_of(MIC, SPARE, SWITCH))


def test_an_alert_is_critical_while_its_device_is_on_the_running_item(rig: Rig) -> None:
    plan_item(rig)
    rig.do("assign", device="mic3", item="i7")
    report(rig, battery_bars=2, seconds=10)
    assert alert(rig, "battery_bars_low")["severity"] == "warn"
    start_item(rig)
    assert (alert(rig, "battery_bars_low")["severity"], device(rig)["status"]) == ("crit", "crit")
    rig.apply(agenda.ItemFinished(room="R0", item="i7", at=rig.clock.now()))
    assert alert(rig, "battery_bars_low")["severity"] == "warn"


def test_a_device_of_a_speaker_is_live_while_they_speak(rig: Rig) -> None:
    plan_item(rig, speakers=("ann",))
    start_item(rig)
    rig.do("assign", device="mic3", speaker="ann")
    rig.do("assign", device="mic4", speaker="bob")
    assert (device(rig)["is_live"], device(rig, "mic4")["is_live"]) == (True, False)


def test_a_switched_off_transmitter_matters_only_on_the_running_item(rig: Rig) -> None:
    plan_item(rig)
    rig.do("assign", device="mic3", item="i7")
    report(rig, transmitter="UNKN", seconds=10)
    assert state_of(rig, "transmitter_off") is None
    start_item(rig)
    report(rig, transmitter="UNKN", seconds=5)
    assert (state_of(rig, "transmitter_off"), device(rig)["status"]) == ("firing", "crit")
    rig.apply(agenda.ItemFinished(room="R0", item="i7", at=rig.clock.now()))
    rig.wait(0)
    assert state_of(rig, "transmitter_off") == "resolved"


def test_a_battery_is_judged_by_what_is_left_of_the_running_item(rig: Rig) -> None:
    plan_item(rig, minutes=30)
    rig.do("assign", device="mic3", item="i7")
    start_item(rig)
    report(rig, battery_minutes=40, seconds=30)
    row = alert(rig, "battery_minutes_low")
    assert (row["state"], row["verdict"]) == ("firing", "Mic 3 lasts 10 min beyond item 7")


def test_the_verdict_says_how_long_before_the_items_end_a_battery_dies(rig: Rig) -> None:
    plan_item(rig, minutes=30)
    rig.do("assign", device="mic3", item="i7")
    start_item(rig)
    report(rig, battery_minutes=16)
    row = alert(rig, "battery_minutes_low")
    assert (row["verdict"], row["short_by"]) == ("Mic 3 ends 14 min before item 7 does", 14 * MINUTE)


def test_there_is_no_verdict_while_the_items_end_is_unknown(rig: Rig) -> None:
    plan_item(rig)
    rig.do("assign", device="mic3", item="i7")
    start_item(rig)
    rig.apply(agenda.ItemPaused(room="R0", item="i7", at=rig.clock.now()))
    report(rig, battery_minutes=10)
    assert alert(rig, "battery_minutes_low")["verdict"] is None


def test_paused_and_added_time_move_the_end(rig: Rig) -> None:
    plan_item(rig, minutes=30)
    rig.do("assign", device="mic3", item="i7")
    start_item(rig)
    rig.apply(agenda.ItemPaused(room="R0", item="i7", at=rig.clock.now()))
    rig.wait(2 * MINUTE)
    rig.apply(agenda.ItemResumed(room="R0", item="i7", at=rig.clock.now()))
    rig.apply(agenda.ItemAdjusted(room="R0", item="i7", by=4 * MINUTE))
    report(rig, battery_minutes=16)
    assert alert(rig, "battery_minutes_low")["short_by"] == 18 * MINUTE


def test_an_undone_start_takes_the_item_off_the_air(rig: Rig) -> None:
    plan_item(rig)
    rig.do("assign", device="mic3", item="i7")
    start_item(rig)
    rig.apply(agenda.ChangeUndone(room="R0", what="start", current=None))
    assert device(rig)["is_live"] is False


def test_an_assignment_shows_and_is_cleared_by_naming_neither(rig: Rig) -> None:
    rig.do("assign", device="mic3", speaker="ann", item="i7")
    assert device(rig)["assigned"] == {"speaker": "ann", "item": "i7"}
    rig.do("assign", device="mic3")
    assert device(rig)["assigned"] is None


def test_a_backup_takes_over_the_assignment(rig: Rig) -> None:
    rig.do("assign", device="mic3", item="i7")
    report(rig, "mic4", battery_bars=5)
    answer = rig.do("substitute", device="mic3", backup="mic4")
    assert answer["doubts"] == []
    assert device(rig)["assigned"] is None
    assert device(rig, "mic4")["assigned"] == {"speaker": None, "item": "i7"}
    assert device(rig, "mic4")["stands_in_for"] == "mic3"


def test_a_doubtful_backup_is_taken_with_a_word_of_warning(rig: Rig) -> None:
    answer = rig.do("substitute", device="mic3", backup="sw")
    assert answer["doubts"] == ["not_a_backup", "never_heard"]


def test_a_backup_in_use_is_refused(rig: Rig) -> None:
    rig.do("assign", device="mic4", item="i8")
    with pytest.raises(IllegalTransition):
        rig.do("substitute", device="mic3", backup="mic4")


def test_a_device_does_not_stand_in_for_itself(rig: Rig) -> None:
    with pytest.raises(IllegalTransition):
        rig.do("substitute", device="mic3", backup="mic3")
