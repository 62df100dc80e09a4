"""An update that goes round process by process: the program of before and this one on one Redis."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from server.auth import Keyring, read_secret
from server.clock import Instant
from server.roles import Role
from server.store import Commit, Stored
from server.store.redis import RedisJournal
from tests.conftest import Starts
from tests.support.outbox import all_came, came, floor, hear, insist, refs, say, until_desk
from tests.support.program import ROOT, Program, Screen, cuedesk, make_folder
from tests.support.redis import RedisServer

pytestmark = [pytest.mark.server, pytest.mark.redis]

BEFORE = "470963c4c8e7dcee587a8772c8e67579c98a2a1c"
"""The last program whose appends told nobody: others read the stream, and live values had a connection of their own."""


@pytest.fixture(scope="module")
def elder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the program of before is, taken from the repository's history."""
    command = ["git", "-C", str(ROOT), "archive", BEFORE, "server", "web"]
    taken = subprocess.run(command, capture_output=True, check=False) if shutil.which("git") else None
    if taken is None or taken.returncode:
        pytest.skip("the program of before is taken from git, and its history is not here")
    root = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=io.BytesIO(taken.stdout)) as packed:
        packed.extractall(root, filter="data")
    return root


def adjusted(screen: Screen) -> int:
    return int(screen.rows["agenda/R0"]["item/t2"].get("adjusted") or 0)


def follows(here: Program, there: Program, level: int) -> None:
    """Act and report at one process, and wait until a screen of the other shows it."""
    control, watcher = (Screen(program, program.key(Role.CONTROL)) for program in (here, there))
    watcher.subscribe("agenda/R0")
    watcher.subscribe("devices")
    wanted = adjusted(watcher) + 60_000
    assert control.ask("agenda", "adjust", {"item": "t2", "by": 60_000})["t"] == "ok"
    report = {"device": "mic-1", "readings": {"battery_percent": level}}
    with here.http(here.key(Role.DEVICE, device="mic-1")) as client:
        assert client.post("/api/v1/devices/report", json=report).is_success

    while adjusted(watcher) != wanted or f"'value': {level}," not in str(watcher.rows["devices"]["device/mic-1"]):
        watcher.read()


def test_processes_of_two_versions_share_an_event_until_the_older_ones_are_gone(
    tmp_path: Path, elder: Path, redis: RedisServer, ended: Starts
) -> None:
    folder = make_folder(tmp_path / "event")
    first, second = (ended(Program(folder, "--redis", redis.url, root=elder)) for _ in range(2))
    told = insist(floor(first), refs(50, "before"))
    assert first.stop() == 0
    newer = ended(Program(folder, "--redis", redis.url))
    screens = [floor(second), floor(newer)]
    for screen, of in zip(screens, "ab", strict=True):
        say(screen, refs(200, of))
    for screen in screens:
        told |= hear(screen, 200)

    assert {answer["t"] for answer in told.values()} == {"ok"}
    assert insist(screens[0], told) == insist(screens[1], told) == told
    all_came(450, *screens)
    follows(second, newer, 41)
    follows(newer, second, 73)
    assert second.stop() == 0
    last = ended(Program(folder, "--redis", redis.url))
    assert insist(floor(last), told) == told
    all_came(450, screens[1], floor(last))


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
