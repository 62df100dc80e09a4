"""An update that goes round process by process: an older program among newer ones on one Redis."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.auth import Keyring, read_secret
from server.clock import Instant
from server.store import Commit, Stored
from server.store.redis import RedisJournal
from tests.conftest import Starts
from tests.support.outbox import came, floor, hear, insist, refs, say, until_desk
from tests.support.program import Program, cuedesk, make_folder
from tests.support.redis import RedisServer

pytestmark = [pytest.mark.server, pytest.mark.redis]


async def test_a_process_that_a_newer_program_outgrows_says_so_and_writes_no_more(
    tmp_path: Path, redis: RedisServer, ended: Starts
) -> None:
    folder = make_folder(tmp_path / "event")
    older, other = (ended(Program(folder, "--redis", redis.url)) for _ in range(2))
    one = floor(older)
    insist(one, refs(5))
    journal = await RedisJournal.connect(redis.url, Keyring(read_secret(folder)).event_id)
    opening = await journal.begin([])
    assert opening.is_open
    kinds = [("ItemDreamt", 1), ("ItemStarted", 99)]
    future = [
        Stored(offset, Instant(1), "control", "agenda", *kind, b"{}")
        for offset, kind in enumerate(kinds, journal.offset + 1)
    ]
    await journal.append(journal.offset, Commit(future, {}, {}))
    await journal.close()

    assert "newer Cuedesk" in until_desk(one, "unavailable")["message"]
    say(one, ["late"])
    assert hear(one, 6)["late"]["code"] == "unavailable"
    assert came(one) == 5
    assert came(floor(other)) == 5, "who joins now is shown what is known"
    assert "passed over: channel=agenda type=ItemDreamt" in (folder / "log.txt").read_text()
    refused = cuedesk("serve", str(folder), "--port", "0", "--redis", redis.url)
    assert refused.returncode != 0
    assert "newer Cuedesk" in refused.stderr
