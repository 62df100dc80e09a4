"""The bundled sample event is one that its own importers have nothing to say about."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from server.folder import Reading, read
from server.plan import EventPlan
from server.sample import copy_to


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    folder: Path = tmp_path_factory.mktemp("sample") / "event"
    copy_to(folder)
    return read(folder)


@pytest.fixture
def plan(reading: Reading) -> EventPlan:
    assert reading.plan is not None
    return reading.plan


def test_it_has_neither_faults_nor_warnings(reading: Reading) -> None:
    assert (reading.faults, reading.warnings) == ([], [])


def test_it_has_two_days_three_rooms_and_a_target_for_each_day(plan: EventPlan) -> None:
    assert {item.day for item in plan.items} == {1, 2}
    assert [room.id for room in plan.rooms] == ["R0", "R1", "R2"]
    assert [target.day for target in plan.targets] == [1, 2]


def test_joint_sessions_are_shown_in_every_room(plan: EventPlan) -> None:
    shown = {item.id: item.broadcast for item in plan.items}
    assert shown["d1-opening"] == shown["d2-keynote"] == ("R0", "R1", "R2")


def test_it_has_talks_in_two_languages_a_panel_breaks_and_an_optional_film(plan: EventPlan) -> None:
    talks = [item for item in plan.items if item.kind == "talk"]
    assert {item.language for item in talks} == {"zh-Hans", "en"}
    assert max(len(item.speakers) for item in talks) == 4
    assert Counter(item.kind for item in plan.items if item.optional) == {"filler": 2}


def test_it_has_three_hundred_attendees_whose_speakers_are_those_of_the_agenda(plan: EventPlan) -> None:
    assert len(plan.attendees) == len({attendee.name for attendee in plan.attendees}) == 300
    registered = {attendee.name for attendee in plan.attendees if attendee.category == "speaker"}
    assert registered == {speaker.name for item in plan.items for speaker in item.speakers}


def test_it_has_twenty_devices_four_lanes_and_people_to_call(plan: EventPlan) -> None:
    assert len(plan.devices) == 20
    assert [lane.id for lane in plan.lanes] == ["A", "B", "VIP", "speaker"]
    assert {"medical", "security", "technical", "venue"} <= {name for who in plan.contacts for name in who.categories}


def test_copying_it_again_restores_its_files(tmp_path: Path) -> None:
    copy_to(tmp_path)
    (tmp_path / "agenda.csv").write_text("spoilt")
    copy_to(tmp_path)
    assert read(tmp_path).faults == []
