"""Files that are not what they say: a fault each, and never a traceback."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.folder import files, read
from tests.folder.support import AGENDA, HEAD, faults, planned, sample

BOMB = """<?xml version="1.0"?>
<!DOCTYPE schedule [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<schedule><day>&b;</day></schedule>"""
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule>&x;</schedule>'
BINARY = bytes(range(256)) * 20


@pytest.mark.parametrize(
    "name", ["agenda_json", "agenda_xml", "agenda_ics", "agenda_csv", "agenda_xlsx", "attendees_csv"]
)
@pytest.mark.parametrize(
    "raw", [BINARY, b"", b"\xff\xfe\x00\xd8", b"{" * 5_000], ids=["binary", "empty", "utf16", "deep"]
)
def test_garbage_is_one_fault_of_the_file(tmp_path: Path, name: str, raw: bytes) -> None:
    told = faults(tmp_path, **{name: raw})
    assert len(told) == 1
    assert told[0].startswith(name.replace("_", "."))


def test_truncated_json_is_told_with_the_line_where_it_ends(tmp_path: Path) -> None:
    raw = sample("frab.json")
    (told,) = faults(tmp_path, agenda_json=raw[: raw.index(b'"g-102"')])
    assert told.startswith("agenda.json:30: The JSON is broken here")


@pytest.mark.parametrize("raw", [b"[" * 200_000, b'{"a":' * 200_000, b"9" * 10_000], ids=["lists", "objects", "digits"])
def test_json_that_is_too_deep_or_too_long_is_told(tmp_path: Path, raw: bytes) -> None:
    assert len(faults(tmp_path, agenda_json=raw)) == 1


@pytest.mark.parametrize("raw", [b"[]", b'"x"', b"{}", b'{"sessions": 3}', b'{"schedule": []}'])
def test_json_that_is_no_schedule_is_told(tmp_path: Path, raw: bytes) -> None:
    assert "no schedule" in faults(tmp_path, agenda_json=raw)[0]


def test_json_of_nothing_is_told(tmp_path: Path) -> None:
    assert "nothing but null" in faults(tmp_path, agenda_json="null")[0]


@pytest.mark.parametrize("text", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_of_xml_are_refused(tmp_path: Path, text: str) -> None:
    assert "defines entities" in faults(tmp_path, agenda_xml=text)[0]


def test_xml_that_is_too_deep_is_told(tmp_path: Path) -> None:
    assert "nested too deeply" in faults(tmp_path, agenda_xml="<a>" * 2_000)[0]


def test_xml_in_an_unknown_character_set_is_told(tmp_path: Path) -> None:
    assert len(faults(tmp_path, agenda_xml='<?xml version="1.0" encoding="klingon"?><schedule/>')) == 1


def test_a_spreadsheet_that_unpacks_to_too_much_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.folder.table.MAX_BYTES", 1_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 10_000)
    assert "unpacks to more" in faults(tmp_path, agenda_xlsx=out.getvalue())[0]


def test_a_file_that_is_too_large_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    (told,) = faults(tmp_path, agenda_csv=AGENDA * 5)
    assert told.startswith("agenda.csv: The file is larger than")


def test_a_folder_in_the_place_of_a_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "agenda.csv").mkdir()
    assert "no file" in faults(tmp_path, 'agenda = "agenda.csv"\n')[0]


def test_half_of_a_surrogate_pair_does_not_reach_the_plan(tmp_path: Path) -> None:
    raw = sample("frab.json").replace(b"Night of demos", b"Night \\ud83d of demos")
    assert b"Night ? of demos" in msgspec.json.encode(planned(tmp_path, agenda_json=raw))


def test_an_id_loses_what_paths_cannot_hold_and_keeps_its_length_bounded(tmp_path: Path) -> None:
    plan = planned(tmp_path, agenda_csv=AGENDA.replace("a,Quay", f"{'x' * 150}/?#%,Quay"))
    assert len(plan.items[0].id) <= 100
    assert not set(plan.items[0].id) & set("/?#%")


def test_a_message_quotes_no_control_characters(tmp_path: Path) -> None:
    told = faults(tmp_path, agenda_csv=AGENDA.replace("2026-06-05", "\x1b[31m2026"))
    assert "\x1b" not in told[0]


@pytest.mark.parametrize("name", ["frab.json", "pentabarf.xml", "opass.json", "calendar.ics", "positions.json"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=st.data())
def test_a_damaged_file_makes_faults_or_a_plan_but_no_traceback(
    tmp_path: Path, name: str, drawn: st.DataObject
) -> None:
    raw = bytearray(sample(name))
    for _ in range(drawn.draw(st.integers(1, 8))):
        raw[drawn.draw(st.integers(0, len(raw) - 1))] = drawn.draw(st.integers(0, 255))
    target = "attendees.json" if name == "positions.json" else f"agenda.{name.rsplit('.', 1)[1]}"
    (tmp_path / "event.toml").write_text(HEAD)
    (tmp_path / target).write_bytes(raw[: drawn.draw(st.integers(1, len(raw)))])
    result = read(tmp_path)
    assert (result.plan is None) == bool(result.faults)
    assert all("\n" not in str(fault) for fault in result.faults + result.warnings)
