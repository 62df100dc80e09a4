from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.channels.devices import CHANNEL
from server.clock import MINUTE, SECOND
from server.domain.agenda import events as agenda
from server.domain.agenda.state import ItemPlan
from server.domain.base import NotFound
from server.errors import IllegalTransition, LimitReached, Malformed
from server.plan import EventPlan, PlannedContact, PlannedDevice, PlannedRoom, PlannedRule
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Role, device_view
from tests.support.rig import Rig

FLOOR = Actor("floor", Role.FLOOR)


def plan_of(*devices: PlannedDevice, **parts: Any) -> EventPlan:
    rooms = (PlannedRoom("R0", "Hall"), PlannedRoom("R1", "Studio"))
    return EventPlan(title="Day", timezone="UTC", rooms=rooms, devices=devices, **parts)


MIC = PlannedDevice(id="mic3", name="Mic 3", kind="microphone", room="R0", backups=("mic4",))
SPARE = PlannedDevice(id="mic4", name="Mic 4", kind="microphone", room="R0")
SWITCH = PlannedDevice(id="sw", name="Switch", kind="network")


def rig_of(plan: EventPlan) -> Rig:
    rig = Rig(CHANNEL)
    adopt(rig, plan)
    return rig


def adopt(rig: Rig, plan: EventPlan) -> None:
    rig.do("import", **msgspec.to_builtins(CHANNEL.plan(rig.engine, plan)))


@pytest.fixture
def rig() -> Rig:
    return rig_of(plan_of(MIC, SPARE, SWITCH))


