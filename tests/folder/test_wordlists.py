"""The lists of words that a folder brings: their format, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

from server import folder
from server.folder.faults import Report
from server.folder.wordlists import read_wordlist, starter

EVENT = 'title = "Camp"\ntimezone = "Asia/Shanghai"\n'
LIST = """# Ours
owner: Programme team
date: 2026-05-01

[hold]
damn*
传销

[Allow]
damnation
"""


def write(path: Path, **files: str) -> folder.Reading:
    for name, text in files.items():
        (path / name.replace("_", ".")).write_text(text, "utf-8")
    return folder.read(path)


def test_a_list_says_what_each_word_comes_to(tmp_path: Path) -> None:
    reading = write(tmp_path, event_toml=EVENT, filters_txt=LIST)

    assert reading.plan is not None
    (_, own) = reading.plan.wordlists
    assert own.name == "filters.txt"
    assert own.words == {"hold": ("damn*", "传销"), "allow": ("damnation",)}
    assert own.version.startswith("2026-05-01 ")
    assert "filters.txt" in reading.files


def test_another_edition_has_another_version() -> None:
    one, other = (read_wordlist(raw.encode(), "l", Report("l")) for raw in (LIST, LIST + "heck\n"))

    assert one is not None
    assert other is not None
    assert one.version != other.version


def test_the_list_that_comes_along_can_be_left_out(tmp_path: Path) -> None:
    reading = write(tmp_path, event_toml=EVENT + "[questions]\nstarter = false\n")

    assert reading.plan is not None
    assert reading.plan.wordlists == ()


def test_lists_can_be_named(tmp_path: Path) -> None:
    toml = EVENT + '[questions]\nfilters = ["rude.txt"]\nstarter = false\n'
    reading = write(tmp_path, event_toml=toml, rude_txt=LIST, filters_txt=LIST)

    assert reading.plan is not None
    assert [each.name for each in reading.plan.wordlists] == ["rude.txt"]


def test_a_list_that_is_not_there_is_a_fault_at_its_line(tmp_path: Path) -> None:
    reading = write(tmp_path, event_toml=EVENT + '[questions]\nfilters = ["rude.txt"]\n')

    assert [(fault.file, fault.line) for fault in reading.faults] == [("event.toml", 4)]


def test_every_fault_of_a_list_is_told_with_its_line() -> None:
    report = Report("l")
    read_wordlist(b"damn\n[held]\n[hold]\n***\n" + b"x" * 101 + b"\n", "l", report)

    assert [fault.line for fault in report.faults] == [1, 2, 4, 5]
    assert 'did you mean "hold"' in report.faults[1].message


def test_twins_and_single_letters_are_odd_but_served() -> None:
    report = Report("l")
    found = read_wordlist("[hold]\nCunt\nＣＵＮＴ\nx\n".encode(), "l", report)

    assert found is not None
    assert found.words["hold"] == ("Cunt", "x")
    assert [warning.line for warning in report.warnings] == [3, 4]
    assert not report.faults


def test_the_list_that_comes_along_is_without_fault() -> None:
    assert starter().words["hold"]
    assert "refuse" not in starter().words
