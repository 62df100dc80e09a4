"""Agendas as CSV and XLSX."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from tests.folder.support import AGENDA, by_id, faults, planned, times, warnings

BASE = "title,start,duration"


def rows(*lines: str, head: str = BASE) -> str:
    return "\n".join([head, *lines]) + "\n"


def sheet(*lines: list[object]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in lines:
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_least_that_is_needed_is_title_start_and_duration(tmp_path: Path) -> None:
    plan = planned(tmp_path, agenda_csv=rows("Tides,2026-06-05 10:00,45"))
    item = plan.items[0]
    assert (item.room, item.kind, item.start_kind, item.gap_kind) == ("main", "talk", "hard", "buffer")
    assert times(item) == "06-05 10:00-10:45"
    assert [(room.id, room.title) for room in plan.rooms] == [("main", "Main room")]


def test_an_agenda_without_rooms_is_of_the_one_room_of_event_toml(tmp_path: Path) -> None:
    plan = planned(tmp_path, '[[rooms]]\nid = "R0"\n', agenda_csv=rows("Tides,2026-06-05 10:00,45"))
    assert [item.room for item in plan.items] == ["R0"]


def test_every_column_is_read(tmp_path: Path) -> None:
    head = "id,room,title,start,end,speakers,kind,start_kind,end_kind,min_duration,gap_kind,min_gap,optional,language"
    line = "x,Quay,Tides,2026-06-05T10:00+01:00,2026-06-05 12:00,Ada;Bo ,filler,soft,fixed,0:10,turnover,5,yes,de"
    item = planned(tmp_path, agenda_csv=rows(line, head=head)).items[0]
    assert times(item) == "06-05 11:00-12:00"
    assert [speaker.name for speaker in item.speakers] == ["Ada", "Bo"]
    assert (item.id, item.kind, item.start_kind, item.end_kind) == ("x", "filler", "soft", "fixed")
    assert (item.min_duration, item.gap_kind, item.min_gap) == (600_000, "turnover", 300_000)
    assert (item.optional, item.language) == (True, "de")


def test_columns_and_kinds_may_be_chinese(tmp_path: Path) -> None:
    text = rows("开幕,主厅,2026年6月5日 9：00,30,邵南乔；温叙白,仪式", head="标题,会场,开始时间,时长,讲者,类型")
    item = planned(tmp_path, agenda_csv=text).items[0]
    assert (item.title, item.room, item.kind, len(item.speakers)) == ("开幕", "主厅", "ceremony", 2)
    assert times(item) == "06-05 09:00-09:30"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_the_delimiter_is_the_one_that_the_header_uses(tmp_path: Path, delimiter: str) -> None:
    assert len(planned(tmp_path, agenda_csv=AGENDA.replace(",", delimiter)).items) == 1


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_character_set_is_found(tmp_path: Path, charset: str) -> None:
    text = rows("潮汐与计时：一个真实的会场,2026-06-05 10:00,45", head="标题,开始时间,时长")
    assert planned(tmp_path, agenda_csv=text.encode(charset)).items[0].title == "潮汐与计时：一个真实的会场"


def test_another_character_set_is_guessed_and_warned_of(tmp_path: Path) -> None:
    text = rows(*(f"Grüße aus dem Süden für Zoë und René {n},2026-06-05 1{n}:00,45" for n in range(5)))
    raw = text.encode("cp1252")
    assert "Grüße" in planned(tmp_path, agenda_csv=raw).items[0].title
    assert "save the file as UTF-8" in warnings(tmp_path, agenda_csv=raw)[0]


def test_a_spreadsheet_is_read_with_its_own_dates_and_times(tmp_path: Path) -> None:
    raw = sheet(
        ["Harbour Days: the plan"],
        [],
        ["Title", "Date", "Start", "Length", "End", "ID"],
        ["Tides", date(2026, 6, 5), time(10, 0), time(0, 45), None, 7],
        ["Timers", None, datetime(2026, 6, 5, 11, 0), None, time(11, 30), 8.0],  # noqa: DTZ001
    )
    items = by_id(planned(tmp_path, agenda_xlsx=raw))
    assert times(items["7"]) == "06-05 10:00-10:45"
    assert times(items["8"]) == "06-05 11:00-11:30"


def test_the_sheet_with_the_header_is_found(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.create_sheet("Agenda")
    page.append(["title", "start", "duration"])
    page.append(["Tides", "2026-06-05 10:00", 45])
    out = io.BytesIO()
    book.save(out)
    assert len(planned(tmp_path, agenda_xlsx=out.getvalue()).items) == 1


def test_faults_of_a_spreadsheet_name_its_rows(tmp_path: Path) -> None:
    raw = sheet(["title", "start", "duration"], ["Tides", "soon", 45], [None, "2026-06-05 10:00", 45])
    told = faults(tmp_path, agenda_xlsx=raw)
    assert [line.split(": ")[0] for line in told] == ["agenda.xlsx:2", "agenda.xlsx:3"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (",2026-06-05 10:00,45", "The title is missing"),
        ("Tides,,45", "The start is missing"),
        ("Tides,5/6/2026 10:00,45", "is not a date and time"),
        ("Tides,2026-06-31 10:00,45", "No calendar or clock"),
        ("Tides,2026-06-05 25:00,45", "No calendar or clock"),
        ("Tides,0026-06-05 10:00,45", "The year"),
        ("Tides,2026-06-05 10:00 +99:00,45", "No zone"),
        ("Tides,2026-06-05 10:00,soon", "is not a duration"),
        ("Tides,2026-06-05 10:00,", "Both duration and end are missing"),
        ("Tides,2026-06-05 10:00,-5", "is not a duration"),
        ("Tides,2026-06-05 10:00,45,and more", "more cells than the header"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    told = faults(tmp_path, agenda_csv=rows("Fine,2026-06-05 09:00,45", line))
    assert len(told) == 1
    assert told[0].startswith("agenda.csv:3: ")
    assert says in told[0]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("kind", "brake", 'did you mean "break"?'),
        ("start_kind", "sof", 'did you mean "soft"?'),
        ("end_kind", "never", "duration, fixed"),
        ("gap_kind", "hole", "buffer, turnover, break"),
        ("optional", "perhaps", "yes, no"),
        ("min_duration", "short", "is not a duration"),
        ("min_gap", "wide", "is not a duration"),
        ("language", "English please", "is not a language tag"),
    ],
)
def test_a_word_that_a_column_does_not_know_is_told(tmp_path: Path, column: str, value: str, says: str) -> None:
    told = faults(tmp_path, agenda_csv=rows(f"Tides,2026-06-05 10:00,45,{value}", head=f"{BASE},{column}"))
    assert len(told) == 1
    assert f"agenda.csv:2: {column}: " in told[0]
    assert says in told[0]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    head = f"{BASE},kind,optional"
    assert len(faults(tmp_path, agenda_csv=rows(",never,long,brake,perhaps", "x,y,z,talk,no", head=head))) == 7


def test_an_end_before_the_start_is_told(tmp_path: Path) -> None:
    text = rows("Tides,2026-06-05 10:00,2026-06-05 09:00", head="title,start,end")
    assert faults(tmp_path, agenda_csv=text) == ['agenda.csv:2: "Tides" ends before it starts; correct its times.']


def test_a_duration_that_contradicts_the_end_is_told(tmp_path: Path) -> None:
    text = rows("Tides,2026-06-05 10:00,45,11:00", head=f"{BASE},end")
    assert "contradict each other" in faults(tmp_path, agenda_csv=text)[0]


def test_an_end_by_the_clock_is_the_first_after_the_start(tmp_path: Path) -> None:
    text = rows("Late,2026-06-05 23:00,01:00", head="title,start,end")
    assert times(planned(tmp_path, agenda_csv=text).items[0]) == "06-05 23:00-01:00"


def test_an_end_that_is_no_time_is_told(tmp_path: Path) -> None:
    assert "end: " in faults(tmp_path, agenda_csv=rows("Late,2026-06-05 23:00,late", head="title,start,end"))[0]


def test_an_item_of_months_is_told(tmp_path: Path) -> None:
    assert "lasts for months" in faults(tmp_path, agenda_csv=rows("Tides,2026-06-05 10:00,99999"))[0]


def test_missing_columns_are_told_on_the_header(tmp_path: Path) -> None:
    told = faults(tmp_path, agenda_csv="room,title\nQuay,Tides\n")
    assert [line.split(";")[0] for line in told] == [
        'agenda.csv:1: There is no column "start"',
        'agenda.csv:1: There is no column "duration"',
    ]


def test_a_table_without_a_header_is_told(tmp_path: Path) -> None:
    assert "begin the table with a header row" in faults(tmp_path, agenda_csv="Tides,10:00,45\n")[0]


def test_a_misspelt_column_is_warned_of(tmp_path: Path) -> None:
    told = warnings(tmp_path, agenda_csv=rows("Tides,2026-06-05 10:00,45,x", head=f"{BASE},langauge"))
    assert told == ['agenda.csv:1: The column "langauge" is not known and is left out; did you mean "language"?']


def test_of_two_columns_with_one_name_the_first_is_taken(tmp_path: Path) -> None:
    told = warnings(tmp_path, agenda_csv=rows("Tides,2026-06-05 10:00,45,Ebb", head=f"{BASE},Title"))
    assert "there twice" in told[0]


def test_a_columns_own_name_wins_over_a_synonym(tmp_path: Path) -> None:
    text = rows("wrong,2026-06-05 10:00,45,Tides", head="topic,start,duration,title")
    assert planned(tmp_path, agenda_csv=text).items[0].title == "Tides"


def test_an_id_given_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    text = rows("a,Tides,2026-06-05 10:00,45", "a,Timers,2026-06-05 11:00,45", head=f"id,{BASE}")
    assert faults(tmp_path, agenda_csv=text) == ['agenda.csv:3: The id "a" is also on line 2; give each item its own.']


def test_a_row_given_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    told = faults(tmp_path, agenda_csv=rows(*["Tides,2026-06-05 10:00,45"] * 2))
    assert told == ['agenda.csv:3: "Tides" is also on line 2, in the same room at the same time; remove one.']


def test_a_derived_id_does_not_depend_on_the_other_rows(tmp_path: Path) -> None:
    line = "Tides,2026-06-05 10:00,45"
    first = planned(tmp_path, agenda_csv=rows(line)).items[0].id
    assert first in by_id(planned(tmp_path, agenda_csv=rows("Earlier,2026-06-05 09:00,30", line)))


def test_a_missing_room_is_told_where_there_are_several(tmp_path: Path) -> None:
    text = rows(
        "A,Tides,2026-06-05 10:00,45", "B,Ebb,2026-06-05 10:00,45", ",Flow,2026-06-05 11:00,45", head=f"room,{BASE}"
    )
    assert faults(tmp_path, agenda_csv=text) == [
        "agenda.csv:4: The room is missing and there are several; write which."
    ]


def test_rooms_whose_ids_would_be_the_same_are_told(tmp_path: Path) -> None:
    text = rows("A/B,Tides,2026-06-05 10:00,45", "A-B,Ebb,2026-06-05 10:00,45", head=f"room,{BASE}")
    assert "would share an id" in faults(tmp_path, agenda_csv=text)[0]


def test_a_room_is_found_by_the_title_that_event_toml_gives_it(tmp_path: Path) -> None:
    plan = planned(tmp_path, '[[rooms]]\nid = "R0"\ntitle = "Quay"\nmode = "roll"\n', agenda_csv=AGENDA)
    assert [(room.id, room.title, room.mode) for room in plan.rooms] == [("R0", "Quay", "roll")]
    assert plan.items[0].room == "R0"


def test_a_broadcast_names_rooms_or_all_of_them(tmp_path: Path) -> None:
    head = f"id,room,{BASE},broadcast"
    text = rows(
        "a,A,Open,2026-06-05 10:00,45,*", "b,B,Talk,2026-06-05 11:00,45,", "c,B,Close,2026-06-05 12:00,5,A;B", head=head
    )
    items = by_id(planned(tmp_path, agenda_csv=text))
    assert [items[id_].broadcast for id_ in "abc"] == [("A", "B"), ("B",), ("B", "A")]


def test_an_agenda_larger_than_any_events_is_warned_of(tmp_path: Path) -> None:
    text = rows(*(f"Item {number},2026-06-05 {number // 60 % 24:02}:{number % 60:02},1" for number in range(2_001)))
    assert [told for told in warnings(tmp_path, agenda_csv=text) if "has 2001 items" in told] == [
        "agenda.csv: The agenda has 2001 items; make sure that it is the right file."
    ]


def test_an_overlap_in_a_room_is_warned_of(tmp_path: Path) -> None:
    told = warnings(tmp_path, agenda_csv=rows("Tides,2026-06-05 10:00,45", "Ebb,2026-06-05 10:30,45"))
    assert told == ['agenda.csv:3: "Ebb" overlaps "Tides" in room "main"; move one of them.']


def test_an_overlap_with_a_broadcast_is_warned_of(tmp_path: Path) -> None:
    text = rows("A,Open,2026-06-05 10:00,45,A;B", "B,Ebb,2026-06-05 10:30,45,", head=f"room,{BASE},broadcast")
    assert '"Ebb" overlaps "Open" in room "B"' in warnings(tmp_path, agenda_csv=text)[0]


def test_a_speaker_booked_twice_is_warned_of(tmp_path: Path) -> None:
    text = rows("A,Tides,2026-06-05 10:00,45,Ada", "B,Ebb,2026-06-05 10:30,45,Bo;ADA", head=f"room,{BASE},speakers")
    assert warnings(tmp_path, agenda_csv=text) == [
        'agenda.csv:3: "ADA" is also booked for "Tides" then; ask which one holds.'
    ]


def test_items_without_length_or_end_are_warned_of(tmp_path: Path) -> None:
    text = rows("Cut,2026-06-05 10:00,0", "Camp,2026-06-05 10:00,1500")
    assert ["no length" in told or "a day or longer" in told for told in warnings(tmp_path, agenda_csv=text)] == [
        True,
        True,
    ]


def test_control_characters_vanish_and_formulas_stay_text(tmp_path: Path) -> None:
    text = rows('"=SUM(A1)\x07\nTides",2026-06-05 10:00,45')
    assert planned(tmp_path, agenda_csv=text).items[0].title == "=SUM(A1) Tides"


def test_a_quoted_cell_with_line_breaks_keeps_the_lines_of_later_rows(tmp_path: Path) -> None:
    told = faults(tmp_path, agenda_csv=rows('"Tides\n\n\nand",2026-06-05 10:00,45', "Ebb,never,45"))
    assert told[0].startswith("agenda.csv:6: ")


def test_a_title_that_is_too_long_is_cut_and_warned_of(tmp_path: Path) -> None:
    text = rows(f"{'x' * 600},2026-06-05 10:00,45")
    assert len(planned(tmp_path, agenda_csv=text).items[0].title) == 500
    assert "is longer than 500 characters" in warnings(tmp_path, agenda_csv=text)[0]
