"""The machines of the event as they measure themselves, and what can go wrong with them.

Owns    one simulated device of each kind: its readings, its faults, its repair.
Never   awaits, reports or looks at a clock: time comes in as seconds that passed.
Used by the devices and, to repair them, by the watch.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final, Literal

from server.plan import PlannedDevice

Fault = Literal["battery", "drops", "silent", "mains", "soft", "hot"]
Readings = dict[str, float | int | str]

FAULTS: Final[Mapping[str, tuple[Fault, ...]]] = {
    "microphone": ("battery", "silent"),
    "encoder": ("drops", "hot"),
    "projector": ("silent", "hot"),
    "camera": ("soft",),
    "power": ("mains",),
    "scanner": ("silent",),
    "screen": ("silent",),
}
"""Kind → what befalls such a machine; other kinds are left alone."""

FULL = 540.0
"""Minutes that a fresh battery lasts."""

WARM_UP = 20.0
"""Seconds from power on to a picture."""


class Machine:
    """One device: it runs, it may fail, and somebody repairs it.

    Attributes:
        fault: what is wrong with it now, or None.
        boot: how often it was switched on.
    """

    def __init__(self, device: PlannedDevice, chance: random.Random) -> None:
        self.id = device.id
        self.kind = device.kind
        self.room = device.room
        self.interval = device.interval
        self.fault: Fault | None = None
        self.boot = 1
        self._chance = chance
        self._up = 0.0
        self._minutes = chance.uniform(0.55, 1.0) * FULL
        self._percent = chance.uniform(70, 100)
        self._hours = chance.randint(200, 4_000)
        self._warmth = chance.uniform(34, 46)

    @property
    def speaks(self) -> bool:
        """Whether it reports at all."""
        return self.fault != "silent"

    def fail(self, fault: Fault) -> None:
        """Let something go wrong."""
        self.fault = fault
        if fault == "battery":
            self._minutes = min(self._minutes, 58.0)

    def repair(self) -> None:
        """Put it right: a fresh battery, another bit rate, off and on again."""
        if self.fault == "battery":
            self._minutes = FULL
        if self.fault == "silent":
            self.boot += 1
            self._up = 0.0
        self.fault = None

    def measure(self, passed: float) -> Readings:
        """Let `passed` seconds pass, and return what it then measures."""
        self._up += passed
        measured = _KINDS.get(self.kind, Machine._plain)(self, passed)
        return {name: round(value, 1) if isinstance(value, float) else value for name, value in measured.items()}

    def _wander(self, middle: float, by: float) -> float:
        return middle + self._chance.uniform(-by, by)

    def _temperature(self) -> float:
        rise = 12 * min(1.0, self._up / 240)
        return 89.0 + self._wander(0, 1) if self.fault == "hot" else self._wander(self._warmth + rise, 0.6)

    def _microphone(self, passed: float) -> Readings:
        drained = 9.0 if self.fault == "battery" else 1 / 60
        self._minutes = max(8.2, self._minutes - drained * passed)
        return {
            "battery_bars": bars(self._minutes),
            "battery_minutes": int(self._minutes),
            "rf_dbm": self._wander(-54, 7),
            "audio_dbfs": self._wander(-21, 9),
            "transmitter": "on",
            "muted": "off",
        }

    def _projector(self, passed: float) -> Readings:
        warm = self._up >= WARM_UP
        return {
            "power": "on" if warm else "warming",
            "signal": "1920x1080",
            "temperature": self._temperature() if warm else self._wander(28, 1),
            "lamp_hours": self._hours,
            "errors": 0,
        }

    def _encoder(self, passed: float) -> Readings:
        drops = self.fault == "drops"
        self._hours = max(60, self._hours)
        return {
            "stream": "live",
            "fps": self._wander(41, 3) if drops else 50,
            "dropped_percent": self._wander(11, 3) if drops else self._chance.uniform(0, 0.4),
            "congestion": self._wander(0.42, 0.05) if drops else self._chance.uniform(0.01, 0.08),
            "cpu": self._wander(38, 6),
            "disk_minutes": int(self._hours),
            "temperature": self._temperature(),
        }

    def _camera(self, passed: float) -> Readings:
        sharp = self._wander(52, 4) if self.fault == "soft" else self._wander(96, 2)
        return {"sharpness_percent": sharp, "signal": "1920x1080", "temperature": self._temperature()}

    def _screen(self, passed: float) -> Readings:
        return {"power": "on", "signal": "1920x1080", "temperature": self._temperature()}

    def _network(self, passed: float) -> Readings:
        return {
            "port": "up",
            "cpu": self._wander(17, 5),
            "ping": self._wander(2, 0.8),
            "uptime": int(self._up) + 86_400,
        }

    def _power(self, passed: float) -> Readings:
        out = self.fault == "mains"
        self._percent = max(40.0, self._percent - 0.2 * passed) if out else min(100.0, self._percent + passed)
        return {"mains": "off" if out else "on", "battery_percent": int(self._percent)}

    def _scanner(self, passed: float) -> Readings:
        self._percent = max(45.0, self._percent - passed / 600)
        return {"battery_percent": int(self._percent), "ping": self._wander(9, 4)}

    def _plain(self, passed: float) -> Readings:
        return {"cpu": self._wander(20, 8), "temperature": self._temperature(), "uptime": int(self._up)}


def bars(minutes: float) -> int:
    """Return what a transmitter's gauge shows with so many minutes left."""
    return sum(minutes >= limit for limit in (8, 20, 60, 150, 240))


_KINDS: Final[Mapping[str, Callable[[Machine, float], Readings]]] = {
    "microphone": Machine._microphone,
    "projector": Machine._projector,
    "encoder": Machine._encoder,
    "camera": Machine._camera,
    "screen": Machine._screen,
    "network": Machine._network,
    "power": Machine._power,
    "scanner": Machine._scanner,
}
