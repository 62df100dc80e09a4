"""The opening handshake of a WebSocket, up to the point where its transport is taken over from uvicorn.

Owns    the one place that knows uvicorn's inside: reading its request, answering it, giving the transport away.
Never   carries a message, or decides who may connect: that is ordinary Starlette, run once per connection.
Used by serving (the protocol class), proof and the adopted carrier.

Ten thousand screens that were cut come back at once, so what a handshake costs is how long the last one waits. What
is the same for all of them (the version, the extensions a browser offers) is judged by the library and remembered;
the answer goes out together with the greeting, in one write. What is used of uvicorn is not documented, so the
program proves it before it relies on it (see proof), and otherwise serves by the portable carrier.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import zlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import unquote

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.utils import get_local_addr, get_remote_addr
from uvicorn.server import ServerState
from websockets.datastructures import Headers
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.utils import accept_key

from server import framing
from server.framing import Fault, Op, Reader

logger = logging.getLogger(__name__)

EXTENSION = "cuedesk.adopt"
"""Under this name the connection's scope offers its transport."""

GOODBYE = 1.0
"""Seconds a peer that was refused gets to answer the close frame."""

DEFLATE = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)
"""Without context each message stands for itself, so that what is deflated once fits every link."""

KINDS = 256
"""How many different ways of asking are remembered: those of all browsers and programs that are in use."""

ANY_KEY = "Y3VlZGVzay1vcGVucy11cA=="
"""Stands for each connection's own key where everything else that it asks for is judged."""

FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
BROKEN = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Handover(NamedTuple):
    """What is taken over.

    Attributes:
        transport: the link, plain TCP.
        peers: the server's connections, for whose end it waits when it stops.
        response: the answer to the handshake, to be written before anything else.
        early: what the peer sent since it asked.
        inflates: the peer may deflate what it sends.
        deflates: it takes frames that are deflated with the window that all share.
    """

    transport: asyncio.Transport
    peers: set[Any]
    response: bytes
    early: bytes
    inflates: bool
    deflates: bool


class Terms(NamedTuple):
    """How a way of asking is answered.

    Attributes:
        refusal: the whole answer where it is refused, else empty.
        extensions: the header line that says which extensions are used, or empty.
        inflates, deflates: see Handover.
    """

    refusal: bytes
    extensions: bytes
    inflates: bool
    deflates: bool


@lru_cache(KINDS)
def terms(connection: bytes, upgrade: bytes, version: bytes, offer: bytes) -> Terms:
    """Judge by the library what a handshake asks for in these headers; an empty one was not sent."""
    asked = Headers({"Sec-WebSocket-Key": ANY_KEY})
    sent = {
        "Connection": connection,
        "Upgrade": upgrade,
        "Sec-WebSocket-Version": version,
        "Sec-WebSocket-Extensions": offer,
    }
    for name, value in sent.items():
        if value:
            asked[name] = value.decode("latin-1")
    judge = ServerProtocol(extensions=[DEFLATE])
    answer = judge.accept(Request("/", asked))
    if answer.status_code != 101:
        del answer.headers["Date"]
        return Terms(answer.serialize(), b"", False, False)
    deflate = next((each for each in judge.extensions if isinstance(each, PerMessageDeflate)), None)
    shared = deflate is not None and deflate.local_max_window_bits == zlib.MAX_WBITS
    used = answer.headers.get("Sec-WebSocket-Extensions", "")
    line = f"sec-websocket-extensions: {used}\r\n".encode() if used else b""
    return Terms(b"", line, deflate is not None, shared)


class Gone(OSError):
    """The peer went before it was answered."""


