"""Attendees as CSV, XLSX and pretix positions."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import openpyxl
import pytest

from server.plan import PlannedAttendee
from tests.folder.support import AGENDA, faults, planned, sample, warnings


def people(folder: Path, text: str | bytes) -> tuple[PlannedAttendee, ...]:
    return planned(folder, agenda_csv=AGENDA, attendees_csv=text).attendees


def told(folder: Path, text: str | bytes) -> list[str]:
    return faults(folder, agenda_csv=AGENDA, attendees_csv=text)


def test_every_column_is_read(tmp_path: Path) -> None:
    head = "secret,name,category,organisation,phone,email,vip,seat,status"
    (one,) = people(tmp_path, f"{head}\nK7,Ada,speaker,Tidewater,+49 30 1,ada@x.example,yes,B-7,pending\n")
    assert (one.secret, one.name, one.category, one.organisation) == ("K7", "Ada", "speaker", "Tidewater")
    assert (one.phone, one.email, one.vip, one.seat, one.status) == (
        "+49 30 1",
        "ada@x.example",
        True,
        "B-7",
        "pending",
    )


def test_the_id_is_a_hash_of_the_secret(tmp_path: Path) -> None:
    (one,) = people(tmp_path, "secret\nK7\n")
    assert one.id == "t" + hashlib.sha256(b"K7").hexdigest()[:20]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_headers_and_character_sets_are_understood(tmp_path: Path, charset: str) -> None:
    text = "姓名,票号,单位,手机号,票种,贵宾,座位号,状态\n张晓雨,K7,岭海大学,13800000000,学生,是,甲-3,已支付\n"
    (one,) = people(tmp_path, text.encode(charset))
    assert (one.name, one.secret, one.organisation, one.category) == ("张晓雨", "K7", "岭海大学", "学生")
    assert (one.phone, one.vip, one.seat, one.status) == ("13800000000", True, "甲-3", "paid")


def test_rare_characters_of_gb18030_survive(tmp_path: Path) -> None:
    rows = "".join(f"K{n},王小明和张三的朋友\n" for n in range(9))
    text = f"票号,姓名\n{rows}K9,𠮷田㐀\n"
    assert people(tmp_path, text.encode("gb18030"))[-1].name == "𠮷田㐀"


def test_a_spreadsheet_keeps_long_numbers_whole(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["Ticket code", "Full name", "Mobile", "VIP"])
    page.append([900719925474, "Ada", 13800000000, True])
    out = io.BytesIO()
    book.save(out)
    (one,) = planned(tmp_path, agenda_csv=AGENDA, attendees_xlsx=out.getvalue()).attendees
    assert (one.secret, one.phone, one.vip) == ("900719925474", "13800000000", True)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("", "paid"),
        ("p", "paid"),
        ("n", "pending"),
        ("e", "canceled"),
        ("Cancelled", "canceled"),
        ("已退款", "canceled"),
        ("待支付", "pending"),
        ("blocked", "blocked"),
        ("黑名单", "blocked"),
    ],
)
def test_states_of_ticket_shops_are_understood(tmp_path: Path, written: str, status: str) -> None:
    assert people(tmp_path, f"secret,status\nK7,{written}\n")[0].status == status


def test_the_category_makes_a_vip_unless_the_column_says_no(tmp_path: Path) -> None:
    found = people(tmp_path, "secret,category,vip\nK1,VIP,\nK2,VIP,no\nK3,student,\n")
    assert [one.vip for one in found] == [True, False, False]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",Ada,,", "The secret is missing"),
        ("K1,Ada,,", "The secret is also on line 2"),
        ("K2,Ada,perhaps,", 'vip: "perhaps" is neither yes nor no'),
        ("K2,Ada,,unsure", 'status: "unsure" is none of'),
        ("K2,Ada,,,,x", "more cells than the header"),
        (f"{'k' * 501},Ada,,", "The secret is longer than 500"),
    ],
)
def test_a_row_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    found = told(tmp_path, f"secret,name,vip,status\nK1,Bo,,\n{row}\n")
    assert len(found) == 1
    assert found[0].startswith("attendees.csv:3: ")
    assert says in found[0]


def test_no_fault_repeats_a_name_or_a_secret(tmp_path: Path) -> None:
    found = told(
        tmp_path, "secret,name,vip\nK1-very-secret,Ada Brandt,x\nK1-very-secret,Ada Brandt,perhaps\n,Ada Brandt,\n"
    )
    assert not any("Ada" in line or "very-secret" in line for line in found)


def test_a_list_without_secrets_is_told(tmp_path: Path) -> None:
    assert told(tmp_path, "name,email\nAda,a@x.example\n")[0].startswith('attendees.csv:1: There is no column "secret"')


def test_empty_rows_are_left_out(tmp_path: Path) -> None:
    assert len(people(tmp_path, "secret,name\n\nK1,Ada\n,\n\n")) == 1


def test_pretix_positions_are_read(tmp_path: Path) -> None:
    ada, student, gone = planned(tmp_path, agenda_csv=AGENDA, attendees_json=sample("positions.json")).attendees
    assert (ada.name, ada.organisation, ada.email, ada.seat) == (
        "Ada Brandt",
        "Tidewater",
        "ada@harbour.example",
        "B-7",
    )
    assert (ada.category, ada.status, student.category, student.status) == ("17", "paid", "Student", "pending")
    assert gone.status == "canceled"


def test_pretix_positions_may_be_a_bare_list(tmp_path: Path) -> None:
    text = '[{"secret": "a", "blocked": ["admin"]}]'
    assert planned(tmp_path, agenda_csv=AGENDA, attendees_json=text).attendees[0].status == "blocked"


def test_a_pretix_position_without_a_secret_is_told_with_its_line(tmp_path: Path) -> None:
    found = faults(tmp_path, agenda_csv=AGENDA, attendees_json='[\n{"secret": "a"},\n{"secret": null},\n4]')
    assert found[0] == "attendees.json: Entry 3 of the list is no position; export the positions again."
    assert found[1].startswith("attendees.json:3: The secret is missing")


def test_json_that_is_no_list_of_positions_is_told(tmp_path: Path) -> None:
    assert "no list of pretix positions" in faults(tmp_path, agenda_csv=AGENDA, attendees_json='{"a": 1}')[0]


def test_a_list_that_admits_what_nobody_is_is_warned_of(tmp_path: Path) -> None:
    toml = '[[lists]]\nid = 1\nproducts = ["studnet"]\n'
    found = warnings(tmp_path, toml, agenda_csv=AGENDA, attendees_csv="secret,category\nK1,student\n")
    assert found == [
        'event.toml:6: No attendee has the category "studnet", which this list admits; did you mean "student"?'
    ]
