"""What every journal promises, whatever keeps it."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.clock import Instant
from server.errors import ConfigError
from server.store import Answer, Asked, Behind, Commit, Journal, Stored
from server.store.memory import MemoryJournal
from server.store.redis import RedisJournal
from server.store.sqlite import JOURNAL_FILE, SqliteJournal


def event(offset: int) -> Stored:
    return Stored(offset, Instant(1_000 + offset), "control", "catering", "Served", 1, b'{"n":%d}' % offset)


def commit(*offsets: int) -> Commit:
    return Commit([event(offset) for offset in offsets], {}, {})


def files_with(folder: Path, text: bytes) -> list[Path]:
    return [path for path in folder.iterdir() if text in path.read_bytes()]


@pytest.fixture(params=["memory", "sqlite", pytest.param("redis", marks=pytest.mark.redis)])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    made: Journal
    match request.param:
        case "memory":
            made = MemoryJournal()
        case "sqlite":
            made = SqliteJournal(tmp_path)
        case _:
            url = request.getfixturevalue("redis").url
            made = await RedisJournal.connect(url, secrets.token_hex(4))
    yield made
    await made.close()


async def test_what_was_appended_is_read_in_order(journal: Journal) -> None:
    assert await journal.append(0, commit(1, 2)) == 2
    assert await journal.append(2, commit(3)) == 3

    assert list(await journal.read(1)) == [event(2), event(3)]


async def test_one_event_is_found_by_its_place_whoever_asks(journal: Journal) -> None:
    await journal.append(0, commit(1, 2, 3))

    assert [await journal.fetch(offset) for offset in (2, 3, 1)] == [event(2), event(3), event(1)]
    assert [await journal.fetch(offset) for offset in (0, 4)] == [None, None]
    assert await journal.append(3, commit(4)) == 4


async def test_whoever_is_behind_is_told_and_writes_nothing(journal: Journal) -> None:
    await journal.append(0, commit(1))

    with pytest.raises(Behind):
        await journal.append(0, commit(1))
    assert list(await journal.read(0)) == [event(1)]


async def test_answers_and_keys_come_with_the_events_they_belong_to(journal: Journal) -> None:
    asked = Asked("p1", "ref")
    answer = Answer(b"f", b"{}", None)
    await journal.append(0, Commit([event(1)], {asked: answer}, {"p1": b"k" * 32}))

    assert (await journal.begin([asked, Asked("p2", "ref")])).known == {asked: answer}
    assert await journal.keys() == {"p1": b"k" * 32}


async def test_an_answer_without_an_event_is_remembered_too(journal: Journal) -> None:
    asked = Asked("p1", "ref")
    await journal.append(0, Commit([], {asked: Answer(b"f", b"{}", None)}, {}))

    assert asked in (await journal.begin([asked])).known
    assert journal.offset == 0


async def test_the_newest_checkpoint_counts(journal: Journal) -> None:
    assert await journal.checkpoint() is None
    await journal.save_checkpoint(b"one")
    await journal.save_checkpoint(b"two")

    assert await journal.checkpoint() == b"two"


async def test_forgetting_takes_the_key_and_what_was_derived(journal: Journal) -> None:
    await journal.append(0, Commit([event(1)], {}, {"p1": b"k", "p2": b"l"}))
    await journal.save_checkpoint(b"one")
    await journal.forget(["p1"])

    assert await journal.keys() == {"p2": b"l"}
    assert await journal.checkpoint() is None
    assert list(await journal.read(0)) == [event(1)]


async def test_a_file_keeps_everything_over_a_restart(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path)
    await first.append(0, commit(1))
    await first.close()
    second = SqliteJournal(tmp_path)

    assert (second.epoch, second.offset, list(await second.read(0))) == (first.epoch, 1, [event(1)])
    await second.close()


async def test_a_failed_append_leaves_nothing_behind(tmp_path: Path) -> None:
    """Half a batch is never written: the second event's place is taken."""
    journal = SqliteJournal(tmp_path)
    await journal.append(0, commit(1))
    with pytest.raises(Exception, match="cannot be written"):
        await journal.append(1, commit(2, 1))

    assert journal.offset == 1
    assert list(await journal.read(0)) == [event(1)]
    await journal.close()


async def test_an_erased_key_is_not_left_in_the_file(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path)
    await journal.append(0, Commit([event(1)], {}, {"p1": b"KEY-THAT-MUST-GO" * 2}))
    await journal.forget(["p1"])
    await journal.close()

    assert not files_with(tmp_path, b"KEY-THAT-MUST-GO")


def test_a_file_that_is_no_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / JOURNAL_FILE).write_bytes(b"not a database, by far" * 100)

    with pytest.raises(ConfigError, match="cannot be read as a journal"):
        SqliteJournal(tmp_path)


async def test_a_journal_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path)
    await journal.close()
    with sqlite3.connect(tmp_path / JOURNAL_FILE) as file:
        file.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    file.close()

    with pytest.raises(ConfigError, match="newer Cuedesk"):
        SqliteJournal(tmp_path)
