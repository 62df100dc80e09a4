from __future__ import annotations

from typing import Any

import msgspec
import pytest

from server.channels.devices import CHANNEL
from server.clock import MINUTE
from server.plan import PlannedContact
from server.roles import CREW_VIEW, PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, device_view
from tests.support.devices import MIC, SPARE, SWITCH, adopt, device, plan_of, report, rig_of, state_of
from tests.support.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return rig_of(plan_of(MIC, SPARE, SWITCH))


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


def test_a_device_sees_its_own_row_and_nothing_else(rig: Rig) -> None:
    report(rig, battery_bars=2, seconds=10)
    assert list(rig.rows(None, device_view("mic3"))) == ["device/mic3"]


def test_attendees_and_stages_see_nothing(rig: Rig) -> None:
    assert rig.rows(None, PUBLIC_VIEW) == rig.rows(None, STAGE_VIEW) == {}


def test_things_without_a_room_stand_in_no_rooms_topic(rig: Rig) -> None:
    assert "device/sw" in rig.rows("")
    assert "device/sw" not in rig.rows("R0")
    assert set(rig.rows()) == {key for room in CHANNEL.rooms(rig.engine) for key in rig.rows(room)}
