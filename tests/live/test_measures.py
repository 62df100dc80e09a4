"""The bench's own readers against the real program: what they count is what was said, and what they hold is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.roles import Role
from tests.measure.crowd import Crowd
from tests.measure.machine import Floor
from tests.measure.product import DELTA, command, duel, messages, paper
from tests.measure.speech import Speech

pytestmark = pytest.mark.server

FEW = 5


@pytest.mark.parametrize("language", ["C", "Python"])
def test_the_bare_loop_writes_each_message_to_each_reader(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if language == "Python":
        # Where no compiler is found, it is a program of Python's.
        monkeypatch.setenv("PATH", str(tmp_path))
    floor = Floor()
    crowd = Crowd(floor.port, is_calm=True)
    crowd.connect(FEW)
    speech = Speech((paper(DELTA),), rate=200, voice=crowd.voice(None), bare=True, limit=10)
    heard = crowd.listen(5.0, speech)
    crowd.close()
    floor.stop()

    assert heard["frames"] == heard["news"] == 10 * FEW
    assert heard["bytes"] == 10 * FEW * (DELTA + 4)


def test_every_reader_has_every_change_and_the_servers_rows(tmp_path: Path) -> None:
    with duel(tmp_path) as both:
        wall = both.product.key(Role.WALL)
        both.connect(FEW, "agenda/R0", key=wall)
        ours, bare = both.round(0.5, messages(both.product, 1, 10, both.voice), DELTA, 1)
        with both.product.program.http(wall) as client:
            shown = client.get("/api/v1/agenda/R0").json()["rows"]
        mirrors, counts = both.ours.rows("agenda/R0"), both.ours.counts()

    assert ours["0 answered"] == ours["0 said"] > 0
    assert ours["frames"] == ours["0 said"] * FEW
    assert bare["frames"] > 0
    assert mirrors == [shown] * 4
    assert (counts["open"], counts["lost"], counts["torn"]) == (FEW, 0, 0)


def test_readers_who_are_cut_come_back_with_what_they_missed(tmp_path: Path) -> None:
    with duel(tmp_path) as both:
        both.connect(FEW, "agenda/R0", "me")
        edit = command("agenda", "edit", item="r0i0", title="Talk $n")
        heard = both.ours.storm(("agenda/R0", "me"), FEW, Speech((edit,), 50, both.voice, limit=5))
        titles = [rows["item/r0i0"]["title"] for rows in both.ours.rows("agenda/R0")]
        astray = both.ours.astray(("agenda/R0", "me"))

    assert heard["same history"] == FEW
    assert astray == heard["torn"] == heard["0 refused"] == 0
    assert titles == [f"Talk {heard['0 said'] - 1:.0f}"] * 4
