"""A crowd in a process of its own, so that nothing but its sockets is shared with what is measured."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from tests.measure.crowd import Crowd
from tests.measure.machine import CLIENT_CORE, open_files, placed
from tests.measure.speech import Heard, Speech

SPARE = 200
"""Files a process has open beside its sockets."""

LIMIT = 900
"""Seconds after which a crowd is given up."""


class Readers:
    """The crowd, asked from here."""

    def __init__(self, port: int, is_calm: bool = False, most: int = 16_000) -> None:
        """Start it. A calm crowd sleeps until something comes, and runs on any core: for servers that need them all."""
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_live, args=(theirs, port, is_calm, most + SPARE), daemon=True)
        with contextlib.nullcontext() if is_calm else placed(CLIENT_CORE):
            self._process.start()

    def connect(self, count: int, key: str | None = None, topics: tuple[str, ...] = (), at_once: int = 64) -> float:
        """See Crowd."""
        return float(self._ask("connect", count, key, topics, at_once))

    def voice(self, key: str | None = None) -> int:
        """See Crowd."""
        return int(self._ask("voice", key))

    def listen(self, seconds: float, *speeches: Speech) -> Heard:
        """See Crowd."""
        heard: Heard = self._ask("listen", seconds, *speeches)
        return heard

    def settled(self, *topics: str) -> float:
        """See Crowd."""
        return float(self._ask("settled", topics))

    def again(self, topic: str) -> Heard:
        """See Crowd."""
        heard: Heard = self._ask("again", topic)
        return heard

    def storm(self, topics: tuple[str, ...], at_once: int, *speeches: Speech) -> Heard:
        """See Crowd."""
        heard: Heard = self._ask("storm", topics, at_once, *speeches)
        return heard

    def astray(self, topics: tuple[str, ...]) -> int:
        """See Crowd."""
        return int(self._ask("astray", topics))

    def stall(self, count: int) -> None:
        """See Crowd."""
        self._ask("stall", count)

    def rows(self, topic: str) -> list[dict[str, Any]]:
        """See Crowd."""
        mirrors: list[dict[str, Any]] = self._ask("rows", topic)
        return mirrors

    def counts(self) -> dict[str, int]:
        """See Crowd."""
        counted: dict[str, int] = self._ask("counts")
        return counted

    def close(self) -> None:
        """Hang up all, and end the process."""
        if self._process.is_alive():
            self._pipe.send(None)
            self._process.join(10)
            self._process.kill()
        self._pipe.close()

    def start(self, name: str, *args: Any) -> None:
        """Ask for something of the crowd's without waiting for it: several crowds do it at once."""
        self._pipe.send((name, args))

    def answer(self) -> Any:
        """Wait for what `start` asked."""
        assert self._pipe.poll(LIMIT), f"the crowd did not answer for {LIMIT} s"
        is_good, answer = self._pipe.recv()
        if not is_good:
            raise AssertionError(answer)
        return answer

    def _ask(self, name: str, *args: Any) -> Any:
        self.start(name, *args)
        return self.answer()


@contextlib.contextmanager
def readers(port: int, is_calm: bool = False) -> Iterator[Readers]:
    """Have a crowd of a server until left."""
    crowd = Readers(port, is_calm)
    try:
        yield crowd
    finally:
        crowd.close()


def _live(pipe: Connection, port: int, is_calm: bool, files: int) -> None:
    # Who ends the run ends its crowds; each need not say so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    open_files(files)
    crowd = Crowd(port, is_calm)
    while (asked := pipe.recv()) is not None:
        name, args = asked
        try:
            answer = (True, getattr(crowd, name)(*args))
        except AssertionError as error:
            answer = (False, f"{name}: {error}")
        pipe.send(answer)
    crowd.close()
