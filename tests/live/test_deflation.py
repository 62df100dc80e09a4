"""What is compressed once for all: only as far as a peer agreed to it."""

from __future__ import annotations

import json

import pytest
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.roles import Role
from tests.support.program import Program

pytestmark = pytest.mark.server


def link(program: Program, *offers: ClientPerMessageDeflateFactory) -> ClientConnection:
    return connect(
        program.url.replace("http", "ws") + "/ws",
        subprotocols=[Subprotocol("cuedesk.v1")],
        additional_headers={"Authorization": f"Bearer {program.key(Role.CONTROL)}"},
        extensions=list(offers) or None,
        compression=None,
        proxy=None,
    )


@pytest.mark.parametrize("window", [None, 9], ids=["the window all share", "a window of its own"])
def test_a_peer_that_inflates_reads_the_same_rows(shared: Program, window: int | None) -> None:
    with link(shared) as plain, link(shared, ClientPerMessageDeflateFactory(server_max_window_bits=window)) as small:
        found = []
        for each in (plain, small):
            each.recv()
            each.send(json.dumps({"t": "sub", "c": "agenda/R0"}))
            found.append(json.loads(each.recv()))

    assert found[0] == found[1]
    assert found[0]["set"]


def test_the_answer_to_an_offer_promises_messages_without_context(shared: Program) -> None:
    with link(shared, ClientPerMessageDeflateFactory()) as each:
        assert each.response is not None
        agreed = each.response.headers.get("Sec-WebSocket-Extensions")

    assert agreed is None or {"server_no_context_takeover", "client_no_context_takeover"} <= set(agreed.split("; "))
