"""When a day may end: by what this room's own talks have run over today."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.agenda.reading import as_now
from server.roles import PUBLIC_VIEW
from tests.support.agenda import MINUTE, Hall, item, minute_of


def day(*overruns: float, **more: Any) -> Hall:
    """Return a room of eight half-hour talks without gaps, in which the first ones have run over by these minutes."""
    hall = Hall(*(item(f"t{place}", place * 30, place * 30 + 30, **more) for place in range(8)))
    minute = 0.0
    for place, over in enumerate(overruns):
        hall.set(minute)
        hall.do("start", item=f"t{place}")
        minute += 30 + over
    hall.set(minute)
    hall.next(f"t{len(overruns) - 1}")
    return hall


def band(hall: Hall) -> tuple[float, float]:
    found = hall.room()["band"]
    p50, p90 = minute_of(found["p50"]), minute_of(found["p90"])
    assert p50 is not None
    assert p90 is not None
    return p50, p90


def test_nothing_is_said_before_two_talks_are_over() -> None:
    assert day(5).room()["band"] is None
    assert day(5, 5).room()["band"] is not None


def test_a_day_that_keeps_its_times_ends_as_expected() -> None:
    hall = day(0, 0, 0)

    assert band(hall) == (240, 240)
    assert hall.room()["band"]["talks"] == 3


def test_a_room_whose_talks_run_over_ends_later_than_expected() -> None:
    hall = day(6, 6, 6)
    expected = minute_of(hall.room()["end"]["expected"])
    p50, p90 = band(hall)

    assert expected == 258
    assert expected < p50 <= p90 <= expected + 5 * 6


def test_the_more_talks_differ_the_wider_it_is() -> None:
    widths = [p90 - p50 for p50, p90 in (band(day(3, 3, 3)), band(day(-6, 0, 15)))]

    assert widths[0] < widths[1]


def test_gaps_swallow_what_they_can() -> None:
    gaps = Hall(*(item(f"t{place}", place * 40, place * 40 + 30) for place in range(8)))
    minute = 0.0
    for place in range(3):
        gaps.set(minute)
        gaps.do("start", item=f"t{place}")
        minute = place * 40 + 36.0
        gaps.set(minute)
        gaps.do("finish", item=f"t{place}")
        minute = (place + 1) * 40.0
    p50, p90 = band(gaps)

    assert 310 <= p50 <= p90 <= 316, "only the last talk's own overrun is left"


def test_a_reader_never_sees_an_end_before_the_expected_one() -> None:
    hall = day(6, 6, 6)
    rest = hall.room()["band"]["rest50"]
    read = as_now(hall.rows("R0"), hall.clock.now() + 90 * MINUTE)["room"]

    assert read["band"]["p50"] == read["end"]["expected"] + rest
    assert read["band"]["p90"] >= read["band"]["p50"]


def test_the_public_is_not_told() -> None:
    assert day(6, 6, 6).room(audience=PUBLIC_VIEW)["band"] is None


def test_the_day_after_has_no_band_of_its_end() -> None:
    hall = day(6, 6, 6, 6, 6, 6, 6)
    hall.do("finish", item="t7")

    assert hall.room()["state"] == "ended"
    assert hall.room()["band"] is None


@pytest.mark.parametrize("kind", ["break", "filler"])
def test_breaks_are_no_samples(kind: str) -> None:
    assert day(6, 6, 6, kind=kind).room()["band"] is None


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(-20, 60), min_size=2, max_size=6), st.integers(0, 50))
def test_a_band_is_in_order_and_never_before_now(overruns: list[int], ahead: int) -> None:
    hall = day(*overruns)
    hall.set((minute_of(hall.clock.now()) or 0) + ahead)
    hall.do("message", room="R0", text="hello")
    found = hall.room()["band"]

    assert hall.clock.now() <= found["p50"] <= found["p90"]
    assert 0 <= found["rest50"] <= found["rest90"]
    assert hall.replayed().index.band("R0") == hall.engine.index.band("R0")
