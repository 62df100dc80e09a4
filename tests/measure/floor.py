"""The bare write loop where there is no C compiler: the same program as floor.c, and dearer by Python's loop."""

from __future__ import annotations

import select
import socket
import sys

GREETING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\nSec-WebSocket-Protocol: cuedesk.v1\r\n\r\n"
)


class Loop:
    """Answers connections, and writes what the speaker says to all others."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self._door.setblocking(False)
        self._watch = select.epoll()
        self._watch.register(self._door, select.EPOLLIN)
        self._all: dict[int, socket.socket] = {}
        self._readers: dict[int, socket.socket] = {}
        self._speaker = -1
        self._heard = b""
        self.port: int = self._door.getsockname()[1]

    def run(self) -> None:
        """Serve until killed."""
        while True:
            for file, _ in self._watch.poll(-1, 256):
                if file == self._door.fileno():
                    self._admit()
                else:
                    self._read(file)

    def _admit(self) -> None:
        while True:
            try:
                link, _ = self._door.accept()
            except BlockingIOError:
                return
            link.setblocking(False)
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._all[link.fileno()] = link
            self._watch.register(link, select.EPOLLIN)

    def _read(self, file: int) -> None:
        link = self._all[file]
        try:
            said = link.recv(1 << 16)
        except ConnectionError:
            said = b""
        if not said:
            self._leave(file)
        elif file == self._speaker:
            self._hear(said)
        elif file not in self._readers:
            link.send(GREETING)
            if b"Speaker: yes" in said:
                self._speaker = file
            else:
                self._readers[file] = link

    def _hear(self, said: bytes) -> None:
        self._heard += said
        while len(self._heard) >= 4:
            size = int.from_bytes(self._heard[:4], "big")
            if len(self._heard) < 4 + size:
                return
            message, self._heard = self._heard[4 : 4 + size], self._heard[4 + size :]
            for link in self._readers.values():
                link.send(message)

    def _leave(self, file: int) -> None:
        self._readers.pop(file, None)
        self._all.pop(file).close()
        if file == self._speaker:
            self._speaker, self._heard = -1, b""


if __name__ == "__main__":
    loop = Loop()
    sys.stdout.write(f"{loop.port}\n")
    sys.stdout.flush()
    loop.run()
