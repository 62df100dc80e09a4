"""How long a server takes to answer: pings and commands, each on a connection of its own, timed by the kernel.

A server's answer is timed when its bytes reached this machine's socket, not when somebody here got round to reading
them; so readers who share this core, and are busy, do not look like a server that is slow.
"""

from __future__ import annotations

import socket
import threading
import time
from types import TracebackType
from urllib.parse import urlsplit

from tests.measure import frames, kernel

_ANSWERS = (b'"t":"pong"', b'"t":"ok"', b'"t":"err"')
HELD_UP = 1_000_000
"""Nanoseconds that sending takes if it was the asker who had to wait for its core: that says nothing of the server."""


class Asker(threading.Thread):
    """Asks a server one thing after another until left, and then has how long each answer took.

    Attributes:
        took: milliseconds of each answer.
        refused: how many answers were none.
    """

    def __init__(self, url: str, key: str, question: str, pause: float) -> None:
        """Ask `question`, its `$n` a new number each time, `pause` seconds after the answer to the one before."""
        super().__init__(daemon=True)
        self._question = question
        self._pause = pause
        self._over = threading.Event()
        port = urlsplit(url).port or 80
        self._socket = socket.create_connection(("127.0.0.1", port), 10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(frames.upgrade(port, (f"Authorization: Bearer {key}",)))
        greeting = b""
        while b'"t":"hello"' not in greeting:
            greeting += self._socket.recv(65_536)
        kernel.watch(self._socket)
        self.took: list[float] = []
        self.refused = 0

    def __enter__(self) -> Asker:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self.join()
        self._socket.close()

    def run(self) -> None:
        """Ask, take the answer, pause; heartbeats that come between are answers to nothing."""
        number = 0
        while not self._over.wait(self._pause):
            number += 1
            question = self._question.replace("$n", str(number))
            asked = time.clock_gettime_ns(time.CLOCK_REALTIME)
            self._socket.sendall(frames.written(question.encode()))
            sent = time.clock_gettime_ns(time.CLOCK_REALTIME)
            answered = self._answered()
            if sent - asked < HELD_UP:
                self.took.append((answered - asked) / 1e6)

    def _answered(self) -> int:
        """Return when the answer came, by the kernel's clock."""
        while True:
            data, at = kernel.received(self._socket, 65_536)
            if not data:
                raise ConnectionError("the server closed the connection")
            if any(sign in data for sign in _ANSWERS):
                self.refused += b'"t":"err"' in data
                return at