def report(rig: Rig, device: str = "mic3", seconds: int = 0, **readings: Any) -> None:
    """Report now, and then every five seconds for so long."""
    rig.do("report", device=device, readings=readings)
    for _ in range(seconds // 5):
        rig.wait(5 * SECOND)
        rig.do("report", device=device, readings=readings)


def device(rig: Rig, id_: str = "mic3") -> dict[str, Any]:
    row: dict[str, Any] = rig.rows()[f"device/{id_}"]
    return row


def alert(rig: Rig, rule: str, id_: str = "mic3") -> dict[str, Any]:
    row: dict[str, Any] = rig.rows()[f"alert/{id_}:{rule}"]
    return row


def state_of(rig: Rig, rule: str = "battery_bars_low", id_: str = "mic3") -> str | None:
    row = rig.rows().get(f"alert/{id_}:{rule}")
    return None if row is None else row["state"]


def plan_item(rig: Rig, minutes: int = 30, **members: Any) -> None:
    now = rig.clock.now()
    item = ItemPlan(id="i7", room="R0", title="item 7", start=now, end=now + minutes * MINUTE, **members)
    rig.apply(agenda.AgendaPlanned(timezone="UTC", rooms=(), items=(item,), targets=()))


def start_item(rig: Rig) -> None:
    rig.apply(agenda.ItemStarted(room="R0", item="i7", at=rig.clock.now()))


# Devices and their links


def test_a_device_that_never_reported_is_unknown_and_never_fine(rig: Rig) -> None:
    row = device(rig)
    assert (row["link"], row["status"], row["reason"], row["readings"]) == ("unknown", "unknown", "never_heard", {})


def test_a_report_brings_the_device_online_with_its_readings(rig: Rig) -> None:
    report(rig, battery_bars=4)
    row = device(rig)
    assert (row["link"], row["status"], row["reason"]) == ("online", "ok", None)
    assert row["readings"]["battery_bars"] == {
        "value": 4,
        "unit": "bars",
        "quality": "good",
        "observed_at": rig.clock.now(),
    }


def test_the_answer_to_a_steady_report_journals_nothing(rig: Rig) -> None:
    report(rig, battery_bars=4)
    before = len(rig.history)
    report(rig, battery_bars=4, seconds=20)
    assert len(rig.history) == before


def test_a_report_of_an_unknown_device_is_not_found(rig: Rig) -> None:
    with pytest.raises(NotFound):
        report(rig, "ghost")


def test_a_reading_left_out_keeps_its_value(rig: Rig) -> None:
    report(rig, battery_bars=4)
    report(rig, rf_dbm=-60)
    assert device(rig)["readings"]["battery_bars"]["value"] == 4


def test_a_silent_device_is_stale_after_three_of_its_intervals(rig: Rig) -> None:
    report(rig, battery_bars=4)
    rig.wait(30 * SECOND - 1)
    assert device(rig)["link"] == "online"
    rig.wait(1)
    row = device(rig)
    assert (row["link"], row["status"], row["reason"]) == ("stale", "unknown", "link_stale")
    assert row["readings"]["battery_bars"]["quality"] == "stale"
    assert row["readings"]["battery_bars"]["value"] == 4


def test_a_quick_device_is_not_stale_before_ten_seconds() -> None:
    rig = rig_of(plan_of(msgspec.structs.replace(MIC, interval=1000)))
    report(rig)
    rig.wait(10 * SECOND - 1)
    assert device(rig)["link"] == "online"
    rig.wait(1)
    assert device(rig)["link"] == "stale"


def test_a_device_that_comes_back_resolves_its_link_alert_after_an_interval(rig: Rig) -> None:
    report(rig)
    rig.wait(31 * SECOND)
    assert alert(rig, "link")["state"] == "firing"
    report(rig)
    assert (device(rig)["link"], state_of(rig, "link")) == ("online", "recovering")
    report(rig, seconds=10)
    assert state_of(rig, "link") == "resolved"


def test_a_device_known_to_be_unreachable_is_unavailable_at_once(rig: Rig) -> None:
    report(rig, battery_bars=4)
    rig.do("report", device="mic3", link="unavailable", message="no route")
    row = device(rig)
    assert (row["link"], row["reason"], row["message"]) == ("unavailable", "link_unavailable", "no route")
    assert row["readings"]["battery_bars"]["quality"] == "unavailable"


def test_a_reading_that_is_no_longer_reported_grows_stale_while_the_device_is_online(rig: Rig) -> None:
    report(rig, battery_bars=4, rf_dbm=-60)
    report(rig, rf_dbm=-60, seconds=30)
    touched = list(CHANNEL.refresh(rig.engine, rig.clock.now()))
    readings = device(rig)["readings"]
    assert (readings["battery_bars"]["quality"], readings["rf_dbm"]["quality"]) == ("stale", "good")
    assert "device/mic3" in [touch.key for touch in touched]


def test_the_next_refresh_is_when_the_next_reading_grows_stale(rig: Rig) -> None:
    report(rig, battery_bars=4)
    assert CHANNEL.next_refresh(rig.engine) == rig.clock.now() + 30 * SECOND


def test_gaps_in_the_sequence_count_as_lost(rig: Rig) -> None:
    for seq in (1, 2, 5):
        rig.do("report", device="mic3", seq=seq, boot_id="a")
    assert device(rig)["lost"] == 2


def test_an_older_report_does_not_overwrite_a_newer_one(rig: Rig) -> None:
    rig.do("report", device="mic3", seq=5, boot_id="a", readings={"battery_bars": 3})
    answer = rig.do("report", device="mic3", seq=4, boot_id="a", readings={"battery_bars": 5})
    assert (answer["taken"], device(rig)["readings"]["battery_bars"]["value"]) == (False, 3)


def test_another_boot_id_is_a_restart_and_starts_the_count_anew(rig: Rig) -> None:
    rig.do("report", device="mic3", seq=50, boot_id="a")
    rig.do("report", device="mic3", seq=1, boot_id="b")
    assert (device(rig)["restarts"], device(rig)["lost"]) == (1, 0)


def test_a_device_that_floods_names_is_refused_and_nothing_changes(rig: Rig) -> None:
    report(rig, **{f"a{n}": n for n in range(60)})
    with pytest.raises(LimitReached):
        report(rig, **{f"b{n}": n for n in range(60)})
    assert len(device(rig)["readings"]) == 60


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("battery_bars", 255),
        ("battery_minutes", 65_535),
        ("battery_minutes", 65_534),
        ("battery_percent", 255),
        ("battery_percent", "full"),
        ("rf_dbm", None),
        ("rf_dbm", True),
        ("signal", "*"),
    ],
)
def test_a_makers_sentinel_is_unknown_and_not_a_value(rig: Rig, name: str, raw: object) -> None:
    report(rig, **{name: raw})
    reading = device(rig)["readings"][name]
    assert (reading["value"], reading["quality"]) == (None, "unknown")
    assert (device(rig)["status"], device(rig)["reason"]) == ("unknown", "no_good_reading")


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("battery_bars", "3", 3),
        ("power", True, "on"),
        ("power", "ON", "on"),
        ("signal", "-", "none"),
        ("transmitter", "UNKN", "off"),
        ("teapots", "Any", "Any"),
    ],
)
def test_a_value_is_read_as_its_reading_means_it(rig: Rig, name: str, raw: object, value: object) -> None:
    report(rig, **{name: raw})
    assert device(rig)["readings"][name]["value"] == value


