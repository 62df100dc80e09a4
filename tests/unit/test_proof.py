"""Taking over a connection is tried before it is relied on."""

from __future__ import annotations

import pytest

from server.handshake import Handover, Handshake
from server.proof import adoption_works


async def test_this_uvicorn_can_be_taken_over(caplog: pytest.LogCaptureFixture) -> None:
    assert await adoption_works()
    assert caplog.text == ""


async def test_one_that_cannot_is_served_the_portable_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Handshake, "give_up", lambda self: self.no_such_thing())

    assert not await adoption_works()
    assert "portable way" in caplog.text


async def test_one_that_loses_what_came_early_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Handshake.give_up

    def forgets(self: Handshake) -> Handover:
        return whole(self)._replace(early=b"")

    monkeypatch.setattr(Handshake, "give_up", forgets)

    assert not await adoption_works()