class Handshake(asyncio.Protocol):
    """One connection between its request and the carrier that takes its transport over, or its refusal."""

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
        """Serve what uvicorn's configuration says, in the company of its other connections."""
        self._config = config
        self._tasks = server_state.tasks
        self._peers = cast("set[Any]", server_state.connections)
        self._default_headers = server_state.default_headers
        self._app_state = app_state
        self._transport: asyncio.Transport | None = None
        self._scope: dict[str, Any] = {}
        self._terms = Terms(b"", b"", False, False)
        self._key = b""
        self._early = b""
        self._response = b""
        self._is_answered = False
        self._parting: Reader | None = None
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    # Protocol ---------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport from uvicorn's HTTP protocol."""
        self._transport = cast("asyncio.Transport", transport)
        entrance = self._transport.get_protocol()
        if isinstance(entrance, HttpToolsProtocol):
            # It has read its last byte. Without the parser, which leads back to it, both go at once, and do not wait
            # for a collection: while thousands arrive, those were the most of what there was to collect.
            del entrance.parser
        self._peers.add(self)

    def data_received(self, data: bytes) -> None:
        """Read the request, which comes first and whole; what comes after it is for the carrier."""
        if self._parting is not None:
            self._hear_out(data)
        elif self._scope:
            self._keep(data)
        else:
            head, _, rest = data.partition(b"\r\n\r\n")
            if rest:
                self._keep(rest)
            self._begin(head)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let the application know that nobody is there any more."""
        self._peers.discard(self)
        self._transport = None
        self._messages.put_nowait({"type": "websocket.disconnect", "code": 1006})

    def shutdown(self) -> None:
        """Uvicorn ends: whoever is not let in yet comes again."""
        if self._transport is not None:
            self._transport.close()

    # Taking over ------------------------------------------------------------------------------------------------

    def give_up(self) -> Handover:
        """Hand over the transport of an accepted connection, with what was not written and not read yet."""
        transport, self._transport = self._transport, None
        assert transport is not None, "nothing lies between accepting and taking over"
        self._peers.discard(self)
        # The scope leads back to this object: without it, both go at once instead of with the next collection.
        self._scope = {}
        response, self._response = self._response, b""
        known = self._terms
        return Handover(transport, self._peers, response, self._early, known.inflates, known.deflates)

    # Request ----------------------------------------------------------------------------------------------------

    def _begin(self, head: bytes) -> None:
        line, *lines = head.split(b"\r\n")
        headers = []
        asked: dict[bytes, bytes] = {}
        for each in lines:
            name, _, value = each.partition(b": ")
            headers.append((name, value))
            asked[name] = asked[name] + b", " + value if name in asked else value
        method, target, _ = line.split(b" ", 2)
        self._key = asked.get(b"sec-websocket-key", b"")
        self._terms = terms(
            asked.get(b"connection", b""),
            asked.get(b"upgrade", b""),
            asked.get(b"sec-websocket-version", b""),
            asked.get(b"sec-websocket-extensions", b""),
        )
        refusal = self._terms.refusal or _unfit(method, self._key)
        offered = asked.get(b"sec-websocket-protocol", b"").decode("latin-1")
        self._scope = self._scope_of(target, headers, [each.strip() for each in offered.split(",")] if offered else [])
        if refusal:
            self._finish(refusal)
            return
        self._messages.put_nowait({"type": "websocket.connect"})
        task = asyncio.get_running_loop().create_task(self._run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _scope_of(self, target: bytes, headers: list[tuple[bytes, bytes]], subprotocols: list[str]) -> dict[str, Any]:
        assert self._transport is not None
        path, _, query = target.partition(b"?")
        root = self._config.root_path
        return {
            "type": "websocket",
            "asgi": {"version": self._config.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "ws",
            "server": get_local_addr(self._transport),
            "client": get_remote_addr(self._transport),
            "root_path": root,
            "path": root + unquote(path.decode("ascii")),
            "raw_path": root.encode("ascii") + path,
            "query_string": query,
            "headers": headers,
            "subprotocols": subprotocols,
            "state": self._app_state.copy(),
            "extensions": {EXTENSION: self.give_up},
        }

    def _keep(self, data: bytes) -> None:
        """Keep what is for the carrier, which reads on: nobody fills the memory before they are let in."""
        self._early += data
        if self._transport is not None:
            self._transport.pause_reading()

    # Application ------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            await self._config.loaded_app(self._scope, self._messages.get, self._send)
        except Gone:
            pass
        except Exception:
            logger.exception("a handshake failed")
        finally:
            if self._transport is not None and self._parting is None:
                self._finish(b"" if self._is_answered else BROKEN)

    async def _send(self, message: Any) -> None:
        if self._transport is None:
            raise Gone
        if message["type"] == "websocket.accept" and not self._is_answered:
            self._is_answered = True
            self._response = self._accepted(message.get("subprotocol"), message.get("headers", ()))
            # Not now: it goes out with the greeting, if the transport is taken over in this turn.
            asyncio.get_running_loop().call_soon(self._flush)
        elif message["type"] == "websocket.close" and self._is_answered:
            self._part(message.get("code", 1000), message.get("reason") or "")
        elif message["type"] == "websocket.close":
            self._is_answered = True
            self._finish(FORBIDDEN)
        else:
            raise RuntimeError(f"a handshake ends with the transport taken over or closed, not {message['type']!r}")

    def _accepted(self, subprotocol: str | None, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        answer = accept_key(self._key.decode())
        chosen = f"sec-websocket-protocol: {subprotocol}\r\n" if subprotocol else ""
        head = (
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
            f"sec-websocket-accept: {answer}\r\n{chosen}"
        )
        more = [name + b": " + value + b"\r\n" for name, value in (*self._default_headers, *headers)]
        return b"".join((head.encode("latin-1"), self._terms.extensions, *more, b"\r\n"))

    def _flush(self) -> None:
        if self._response and self._transport is not None:
            self._transport.write(self._response)
        self._response = b""

    def _finish(self, last: bytes) -> None:
        assert self._transport is not None
        self._flush()
        self._transport.write(last)
        self._transport.close()

    def _part(self, code: int, reason: str) -> None:
        """Say why, and close once the peer has said so too: before, the reason could be lost on its way."""
        assert self._transport is not None
        self._flush()
        self._transport.write(framing.close(code, reason))
        self._parting = Reader(self._terms.inflates)
        asyncio.get_running_loop().call_later(GOODBYE, self._transport.abort)
        self._transport.resume_reading()
        self._hear_out(self._early)

    def _hear_out(self, data: bytes) -> None:
        assert self._parting is not None
        try:
            is_over = any(op == Op.CLOSE for op, _ in self._parting.feed(data))
        except Fault:
            is_over = True
        if is_over and self._transport is not None:
            self._transport.close()


def _unfit(method: bytes, key: bytes) -> bytes:
    """Return the refusal of a request that could never become a WebSocket, or nothing."""
    try:
        fits = len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        fits = False
    if method != b"GET":
        return b"HTTP/1.1 405 Method Not Allowed\r\nallow: GET\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    return b"" if fits else b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
