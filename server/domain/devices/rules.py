"""When a reading is alarming: the built-in rules, and how a rule judges a value.

Owns    the table of default rules and the judgement of one value.
Never   knows time, a device's state, or an alert.
Used by the devices engine and the protocol page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from server.clock import MINUTE, SECOND, Duration
from server.domain.devices.readings import FAULTS, Value
from server.plan import PlannedRule

Severity = Literal["info", "warn", "crit"]
Category = Literal["technical", "medical", "security", "venue"]
Verdict = Literal["bad", "between", "good"]

GRAVITY: Mapping[str, int] = {"info": 0, "warn": 1, "crit": 2}

LINK = "link"
"""The rule that no report feeds: the device is not heard from."""

GRAVE: frozenset[str] = frozenset({"medical", "security"})
"""Categories that call a contact at once and that only a person resolves."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What makes an alert of a reading. Thresholds are met at or beyond.

    Attributes:
        id: names the rule, and is the reason that a device's row gives.
        kind: the kind of device it watches; None: every device that has the reading.
        other_than: it fires when the value is none of these words.
        clear: the value at or beyond which it recovers; None: as soon as it no longer fires.
        live_severity: the severity while the device is on the item running now; None: the same.
        live_only: it applies only while the device is on the item running now.
        beyond_item: `below` and `clear` count from the end of the running item, in minutes.
        yields_to: the graver rule whose firing makes this one's alert redundant.
    """

    id: str
    reading: str
    kind: str | None = None
    below: float | None = None
    above: float | None = None
    equals: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    clear: float | None = None
    hold: Duration = Duration(10_000)
    clear_hold: Duration = Duration(30_000)
    severity: Severity = "warn"
    live_severity: Severity | None = None
    category: Category = "technical"
    live_only: bool = False
    beyond_item: bool = False
    yields_to: str | None = None

    def judge(self, value: Value, extra: float = 0) -> Verdict:
        """Say whether a good value fires (`bad`), recovers (`good`), or does neither (`between`).

        Args:
            value: a value of good quality.
            extra: added to numeric thresholds of a rule that counts beyond the running item.
        """
        if self.equals or self.other_than:
            word = _word(value)
            return "bad" if word in self.equals or (self.other_than and word not in self.other_than) else "good"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return "between"
        return self._weigh(value - (extra if self.beyond_item else 0))

    def _weigh(self, value: float) -> Verdict:
        if (self.below is not None and value <= self.below) or (self.above is not None and value >= self.above):
            return "bad"
        if self.clear is None:
            return "good"
        recovered = value >= self.clear if self.below is not None else value <= self.clear
        return "good" if recovered else "between"


LINK_RULE = Rule(id=LINK, reading=LINK, hold=Duration(0), live_severity="crit")
"""What an unheard device raises; it clears after one more interval of being heard. event.toml may replace it."""


def planned(rule: PlannedRule) -> Rule:
    """Return the rule that event.toml describes."""
    return msgspec.convert(msgspec.structs.asdict(rule), Rule)


def _word(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _s(count: int) -> Duration:
    return Duration(count * SECOND)


def _table(*rules: Rule) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in rules}


BUILT_IN: Mapping[str, Rule] = _table(
    Rule(
        id="battery_bars_low",
        reading="battery_bars",
        below=2,
        clear=3,
        live_severity="crit",
        yields_to="battery_bars_critical",
    ),
    Rule(
        id="battery_bars_critical",
        reading="battery_bars",
        below=1,
        clear=3,
        hold=_s(5),
        live_severity="crit",
    ),
    Rule(
        id="battery_minutes_low",
        reading="battery_minutes",
        below=15,
        clear=25,
        hold=_s(30),
        clear_hold=_s(60),
        live_severity="crit",
        beyond_item=True,
        yields_to="battery_minutes_critical",
    ),
    Rule(
        id="battery_minutes_critical",
        reading="battery_minutes",
        below=9,
        clear=25,
        hold=_s(30),
        clear_hold=_s(60),
        severity="crit",
    ),
    Rule(
        id="battery_percent_low",
        reading="battery_percent",
        below=15,
        clear=20,
        hold=_s(30),
        clear_hold=_s(60),
        live_severity="crit",
    ),
    Rule(
        id="transmitter_off",
        reading="transmitter",
        equals=("off",),
        hold=_s(5),
        clear_hold=_s(3),
        severity="crit",
        live_only=True,
    ),
    Rule(
        id="radio_weak",
        reading="rf_dbm",
        below=-85,
        clear=-80,
        hold=_s(3),
        clear_hold=_s(5),
        severity="crit",
        live_only=True,
    ),
    Rule(
        id="microphone_silent",
        reading="audio_dbfs",
        below=-45,
        clear=-40,
        hold=_s(20),
        clear_hold=_s(2),
        live_only=True,
    ),
    Rule(
        id="projector_not_on",
        reading="power",
        kind="projector",
        other_than=("on", "warming"),
        hold=_s(20),
        clear_hold=_s(10),
        severity="crit",
        live_only=True,
    ),
    Rule(
        id="device_warning",
        reading="errors",
        above=1,
        clear=0,
        hold=_s(60),
        yields_to="device_error",
    ),
    Rule(id="device_error", reading="errors", above=2, clear=0, severity="crit"),
    Rule(
        id="no_signal",
        reading="signal",
        equals=("none",),
        clear_hold=_s(5),
        severity="crit",
        live_only=True,
    ),
    Rule(
        id="picture_soft",
        reading="sharpness_percent",
        below=60,
        clear=75,
        hold=_s(60),
    ),
    Rule(id="stream_reconnecting", reading="stream", equals=("reconnecting",), severity="crit"),
    Rule(id="frames_dropped", reading="dropped_percent", above=5, clear=1, severity="crit"),
    Rule(
        id="stream_congested",
        reading="congestion",
        above=0.5,
        clear=0.3,
        hold=_s(15),
    ),
    Rule(id="disk_low", reading="disk_minutes", below=10, clear=20, live_severity="crit"),
    Rule(id="port_down", reading="port", equals=("down",), hold=_s(5), severity="crit"),
    Rule(id="on_battery", reading="mains", equals=("off",), hold=_s(2), severity="crit"),
    Rule(
        id="too_hot",
        reading="temperature",
        above=85,
        clear=75,
        hold=_s(30),
        clear_hold=MINUTE,
    ),
    Rule(
        id="overloaded",
        reading="cpu",
        above=95,
        clear=80,
        hold=MINUTE,
        clear_hold=MINUTE,
    ),
    Rule(
        id="self_reported",
        reading=FAULTS,
        other_than=("",),
        hold=Duration(0),
        clear_hold=_s(10),
        live_severity="crit",
    ),
)
"""The defaults; a rule of event.toml with the same id replaces one."""
