"""The real program in its own process, and clients that talk to it over real sockets."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.auth import Grant, Keyring, read_secret
from server.roles import Role

ROOT = Path(__file__).parent.parent.parent

EVENT = """
title = "Small Conference"
timezone = "Asia/Shanghai"

[[lanes]]
id = "A"
title = "Lane A"

[[devices]]
id = "mic-1"
name = "Mic 1"
kind = "microphone"
room = "R0"
"""

AGENDA = """id,room,title,start,duration,speakers
t1,R0,Opening 开幕,2026-09-05T09:00,10,Lin
t2,R0,Keynote 主题演讲,2026-09-05T09:10,40,Wang
t3,R0,Tea,2026-09-05T09:50,20,
t4,R1,Kernel tracing,2026-09-05T09:10,40,Chen
"""

IN_UTC = 'title = "Small Conference"\ntimezone = "UTC"\n'
"""An event whose wall times are those of the server."""

ATTENDEES = "secret,name,category\n" + "".join(f"T{n:04},Person {n} 来宾,attendee\n" for n in range(50))


def agenda_of_today(begins_in: int = 0, talk: int = 30) -> str:
    """Return a day in UTC that begins in so many minutes; the last talk before its closing takes `talk` minutes."""
    begin = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=begins_in)

    def at(minutes: int) -> str:
        return (begin + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M")

    return (
        "id,room,title,start,duration,speakers\n"
        f"t1,R0,Opening,{at(0)},10,Lin\n"
        f"t2,R0,Keynote,{at(10)},30,Wang\n"
        f"t3,R0,Kernel tracing,{at(40)},{talk},Chen\n"
        f"t4,R0,Closing,{at(40 + talk)},10,Lin\n"
    )


def make_folder(folder: Path, event: str = EVENT, agenda: str = AGENDA, attendees: str = ATTENDEES) -> Path:
    """Write a small event, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "event.toml").write_text(event, encoding="utf-8")
    (folder / "agenda.csv").write_text(agenda, encoding="utf-8")
    (folder / "attendees.csv").write_text(attendees, encoding="utf-8")
    return folder


def cuedesk(*args: str) -> subprocess.CompletedProcess[str]:
    """Run the command line, and return what it said."""
    command = [sys.executable, "-m", "server", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


class Program:
    """One running server."""

    def __init__(
        self, folder: Path, *options: str, root: Path = ROOT, environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.log = (folder / "log.txt").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "server", "serve", str(folder), "--port", "0", *options],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            env={**os.environ, "PYTHONPATH": _path(root), **(environment or {})},
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready "), (folder / "log.txt").read_text()
        self.url = line.split()[1]

    def key(self, role: Role, room: str | None = None, device: str | None = None) -> str:
        """Return the default access key of a role."""
        id_ = ":".join(filter(None, [role.value, room or device]))
        return Keyring(read_secret(self.folder)).mint(Grant(id_, role, room, device))

    def http(self, key: str | None = None) -> httpx.Client:
        """Return a client that asks with `key`."""
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=10, trust_env=False)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._reap()

    def stop(self) -> int:
        """End it in order, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> int:
        code = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.log.close()
        return code


def _path(root: Path) -> str:
    """Return where the program looks for modules: first its own, then what the tests were told of."""
    return os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH")]))


@contextlib.contextmanager
def serving(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Program]:
    """Serve `folder` until left."""
    program = Program(folder, *options, environment=environment)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            program.stop()


class Screen:
    """A client that mirrors topics, as the contract says one should."""

    def __init__(self, program: Program, key: str | None = None, query: str = "") -> None:
        self.program = program
        self.key = key
        self.rows: dict[str, dict[str, Any]] = {}
        self.positions: dict[str, list[Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.snapshots = 0
        self.resent: list[str] = []
        self.query = query
        self.connect()

    def connect(self) -> None:
        """Connect (again) and resume every topic."""
        headers = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        url = self.program.url.replace("http", "ws") + "/ws" + self.query
        # No pings of its own: their thread would outlive a link that is cut, and draw random numbers in later tests.
        opening = connect(
            url,
            subprotocols=[Subprotocol("cuedesk.v1")],
            additional_headers=headers,
            proxy=None,
            ping_interval=None,
        )
        self.socket: ClientConnection = opening.__enter__()
        self.hello = self.read()
        if "key" in self.hello:
            self.key = self.hello["key"]
        for topic in self.rows:
            self._subscribe(topic)

    def cut(self) -> None:
        """Lose the link without a word."""
        self.socket.socket.close()

    def subscribe(self, topic: str) -> dict[str, Any]:
        """Mirror a topic, and return its rows."""
        self.rows[topic] = {}
        self._subscribe(topic)
        return self.rows[topic]

    def ask(self, channel: str, verb: str, args: dict[str, Any], ref: str | None = None, **more: Any) -> dict[str, Any]:
        """Send a command and return its answer frame."""
        ref = ref or str(uuid.uuid4())
        self.send({"t": "cmd", "ref": ref, "c": channel, "v": verb, "args": args, **more})
        while ref not in self.answers:
            self.read()
        return self.answers.pop(ref)

    def send(self, frame: dict[str, Any] | str | bytes) -> None:
        """Send a frame, or anything else."""
        self.socket.send(json.dumps(frame) if isinstance(frame, dict) else frame)

    def read(self, timeout: float = 10) -> dict[str, Any]:
        """Take in the next frame, and return it."""
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout))
        if frame["t"] == "rows":
            self._apply(frame)
        elif frame["t"] in ("ok", "err") and frame["ref"] is not None:
            self.answers[frame["ref"]] = frame
        return frame

    def sync(self) -> None:
        """Take in everything the server sent before now."""
        stamp = time.monotonic_ns() // 1_000_000
        self.send({"t": "ping", "ts": stamp})
        while (frame := self.read())["t"] != "pong" or frame["ts"] != stamp:
            pass

    def ended(self) -> int | None:
        """Read until the link ends, and return the code the server closed it with, if it said one."""
        try:
            while True:
                self.read()
        except ConnectionClosed as closed:
            return None if closed.rcvd is None else closed.rcvd.code

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def _subscribe(self, topic: str) -> None:
        position = self.positions.get(topic)
        self.send({"t": "sub", "c": topic, "pos": position})
        while not ((frame := self.read())["t"] == "rows" and frame["c"] == topic):
            assert frame["t"] != "err", frame

    def _apply(self, frame: dict[str, Any]) -> None:
        topic = frame["c"]
        rows = self.rows.setdefault(topic, {})
        if frame["from"] is None:
            self.snapshots += 1
            rows.clear()
        else:
            assert [frame["epoch"], frame["from"]] == self.positions[topic], (
                "a delta must start where the mirror stands"
            )
            self.resent += frame["set"]
        rows.update(frame["set"])
        for key in frame["del"]:
            rows.pop(key, None)
        self.positions[topic] = [frame["epoch"], frame["to"]]
