"""Access keys: signed, stable, and saying everything about themselves."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from starlette.requests import HTTPConnection

from server.auth import Grant, Keyring, default_grants, read_secret
from server.errors import ConfigError, Forbidden, LimitReached, Unauthenticated
from server.gate import Gate
from server.plan import EventPlan, PlannedDevice, PlannedRoom
from server.roles import Role

KEYRING = Keyring(b"one")
GRANT = Grant("moderator:R0", Role.MODERATOR, "R0")


def connection(headers: dict[str, str] | None = None, query: str = "") -> HTTPConnection:
    raw = [(name.encode(), value.encode()) for name, value in {"host": "desk:1", **(headers or {})}.items()]
    scope = {"type": "http", "headers": raw, "query_string": query.encode(), "path": "/", "client": ("10.0.0.1", 5)}
    return HTTPConnection(scope)


def gate(revoked: str = "", wrong: int = 60) -> Gate:
    return Gate(KEYRING, lambda id_: id_ == revoked, wrong)


def test_a_key_says_what_it_grants() -> None:
    assert KEYRING.read(KEYRING.mint(GRANT)) == GRANT


def test_a_link_is_the_same_every_time() -> None:
    assert KEYRING.mint(GRANT) == Keyring(b"one").mint(GRANT)


@pytest.mark.parametrize("key", ["", "x", "a.b.c", "💥", KEYRING.mint(GRANT)[:-1], Keyring(b"two").mint(GRANT)])
def test_a_key_that_this_event_did_not_sign_opens_nothing(key: str) -> None:
    with pytest.raises(Unauthenticated):
        KEYRING.read(key)


def test_a_moderator_acts_in_its_rooms_only() -> None:
    actor = GRANT.actor()

    assert actor.acts_in(("R0", "R1"))
    assert not actor.acts_in(("R1",))


def test_a_device_is_itself_in_whatever_room() -> None:
    actor = Grant("device:mic", Role.DEVICE, None, "mic").actor()

    assert (actor.subject, actor.rooms) == ("mic", None)


def test_every_role_and_room_has_a_link() -> None:
    plan = EventPlan(
        title="T", timezone="UTC", rooms=(PlannedRoom("A/1", "A"),), devices=(PlannedDevice(id="m", name="M"),)
    )
    grants = default_grants(plan)

    assert [grant.id for grant in grants] == [
        "control",
        "wall",
        "floor",
        "moderator:A/1",
        "stage:A/1",
        "device:m",
    ]
    assert grants[3].path("K") == "/moderate/A%2F1?key=K"


def test_the_secret_is_its_owners_alone_and_kept(tmp_path: Path) -> None:
    secret = read_secret(tmp_path)

    assert read_secret(tmp_path) == secret
    assert stat.S_IMODE(os.stat(tmp_path / "cuedesk.secret").st_mode) == 0o600


def test_a_folder_of_somebody_else_is_refused_by_the_ids_of_who_asks(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    root = os.geteuid() == 0
    try:
        if root:  # whom no mode keeps out
            os.seteuid(65_534)
        with pytest.raises(ConfigError, match=rf"cuedesk\.secret: Permission denied for user {os.geteuid()}, group"):
            read_secret(tmp_path)
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Token", "Device"])
def test_a_program_shows_its_key_in_a_header(scheme: str) -> None:
    actor = gate().find(connection({"authorization": f"{scheme} {KEYRING.mint(GRANT)}"}))

    assert actor is not None
    assert actor.id == "moderator:R0"


def test_nobody_asks_without_a_key() -> None:
    assert gate().find(connection()) is None


def test_the_page_says_which_of_a_browsers_keys_speaks() -> None:
    keys = {role: KEYRING.mint(Grant(role, Role(role))) for role in ("wall", "control")}
    cookies = {"cookie": "; ".join(f"cuedesk_{role}={key}" for role, key in keys.items())}

    found = [gate().find(connection(cookies, query)) for query in ("as=wall", "as=control", "")]
    assert [actor.id for actor in found if actor] == ["wall", "control", "control"]
    with pytest.raises(Unauthenticated):
        gate().find(connection(cookies, "as=floor"))


def test_another_sites_page_may_not_use_the_cookie() -> None:
    headers = {"cookie": f"cuedesk_control={KEYRING.mint(Grant('control', Role.CONTROL))}"}

    assert gate().find(connection({**headers, "origin": "http://desk:1"})) is not None
    with pytest.raises(Forbidden):
        gate().find(connection({**headers, "origin": "http://evil:1"}))


def test_a_revoked_key_opens_nothing() -> None:
    with pytest.raises(Unauthenticated, match="revoked"):
        gate("moderator:R0").grant(KEYRING.mint(GRANT))


def test_guessing_keys_is_slowed_down_per_address() -> None:
    door = gate(wrong=2)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            door.try_key("guess", "10.0.0.1")

    with pytest.raises(LimitReached):
        door.try_key("guess", "10.0.0.1")
    with pytest.raises(Unauthenticated):
        door.try_key("guess", "10.0.0.2")


def test_a_good_key_opens_though_somebody_at_its_address_guesses() -> None:
    door = gate(wrong=1)
    for _ in range(3):
        with pytest.raises((Unauthenticated, LimitReached)):
            door.try_key("guess", "10.0.0.1")

    assert door.try_key(KEYRING.mint(GRANT), "10.0.0.1") == GRANT
