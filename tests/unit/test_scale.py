"""The laws of the model: what must hold whatever anything costs, and what can be reckoned by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measure import scale
from tests.measure.figures import KEPT, Run
from tests.measure.model import PIECE, Costs, Desk, Layout, Limits, Outcome, breaks, least

PLAIN = Costs(delivery=10, command=1_000, applied=500, handshake=1_000, append=2_000, uplink=1e12)

counts = st.integers(1, 2_000)
rates = st.sampled_from([0.5, 1.0, 5.0, 20.0])


def seen(layout: Layout, costs: Costs = PLAIN) -> Outcome:
    return Desk(layout, costs).run()


def test_the_last_reader_of_one_change_waits_for_command_disk_and_all_writes() -> None:
    outcome = seen(Layout(1_000, rate=1, seconds=1))

    assert outcome.last == pytest.approx(1 + 2 + 1_000 * 10 / 1e3, rel=1e-3)
    assert outcome.core == pytest.approx((1_000 + 10 * 1_000) / 1e6)


def test_the_first_piece_is_there_while_the_last_is_not_yet_written() -> None:
    outcome = seen(Layout(PIECE * 10, rate=1, seconds=1))

    assert outcome.p50 == pytest.approx(3 + PIECE * 10 * 10 / 1e3 / 2, rel=0.15)
    assert outcome.p99 == outcome.last


@settings(max_examples=15, deadline=None)
@given(counts, rates)
def test_a_core_and_a_cable_are_never_more_than_full(count: int, rate: float) -> None:
    outcome = seen(Layout(count, rate=rate, seconds=1), PLAIN._replace(uplink=1e7))

    assert 0 <= outcome.core <= 1 + 1e-9
    assert 0 <= outcome.uplink <= 1 + 1e-9


@settings(max_examples=15, deadline=None)
@given(counts, rates)
def test_another_process_never_makes_the_busiest_busier(count: int, rate: float) -> None:
    one, two = seen(Layout(2 * count, 2, 1, rate, seconds=1)), seen(Layout(2 * count, 4, 2, rate, seconds=1))

    # Which process decides is drawn: at worst one of four decides what each of two decided half of.
    spare = rate * (PLAIN.command - PLAIN.applied) / 1e6
    assert two.core <= one.core + spare + 1e-9


def test_a_run_can_be_repeated() -> None:
    layout = Layout(500, 3, 2, 20)

    assert seen(layout) == seen(layout)


def test_a_process_that_cannot_keep_up_shows_the_newest_instead_of_falling_behind() -> None:
    short, long = (seen(Layout(20_000, rate=20, seconds=seconds)) for seconds in (2.0, 6.0))

    assert short.rounds < 0.5
    assert long.p99 < short.p99 * 1.5


def test_cores_that_are_shared_make_everything_slower_but_lose_nothing() -> None:
    layout, costs = Layout(1_000, 2, 1, 20, seconds=1), PLAIN._replace(reader=10)
    own, shared = seen(layout, costs), seen(layout._replace(cores=1), costs)

    assert shared.p50 > own.p50
    assert shared.core == pytest.approx(own.core, rel=0.05)


def test_all_are_back_after_as_long_as_the_fullest_process_needs() -> None:
    outcome = seen(Layout(4_000, 4, 1, rate=1, seconds=1, cut=True))

    assert outcome.back == pytest.approx(1_000 * (1_000 + 10) / 1e6, rel=0.05)


def test_a_cable_fills_before_a_core_when_deltas_are_large() -> None:
    outcome = seen(Layout(1_000, rate=10), PLAIN._replace(delta=50_000, uplink=1e9))

    assert breaks(outcome, Limits())[0] in ("uplink of a machine", "delay of a delivery")
    assert outcome.uplink > outcome.core


def test_the_fewest_processes_are_enough_and_one_fewer_is_not() -> None:
    layout, limits = Layout(15_000, 4, 1, 10.0, seconds=1.0), Limits()
    count, stopped = least(layout, PLAIN, limits)
    fewer = seen(layout._replace(processes=count - 1))

    assert count > 1
    assert stopped
    assert stopped[0] in breaks(fewer, limits) or "back" in stopped[0]


def test_the_page_of_scale_has_the_costs_and_the_check_of_the_run_that_is_kept() -> None:
    page, taken = scale.PAGE.read_text("utf-8"), scale.Taken(Run.read(KEPT))

    assert scale.costs_table(scale.costs_of(taken)) in page, "Run scripts/bench --docs --from docs/performance.json."
    assert scale.checks_table(scale.checks(taken)) in page, "Run scripts/bench --docs --from docs/performance.json."
