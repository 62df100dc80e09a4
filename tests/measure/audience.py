"""A thousand people behind one address: what their questions and votes come to, and how long moderators wait."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

from server.channels.questions import CHANNEL
from server.errors import AppError
from server.folder.wordlists import starter
from server.roles import Role
from tests.support.crowd import Phone, agreed, ask_all, gathered, vote_all
from tests.support.program import Program, make_folder, serving
from tests.support.rig import Rig, attendee
from tests.support.texts import TEXTS

Figures = dict[str, float | int]

MODERATOR = ("questions/R0", "agenda/R0", "relay/R0", "reactions/R0")


def centile(waits: Sequence[float], share: float) -> float:
    """Return the given share's place among waits (s), in milliseconds."""
    return round(sorted(waits)[min(len(waits) - 1, int(len(waits) * share))] * 1_000, 1)


def cpu(program: Program) -> float:
    """Return how many seconds of CPU the server has used, where the system tells it."""
    stat = Path(f"/proc/{program.process.pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def measured(program: Program, people: int, within: float, voters: int) -> Figures:
    """Return the figures of one room: `people` ask within so many seconds, then `voters` vote within one."""
    moderator = Phone(program, program.key(Role.MODERATOR, "R0"), MODERATOR)
    await moderator.open()
    began = time.perf_counter()
    async with gathered(program, people) as phones:
        opened = time.perf_counter() - began
        before = cpu(program)
        ids = await ask_all(phones, within)
        await moderator.until("questions/R0", people)
        busy = cpu(program) - before
        sent = [min(phone.sent.values()) for phone in phones]
        waits = [moderator.first[f"q/{key}"] - at for key, at in zip(ids, sent, strict=True)]
        await moderator.answer(await moderator.say("approve", {"question": ids[0]}))
        await agreed(phones, ids[0], votes=0)
        for phone in phones:
            phone.heard.clear()
        start = time.perf_counter()
        await vote_all(phones[:voters], ids[0], 1.0)
        await agreed([*phones, moderator], ids[0], votes=voters)
        took = time.perf_counter() - start
        told = [len(phone.heard[f"q/{ids[0]}"]) for phone in phones[voters:]]
        row = moderator.rows["questions/R0"][f"q/{ids[0]}"]
    await moderator.close()
    return {
        "people": people,
        "pages opened, s": round(opened, 1),
        "asked within, s": within,
        "server's CPU meanwhile, s": round(busy, 2),
        "questions, distinct": len(set(ids)),
        "numbers, distinct": len({each["number"] for key, each in _questions(moderator)}),
        "until the moderator sees it, median ms": centile(waits, 0.5),
        "until the moderator sees it, p95 ms": centile(waits, 0.95),
        "until the moderator sees it, most ms": centile(waits, 1.0),
        "votes counted": row["votes"],
        "votes took, s": round(took, 2),
        "broadcasts of the question, most": max(told, default=0),
        "broadcasts of the question, median": statistics.median(told) if told else 0,
    }


def looked_at() -> Figures:
    """Return how long the desk is busy with the worst of texts: taking it in among five hundred others (ms of CPU)."""
    rig = Rig(CHANNEL)
    rig.do("import", rooms=["R0"], timezone="UTC", wordlists=(starter(),))
    for nth in range(500):
        rig.do(
            "submit", attendee(f"p{nth}"), room="R0", body=f"Question {nth}: how does {nth} fare in the rain? 雨里呢？"
        )
    spent = {}
    for nth, (name, typed) in enumerate(TEXTS.items()):
        began = time.process_time()
        with contextlib.suppress(AppError):
            rig.do("submit", attendee(f"q{nth}"), room="R0", body=typed.text)
        spent[name] = round((time.process_time() - began) * 1_000, 2)
    worst = max(spent, key=lambda name: spent[name])
    return {f"longest look at one text ({worst}), ms of CPU": spent[worst]}


def _questions(moderator: Phone) -> list[tuple[str, dict[str, int]]]:
    return [(key, row) for key, row in moderator.rows["questions/R0"].items() if key.startswith("q/")]


@click.command()
@click.option("--people", default=1_000, show_default=True, help="How many ask.")
@click.option("--within", default=60.0, show_default=True, help="In how many seconds.")
@click.option("--voters", default=200, show_default=True, help="How many of them vote within a second.")
def main(people: int, within: float, voters: int) -> None:
    """Measure what a crowd behind one address comes to."""
    with tempfile.TemporaryDirectory() as scratch, serving(make_folder(Path(scratch) / "event")) as program:
        figures = asyncio.run(measured(program, people, within, voters))
    click.echo(json.dumps(figures | looked_at(), indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
