"""A thousand people behind one address, each of whom says everything twice: counted, never timed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from server.roles import Role
from tests.support.crowd import Phone, agreed, ask_all, gathered, vote_all
from tests.support.program import Program, make_folder, serving

pytestmark = [pytest.mark.server]

PEOPLE = 1_000
VOTERS = 200
BROADCASTS = 5
"""How often in a second everybody may be told of one question."""


def test_nothing_of_a_crowd_is_lost_or_doubled(tmp_path: Path) -> None:
    with serving(make_folder(tmp_path / "event")) as program:
        asyncio.run(asyncio.wait_for(_crowd(program), 240))


async def _crowd(program: Program) -> None:
    moderator = Phone(program, program.key(Role.MODERATOR, "R0"), ("questions/R0",))
    await moderator.open()
    async with gathered(program, PEOPLE) as phones:
        ids = await ask_all(phones, within=8)
        await moderator.until("questions/R0", PEOPLE)
        rows = {key: row for key, row in moderator.rows["questions/R0"].items() if key.startswith("q/")}
        assert {f"q/{id_}" for id_ in ids} == set(rows)
        assert sorted(row["number"] for row in rows.values()) == list(range(1, PEOPLE + 1))
        assert {row["state"] for row in rows.values()} == {"pending"}

        wanted = ids[7]
        await moderator.answer(await moderator.say("approve", {"question": wanted}))
        await agreed(phones, wanted, votes=0)
        for phone in phones:
            phone.heard.clear()
        began = time.perf_counter()
        await vote_all(phones[:VOTERS], wanted, within=1)
        await agreed([*phones, moderator], wanted, votes=VOTERS)
        seconds = time.perf_counter() - began
        told = max(len(phone.heard[f"q/{wanted}"]) for phone in phones[VOTERS:])
        assert 1 <= told <= BROADCASTS * (1 + seconds)
    await moderator.close()
