"""A reader that does not read: it costs the others nothing, and gets what it missed in one go."""

from __future__ import annotations

import json
import socket
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.roles import Role
from tests.support.program import Program, Screen

pytestmark = pytest.mark.server

TEXTS = [f"{number:04}" + "x" * 190 for number in range(300)]


def narrow(program: Program) -> ClientConnection:
    """Return a link whose peer takes a few kilobytes and then nothing until it is read."""
    address = urlsplit(program.url)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    sock.connect((address.hostname, address.port))
    return connect(
        program.url.replace("http", "ws") + "/ws",
        sock=sock,
        subprotocols=[Subprotocol("cuedesk.v1")],
        additional_headers={"Authorization": f"Bearer {program.key(Role.WALL)}"},
        compression=None,
        max_queue=1,
        proxy=None,
    )


def congested(program: Program) -> int:
    with program.http() as client:
        lines = client.get("/metrics").text.splitlines()
    return int(float(next(line for line in lines if line.startswith("cuedesk_sockets_congested ")).split()[1]))


def frames_until(link: ClientConnection, text: str) -> list[dict[str, Any]]:
    frames = []
    while True:
        frames.append(json.loads(link.recv(10)))
        if frames[-1]["t"] == "rows" and (frames[-1]["set"]["room"]["message"] or {}).get("text") == text:
            return frames


def test_a_reader_that_does_not_read_gets_fewer_and_newer_frames(program: Program) -> None:
    control, quick = Screen(program, program.key(Role.CONTROL)), Screen(program, program.key(Role.WALL))
    quick.subscribe("agenda/R0")
    with narrow(program) as slow:
        slow.send('{"t":"sub","c":"agenda/R0"}')
        for text in TEXTS:
            assert control.ask("agenda", "message", {"room": "R0", "text": text})["t"] == "ok"
            while (quick.rows["agenda/R0"]["room"]["message"] or {}).get("text") != text:
                quick.read()
        stalled = congested(program)
        frames = [frame for frame in frames_until(slow, TEXTS[-1]) if frame["t"] == "rows"]

    assert stalled == 1
    assert len(frames) < len(TEXTS) / 2
    assert all(new["from"] == old["to"] for old, new in pairwise(frames))
    assert congested(program) == 0
    control.close()
    quick.close()