# Alerts


def test_a_low_battery_is_pending_until_it_has_held(rig: Rig) -> None:
    report(rig, battery_bars=2)
    assert state_of(rig) == "pending"
    assert device(rig)["status"] == "ok"
    rig.wait(10 * SECOND)
    assert (state_of(rig), device(rig)["status"], device(rig)["reason"]) == ("firing", "warn", "battery_bars_low")


def test_a_battery_that_dips_for_a_moment_leaves_no_alert(rig: Rig) -> None:
    report(rig, battery_bars=2)
    rig.wait(5 * SECOND)
    report(rig, battery_bars=4, seconds=30)
    assert state_of(rig) is None


def test_the_second_threshold_keeps_an_alert_from_bouncing(rig: Rig) -> None:
    report(rig, "sw", temperature=90, seconds=35)
    report(rig, "sw", temperature=80, seconds=90)
    assert state_of(rig, "too_hot", "sw") == "firing"
    report(rig, "sw", temperature=75)
    assert state_of(rig, "too_hot", "sw") == "recovering"
    report(rig, "sw", temperature=75, seconds=60)
    assert state_of(rig, "too_hot", "sw") == "resolved"


def test_a_recovering_alert_that_worsens_fires_again_and_stays_acknowledged(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    rig.do("ack", alert="mic3:battery_bars_low", reason="changing it")
    report(rig, battery_bars=3)
    report(rig, battery_bars=2)
    row = alert(rig, "battery_bars_low")
    assert (row["state"], row["acked_by"], row["ack_reason"]) == ("firing", "control", "changing it")


def test_the_same_trouble_again_is_the_same_alert_unacknowledged(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    rig.do("ack", alert="mic3:battery_bars_low")
    report(rig, battery_bars=4, seconds=35)
    report(rig, battery_bars=2, seconds=10)
    row = alert(rig, "battery_bars_low")
    assert (row["state"], row["acked_by"], row["step"]) == ("firing", None, 0)


def test_a_dip_after_a_resolved_alert_leaves_it_resolved(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    report(rig, battery_bars=4, seconds=35)
    report(rig, battery_bars=2)
    report(rig, battery_bars=4)
    assert state_of(rig) == "resolved"


def test_the_graver_rule_inhibits_the_lesser(rig: Rig) -> None:
    report(rig, battery_bars=1, seconds=10)
    assert alert(rig, "battery_bars_critical")["inhibited_by"] is None
    assert alert(rig, "battery_bars_low")["inhibited_by"] == "mic3:battery_bars_critical"


def test_missing_data_freezes_an_alert_and_never_resolves_it(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    last = rig.clock.now()
    rig.wait(10 * MINUTE)
    row = alert(rig, "battery_bars_low")
    assert (row["state"], row["no_data_since"], row["inhibited_by"]) == ("firing", last, "mic3:link")


def test_a_reading_that_turns_unknown_freezes_its_alert(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    report(rig, battery_bars=255, seconds=60)
    row = alert(rig, "battery_bars_low")
    assert row["state"] == "firing"
    assert row["no_data_since"] is not None


def test_a_recovery_that_falls_silent_starts_its_quiet_time_again(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    report(rig, battery_bars=4)
    rig.wait(40 * SECOND)
    report(rig, battery_bars=4)
    assert alert(rig, "battery_bars_low")["state"] == "recovering"
    assert alert(rig, "battery_bars_low")["no_data_since"] is None
    report(rig, battery_bars=4, seconds=30)
    assert state_of(rig) == "resolved"


def test_only_good_values_are_judged(rig: Rig) -> None:
    report(rig, battery_bars=255, seconds=60)
    assert state_of(rig) is None


def test_what_a_device_complains_of_is_an_alert_at_once(rig: Rig) -> None:
    rig.do("report", device="sw", faults=["paper jam", "cover open"])
    assert alert(rig, "self_reported", "sw")["value"] == "paper jam; cover open"
    assert device(rig, "sw")["status"] == "warn"
    rig.do("report", device="sw", faults=[])
    assert state_of(rig, "self_reported", "sw") == "recovering"


def test_flapping_must_calm_down_before_it_resolves(rig: Rig) -> None:
    for _ in range(4):
        rig.do("report", device="sw", faults=["loose"])
        rig.do("report", device="sw", faults=[])
    assert alert(rig, "self_reported", "sw")["flapping"] is True
    for _ in range(11):
        rig.wait(15 * SECOND)
        rig.do("report", device="sw", faults=[])
    assert state_of(rig, "self_reported", "sw") == "recovering"
    rig.wait(15 * SECOND)
    assert state_of(rig, "self_reported", "sw") == "resolved"


def test_an_event_may_replace_a_built_in_rule_and_add_its_own() -> None:
    rules = (
        PlannedRule(id="battery_bars_low", reading="battery_bars", below=3, hold=0),
        PlannedRule(id="tea", reading="teapots", below=1, hold=0, severity="info"),
    )
    rig = rig_of(plan_of(MIC, rules=rules))
    report(rig, battery_bars=3, teapots=0)
    assert (state_of(rig), state_of(rig, "tea"), device(rig)["status"]) == ("firing", "firing", "warn")


def test_a_dropped_rule_takes_its_alert_with_it() -> None:
    rig = rig_of(plan_of(MIC, rules=(PlannedRule(id="tea", reading="teapots", below=1, hold=0),)))
    report(rig, teapots=0)
    adopt(rig, plan_of(MIC))
    assert state_of(rig, "tea") == "resolved"


# People


def test_an_alert_calls_one_step_further_while_nobody_acknowledges(rig: Rig) -> None:
    report(rig, "sw", port="down", seconds=5)
    steps = []
    for seconds in (29, 1, 60, 120, 600):
        report(rig, "sw", port="down")
        rig.wait(seconds * SECOND) if seconds < 30 else report(rig, "sw", port="down", seconds=seconds)
        steps.append(alert(rig, "port_down", "sw")["step"])
    assert steps == [0, 1, 2, 3, 3]


def test_an_acknowledged_alert_calls_nobody_until_ten_minutes_have_passed(rig: Rig) -> None:
    report(rig, "sw", port="down", seconds=5)
    rig.do("ack", alert="sw:port_down", reason="on my way")
    report(rig, "sw", port="down", seconds=595)
    assert alert(rig, "port_down", "sw")["step"] == 0
    report(rig, "sw", port="down", seconds=40)
    row = alert(rig, "port_down", "sw")
    assert (row["acked_by"], row["step"]) == (None, 1)


def test_a_silenced_alert_calls_nobody_and_does_not_count(rig: Rig) -> None:
    until = rig.clock.now() + 10 * MINUTE
    rig.do("silence", device="sw", until=until, reason="rewiring")
    report(rig, "sw", port="down", seconds=300)
    row = alert(rig, "port_down", "sw")
    assert (row["silenced_until"], row["step"], device(rig, "sw")["status"]) == (until, 0, "ok")


def test_a_silence_ends_by_itself_and_may_be_lifted_sooner(rig: Rig) -> None:
    report(rig, "sw", port="down", seconds=5)
    rig.do("silence", rule="port_down", until=rig.clock.now() + MINUTE)
    rig.wait(MINUTE)
    assert alert(rig, "port_down", "sw")["silenced_until"] is None
    rig.do("silence", device="sw", until=rig.clock.now() + MINUTE)
    rig.do("silence", device="sw", until=rig.clock.now())
    assert alert(rig, "port_down", "sw")["silenced_until"] is None


def test_a_silence_of_nothing_is_malformed_and_of_an_unknown_rule_not_found(rig: Rig) -> None:
    with pytest.raises(Malformed):
        rig.do("silence", until=1)
    with pytest.raises(NotFound):
        rig.do("silence", rule="nonsense", until=1)


def test_an_operator_resolves_an_alert_once(rig: Rig) -> None:
    report(rig, "sw", port="down", seconds=5)
    rig.do("resolve", alert="sw:port_down", reason="unplugged on purpose")
    assert state_of(rig, "port_down", "sw") == "resolved"
    for verb in ("resolve", "ack"):
        with pytest.raises(IllegalTransition):
            rig.do(verb, alert="sw:port_down")


def test_a_medical_call_fires_at_once_at_step_one_and_never_resolves_itself(rig: Rig) -> None:
    answer = rig.do("raise", FLOOR, category="medical", room="R0", note="row 5")
    rig.wait(12 * 60 * MINUTE)
    row = rig.rows("R0")[f"alert/{answer['alert']}"]
    assert (row["category"], row["severity"], row["state"], row["note"]) == ("medical", "crit", "firing", "row 5")
    assert row["step"] == 3


def test_a_call_for_help_starts_at_its_categorys_step(rig: Rig) -> None:
    for category in ("medical", "security", "technical", "venue"):
        rig.do("raise", category=category)
    alerts = [row for key, row in rig.rows().items() if key.startswith("alert/")]
    assert {row["category"]: row["step"] for row in alerts} == {"medical": 1, "security": 1, "technical": 0, "venue": 0}


def test_nobody_calls_to_a_room_that_does_not_exist(rig: Rig) -> None:
    with pytest.raises(NotFound):
        rig.do("raise", category="venue", room="R9")


def test_a_note_of_a_medical_call_is_not_on_the_wall(rig: Rig) -> None:
    key = f"alert/{rig.do('raise', category='medical', room='R0', note='Ann fainted')['alert']}"
    assert rig.rows("R0", CREW_VIEW)[key]["note"] == "Ann fainted"
    assert rig.rows("R0", WALL_VIEW)[key]["note"] == ""


# The running item


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


# Assignment and substitution


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


# Alerts of other systems


def relay(rig: Rig, labels: dict[str, str] | None = None, **args: Any) -> dict[str, Any]:
    return rig.do("relay_alert", labels=labels or {"alertname": "HostDown", "severity": "critical"}, **args)


def test_a_relayed_alert_is_known_by_its_labels(rig: Rig) -> None:
    first, again = relay(rig), relay(rig)
    row = rig.rows()[f"alert/{first['alert']}"]
    assert first == again
    assert (row["rule"], row["severity"], row["state"]) == ("HostDown", "crit", "firing")


def test_a_relayed_alert_resolves_when_its_source_says_so(rig: Rig) -> None:
    id_ = relay(rig)["alert"]
    relay(rig, ends_at=rig.clock.now())
    assert rig.rows()[f"alert/{id_}"]["state"] == "resolved"


def test_a_relayed_alert_that_is_no_longer_confirmed_freezes(rig: Rig) -> None:
    id_ = relay(rig, ends_at=rig.clock.now() + MINUTE)["alert"]
    rig.wait(2 * MINUTE)
    row = rig.rows()[f"alert/{id_}"]
    assert (row["state"], row["no_data_since"]) == ("firing", rig.clock.now() - MINUTE)


def test_a_relayed_alert_finds_its_device_and_room(rig: Rig) -> None:
    id_ = relay(rig, {"alertname": "Hot", "device": "mic3", "room": "R0"}, annotations={"summary": "very"})["alert"]
    row = rig.rows("R0")[f"alert/{id_}"]
    assert (row["device"], row["severity"], row["note"], device(rig)["reason"]) == (
        "mic3",
        "warn",
        "very",
        "never_heard",
    )


def test_the_end_of_an_alert_nobody_relayed_changes_nothing(rig: Rig) -> None:
    before = len(rig.history)
    relay(rig, ends_at=rig.clock.now())
    assert len(rig.history) == before


# Import


def test_a_second_import_of_the_same_plan_changes_nothing(rig: Rig) -> None:
    before = len(rig.history)
    adopt(rig, plan_of(MIC, SPARE, SWITCH))
    assert len(rig.history) == before


def test_an_import_leaves_what_is_live_alone(rig: Rig) -> None:
    rig.do("assign", device="mic3", item="i7")
    report(rig, battery_bars=2, seconds=10)
    adopt(rig, plan_of(msgspec.structs.replace(MIC, name="Lavalier 3", room="R1"), SPARE, SWITCH))
    row = rig.rows("R1")["device/mic3"]
    assert (row["name"], row["link"], row["assigned"]["item"]) == ("Lavalier 3", "online", "i7")
    assert "device/mic3" not in rig.rows("R0")
    assert rig.rows("R1")["alert/mic3:battery_bars_low"]["state"] == "firing"


def test_a_retired_device_goes_and_its_alerts_resolve(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    adopt(rig, plan_of(SPARE, SWITCH))
    assert "device/mic3" not in rig.rows()
    assert state_of(rig) == "resolved"


def test_contacts_are_for_crew_only() -> None:
    rig = rig_of(plan_of(contacts=(PlannedContact(id="c1", name="Chen", phone="1"),)))
    assert rig.rows(None, CREW_VIEW)["contact/c1"]["phone"] == "1"
    assert rig.rows(None, WALL_VIEW) == {}
    adopt(rig, plan_of())
    assert rig.rows() == {}


def test_a_password_is_in_no_row() -> None:
    rig = rig_of(plan_of(msgspec.structs.replace(MIC, password="hunter2")))
    assert "hunter2" not in msgspec.json.encode(rig.rows()).decode()


# Who sees what, and what a restart keeps


def test_a_device_sees_its_own_row_and_nothing_else(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    assert list(rig.rows(None, device_view("mic3"))) == ["device/mic3"]


def test_attendees_and_stages_see_nothing(rig: Rig) -> None:
    assert rig.rows(None, PUBLIC_VIEW) == rig.rows(None, STAGE_VIEW) == {}


def test_things_without_a_room_stand_in_no_rooms_topic(rig: Rig) -> None:
    assert "device/sw" in rig.rows("")
    assert "device/sw" not in rig.rows("R0")
    assert set(rig.rows()) == {key for room in CHANNEL.rooms(rig.engine) for key in rig.rows(room)}


def test_a_restart_keeps_timers_and_waits_for_data_before_it_lets_them_run_out(rig: Rig) -> None:
    report(rig, battery_bars=2)
    rig.engine = rig.restored()
    list(CHANNEL.refresh(rig.engine, rig.clock.now()))
    rig.wait(12 * SECOND)
    assert state_of(rig) == "pending"
    report(rig, battery_bars=2)
    assert state_of(rig) == "firing"


def test_a_restart_gives_every_device_its_whole_window_again(rig: Rig) -> None:
    report(rig)
    rig.wait(29 * SECOND)
    rig.engine = rig.restored()
    assert CHANNEL.next_refresh(rig.engine) is not None
    list(CHANNEL.refresh(rig.engine, rig.clock.now()))
    rig.wait(29 * SECOND)
    assert device(rig)["link"] == "online"
    rig.wait(SECOND)
    assert device(rig)["link"] == "stale"


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


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=20))
def test_replaying_and_restoring_give_the_same_state(steps: list[Any]) -> None:
    rig = rig_of(plan_of(MIC, SPARE))
    play(rig, steps)
    assert rig.replayed().state == rig.engine.state == rig.restored().state


@settings(max_examples=40, deadline=None)
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


@settings(max_examples=40, deadline=None)
@given(st.lists(STEPS, max_size=20))
def test_no_alert_resolves_but_by_good_data_or_a_person(steps: list[Any]) -> None:
    rig = rig_of(plan_of(MIC))
    report(rig, battery_bars=2, seconds=10)
    play(rig, [step for step in steps if step[0] == "wait" or (step[1] == "mic3" and step[2] in (0, 1, 2, 255))])
    assert state_of(rig) == "firing"
