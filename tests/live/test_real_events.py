"""Events of the size and kind that crews bring: many rooms, five days, a thousand guests from an old spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.roles import Role
from tests.support.program import Screen, make_folder, serving

pytestmark = pytest.mark.server

GUESTS = 1_000
TOML = 'title = "夏令营 Camp"\ntimezone = "Europe/Berlin"\nagenda = "camp.schedule.json"\n'


def schedule() -> dict[str, Any]:
    """Return a frab schedule of five days whose evenings cross midnight."""
    days = []
    for day in range(21, 26):
        events = [
            {
                "id": day * 100 + number,
                "guid": f"{day}-{number}",
                "date": f"2026-08-{day + (hour >= 24):02}T{hour % 24:02}:30:00+02:00",
                "start": f"{hour % 24:02}:30",
                "duration": "00:45",
                "room": "Curie",
                "title": f"Talk {day}.{number}",
                "type": "lecture",
                "language": "en",
                "persons": [{"id": number, "public_name": f"Speaker {number}"}],
            }
            for number, hour in enumerate(range(18, 26))
        ]
        start, end = f"2026-08-{day:02}T09:00:00+02:00", f"2026-08-{day + 1:02}T04:00:00+02:00"
        days.append(
            {
                "index": day - 20,
                "date": f"2026-08-{day}",
                "day_start": start,
                "day_end": end,
                "rooms": {"Curie": events},
            }
        )
    conference = {"title": "Camp", "time_zone_name": "Europe/Berlin", "days": days}
    return {"schedule": {"version": "1", "conference": conference}}


def test_a_camp_of_five_days_and_a_thousand_guests_from_a_gb18030_list(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, event=TOML)
    (folder / "agenda.csv").unlink()
    (folder / "camp.schedule.json").write_text(json.dumps(schedule()))
    rows = "".join(f"G{n:04},来宾{n},普通票\n" for n in range(GUESTS))
    (folder / "attendees.csv").write_bytes(("票码,姓名,类别\n" + rows).encode("gb18030"))
    with serving(folder, "--shift", "now") as program:
        screen = Screen(program, program.key(Role.CONTROL))
        totals = screen.subscribe("checkin")["totals"]
        agenda = screen.subscribe("agenda/Curie")
        scan = screen.ask("checkin", "scan", {"secret": "G0123"})
        screen.close()

    assert totals["registered"] == GUESTS
    assert scan["result"]["position"]["attendee_name"] == "来宾123"
    items = [row for key, row in agenda.items() if key.startswith("item/")]
    assert len(items) == 40
    late = [row for row in items if row["title"].endswith(".7")]
    assert [row["day"] for row in sorted(late, key=lambda row: row["order"])] == [1, 2, 3, 4, 5]
