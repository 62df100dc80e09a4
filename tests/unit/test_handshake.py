"""What a WebSocket's opening request is answered, by uvicorn as it is installed here and this program's end of it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from server.handshake import EXTENSION, Handover, Handshake, terms

App = Callable[[Any, Any, Any], Awaitable[None]]
ASKED = {
    "Host": "desk",
    "Upgrade": "websocket",
    "Connection": "keep-alive, Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}
ANSWER = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""What RFC 6455 says in 1.3 that this key is answered."""


def request(method: str = "GET", target: str = "/ws", **changed: str | None) -> bytes:
    headers = ASKED | {name.replace("_", "-"): value for name, value in changed.items()}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join((f"{method} {target} HTTP/1.1", *lines, "", "")).encode("latin-1")


class Peer:
    """The other end of a link to an application."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, state: ServerState) -> None:
        self.writer = writer
        self.state = state
        self._reader = reader

    async def head(self) -> bytes:
        return await self._reader.readuntil(b"\r\n\r\n")

    async def rest(self) -> bytes:
        async with asyncio.timeout(5):
            return await self._reader.read()


@contextlib.asynccontextmanager
async def linked(app: App) -> AsyncIterator[Peer]:
    ours, theirs = socket.socketpair()
    config = Config(app, ws=Handshake, log_config=None, lifespan="off")
    config.load()
    state = ServerState()
    entrance: Any = config.http_protocol_class
    await asyncio.get_running_loop().connect_accepted_socket(lambda: entrance(config, state, {}), ours)
    reader, writer = await asyncio.open_connection(sock=theirs)
    try:
        yield Peer(reader, writer, state)
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        await asyncio.gather(*state.tasks)


async def accepts(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept", "subprotocol": "cuedesk.v1", "headers": [(b"x-desk", b"1")]})
    await receive()


async def refuses(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "websocket.accept", "subprotocol": None})
    await send({"type": "websocket.close", "code": 4500, "reason": "no"})


async def nobody(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("this is nothing to ask an application about")


async def test_an_accepted_one_is_answered_as_the_standard_says() -> None:
    async with linked(accepts) as peer:
        peer.writer.write(request())
        status, *lines = (await peer.head()).splitlines()

    assert status == b"HTTP/1.1 101 Switching Protocols"
    assert {b"sec-websocket-accept: " + ANSWER, b"sec-websocket-protocol: cuedesk.v1", b"x-desk: 1"} <= set(lines)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (request("POST"), b"405"),
        (request(Sec_WebSocket_Version="12"), b"400"),
        (request(Sec_WebSocket_Version=None), b"400"),
        (request(Sec_WebSocket_Key=None), b"400"),
        (request(Sec_WebSocket_Key="short"), b"400"),
        (request(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ=="), b"400"),
        (request(Sec_WebSocket_Extensions="permessage-deflate; ;"), b"400"),
    ],
)
async def test_what_is_no_handshake_is_refused_before_anybody_is_asked(sent: bytes, status: bytes) -> None:
    async with linked(nobody) as peer:
        peer.writer.write(sent)
        answer = await peer.rest()

    assert answer.split()[1] == status


async def test_an_application_sees_the_request_as_it_was_sent() -> None:
    seen: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def looks(scope: Any, receive: Any, send: Any) -> None:
        seen.set_result(scope)

    async with linked(looks) as peer:
        peer.writer.write(
            request(target="/r/%E4%B8%80?key=a%20b", X_Twice="é", Sec_WebSocket_Protocol="cuedesk.v1, other")
        )
        scope = await seen

    assert (scope["type"], scope["scheme"], scope["path"]) == ("websocket", "ws", "/r/一")
    assert (scope["raw_path"], scope["query_string"]) == (b"/r/%E4%B8%80", b"key=a%20b")
    assert (b"x-twice", "é".encode("latin-1")) in scope["headers"]
    assert scope["subprotocols"] == ["cuedesk.v1", "other"]


async def test_one_that_is_closed_instead_of_accepted_is_forbidden() -> None:
    async def closes(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.close", "code": 1000})

    async with linked(closes) as peer:
        peer.writer.write(request())

        assert (await peer.rest()).startswith(b"HTTP/1.1 403 ")


async def test_one_that_breaks_the_application_is_told_so(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("broken")

    async with linked(breaks) as peer:
        peer.writer.write(request())

        assert (await peer.rest()).startswith(b"HTTP/1.1 500 ")
    assert "a handshake failed" in caplog.text


async def test_who_is_refused_hears_why_and_the_link_ends_when_that_is_answered() -> None:
    async with linked(refuses) as peer:
        peer.writer.write(request())
        await peer.head()
        peer.writer.write(b"\x81\x80\0\0\0\0\x88\x82\0\0\0\0\x11\x94")

        assert await peer.rest() == b"\x88\x04\x11\x94no"
        assert not peer.state.connections


async def test_who_is_refused_and_answers_nothing_is_given_up() -> None:
    async with linked(refuses) as peer:
        peer.writer.write(request())

        assert (await peer.rest()).endswith(b"\x88\x04\x11\x94no")


async def test_who_goes_before_the_answer_leaves_nothing_behind() -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def waits(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        asked.set()
        assert (await receive())["type"] == "websocket.disconnect"
        gone.set()
        await send({"type": "websocket.accept"})
        raise AssertionError("nobody can be accepted who is gone")

    async with linked(waits) as peer:
        peer.writer.write(request())
        await asked.wait()
        peer.writer.close()
        await gone.wait()

        assert not peer.state.connections


async def test_who_takes_over_has_the_answer_to_write_and_is_the_only_one_left() -> None:
    taken: asyncio.Future[Handover] = asyncio.get_running_loop().create_future()

    async def takes(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        taken.set_result(scope["extensions"][EXTENSION]())

    async with linked(takes) as peer:
        peer.writer.write(request(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits"))
        handover = await taken
        handover.transport.write(handover.response)

        assert b"permessage-deflate" in await peer.head()
        assert (handover.inflates, handover.deflates) == (True, True)
        assert not peer.state.connections
        handover.transport.close()


async def test_whoever_is_under_way_when_the_server_ends_is_let_go() -> None:
    asked = asyncio.Event()

    async def waits(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        asked.set()
        await receive()

    async with linked(waits) as peer:
        peer.writer.write(request())
        await asked.wait()
        for each in tuple(peer.state.connections):
            each.shutdown()

        assert await peer.rest() == b""


@pytest.mark.parametrize(
    ("offer", "inflates", "deflates"),
    [
        (b"", False, False),
        (b"x-unknown", False, False),
        (b"permessage-deflate", True, True),
        (b"permessage-deflate; client_max_window_bits", True, True),
        (b"permessage-deflate; server_max_window_bits=10", True, False),
    ],
)
def test_a_peer_is_deflated_for_if_the_window_that_all_share_fits_it(
    offer: bytes, inflates: bool, deflates: bool
) -> None:
    known = terms(b"Upgrade", b"websocket", b"13", offer)

    assert (known.refusal, known.inflates, known.deflates) == (b"", inflates, deflates)
