"""Rates and forecasts, against figures worked out by hand."""

from __future__ import annotations

from math import exp, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.clock import HOUR, MINUTE, SECOND
from server.domain.checkin.flow import Flow, forecast
from server.domain.checkin.tally import PRACTISED, LaneTally
from tests.support.clock import NINE


def flow(*ages: float) -> Flow:
    """Return a flow of passages, each so many seconds before nine."""
    made = Flow()
    for age in ages:
        made.add(NINE - round(age * SECOND))
    return made


def test_a_window_leaves_out_its_start_and_takes_in_its_end() -> None:
    assert flow(60, 59.999, 30, 0, -0.001).within(NINE, MINUTE) == 3


def test_a_full_window_divides_by_its_length() -> None:
    assert flow(3_000, 290, 200, 100, 50, 10).rate(NINE, 5 * MINUTE) == 1.0


def test_while_the_doors_are_open_for_less_than_the_window_that_time_divides() -> None:
    assert flow(120, 90, 60, 30).rate(NINE, 5 * MINUTE) == 2.0


def test_after_a_quiet_night_the_doors_open_anew() -> None:
    assert flow(9 * 3_600, 120, 60).rate(NINE, 5 * MINUTE) == 1.0


def test_within_one_second_of_the_first_a_second_divides() -> None:
    assert flow(0).rate(NINE, MINUTE) == 60.0


def test_an_empty_flow_has_no_rate() -> None:
    assert (Flow().rate(NINE, MINUTE), Flow().smooth(NINE)) == (0.0, 0.0)


def test_the_smooth_line_weighs_by_age_and_corrects_for_a_short_memory() -> None:
    expected = (exp(-1) + exp(-0.5)) / 2 / (1 - exp(-1))

    assert flow(120, 60).smooth(NINE) == pytest.approx(expected)


def test_a_steady_flow_is_smoothed_to_itself() -> None:
    assert flow(*range(0, 1_200, 6)).smooth(NINE) == pytest.approx(10, rel=0.05)


@settings(max_examples=50)
@given(st.lists(st.integers(-HOUR, 0), min_size=1, max_size=30), st.data())
def test_a_flow_is_the_same_in_any_order_and_after_taking_back(ages: list[int], data: st.DataObject) -> None:
    straight, mixed = Flow(), Flow()
    for age in ages:
        straight.add(NINE + age)
    for age in data.draw(st.permutations(ages)):
        mixed.add(NINE + age)
        mixed.add(NINE + age)
        mixed.remove(NINE + age)

    assert mixed.latest(99) == straight.latest(99)
    assert mixed.smooth(NINE) == pytest.approx(straight.smooth(NINE), abs=1e-6)


def test_the_forecast_divides_what_is_missing_by_the_rate() -> None:
    arrivals = flow(600, *range(0, 300, 20))
    found = forecast(arrivals, 40, NINE)

    assert found is not None
    band = 1.64 * sqrt(15) / 5
    assert found.at == NINE + round((36 - 16) / 3 * MINUTE)
    assert found.low == NINE + round((36 - 16) / (3 + band) * MINUTE)
    assert found.high == NINE + round((36 - 16) / (3 - band) * MINUTE)


def test_a_share_that_has_come_is_forecast_in_the_past() -> None:
    found = forecast(flow(50, 40, 30), 3, NINE)

    assert found is not None
    assert found.at == found.low == found.high == NINE - 30 * SECOND


@pytest.mark.parametrize(
    ("ages", "expected"),
    [(range(9), 100), (range(400, 500), 200), ((), 0), (range(20), 0)],
    ids=["fewer than ten", "nobody lately", "nobody expected or there", "nobody expected"],
)
def test_there_is_no_forecast_where_nobody_can_say(ages: range, expected: int) -> None:
    assert forecast(flow(*ages), expected, NINE) is None


def lane(*ages: float) -> LaneTally:
    made = LaneTally()
    for age in ages:
        made.seen.add(NINE - round(age * SECOND))
        made.passed.add(NINE - round(age * SECOND))
    made.as_of = NINE
    return made


def test_service_is_the_median_gap_while_somebody_stands_in_the_lane() -> None:
    assert lane(400, 300, 290, 279, 270, 260, 250).service() == 10 * SECOND


def test_a_lane_that_was_not_measured_is_taken_for_a_practised_one() -> None:
    assert lane(40, 30).service() == PRACTISED


def test_load_is_the_share_of_time_that_a_lane_is_busy() -> None:
    assert lane(1_000, *range(0, 300, 10)).load() == pytest.approx(1.0)
    assert lane(1_000, *range(0, 150, 10)).load() == pytest.approx(0.5)


def test_a_lane_without_a_scan_for_three_minutes_is_not_active() -> None:
    assert not lane(180).active()
    assert lane(179).active()


def test_a_lane_stops_changing_when_its_window_is_empty() -> None:
    assert lane(299).changing()
    assert not lane(300).changing()
    assert not lane().changing()
