from __future__ import annotations

import pytest

from server.clock import MINUTE, SECOND, Duration
from server.domain.base import NotFound
from server.errors import IllegalTransition, Malformed
from server.plan import PlannedRule
from server.roles import CREW_VIEW, WALL_VIEW, Actor, Role
from tests.support.devices import MIC, SPARE, SWITCH, adopt, alert, device, plan_of, report, rig_of, state_of
from tests.support.rig import Rig

FLOOR = Actor("floor", Role.FLOOR)


@pytest.fixture
def rig() -> Rig:
    return rig_of(plan_of(MIC, SPARE, SWITCH))


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
        PlannedRule(id="battery_bars_low", reading="battery_bars", below=3, hold=Duration(0)),
        PlannedRule(id="tea", reading="teapots", below=1, hold=Duration(0), severity="info"),
    )
    rig = rig_of(plan_of(MIC, rules=rules))
    report(rig, battery_bars=3, teapots=0)
    assert (state_of(rig), state_of(rig, "tea"), device(rig)["status"]) == ("firing", "firing", "warn")


def test_a_dropped_rule_takes_its_alert_with_it() -> None:
    rig = rig_of(plan_of(MIC, rules=(PlannedRule(id="tea", reading="teapots", below=1, hold=Duration(0)),)))
    report(rig, teapots=0)
    adopt(rig, plan_of(MIC))
    assert state_of(rig, "tea") == "resolved"


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
