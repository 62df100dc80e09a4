"""Instants and durations as people write them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.folder.times import Unreadable, instant_of, local, read_duration, read_moment, resolve

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "written",
    [
        "2026-06-05 10:00",
        "2026-06-05T10:00",
        "2026-06-05T10:00:00",
        "2026-06-05T08:00Z",
        "2026-06-05T08:00:00.000Z",
        "2026-06-05T16:00+08:00",
        "2026-06-05 16:00 +0800",
        "2026-06-05T16:00+08",
        "2026/6/5 10:00",
        "2026.6.5 10:00",
        "2026年6月5日 10:00",
        "２０２６－０６－０５ １０：００",
    ],
)
def test_one_instant_may_be_written_in_many_ways(written: str) -> None:
    assert read_moment(written, BERLIN).at == instant_of(datetime(2026, 6, 5, 8, tzinfo=UTC))


def test_twenty_four_hours_is_the_midnight_that_follows() -> None:
    assert read_moment("2026-06-05 24:00", BERLIN) == read_moment("2026-06-06 00:00", BERLIN)


@pytest.mark.parametrize(
    "written", ["", "10:00", "2026-06-05", "05/06/2026 10:00", "2026-6-5 1000", "soon", "٢٠٢٦-٠٦-٠٥"]
)
def test_what_could_be_two_things_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        read_moment(written, BERLIN)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("45", 45),
        ("0:45", 45),
        ("1:30", 90),
        ("01:30:00", 90),
        ("90 min", 90),
        ("45分钟", 45),
        ("１：３０", 90),
        ("0", 0),
    ],
)
def test_durations_are_hours_and_minutes_or_minutes(written: str, minutes: int) -> None:
    assert read_duration(written) == minutes * 60_000


@pytest.mark.parametrize("written", ["", "-5", "1:75", "half an hour", "1.5", "1e3"])
def test_a_duration_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        read_duration(written)


@settings(max_examples=50)
@given(st.integers(0, 4_000_000_000), st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns"]))
def test_what_a_clock_shows_comes_back_to_the_same_instant_unless_it_is_doubtful(second: int, name: str) -> None:
    zone = ZoneInfo(name)
    at = instant_of(datetime.fromtimestamp(second, UTC))
    moment = resolve(local(at, zone).replace(tzinfo=None), zone)
    assert moment.at == at or moment.doubt is not None
    assert abs(moment.at - at) <= timedelta(hours=1) / timedelta(milliseconds=1)


@settings(max_examples=50)
@given(st.text(alphabet="0123456789-:/.+TZ 年月日：½min", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    for reader in (read_duration, lambda written: read_moment(written, BERLIN).at):
        with contextlib.suppress(Unreadable):
            assert reader(text) >= 0
