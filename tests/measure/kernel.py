"""When bytes reached a socket of this machine, by the kernel's clock.

Whoever is busy and reads them late then says nothing of who sent them.
"""

from __future__ import annotations

import socket
import struct
import time

_TIMESPEC = struct.Struct("qq")
_SO_TIMESTAMPNS = 35
"""Linux's number; Python does not name it."""


def watch(link: socket.socket) -> None:
    """Let the kernel note when bytes reach `link`."""
    link.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)


def received(link: socket.socket, most: int) -> tuple[bytes, int]:
    """Return what came, `most` bytes of it, and when the last of it did, in nanoseconds of the wall clock.

    Raises:
        OSError: as `socket.recv` does.
    """
    data, control, _, _ = link.recvmsg(most, socket.CMSG_SPACE(_TIMESPEC.size))
    stamps = [_TIMESPEC.unpack(value) for _, kind, value in control if kind == _SO_TIMESTAMPNS]
    if not stamps:
        return data, time.time_ns()
    seconds, nanoseconds = stamps[-1]
    return data, int(seconds) * 1_000_000_000 + int(nanoseconds)


def monotonic(instant: int) -> int:
    """Return a recent instant of the wall clock as one of the monotonic clock."""
    return time.monotonic_ns() - (time.time_ns() - instant)
