"""What a device measures: the vocabulary of readings, and how a raw value becomes one.

Owns    the table of known readings with unit and range, and the rules of quality.
Never   judges whether a value is alarming: that is what rules do.
Used by the devices engine and the protocol page.

A reading that the table does not name is accepted as it is and has no unit. A value outside the range of
a known one is how makers say "I do not know" (255 bars, 65535 minutes): its quality is then `unknown`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from server.clock import Instant

Value = int | float | str | bool | None
"""What a reading may say. None is "the device cannot tell"."""

Quality = Literal["good", "unknown", "unavailable", "stale"]

NAME_LENGTH = 64
TEXT_LENGTH = 200
READINGS_PER_DEVICE = 64

FAULTS = "faults"
"""The reading that holds what a device complains of by itself, joined to one text; empty when it is content."""


class Measure(msgspec.Struct, frozen=True):
    """One known reading.

    Attributes:
        unit: as shown after the value; empty for words.
        low, high: the range of a believable number; both None: the value is a word in lower case.
        help: what it says, for the protocol page.
    """

    unit: str = ""
    low: float | None = None
    high: float | None = None
    help: str = ""


MEASURES: Mapping[str, Measure] = {
    "audio_dbfs": Measure("dBFS", -200, 30, "audio level; 0 is full scale"),
    "battery_bars": Measure("bars", 0, 5, "battery gauge of a transmitter"),
    "battery_minutes": Measure("min", 0, 6_000, "remaining run time as the device states it"),
    "battery_percent": Measure("%", 0, 100, "charge"),
    "congestion": Measure("", 0, 1, "share of the output that waits for the network"),
    "cpu": Measure("%", 0, 100, "processor load"),
    "disk_minutes": Measure("min", 0, 1_000_000, "recording time that the disk still holds"),
    "dropped_percent": Measure("%", 0, 100, "frames skipped since the last report"),
    "errors": Measure("level", 0, 2, "worst self-diagnosis: 0 none, 1 warning, 2 error"),
    FAULTS: Measure(help="what the device complains of by itself; empty: nothing"),
    "fps": Measure("fps", 0, 1_000, "frames per second"),
    "frequency": Measure("kHz", 0, 10_000_000, "carrier frequency"),
    "lamp_hours": Measure("h", 0, 200_000, "hours on the lamp"),
    "mains": Measure(help="on, or off: it runs on its battery"),
    "memory": Measure("%", 0, 100, "memory in use"),
    "muted": Measure(help="on or off"),
    "ping": Measure("ms", 0, 600_000, "round trip"),
    "port": Measure(help="up or down"),
    "power": Measure(help="on, off, warming or cooling"),
    "rf_dbm": Measure("dBm", -130, 40, "radio level at the receiver"),
    "sharpness_percent": Measure("%", 0, 1_000, "picture sharpness, of the rehearsal's"),
    "signal": Measure(help="the picture's resolution, or none"),
    "stream": Measure(help="live, reconnecting or stopped"),
    "temperature": Measure("°C", -60, 200, "temperature inside"),
    "transmitter": Measure(help="the transmitter's model, on, or off"),
    "uptime": Measure("s", 0, 10_000_000_000, "time since the device started"),
}

_OFF = frozenset({"unkn", "unknown"})
_UNKNOWN = frozenset({"", "*", "?", "n/a", "none known"})


class Reading(msgspec.Struct):
    """The latest value of one reading.

    Attributes:
        value: as measured; None when the device cannot tell. A stale or unavailable one keeps the last value.
        observed_at: when it arrived.
    """

    value: Value
    unit: str
    quality: Quality
    observed_at: Instant


def read(name: str, raw: Value, now: Instant) -> Reading:
    """Return the reading that a raw value comes to: `good`, or `unknown` where the device cannot tell."""
    measure = MEASURES.get(name, Measure())
    value = _believed(name, measure, raw)
    return Reading(value, measure.unit, "unknown" if value is None else "good", now)


def _believed(name: str, measure: Measure, raw: Value) -> Value:
    if raw is None or name not in MEASURES:
        return raw
    if measure.low is None or measure.high is None:
        return _word(name, raw)
    number = _number(raw)
    return number if number is not None and measure.low <= number <= measure.high else None


def _number(raw: Value) -> int | float | None:
    if isinstance(raw, bool) or raw is None:
        return None
    if isinstance(raw, str):
        try:
            return float(raw)
        except ValueError:
            return None
    return raw


def _word(name: str, raw: Value) -> Value:
    if isinstance(raw, bool):
        return "on" if raw else "off"
    if name == FAULTS:
        return str(raw)
    word = str(raw).strip().lower()
    if name == "transmitter" and word in _OFF:
        return "off"
    if name == "signal" and word == "-":
        return "none"
    return None if word in _UNKNOWN or word in _OFF else word
