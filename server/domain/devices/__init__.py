"""The engine of the devices channel: devices, readings, alerts and calls for help.

Owns    the public names of the package.
Never   holds a rule itself.
Used by the devices channel and the push adapter.
"""

from __future__ import annotations

from server.domain.devices.engine import DevicesEngine
from server.domain.devices.readings import TEXT_LENGTH
from server.domain.devices.words import EVENTS, RelayAlert

__all__ = ["EVENTS", "TEXT_LENGTH", "DevicesEngine", "RelayAlert"]
