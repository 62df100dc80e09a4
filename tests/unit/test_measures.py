"""The measuring itself: what reads frames, takes percentiles and tells runs apart must be right first."""

from __future__ import annotations

import json
import math
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.house import ROOT
from tests.measure import bench, frames, pictures
from tests.measure.crowd import Crowd
from tests.measure.figures import KEPT, Figure, Run, compared, markdown
from tests.measure.product import DELTA, command, paper
from tests.measure.speech import Speech, Tally, Voice
from tests.measure.sums import change, median, paired, percentile, slope, verdict

payloads = st.lists(st.binary(max_size=70_000).map(lambda body: body[:70_000]), max_size=4)


@settings(max_examples=40)
@given(payloads, st.data())
def test_frames_are_read_whole_wherever_the_stream_is_cut(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(frames.shown, bodies))
    cut = data.draw(st.integers(0, len(stream)))
    first, rest = frames.split(stream[:cut])
    second, nothing = frames.split(rest + stream[cut:])

    assert [payload for _, payload in first + second] == bodies
    assert nothing == b""


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_every_form_of_a_length_is_read(size: int) -> None:
    assert frames.split(frames.shown(b"x" * size)) == ([(frames.TEXT, b"x" * size)], b"")


def test_a_clients_frame_is_masked() -> None:
    assert frames.written(b"hi") == b"\x81\x82\0\0\0\0hi"


def test_a_stamp_comes_back_as_it_went() -> None:
    text = frames.stamp(11_548_035_057_387, 42)

    assert len(text) == frames.STAMP_BYTES
    assert frames.stamps_in(f'{{"text":"{text}"}}'.encode()) == [(11_548_035_057_387, 42)]


def test_a_delta_says_where_it_begins_and_a_snapshot_begins_nowhere() -> None:
    delta = b'{"t":"rows","c":"agenda/R0","epoch":"9f3c","from":120,"to":123,"set":{},"del":[]}'
    snapshot = delta.replace(b"120", b"null")

    assert frames.span_of(delta) == ("agenda/R0", ("9f3c", 120), ("9f3c", 123))
    assert frames.span_of(snapshot) == ("agenda/R0", None, ("9f3c", 123))
    assert frames.span_of(b'{"t":"beat"}') is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50), st.floats(0.01, 1))
@settings(max_examples=40)
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)

    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < share * len(values)


def test_nothing_measured_is_no_number() -> None:
    assert math.isnan(percentile([], 0.5))
    assert math.isnan(median([]))


def test_pairs_cancel_a_machine_that_slows_down() -> None:
    assert paired([2.0, 4.0, 8.0], [1.0, 2.0, 4.0]) == 2.0


def test_what_is_within_the_noise_is_neither_better_nor_worse() -> None:
    assert verdict(100, 105, more_is_better=False) == ""
    assert verdict(100, 80, more_is_better=False) == "better"
    assert verdict(100, 80, more_is_better=True) == "worse"
    assert change(0, 3) == math.inf


def test_a_straight_line_is_found() -> None:
    assert slope([(0, 3), (10, 23), (20, 43)]) == pytest.approx((2, 3))


def test_the_bare_loops_frame_is_as_long_as_the_products() -> None:
    text = paper(DELTA).replace("$stamp", frames.stamp(1, 2))

    assert len(text) == DELTA
    assert frames.span_of(text.encode()) is not None
    assert frames.stamps_in(text.encode()) == [(1, 2)]


def test_a_speech_keeps_to_its_rate_and_waits_for_its_answers() -> None:
    speech = Speech((command("agenda", "message", room="R0", text="$stamp"),), rate=10)
    speech.begin(1_000_000_000)
    assert speech.due(1_000_000_000)
    told, rest = frames.split(_unmasked(speech.next(1)))
    sent = json.loads(told[0][1])

    assert rest == b""
    assert not speech.due(1_050_000_000)
    assert speech.due(1_100_000_000)
    answer = json.dumps({"t": "err", "ref": sent["ref"], "code": "unavailable"}, separators=(",", ":")).encode()
    Voice().take(frames.digest(frames.shown(answer)), (speech,), 1_200_000_000)
    assert speech.codes == {"unavailable": 1}
    assert speech.summary()["unanswered"] == 0


def _unmasked(frame: bytes) -> bytes:
    """Return a client's frame, whose mask is zero, as a server's."""
    head = 4 if frame[1] & 127 == 126 else 2
    return bytes((frame[0], frame[1] & 127)) + frame[2:head] + frame[head + 4 :]


def test_votes_are_turned_when_every_reader_has_voted() -> None:
    speech = Speech(("$flip",), rate=1, in_turn=True)
    said = [b"true" in speech.next(2) for _ in range(4)]

    assert said == [True, True, False, False]


