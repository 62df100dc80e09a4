"""The journal of one process: a SQLite file in the event's folder.

Owns    the schema, the one thread that writes, and the durability of an acknowledgement.
Never   blocks the loop with a write: reads by index take microseconds and are done in place.
Used by app and the command line.

Write-ahead logging with `synchronous=FULL`: when `append` returns, the events are on the disk. One append is one
transaction, so everything that waited while the last one was being written shares the next one's flush.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from server.clock import Instant
from server.errors import ConfigError, Unavailable
from server.store import Answer, Asked, Behind, Commit, Opening, Risk, Stored

T = TypeVar("T")

JOURNAL_FILE = "cuedesk.sqlite3"
SCHEMA = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    offset INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL,
    channel TEXT NOT NULL, type TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS answers (
    by TEXT NOT NULL, ref TEXT NOT NULL, fingerprint BLOB NOT NULL, result BLOB NOT NULL, subject TEXT,
    PRIMARY KEY (by, ref)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (person TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), body BLOB NOT NULL);
"""


class SqliteJournal:
    """See `server.store.Journal`."""

    is_shared = False
    risk: Risk | None = None

    def __init__(self, folder: Path) -> None:
        """Open the journal of the event in `folder`, making it on first use.

        Raises:
            ConfigError: the file is not a journal, or of a newer version than this program.
        """
        self._path = folder / JOURNAL_FILE
        try:
            self._reader = self._connect()
            self._reader.executescript(_TABLES)
            self.epoch = self._meta("epoch", secrets.token_hex(4))
            schema = int(self._meta("schema", str(SCHEMA)))
        except sqlite3.DatabaseError as error:
            raise ConfigError(
                [f"{self._path}: this file cannot be read as a journal ({error}); restore a copy"]
            ) from None
        if schema > SCHEMA:
            raise ConfigError([f"{self._path}: a newer Cuedesk wrote this journal; update this one"])
        self.offset: int = self._reader.execute("SELECT coalesce(max(offset), 0) FROM events").fetchone()[0]
        self._writer = self._connect()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")

    async def begin(self, asked: Sequence[Asked]) -> Opening:
        """See Journal. This process is the only one, so there is nothing to wait for."""
        find = "SELECT fingerprint, result, subject FROM answers WHERE by = ? AND ref = ?"
        # By the connection that wrote last, which is idle now: it has in memory what it wrote.
        found = {each: self._writer.execute(find, each).fetchone() for each in asked}
        return Opening((), {each: Answer(*row) for each, row in found.items() if row is not None}, {})

    async def recall(self, asked: Sequence[Asked]) -> Mapping[Asked, Answer]:
        """See Journal."""
        return (await self.begin(asked)).known

    async def peek(self) -> Opening:
        """See Journal. There is never anything."""
        return Opening((), {}, {})

    async def release(self) -> None:
        """See Journal."""

    async def follow(self) -> None:
        """See Journal."""
        await asyncio.Event().wait()

    async def share(self, messages: Sequence[bytes]) -> None:
        """See Journal. Nobody listens."""

    async def shared(self) -> bytes:
        """See Journal."""
        await asyncio.Event().wait()
        return b""

    async def append(self, expected: int, commit: Commit) -> int:
        """See Journal."""
        if expected != self.offset:
            raise Behind
        await self._write(lambda: self._insert(commit))
        self.offset += len(commit.events)
        return self.offset

    async def read(self, after: int) -> Iterable[Stored]:
        """See Journal."""
        rows = self._reader.execute(
            "SELECT offset, at, by, channel, type, version, body FROM events WHERE offset > ? ORDER BY offset", (after,)
        )
        return (Stored(row[0], Instant(row[1]), *row[2:]) for row in rows)

    async def fetch(self, offset: int) -> Stored | None:
        """See Journal."""
        find = "SELECT offset, at, by, channel, type, version, body FROM events WHERE offset = ?"
        row = self._reader.execute(find, (offset,)).fetchone()
        return None if row is None else Stored(row[0], Instant(row[1]), *row[2:])

    async def keys(self) -> dict[str, bytes]:
        """See Journal."""
        return dict(self._reader.execute("SELECT person, key FROM keys"))

    async def checkpoint(self) -> bytes | None:
        """See Journal."""
        row = self._reader.execute("SELECT body FROM checkpoint").fetchone()
        return None if row is None else bytes(row[0])

    async def save_checkpoint(self, blob: bytes) -> None:
        """See Journal."""
        await self._write(lambda: self._writer.execute("REPLACE INTO checkpoint VALUES (1, ?)", (blob,)))

    async def forget(self, people: Iterable[str]) -> None:
        """See Journal."""
        doomed = [(person,) for person in people]
        await self._write(lambda: self._erase(doomed))
        await self._write(self._shrink, transaction=False)

    async def close(self) -> None:
        """See Journal."""
        await asyncio.to_thread(self._thread.shutdown)
        self._writer.close()
        self._reader.close()

    def note(self, name: str, value: str | None) -> None:
        """Keep (or drop) a remark about this file, such as where it is being served. For start-up and shutdown."""
        with self._reader:
            if value is None:
                self._reader.execute("DELETE FROM meta WHERE name = ?", (name,))
            else:
                self._reader.execute("REPLACE INTO meta VALUES (?, ?)", (name, value))

    def remark(self, name: str) -> str | None:
        """Return a remark made by `note`."""
        row = self._reader.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False, timeout=5)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        return connection

    def _meta(self, name: str, default: str) -> str:
        with self._reader:
            self._reader.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", (name, default))
        return str(self._reader.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()[0])

    def _insert(self, commit: Commit) -> None:
        self._writer.executemany("REPLACE INTO keys VALUES (?, ?)", commit.keys.items())
        self._writer.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", commit.events)
        answers = ((*asked, *answer) for asked, answer in commit.answers.items())
        self._writer.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?)", answers)

    def _erase(self, people: list[tuple[str]]) -> None:
        self._writer.executemany("DELETE FROM keys WHERE person = ?", people)
        self._writer.execute("DELETE FROM checkpoint")

    def _shrink(self) -> None:
        self._writer.execute("VACUUM")
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def _write(self, work: Callable[[], object], transaction: bool = True) -> None:
        def run() -> None:
            if not transaction:
                work()
                return
            with self._writer:
                work()

        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, run)
        except sqlite3.Error as error:
            raise Unavailable(
                f"The journal cannot be written ({error}); free disk space, then send it again."
            ) from error
