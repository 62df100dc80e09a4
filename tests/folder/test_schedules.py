"""frab, pentabarf, OPass and iCalendar, each from a small sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from server.folder import read
from tests.folder.support import by_id, faults, planned, sample, times, warnings


def test_frab_gives_items_with_ids_times_speakers_and_languages(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_json=sample("frab.json")))
    tides = items["101"]
    assert times(tides) == "06-05 10:00-10:45"
    assert [(speaker.id, speaker.name) for speaker in tides.speakers] == [("7", "Ada Brandt")]
    assert (tides.title, tides.language, tides.kind) == ("Tides and timers", "en", "talk")


def test_frab_rooms_are_known_by_their_names_made_fit_for_paths(tmp_path: Path) -> None:
    plan = planned(tmp_path, agenda_json=sample("frab.json"))
    assert [(room.id, room.title) for room in plan.rooms] == [("Quay-1", "Quay/1"), ("Loft", "Loft")]


def test_frab_days_are_those_of_the_source(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_json=sample("frab.json")))
    assert {id_: item.day for id_, item in items.items()} == {"101": 1, "102": 1, "103": 1, "g-101b": 2, "104": 2}


def test_a_frab_event_without_a_date_after_midnight_is_of_the_night(tmp_path: Path) -> None:
    assert times(by_id(planned(tmp_path, agenda_json=sample("frab.json")))["103"]) == "06-06 00:30-01:00"


def test_a_frab_duration_of_three_parts_counts_days(tmp_path: Path) -> None:
    lunch = by_id(planned(tmp_path, agenda_json=sample("frab.json")))["104"]
    assert lunch.end - lunch.start == 24 * 3_600_000


def test_a_frab_talk_given_twice_is_two_items(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_json=sample("frab.json")))
    assert items["101"].title == items["g-101b"].title


def test_a_frab_break_is_known_by_its_title(tmp_path: Path) -> None:
    lunch = by_id(planned(tmp_path, agenda_json=sample("frab.json")))["104"]
    assert (lunch.kind, lunch.gap_kind) == ("break", "break")


def test_every_faulty_frab_event_is_told_with_its_line(tmp_path: Path) -> None:
    text = (
        sample("frab.json")
        .decode()
        .replace('"Night of demos"', '""')
        .replace('"00:45",\n                "room"', '"x",\n"room"')
    )
    told = faults(tmp_path, agenda_json=text)
    assert [line.split(": ")[0] for line in told] == ["agenda.json:16", "agenda.json:28"]
    assert "not a duration" in told[0]
    assert "has no title" in told[1]


def test_frab_events_that_share_id_and_guid_are_told(tmp_path: Path) -> None:
    told = faults(tmp_path, agenda_json=sample("frab.json").decode().replace("g-101b", "g-101"))
    assert told == ['agenda.json:55: The id "101" is also on line 16; give each item its own.']


def test_a_frab_schedule_without_days_is_told(tmp_path: Path) -> None:
    assert "has no days" in faults(tmp_path, agenda_json='{"schedule": {"conference": {"title": "x"}}}')[0]


def test_a_schedule_is_found_by_its_double_suffix(tmp_path: Path) -> None:
    assert len(planned(tmp_path, harbour_schedule_json=sample("frab.json")).items) == 5


def test_pentabarf_gives_the_same_kind_of_items(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_xml=sample("pentabarf.xml")))
    assert times(items["101"]) == "06-05 10:00-10:45"
    assert times(items["102"]) == "06-06 00:30-01:00"
    assert [speaker.name for speaker in items["101"].speakers] == ["Ada Brandt", "Bo Lind"]
    assert (items["101"].title, items["101"].room) == ("Tides & timers", "Quay")


def test_a_pentabarf_event_without_a_title_is_told_with_its_line(tmp_path: Path) -> None:
    text = sample("pentabarf.xml").decode().replace("<title>Lullaby</title>", "")
    assert faults(tmp_path, agenda_xml=text)[0].startswith("agenda.xml:19: The event has no title")


def test_xml_that_is_no_schedule_is_told(tmp_path: Path) -> None:
    assert "<html>" in faults(tmp_path, agenda_xml="<html><body/></html>")[0]


def test_a_pentabarf_schedule_without_days_is_told(tmp_path: Path) -> None:
    assert "has no days" in faults(tmp_path, agenda_xml="<schedule><version>1</version></schedule>")[0]


def test_opass_texts_are_of_the_events_first_language(tmp_path: Path) -> None:
    english = planned(tmp_path, agenda_json=sample("opass.json"))
    assert [item.title for item in english.items] == ["Opening", "Tides and timers", "break"]
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "event.toml").write_text('title = "x"\ntimezone = "Asia/Taipei"\n')
    (tmp_path / "zh" / "agenda.json").write_bytes(sample("opass.json"))
    chinese = read(tmp_path / "zh").plan
    assert chinese is not None
    assert [item.title for item in chinese.items] == ["開幕", "潮汐與計時", "休息"]
    assert chinese.rooms[0].title == "國際會議廳"


def test_opass_rooms_keep_their_ids(tmp_path: Path) -> None:
    plan = planned(tmp_path, agenda_json=sample("opass.json"))
    assert [(room.id, room.title) for room in plan.rooms] == [("R0", "Auditorium"), ("R1", "Ground floor")]


def test_an_opass_broadcast_is_one_item_in_all_its_rooms_home_first(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_json=sample("opass.json")))
    assert (items["a1"].room, items["a1"].broadcast) == ("R1", ("R1", "R0"))
    assert items["a2"].broadcast == ("R0",)


def test_after_a_broadcast_the_first_own_item_of_a_room_is_soft(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_json=sample("opass.json")))
    assert (items["a1"].start_kind, items["a2"].start_kind) == ("hard", "soft")


def test_opass_events_are_breaks_and_ceremonies_by_their_titles(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_json=sample("opass.json")))
    assert (items["a1"].kind, items["a2"].kind, items["a3"].kind) == ("ceremony", "talk", "break")


def test_an_opass_speaker_who_is_not_listed_is_warned_of(tmp_path: Path) -> None:
    told = warnings(tmp_path, agenda_json=sample("opass.json"))
    assert told == ['agenda.json:15: The speaker "s9" is not among the speakers; add them.']


def test_an_opass_session_with_a_broken_time_is_told_with_its_line(tmp_path: Path) -> None:
    document: dict[str, Any] = json.loads(sample("opass.json"))
    document["sessions"][1]["end"] = "later"
    del document["sessions"][2]["zh"], document["sessions"][2]["en"]
    told = faults(tmp_path, agenda_json=json.dumps(document, indent=1))
    assert "later" in told[0]
    assert "has no title" in told[1]


def test_ical_events_become_items_by_zone_by_utc_and_floating(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_ics=sample("calendar.ics")))
    assert times(items["one@harbour.example"]) == "06-05 10:00-10:45"
    assert times(items["two@harbour.example"]) == "06-05 12:00-13:00"
    assert times(items["three@harbour.example"]) == "06-05 14:00-14:30"


def test_ical_tells_rooms_speakers_kinds_and_languages(tmp_path: Path) -> None:
    items = by_id(planned(tmp_path, agenda_ics=sample("calendar.ics")))
    first = items["one@harbour.example"]
    assert (first.room, [speaker.name for speaker in first.speakers], first.language) == ("Quay", ["Ada Brandt"], "en")
    assert items["two@harbour.example"].kind == "break"
    assert items["three@harbour.example"].kind == "ceremony"


def test_faulty_ical_events_are_told_with_the_lines_on_which_they_begin(tmp_path: Path) -> None:
    text = sample("calendar.ics").decode().replace("SUMMARY:Lunch\n", "").replace("DTEND:20260605T143000\n", "")
    told = faults(tmp_path, agenda_ics=text)
    assert told[0].startswith("agenda.ics:12: The event has no SUMMARY")
    assert told[1].startswith('agenda.ics:18: "Floating" has no DTEND')


def test_an_ical_time_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    text = sample("calendar.ics").decode().replace("DTSTART:20260605T100000Z", "DTSTART:tomorrow")
    assert "has no DTSTART that can be read" in faults(tmp_path, agenda_ics=text)[0]


def test_an_ical_year_that_cannot_be_right_is_told(tmp_path: Path) -> None:
    text = sample("calendar.ics").decode().replace("DTSTART:20260605T100000Z", "DTSTART:00010101T000000Z")
    assert "year 1 cannot be right" in faults(tmp_path, agenda_ics=text)[0]


def test_cancelled_recurring_and_all_day_ical_events_are_warned_of(tmp_path: Path) -> None:
    text = sample("calendar.ics").decode()
    text = text.replace("SUMMARY:Lunch", "SUMMARY:Lunch\nSTATUS:CANCELLED")
    text = text.replace("CATEGORIES:Ceremony", "RRULE:FREQ=DAILY").replace(
        "DTSTART;TZID=Europe/Berlin:20260605T100000", "DTSTART;VALUE=DATE:20260605"
    )
    told = warnings(tmp_path, agenda_ics=text)
    assert ["cancelled" in told[1], "all day" in told[0], "recurs" in told[2]] == [True, True, True]


def test_a_calendar_that_is_cut_short_is_told(tmp_path: Path) -> None:
    assert "cut short" in faults(tmp_path, agenda_ics=sample("calendar.ics")[:300])[0]
