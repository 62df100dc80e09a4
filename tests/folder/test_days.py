"""Days, targets, daylight saving, and moving a whole agenda."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.clock import Instant
from server.folder import shift
from server.folder.days import settle_days
from server.folder.draft import DraftItem
from server.plan import EventPlan, PlannedItem, Target
from tests.folder.support import faults, planned, times, warnings

HOURS = 3_600_000


def agenda(*starts: str, minutes: int = 60) -> str:
    return "title,start,duration\n" + "".join(f"T{n},{start},{minutes}\n" for n, start in enumerate(starts))


def days(folder: Path, *starts: str) -> list[int]:
    return [item.day for item in planned(folder, agenda_csv=agenda(*starts)).items]


def test_a_day_ends_at_a_gap_of_four_hours(tmp_path: Path) -> None:
    assert days(tmp_path, "2026-06-05 09:00", "2026-06-05 13:59", "2026-06-05 18:59") == [1, 1, 2]


def test_what_follows_midnight_is_of_the_evening_before(tmp_path: Path) -> None:
    assert days(tmp_path, "2026-06-05 21:00", "2026-06-06 00:30", "2026-06-06 10:00") == [1, 1, 2]


def test_each_day_begins_hard_in_each_room(tmp_path: Path) -> None:
    text = "room,title,start,duration\n" + "".join(
        f"{room},T,2026-06-0{day} {hour}:00,60\n" for day in (5, 6) for hour in (10, 11) for room in "AB"
    )
    kinds = [(item.room, item.start_kind) for item in planned(tmp_path, agenda_csv=text).items]
    assert kinds == [("A", "hard"), ("B", "hard"), ("A", "soft"), ("B", "soft")] * 2


def test_a_gap_in_one_room_is_no_night_while_another_is_busy() -> None:
    items = [draft(0, 2), draft(1, 5), draft(6, 7)]
    settle_days(items)
    assert [item.day for item in items] == [1, 1, 1]


def test_a_hackathon_through_the_night_does_not_join_two_days() -> None:
    items = [draft(0, 30), draft(1, 8), draft(24, 26)]
    settle_days(items)
    assert [item.day for item in items] == [1, 1, 2]


def draft(start: float, end: float) -> DraftItem:
    return DraftItem(line=None, title="T", start=Instant(int(start * HOURS)), end=Instant(int(end * HOURS)))


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 200), st.integers(0, 12)), min_size=1, max_size=20))
def test_days_are_counted_without_holes_and_never_go_back(spans: list[tuple[int, int]]) -> None:
    items = [draft(start, start + length) for start, length in spans]
    settle_days(items)
    found = [item.day or 0 for item in sorted(items, key=lambda item: item.start)]
    assert found == sorted(found)
    assert set(found) == set(range(1, max(found) + 1))


def test_a_duration_counts_real_minutes_over_a_change_of_the_clocks(tmp_path: Path) -> None:
    assert times(planned(tmp_path, agenda_csv=agenda("2026-03-29 01:30")).items[0]) == "03-29 01:30-03:30"


def test_a_time_that_clocks_skip_is_warned_of(tmp_path: Path) -> None:
    assert "Clocks skip 2026-03-29 02:30" in warnings(tmp_path, agenda_csv=agenda("2026-03-29 02:30"))[0]


def test_a_time_that_clocks_show_twice_is_warned_of(tmp_path: Path) -> None:
    assert "Clocks show 2026-10-25 02:30 twice" in warnings(tmp_path, agenda_csv=agenda("2026-10-25 02:30"))[0]


def test_an_offset_settles_a_time_that_clocks_show_twice(tmp_path: Path) -> None:
    assert warnings(tmp_path, agenda_csv=agenda("2026-10-25T02:30+01:00")) == []


TWO_DAYS = agenda("2026-06-05 09:00", "2026-06-05 12:00", "2026-06-06 10:00", minutes=120)


def targets(folder: Path, toml: str) -> list[tuple[int, str | None, str]]:
    text = TWO_DAYS.replace("title,", "room,title,").replace("T", "Quay,T")
    plan = planned(folder, toml, agenda_csv=text)
    zone = ZoneInfo(plan.timezone)
    return [(one.day, one.room, f"{datetime.fromtimestamp(one.at / 1000, zone):%m-%d %H:%M}") for one in plan.targets]


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('target_end = "18:00"', [(1, None, "06-05 18:00"), (2, None, "06-06 18:00")]),
        ("target_end = 18:00:00", [(1, None, "06-05 18:00"), (2, None, "06-06 18:00")]),
        ('target_end = "01:00"', [(1, None, "06-06 01:00"), (2, None, "06-07 01:00")]),
        ('target_end = "2026-06-06T15:00+02:00"', [(2, None, "06-06 15:00")]),
        ("target_end = 2026-06-05T15:00:00", [(1, None, "06-05 15:00")]),
        ('target_end = ["2026-06-05 15:00", "2026-06-06 16:00"]', [(1, None, "06-05 15:00"), (2, None, "06-06 16:00")]),
        ('[target_end]\n1 = "14:30"\n"2026-06-06" = "13:00"', [(1, None, "06-05 14:30"), (2, None, "06-06 13:00")]),
        ('[target_end]\nQuay = "14:30"', [(1, "Quay", "06-05 14:30"), (2, "Quay", "06-06 14:30")]),
        ('[target_end.2]\nQuay = "14:30"', [(2, "Quay", "06-06 14:30")]),
        ('[target_end.Quay]\n2 = "14:30"', [(2, "Quay", "06-06 14:30")]),
    ],
)
def test_target_ends_may_be_written_in_many_ways(
    tmp_path: Path, toml: str, expected: list[tuple[int, str | None, str]]
) -> None:
    assert targets(tmp_path, toml) == expected


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('target_end = "evening"', "event.toml:4: target_end: "),
        ("target_end = 18", "event.toml:4: target_end: "),
        ("target_end = 0001-01-01T00:00:00", "The year 1 cannot be right"),
        ('target_end = "2020-01-01 10:00"', "before the first item"),
        ('[target_end]\n3 = "18:00"', "event.toml:5: target_end: "),
        ('[target_end]\n"2026-07-01" = "18:00"', "event.toml:5: target_end: "),
        ('[target_end]\nAttic = "18:00"', "neither a room nor a day"),
    ],
)
def test_a_target_end_that_cannot_be_is_told(tmp_path: Path, toml: str, says: str) -> None:
    assert says in faults(tmp_path, toml, agenda_csv=TWO_DAYS)[0]


def plan_of(*starts: datetime) -> EventPlan:
    items = tuple(
        PlannedItem(id=str(n), room="R", title="T", start=at(start), end=Instant(at(start) + HOURS), broadcast=("R",))
        for n, start in enumerate(starts)
    )
    return EventPlan(title="x", timezone="Europe/Berlin", items=items, targets=(Target(1, items[-1].end),))


def at(moment: datetime) -> Instant:
    return Instant(int(moment.timestamp() * 1000))


NOW = at(datetime(2026, 3, 29, 12, 0, 7, tzinfo=UTC))


def test_shift_now_begins_a_minute_later_and_keeps_all_distances() -> None:
    plan = plan_of(datetime(2025, 1, 1, 9, tzinfo=UTC), datetime(2025, 1, 2, 9, tzinfo=UTC))
    moved = shift(plan, NOW, "now")
    assert [item.start for item in moved.items] == [NOW + 60_000, NOW + 60_000 + 24 * HOURS]
    assert moved.targets[0].at == moved.items[-1].end


def test_shift_today_keeps_the_times_of_day_over_a_change_of_the_clocks() -> None:
    zone = ZoneInfo("Europe/Berlin")
    plan = plan_of(datetime(2025, 1, 1, 9, tzinfo=zone), datetime(2025, 7, 2, 10, 30, tzinfo=zone))
    moved = shift(plan, NOW, "today")
    assert times(moved.items[0]) == "03-29 09:00-10:00"
    assert times(moved.items[1]) == "09-27 10:30-11:30"


def test_shifting_an_agenda_without_items_changes_nothing() -> None:
    plan = EventPlan(title="x", timezone="UTC")
    assert shift(plan, NOW, "now") is plan


@settings(max_examples=50)
@given(st.integers(0, 4_000_000_000_000), st.integers(0, 4_000_000_000_000), st.integers(0, 10 * HOURS))
def test_no_shift_changes_how_long_an_item_lasts(start: int, now: int, length: int) -> None:
    item = PlannedItem(id="a", room="R", title="T", start=Instant(start), end=Instant(start + length))
    plan = EventPlan(title="x", timezone="Europe/Berlin", items=(item,))
    for moved in (shift(plan, Instant(now), "now"), shift(plan, Instant(now), "today")):
        assert moved.items[0].end - moved.items[0].start == length