def test_the_last_reader_is_the_one_that_counts() -> None:
    tally = Tally()
    for number, took in ((0, 1_000_000), (0, 5_000_000), (1, 3_000_000)):
        tally.under_way.append(took)
        tally.arrived[number] = took

    assert tally.summary(1.0, 0.5)["last reader"] == 4.0
    assert tally.summary(1.0, 0.5)["p50"] == 3.0


@pytest.fixture
def peer() -> Iterator[tuple[int, list[bytes], list[bytes]]]:
    """A server of one connection that greets and sends what it is given, and then one answer to each thing it hears."""
    door = socket.create_server(("127.0.0.1", 0))
    to_send: list[bytes] = []
    answers: list[bytes] = []

    def serve() -> None:
        link, _ = door.accept()
        with link:
            link.recv(4096)
            link.sendall(b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"".join(to_send))
            while link.recv(4096):
                link.sendall(answers.pop(0) if answers else b"")

    thread = threading.Thread(target=serve)
    thread.start()
    yield door.getsockname()[1], to_send, answers
    thread.join()
    door.close()


@pytest.mark.parametrize(
    ("to", "number", "astray"), [(1, 1, 0), (2, 1, 1), (1, 2, 1)], ids=["as it is", "behind", "other rows"]
)
def test_a_reader_who_is_told_otherwise_when_it_asks_for_all_was_astray(
    peer: tuple[int, list[bytes], list[bytes]], to: int, number: int, astray: int
) -> None:
    port, to_send, answers = peer
    rows = '{"t":"rows","c":"a","epoch":"e","from":null,"to":%d,"set":{"k":%d},"del":[]}'
    to_send.append(frames.shown((rows % (1, 1)).encode()))
    answers.append(frames.shown((rows % (to, number)).encode()))
    crowd = Crowd(port)
    crowd.connect(1)
    crowd.settled(("a",))

    assert crowd.astray(("a",)) == astray
    crowd.close()


def test_a_reader_notices_a_delta_that_does_not_fit(peer: tuple[int, list[bytes], list[bytes]]) -> None:
    port, to_send, _ = peer
    rows = '{"t":"rows","c":"a","epoch":"e","from":%s,"to":%d,"set":{"k":%d},"del":[]}'
    for since, to in (("null", 1), ("1", 2), ("7", 8)):
        to_send.append(frames.shown((rows % (since, to, to)).encode()))
    crowd = Crowd(port)
    crowd.connect(1)
    crowd.settled(("a",))
    heard = crowd.counts()
    mirror = crowd.rows("a")
    crowd.close()

    assert heard == {"readers": 1, "open": 1, "lost": 0, "torn": 1}
    assert mirror == [{"k": 8}]


def figures(cost: float, ratio: float) -> Run:
    return Run({"commit": "a"}, [Figure("Fan-out", "CPU", cost, "µs", ratio), Figure("Start", "ready", 2.0, "s")])


def test_a_run_is_read_as_it_was_saved(tmp_path: Path) -> None:
    run = Run({}, [*figures(7.5, 1.25).figures, Figure("Correct", "lost", 0)])
    run.saved(tmp_path / "run.json")

    assert Run.read(tmp_path / "run.json") == run


def test_runs_are_compared_by_ratio_where_there_is_one() -> None:
    found = compared(figures(10, 1.2), figures(20, 1.2))

    assert [(each.key, each.share, each.verdict) for each in found] == [
        ("Fan-out: CPU", 0.0, ""),
        ("Start: ready", 0.0, ""),
    ]


def test_every_ratio_and_every_series_is_drawn() -> None:
    run = Run(
        {}, [*figures(1, 2).figures, *(Figure("As", f"{n}", n, "µs", None, "delivery by sockets", n) for n in (1, 2))]
    )
    charts = pictures.of_run(run)

    assert [list(chart.traces[0]["x"]) for chart in charts] == [[2], [1, 2]]


def test_the_page_of_figures_is_what_its_file_says() -> None:
    page, run = bench.PAGE.read_text("utf-8"), Run.read(KEPT)

    assert markdown(run.figures) in page
    assert bench.filled(page, run) == page, f"Run {ROOT / 'scripts' / 'bench'} --docs --from docs/performance.json."


def test_a_run_is_compared_with_itself_without_a_difference(tmp_path: Path) -> None:
    figures(7.5, 1.25).saved(tmp_path / "run.json")
    kept = str(tmp_path / "run.json")
    said = CliRunner().invoke(bench.main, ["--from", kept, "--compare", kept])

    assert said.exit_code == 0
    assert "worse" not in said.output
    assert "better" not in said.output
