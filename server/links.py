"""The access links of an event: the ones it always has, those made later, less those revoked.

Owns    the list that `cuedesk links` and the control page show.
Never   makes or revokes a key: that is the access channel's.
Used by the command line and the control room's routes.
"""

from __future__ import annotations

from typing import Any

from server.auth import Grant, Keyring, default_grants
from server.plan import EventPlan
from server.roles import Role


def entries(keyring: Keyring, plan: EventPlan, access: Any | None) -> list[dict[str, Any]]:
    """Return `id`, `role`, `room`, `key` and `path` (for a device also `device`) of every link that opens something.

    Args:
        keyring: signs the keys.
        plan: names rooms and devices.
        access: the access channel's engine, or None while the event has no journal.
    """
    grants = default_grants(plan)
    if access is not None:
        grants += [Grant(key.id, Role(key.role), key.room, key.device) for key in access.grants()]
        grants = [grant for grant in dict.fromkeys(grants) if not access.revoked(grant.id)]
    return [_entry(keyring, grant) for grant in grants]


def _entry(keyring: Keyring, grant: Grant) -> dict[str, Any]:
    key = keyring.mint(grant)
    entry = {"id": grant.id, "role": grant.role.value, "room": grant.room, "key": key, "path": grant.path(key)}
    return {**entry, "device": grant.device} if grant.role is Role.DEVICE else entry
