from __future__ import annotations

import msgspec
import pytest

from server.channels.devices import CHANNEL
from server.clock import SECOND
from server.domain.base import NotFound
from server.errors import LimitReached
from tests.support.devices import MIC, SPARE, SWITCH, alert, device, measure, plan_of, report, rig_of, state_of
from tests.support.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return rig_of(plan_of(MIC, SPARE, SWITCH))


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
    measure(rig, {f"a{n}": n for n in range(60)})
    with pytest.raises(LimitReached):
        measure(rig, {f"b{n}": n for n in range(60)})
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
    measure(rig, {name: raw})
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
    measure(rig, {name: raw})
    assert device(rig)["readings"][name]["value"] == value


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
