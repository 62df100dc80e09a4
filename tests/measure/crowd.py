"""Thousands of readers in one process of their own: an epoll loop that must never be what is measured.

It counts frames by the lengths in their heads, takes the time each piece of news was under way from its stamp, and
checks that every delta begins where its reader stands. Equal bytes are read once: what comes from one shared frame
costs a comparison. A few readers of the crowd also keep their rows, to be compared with the server's own.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Callable
from typing import Any

from tests.measure import frames, kernel
from tests.measure.frames import Digest
from tests.measure.reader import CONNECTING, GONE, GREETING, OPEN, Echo, Reader
from tests.measure.speech import READERS, Heard, Speech, Tally, Voice

ROOM = 1 << 16
"""Bytes taken from a socket at once."""

MIRRORS = 4
"""Readers of a crowd that keep their rows."""

WATCHED = 64
"""Readers, spread over the crowd, of which it is also noted when bytes reached their sockets."""

QUIET = 0.25
"""Seconds without rows after which nothing more is under way."""

PATIENCE = 30.0
"""Seconds without a byte after which what ought to come is given up."""

_ANY_VOICE = Voice()


class Crowd:
    """Readers of one server on loopback."""

    def __init__(self, port: int, is_calm: bool = False) -> None:
        self._port = port
        # It spins, so that the sender never pays for waking it, unless others need its core.
        self._wait = 1.0 if is_calm else 0.0
        self._epoll = select.epoll()
        self._by_file: dict[int, Reader] = {}
        self._readers: list[Reader] = []
        self._voices: list[Reader] = []
        self._waiting: list[Reader] = []
        self._opening = 0
        self._first: tuple[str, ...] = ()
        self._echo = Echo()
        self._tally = Tally()
        self._turns = 0
        self._came = 0

    # What can be asked ---------------------------------------------------------------------------------------------

    def connect(self, count: int, key: str | None = None, topics: tuple[str, ...] = (), at_once: int = 64) -> float:
        """Open `count` more readers that subscribe to `topics`; return the seconds until the last was accepted."""
        self._first = topics
        new = [Reader(key) for _ in range(count)]
        for reader in new[: max(0, MIRRORS - len(self._readers))]:
            reader.mirror = {}
        for reader in new[:: max(1, count // WATCHED)]:
            reader.is_watched = True
        self._readers += new
        return self._open(new, at_once)

    def voice(self, key: str | None) -> int:
        """Open a connection that speaks and hears its answers only; return its number."""
        reader = Reader(key, Voice())
        self._first = ()
        self._open([reader], 1)
        self._voices.append(reader)
        return len(self._voices) - 1

    def listen(self, seconds: float, *speeches: Speech) -> Heard:
        """Hold the speeches and listen; then wait until nothing more is under way, and say what was heard.

        It ends early when every speech is at its end.
        """
        self._rest_a_moment()
        self._tally = Tally()
        begin, spent = time.monotonic_ns(), time.process_time_ns()
        end = begin + int(seconds * 1e9)
        for speech in speeches:
            speech.begin(begin)
        while time.monotonic_ns() < end and not (speeches and all(speech.is_done for speech in speeches)):
            self._speak(speeches)
            self._turn(speeches)
        for speech in speeches:
            speech.over = True
        self._settle(speeches)
        wall = (time.monotonic_ns() - begin) / 1e9
        return self._summary(speeches, wall, (time.process_time_ns() - spent) / 1e9)

    def settled(self, topics: tuple[str, ...]) -> float:
        """Wait until every reader has rows of `topics`; return the seconds that took."""
        begin = time.monotonic()
        self._until(lambda: all(topic in reader.at for reader in self._readers for topic in topics))
        return time.monotonic() - begin

    def again(self, topic: str) -> Heard:
        """Let every reader ask for all rows of a topic at once; return seconds, bytes each, and how many were told."""
        self._rest_a_moment()
        self._tally = Tally()
        begin = time.monotonic()
        self._ask_anew((topic,), frames.unsubscribe(topic) + frames.subscribe(topic))
        seconds, told = time.monotonic() - begin, len(self._readers)
        return {"seconds": seconds, "told": told, "bytes": self._tally.bytes / max(1, told)}

    def storm(self, topics: tuple[str, ...], at_once: int, *speeches: Speech) -> Heard:
        """Cut every reader's link, come back at once and resume `topics`, while the speeches go on."""
        self._rest_a_moment()
        self._tally = Tally()
        before = [reader.at for reader in self._readers]
        for reader in self._readers:
            self._close(reader)
        begin = time.monotonic_ns()
        for speech in speeches:
            speech.begin(begin)
        self._first = topics
        self._waiting = list(reversed(self._readers))
        self._until(lambda: not self._waiting and not self._opening, speeches, at_once)
        accepted = (time.monotonic_ns() - begin) / 1e9
        self._until(lambda: all(reader.opened for reader in self._readers), speeches)
        back = (time.monotonic_ns() - begin) / 1e9
        for speech in speeches:
            speech.over = True
        self._settle(speeches)
        resumed = sum(
            all(at.get(topic, ("", 0))[0] == reader.at[topic][0] for topic in topics)
            for at, reader in zip(before, self._readers, strict=True)
        )
        return self._summary(speeches, back, 0) | {"accepted": accepted, "back": back, "same history": resumed}

    def astray(self, topics: tuple[str, ...]) -> int:
        """Return how many readers stand elsewhere, or have other rows, than what they are told when they ask for all.

        Each is compared with itself: where a board of its own stands is nobody else's business.
        """
        self._rest_a_moment()
        before = [(reader.at, {k: dict(v) for k, v in (reader.mirror or {}).items()}) for reader in self._readers]
        self._ask_anew(topics, b"".join(map(frames.subscribe, topics)))
        now = [(reader.at, reader.mirror or {}) for reader in self._readers]
        return sum(stands != stood for stands, stood in zip(now, before, strict=True))

    def stall(self, count: int) -> None:
        """Let the last `count` readers read no more."""
        for reader in self._readers[len(self._readers) - count :]:
            assert reader.socket is not None
            reader.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self._epoll.unregister(reader.file)

    def rows(self, topic: str) -> list[dict[str, Any]]:
        """Return the rows of a topic as the readers have them that keep them."""
        return [reader.mirror[topic] for reader in self._readers if reader.mirror is not None]

    def counts(self) -> dict[str, int]:
        """Return how many readers there are, how many links were lost, and how many deltas did not fit."""
        connected = sum(reader.state == OPEN for reader in self._readers)
        return {"readers": len(self._readers), "open": connected, "lost": self._tally.lost, "torn": self._tally.torn}

    def close(self) -> None:
        """Hang up all."""
        for reader in (*self._readers, *self._voices):
            self._close(reader)
        self._readers.clear()
        self._voices.clear()

    # Connecting ----------------------------------------------------------------------------------------------------

    def _open(self, readers: list[Reader], at_once: int) -> float:
        begin = time.monotonic()
        self._waiting = list(reversed(readers))
        self._until(lambda: not self._waiting and not self._opening, at_once=at_once)
        took = time.monotonic() - begin
        failed = sum(reader.state != OPEN for reader in readers)
        assert not failed, f"{failed} of {len(readers)} connections were refused"
        return took

    def _dial(self, reader: Reader) -> None:
        link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        link.setblocking(False)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if reader.is_watched:
            kernel.watch(link)
        reader.socket, reader.file, reader.rest, reader.state = link, link.fileno(), b"", CONNECTING
        reader.opened = 0
        link.connect_ex(("127.0.0.1", self._port))
        self._by_file[reader.file] = reader
        self._epoll.register(reader.file, select.EPOLLIN | select.EPOLLOUT)
        self._opening += 1

    def _close(self, reader: Reader) -> None:
        if reader.state in (CONNECTING, GREETING):
            self._opening -= 1
        if reader.socket is not None and reader.state != GONE:
            self._by_file.pop(reader.file, None)
            reader.socket.close()
        reader.state, reader.is_plain = GONE, False

    def _ask(self, reader: Reader) -> None:
        assert reader.socket is not None
        headers = () if reader.key is None else (f"Authorization: Bearer {reader.key}",)
        if reader.voice is not None:
            headers = (*headers, "Speaker: yes")
        try:
            reader.socket.send(frames.upgrade(self._port, headers))
        except ConnectionError:
            self._lose(reader)
            return
        reader.state = GREETING
        self._epoll.modify(reader.file, select.EPOLLIN)

    def _greeted(self, reader: Reader, data: bytes) -> bytes:
        head, found, rest = (reader.rest + data).partition(b"\r\n\r\n")
        if not found:
            reader.rest = head
            return b""
        if b" 101 " not in head[:16]:
            self._lose(reader)
            return b""
        reader.rest = b""
        reader.state = OPEN
        reader.owed = frozenset(self._first)
        self._opening -= 1
        asking = b"".join(frames.subscribe(topic, reader.at.get(topic)) for topic in self._first)
        if asking and reader.voice is None:
            self._send(reader, asking)
        return rest

    def _ask_anew(self, topics: tuple[str, ...], asking: bytes) -> None:
        """Let every reader ask for all rows of `topics`, and wait until it has them."""
        for reader in self._readers:
            reader.at = {each: position for each, position in reader.at.items() if each not in topics}
            reader.is_plain = False
            self._send(reader, asking)
        self.settled(topics)

    def _lose(self, reader: Reader) -> None:
        self._tally.lost += 1
        self._close(reader)
        if reader.voice is None:
            # Refused or dropped: come back, as a page would.
            self._waiting.insert(0, reader)

    # The loop ------------------------------------------------------------------------------------------------------

    def _until(self, done: Callable[[], bool], speeches: tuple[Speech, ...] = (), at_once: int = 64) -> None:
        end, heard = time.monotonic() + PATIENCE, -1
        while not done():
            if self._tally.pieces != heard:
                end, heard = time.monotonic() + PATIENCE, self._tally.pieces
            assert time.monotonic() < end, f"nothing came for {PATIENCE:.0f} s: {self.counts()}"
            for _ in range(32):
                while self._waiting and self._opening < at_once:
                    self._dial(self._waiting.pop())
                self._speak(speeches)
                self._turn(speeches, 1)

    def _turn(self, speeches: tuple[Speech, ...] = (), wait: float = 0) -> None:
        echo, clock = self._echo, time.monotonic_ns
        for file, event in self._epoll.poll(max(wait, self._wait) / 1000, 64):
            reader = self._by_file.get(file)
            if reader is None:
                continue
            if not reader.is_plain:
                self._attend(reader, event, speeches)
                continue
            # What nearly every reader of a crowd is told, it is told in the same bytes as the one before.
            data = self._received(reader)
            if data == echo.data and reader.at is echo.before:
                reader.at = echo.after
                echo.times.append(clock())
            elif data:
                self._read(reader, data, speeches)
        echo.count(self._tally)

    def _attend(self, reader: Reader, event: int, speeches: tuple[Speech, ...]) -> None:
        if reader.state == CONNECTING:
            self._ask(reader)
        elif event & ~select.EPOLLOUT and (data := self._received(reader)):
            self._read(reader, data, speeches)

    def _read(self, reader: Reader, data: bytes, speeches: tuple[Speech, ...]) -> None:
        now = time.monotonic_ns()
        self._echo.count(self._tally)
        self._tally.pieces += 1
        self._tally.bytes += len(data)
        told = self._echo.digest(reader.rest + data)
        reader.rest = told.rest
        if reader.voice is not None:
            reader.voice.take(told, speeches, now)
        else:
            if len(told.texts) > len(told.spans):
                self._noted(reader, told)
                _ANY_VOICE.take(told, speeches, now)
            if told.spans:
                self._took(reader, told, now)
        if told.control:
            self._control(reader, told)
        reader.settle()

    def _received(self, reader: Reader) -> bytes | None:
        """Return what came after the greeting, if anything did; note when, of a reader that is watched."""
        assert reader.socket is not None
        try:
            if reader.is_watched:
                data, instant = kernel.received(reader.socket, ROOM)
                self._came = kernel.monotonic(instant)
            else:
                data = reader.socket.recv(ROOM)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            self._lose(reader)
            return None
        return data if reader.state == OPEN else self._greeted(reader, data) or None

    def _took(self, reader: Reader, told: Digest, now: int) -> None:
        self._tally.news_at = now
        self._tally.frames += len(told.spans)
        before = reader.at
        reader.at, torn = self._echo.moved(before, told)
        self._tally.torn += torn
        if reader.is_plain and not torn:
            self._echo.keep(before, reader.at)
        if not reader.opened:
            reader.owed -= {span.topic for span in told.spans}
            reader.opened = 0 if reader.owed else now
        for instant, number in told.stamps:
            self._tally.under_way.append(now - instant)
            self._tally.arrived[number] = now - instant
            if reader.is_watched:
                self._tally.at_sockets.append(self._came - instant)
        reader.keep(told)

    def _noted(self, reader: Reader, told: Digest) -> None:
        for text in told.texts:
            if text.startswith(b'{"t":"hello"'):
                reader.key = json.loads(text).get("key") or reader.key
            elif text.startswith(b'{"t":"err"'):
                self._tally.refused += 1

    def _control(self, reader: Reader, told: Digest) -> None:
        for opcode, payload in told.control:
            if opcode == frames.PING:
                self._send(reader, frames.written(payload, frames.PONG))
            elif opcode == frames.CLOSE:
                self._lose(reader)
                return

    # Speaking ------------------------------------------------------------------------------------------------------

    def _speak(self, speeches: tuple[Speech, ...]) -> None:
        for speech in speeches:
            while speech.due(time.monotonic_ns()):
                if speech.voice == READERS:
                    reader = self._readers[self._turns % len(self._readers)]
                    self._turns += 1
                else:
                    reader = self._voices[speech.voice]
                self._send(reader, speech.next(len(self._readers)))

    def _rest_a_moment(self) -> None:
        """Take in what came while nobody listened."""
        end = time.monotonic() + 0.03
        while time.monotonic() < end:
            self._turn()

    def _settle(self, speeches: tuple[Speech, ...]) -> None:
        """Wait until all is answered and nothing more comes."""
        end = time.monotonic() + PATIENCE
        quiet = time.monotonic_ns()
        while time.monotonic() < end:
            self._turn(speeches, 1)
            waiting = any(speech.waiting for speech in speeches)
            if not waiting and time.monotonic_ns() - max(quiet, self._tally.news_at) > QUIET * 1e9:
                return

    def _summary(self, speeches: tuple[Speech, ...], wall: float, busy: float) -> Heard:
        heard = self._tally.summary(wall, busy)
        for place, speech in enumerate(speeches):
            heard |= {f"{place} {name}": value for name, value in speech.summary().items()}
        return heard

    def _send(self, reader: Reader, data: bytes) -> None:
        assert reader.socket is not None
        try:
            sent = reader.socket.send(data)
        except OSError:
            self._lose(reader)
            return
        assert sent == len(data), "the server takes no more"
