"""event.toml: what it may say, and what it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.folder import read
from server.plan import CallLeads, PlannedDevice, PlannedList, PlannedMessage, PlannedRule
from tests.folder.support import AGENDA, faults, planned, warnings

FULL = """
id = "harbour-26"

[[rooms]]
id = "R0"
title = "Quay"

[[rooms]]
id = "R/1"
mode = "roll"

[[lists]]
id = 3
name = "Lunch"
products = ["student"]
allow_multiple_entries = true
allow_entry_after_exit = false

[[lanes]]
id = "A"
gate = "north"
kind = "general"

[[devices]]
id = "m1"
name = "Handheld"
kind = "microphone"
room = "Quay"
role = "speaker"
backups = ["m2"]
adapter = "shure"
host = "127.0.0.1"
port = 2202
password = "x"
interval = 5000

[[devices]]
id = "m2"
interval = "500 ms"

[[contacts]]
name = "Ada"
role = "medical"
categories = ["medical"]

[[rules]]
id = "hot"
reading = "temperature"
above = 80
hold = 20
severity = "crit"

[questions]
mode = "post"
burst = 5
per_minute = 2

[calls]
speaker = [30, 10, 3]
tech = []

[[messages]]
zh = "还剩两分钟"
en = "Two minutes"
level = "warn"

[[messages]]
text = "Stop!"

