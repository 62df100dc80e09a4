"""The pictures of paper slips: who sees them, and what a server takes for one."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from starlette.applications import Starlette

from server.adapters.slips import routes
from server.channels.questions import CHANNEL
from server.domain.base import Event
from server.domain.questions import SlipPhotographed
from server.domain.questions.picture import checked_picture, cleaned
from server.errors import AppError, Forbidden, Malformed, TooLarge
from server.roles import PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW, Actor, Role
from tests.support.desk import KeyedDesk, refused
from tests.support.pictures import jpeg
from tests.support.questions import FIRST, FLOOR, ask, q
from tests.support.rig import CONTROL, Rig, attendee

KEYS = {"floor": FLOOR, "ann": attendee("ann"), "wall": Actor("wall", Role.WALL), "stage": Actor("stage", Role.STAGE)}


def packed(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


@pytest.fixture
def rig() -> Rig:
    bench = Rig(CHANNEL)
    bench.do("import", rooms=["R0"], timezone="Asia/Shanghai")
    return bench


class Archive(KeyedDesk):
    """A desk whose journal is a bench's history."""

    def __init__(self, rig: Rig) -> None:
        super().__init__(KEYS)
        self.rig = rig

    async def ask(self, *_: Any, **__: Any) -> dict[str, Any]:
        raise NotImplementedError

    def engine(self, channel: str) -> Any:
        return self.rig.engine

    async def recall(self, offset: int) -> Event | None:
        return self.rig.history[offset - 1].event


@pytest.fixture
async def door(rig: Rig) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=routes(Archive(rig)), exception_handlers={AppError: refused})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        yield client


def slip(rig: Rig, picture: bytes | None = None) -> tuple[str, str]:
    """Enter a slip with a picture, and return its id and where the picture is."""
    key = ask(rig, "See the picture", FLOOR, photo=packed(picture or jpeg()), receipt="K7-3")
    return key, f"/api/v1/slips/{key}/{q(rig, key)['photo']}"


async def get(door: httpx.AsyncClient, path: str, key: str = "floor") -> httpx.Response:
    return await door.get(path, headers={"authorization": f"Bearer {key}"})


async def test_the_crew_sees_the_picture_of_a_slip(rig: Rig, door: httpx.AsyncClient) -> None:
    _, path = slip(rig)

    answer = await get(door, path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == cleaned(jpeg())


@pytest.mark.parametrize("key", ["ann", "wall", "stage"])
async def test_nobody_else_does(rig: Rig, door: httpx.AsyncClient, key: str) -> None:
    _, path = slip(rig)

    assert (await get(door, path, key)).status_code == 403


async def test_a_withdrawn_slip_has_no_picture(rig: Rig, door: httpx.AsyncClient) -> None:
    key, path = slip(rig)
    rig.do("withdraw", CONTROL, question=key)

    assert (await get(door, path)).status_code == 404


async def test_an_erased_slip_has_no_picture(rig: Rig, door: httpx.AsyncClient) -> None:
    key, path = slip(rig)
    rig.apply(SlipPhotographed(question=key, subject=f"q{key}", picture=""))

    assert q(rig, key)["photo"] is None
    assert (await get(door, path)).status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/slips/nothing/1", "/api/v1/slips/u0000000000000000000000002/99"])
async def test_a_wrong_address_has_none(rig: Rig, door: httpx.AsyncClient, path: str) -> None:
    slip(rig)

    assert (await get(door, path)).status_code == 404


def test_picture_and_receipt_stay_with_the_crew(rig: Rig) -> None:
    key, _ = slip(rig)
    rig.do("approve", FIRST, question=key)
    rig.do("air", FIRST, question=key, replaces=None)

    assert q(rig, key)["receipt"] == "K7-3"
    for audience in (PUBLIC_VIEW, STAGE_VIEW, WALL_VIEW):
        row = q(rig, key, audience)
        assert (row["photo"], row["receipt"]) == (None, None)


def test_pictures_are_not_kept_in_memory(rig: Rig) -> None:
    slip(rig, jpeg(scan=150_000))

    assert rig.replayed().state == rig.restored().state
    assert len(msgspec.msgpack.encode(rig.engine.state)) < 10_000


def test_an_attendee_sends_no_picture(rig: Rig) -> None:
    with pytest.raises(Forbidden):
        ask(rig, "Look", attendee("ann"), photo=packed(jpeg()))


def test_what_a_camera_adds_is_taken_off() -> None:
    found = cleaned(jpeg(exif=b"Exif\0\0GPS 31.23N 121.47E", behind=b"<script>"))

    assert b"GPS" not in found
    assert b"<script>" not in found
    assert found == cleaned(jpeg())


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a" + bytes(50),
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"<svg onload=alert(1)>",
        jpeg()[:-2],
        jpeg()[:30],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + bytes(2_000),
        jpeg(width=0),
        b"\xff\xd8" + b"\xff\xfe\x00\x00" * 4_000,
    ],
    ids=["empty", "gif", "png", "svg", "cut", "stub", "nothing", "zeros", "flat", "no lengths"],
)
def test_what_is_no_jpeg_is_refused(picture: bytes) -> None:
    with pytest.raises(Malformed):
        checked_picture(packed(picture))


@pytest.mark.parametrize("text", ["not base64!", "data:image/jpeg;base64,/9j/", "é" * 20])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        checked_picture(text)


@pytest.mark.parametrize("picture", [jpeg(scan=200_000), bytes(2_000_000), jpeg(width=5_000)])
def test_what_is_too_large_is_refused(picture: bytes) -> None:
    with pytest.raises(TooLarge):
        checked_picture(packed(picture))
