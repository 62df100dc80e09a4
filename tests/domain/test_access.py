from __future__ import annotations

from typing import Any

import pytest

from server.channels.access import CHANNEL
from server.domain.base import NotFound
from server.errors import Malformed
from server.roles import WALL_VIEW
from tests.support.rig import Rig


@pytest.fixture
def rig() -> Rig:
    return Rig(CHANNEL)


@pytest.mark.parametrize(
    ("args", "id_"),
    [
        ({"role": "control"}, "control:000001"),
        ({"role": "moderator"}, "moderator:000001"),
        ({"role": "moderator", "room": "R0"}, "moderator:R0:000001"),
        ({"role": "stage", "room": "R0"}, "stage:R0:000001"),
        ({"role": "device", "device": "mic3"}, "device:mic3:000001"),
    ],
)
def test_an_issued_key_has_an_id_that_says_what_it_is_for(rig: Rig, args: dict[str, Any], id_: str) -> None:
    assert rig.do("issue", **args) == {"room": None, "device": None, **args, "id": id_}
    assert (rig.engine.issued(id_), rig.engine.revoked(id_)) == (True, False)


@pytest.mark.parametrize(
    "args",
    [
        {"role": "stage"},
        {"role": "device"},
        {"role": "wall", "room": "R0"},
        {"role": "device", "device": "mic3", "room": "R0"},
        {"role": "moderator", "device": "mic3"},
    ],
)
def test_a_key_is_bound_to_what_its_role_needs_and_nothing_else(rig: Rig, args: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        rig.do("issue", **args)


def test_a_revoked_key_holds_no_longer_and_stays_on_the_list(rig: Rig) -> None:
    id_ = rig.do("issue", role="floor")["id"]
    issued_at = rig.clock.now()
    revoked_at = rig.clock.advance(1000)
    rig.do("revoke", id=id_)
    assert rig.engine.revoked(id_)
    assert rig.engine.grants() == []
    assert rig.rows() == {
        f"key/{id_}": {
            "id": id_,
            "role": "floor",
            "room": None,
            "device": None,
            "issued_at": issued_at,
            "revoked_at": revoked_at,
        }
    }


@pytest.mark.parametrize("id_", ["control", "wall", "floor", "moderator:R0", "stage:R 1", "device:mic3"])
def test_a_default_link_can_be_revoked_though_it_was_never_issued(rig: Rig, id_: str) -> None:
    rig.do("revoke", id=id_)
    row = rig.rows()[f"key/{id_}"]
    assert (row["role"], row["issued_at"], row["revoked_at"]) == (id_.partition(":")[0], None, rig.clock.now())
    assert (rig.engine.revoked(id_), rig.engine.issued(id_)) == (True, False)


@pytest.mark.parametrize("id_", ["king", "attendee", "control:000009", "moderator:", "stage", "p123"])
def test_an_id_that_no_key_can_have_is_not_found(rig: Rig, id_: str) -> None:
    with pytest.raises(NotFound):
        rig.do("revoke", id=id_)


def test_revoking_twice_is_revoking_once(rig: Rig) -> None:
    rig.do("revoke", id="wall")
    rig.do("revoke", id="wall")
    assert len(rig.history) == 1


def test_only_keys_that_hold_are_granted(rig: Rig) -> None:
    kept, lost = (rig.do("issue", role="wall")["id"] for _ in range(2))
    rig.do("revoke", id=lost)
    rig.do("revoke", id="floor")
    assert [key.id for key in rig.engine.grants()] == [kept]


def test_replaying_and_restoring_give_the_same_state(rig: Rig) -> None:
    rig.do("issue", role="moderator", room="R0")
    rig.do("revoke", id="control")
    assert rig.replayed().state == rig.engine.state == rig.restored().state


def test_nobody_but_crew_sees_a_row_and_each_change_touches_it(rig: Rig) -> None:
    rig.do("revoke", id="wall")
    assert rig.rows(None, WALL_VIEW) == {}
    assert [touch.key for touch in rig.touches] == ["key/wall"]
    assert (rig.engine.deadline(), rig.engine.expire(rig.clock.now())) == (None, ())