[notify]
urls = ["json://localhost"]
"""


def test_everything_that_it_may_say_is_in_the_plan(tmp_path: Path) -> None:
    plan = planned(tmp_path, FULL, agenda_csv=AGENDA)
    assert (plan.title, plan.timezone, plan.id, plan.languages) == (
        "Harbour Days",
        "Europe/Berlin",
        "harbour-26",
        ("en",),
    )
    assert [(room.id, room.title, room.mode) for room in plan.rooms] == [
        ("R0", "Quay", "manual"),
        ("R-1", "R/1", "roll"),
    ]
    assert plan.lists == (
        PlannedList(
            id=3, name="Lunch", products=("student",), allow_multiple_entries=True, allow_entry_after_exit=False
        ),
    )
    assert [(lane.id, lane.title, lane.gate, lane.kind) for lane in plan.lanes] == [("A", "A", "north", "general")]
    assert plan.contacts[0].categories == ("medical",)
    assert (plan.questions.mode, plan.questions.burst, plan.questions.per_minute) == ("post", 5, 2.0)
    assert plan.calls == CallLeads(speaker=(30, 10, 3), tech=())
    assert [(message.texts(("zh-Hans", "en")), message.level) for message in plan.messages] == [
        ({"zh-Hans": "还剩两分钟", "en": "Two minutes"}, "warn"),
        ({"zh-Hans": "Stop!", "en": "Stop!"}, "info"),
    ]


def test_a_message_is_told_in_what_it_has(tmp_path: Path) -> None:
    message = PlannedMessage(id="a", zh="停")

    assert message.texts(("en", "zh-Hans")) == {"zh-Hans": "停"}
    assert message.texts(("de",)) == {"und": "停"}


def test_devices_know_their_rooms_by_id_and_their_intervals_in_milliseconds(tmp_path: Path) -> None:
    first, second = planned(tmp_path, FULL, agenda_csv=AGENDA).devices
    assert isinstance(first, PlannedDevice)
    assert (first.room, first.backups, first.port, first.interval) == ("R0", ("m2",), 2202, 5_000)
    assert (second.name, second.room, second.interval) == ("m2", None, 500)


def test_a_number_of_a_duration_below_a_thousand_is_of_seconds(tmp_path: Path) -> None:
    rule = planned(tmp_path, FULL, agenda_csv=AGENDA).rules[0]
    assert isinstance(rule, PlannedRule)
    assert (rule.hold, rule.above) == (20_000, 80.0)


def test_a_folder_without_lists_has_one_for_all(tmp_path: Path) -> None:
    assert planned(tmp_path, agenda_csv=AGENDA).lists == (PlannedList(id=1, name="All attendees"),)


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('titel = "x"\n', '4: The key "titel" is not known; did you mean "title"?'),
        ('\n[[room]]\nid = "a"\n', '5: The key "room" is not known; did you mean "rooms"?'),
        ('[[rooms]]\nid = "a"\nmood = "roll"\n', '6: The key "mood" is not known here; did you mean "mode"?'),
        ('[[rooms]]\nid = "a"\nmode = "rol"\n', '6: mode must be one of "manual", "roll", not "rol".'),
        ('[[rooms]]\ntitle = "a"\n', "4: The key id is missing; add it to this table."),
        (
            '[[rooms]]\nid = "a"\n[[rooms]]\nid = "a"\n',
            "7: The id 'a' is taken by an earlier entry of rooms; choose another.",
        ),
        ('[[lists]]\nid = "1"\nname = "x"\n', '5: id must be a whole number, not "1".'),
        ("[[devices]]\nid = 'a'\nport = true\n", '6: port must be a whole number, not "True".'),
        ("[[devices]]\nid = 'a'\nbackups = 'b'\n", '6: backups must be a list of texts like ["a", "b"], not "b".'),
        ("[[devices]]\nid = 'a'\nbackups = ['b']\n", '6: The spare "b" is no other device.'),
        ("[[devices]]\nid = 'a'\nbackups = ['a']\n", '6: The spare "a" is no other device.'),
        ("[[devices]]\nid = 'a'\nroom = 'Quai'\n", '6: There is no room "Quai"; did you mean "Quay"?'),
        ("[[rules]]\nid = 'a'\nreading = 'x'\nabove = 'y'\n", '7: above must be a number, not "y".'),
        ("[questions]\nopen = 1\n", '5: open must be true or false, not "1".'),
        ("[questions]\nmodus = 'pre'\n", '5: The key "modus" is not known here; did you mean "mode"?'),
        ("questions = 1\n", "4: questions is a table; write it as [questions] with keys below."),
        ("[calls]\nspeakers = [5]\n", '5: The key "speakers" is not known here; did you mean "speaker"?'),
        ("[calls]\nhost = 5\n", '5: host must be a list of whole minutes like [15, 5], not "5".'),
        ("[calls]\nhost = [1500]\n", '5: host must be at most 10 numbers of minutes from 0 to 1440, not "[1500]".'),
        ('[[messages]]\nlevel = "warn"\n', "4: A message says something: give it a text, or zh and en."),
        ('[[messages]]\nen = "x"\nlevel = "loud"\n', '6: level must be one of "info", "warn", "urgent", not "loud".'),
        ("calls = 1\n", "4: calls is a table; write it as [calls] with keys below."),
        ("notify = 1\n", "4: notify is a table; write it as [notify] with keys below."),
        ("rooms = ['a']\n", "4: rooms is a list of tables; begin each with [[rooms]]."),
        ("id = 7\n", "4: id must be a text in quotes that is not empty."),
        ("agenda = 'agneda.csv'\n", '4: There is no file "agneda.csv" in the folder; did you mean "agenda.csv"?'),
        ("agenda = '../agenda.csv'\n", '4: The file "../agenda.csv" lies outside the event folder; put it inside.'),
        ("attendees = 'people.csv'\n", '4: There is no file "people.csv" in the folder.'),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, toml: str, told: str) -> None:
    assert faults(tmp_path, toml, agenda_csv=AGENDA) == [f"event.toml:{told}"]


def test_a_duration_that_is_none_is_told(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, "[[devices]]\nid = 'a'\ninterval = 'often'\n", agenda_csv=AGENDA)
    assert told.startswith("event.toml:6: interval must be a duration")


def test_a_text_that_is_too_long_is_told(tmp_path: Path) -> None:
    (told,) = faults(tmp_path, f"[[lanes]]\nid = 'a'\ntitle = '{'x' * 201}'\n", agenda_csv=AGENDA)
    assert told.startswith("event.toml:6: title must be at most 200 characters long")


def event(folder: Path, text: str | bytes) -> list[str]:
    (folder / "agenda.csv").write_text(AGENDA)
    (folder / "event.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return [str(fault) for fault in read(folder).faults]


def test_title_and_timezone_are_required(tmp_path: Path) -> None:
    assert [told.split(";")[0] for told in event(tmp_path, "# nothing\n")] == [
        "event.toml:1: The key title is missing",
        "event.toml:1: The key timezone is missing",
    ]


def test_a_time_zone_that_does_not_exist_is_told(tmp_path: Path) -> None:
    (told,) = event(tmp_path, 'title = "x"\ntimezone = "Asia/Shanghia"\n')
    assert told.startswith('event.toml:2: The time zone "Asia/Shanghia" is not')
    assert 'did you mean "Asia/Shanghai"?' in told


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/localtime", "x" * 300, "a\\u0000b"])
def test_a_time_zone_that_is_a_path_is_told(tmp_path: Path, zone: str) -> None:
    assert "IANA" in event(tmp_path, f'title = "x"\ntimezone = "{zone}"\n')[0]


def test_broken_toml_is_told_with_its_line(tmp_path: Path) -> None:
    assert event(tmp_path, 'title = "x"\ntimezone = \n')[0].startswith("event.toml:2: The TOML is broken here")


def test_toml_that_is_cut_short_is_told(tmp_path: Path) -> None:
    assert event(tmp_path, 'title = "x"\ntimezone = "UT')[0].startswith("event.toml:2: The TOML is broken here")


def test_toml_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    assert event(tmp_path, '# ok\ntitle = "岭海"\n'.encode("gb18030"))[0].startswith(
        "event.toml:2: The text is not UTF-8"
    )


def test_the_many_names_of_simplified_chinese_are_one(tmp_path: Path) -> None:
    event(tmp_path, 'title = "x"\ntimezone = "UTC"\nlanguages = ["zh-CN", "en", "zh"]\n')
    plan = read(tmp_path).plan
    assert plan is not None
    assert plan.languages == ("zh-Hans", "en")


def test_languages_that_are_none_are_told(tmp_path: Path) -> None:
    told = event(tmp_path, 'title = "x"\ntimezone = "UTC"\nlanguages = ["en", "?"]\n')
    assert told[0].startswith("event.toml:3: languages must be a list")


def test_a_language_without_pages_is_warned_of(tmp_path: Path) -> None:
    event(tmp_path, 'title = "x"\ntimezone = "UTC"\nlanguages = ["de", "en"]\n')
    assert "There are no pages in de" in str(read(tmp_path).warnings[0])


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert str(read(tmp_path / "nowhere").faults[0]).startswith("event.toml: There is no such folder")


def test_a_folder_without_event_toml_is_told(tmp_path: Path) -> None:
    assert str(read(tmp_path).faults[0]).startswith("event.toml: The file is missing")


def test_two_agendas_are_told_apart_by_the_organiser(tmp_path: Path) -> None:
    assert "could all be meant" in faults(tmp_path, agenda_csv=AGENDA, agenda_json="{}")[0]
    assert len(planned(tmp_path, 'agenda = "agenda.csv"\n', agenda_csv=AGENDA, agenda_json="{}").items) == 1


def test_leftovers_of_editors_are_no_agenda(tmp_path: Path) -> None:
    (tmp_path / "agenda.csv~").write_text("x")
    (tmp_path / "agenda.csv.bak").write_text("x")
    assert len(planned(tmp_path, agenda_csv=AGENDA).items) == 1


def test_a_folder_without_an_agenda_is_served_with_a_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path) == ["event.toml: The folder has no agenda; add one, for example agenda.csv."]


def test_an_agenda_without_items_is_served_with_a_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, agenda_csv="title,start,duration\n") == ["agenda.csv: The agenda has no items; add some."]


def test_the_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    told = faults(tmp_path, "x = 1\n", agenda_csv=AGENDA.replace("45", "?"), attendees_csv="secret,name\n,Ada\n")
    assert [line.split(":")[0] for line in told] == ["event.toml", "agenda.csv", "attendees.csv"]


def test_the_files_that_were_read_are_named(tmp_path: Path) -> None:
    planned(tmp_path, agenda_csv=AGENDA, attendees_csv="secret\nK1\n")
    assert read(tmp_path).files == ["event.toml", "agenda.csv", "attendees.csv"]
