"""Discovery: every module of this package that has a CHANNEL is a channel.

Owns    finding and validating channels.
Never   names one.
Used by app, the command line, the generated documents and the contract tests.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

from server.channels.base import Channel
from server.errors import ConfigError


def discover() -> dict[str, Channel[Any]]:
    """Return every channel by name, sorted by name.

    Raises:
        ConfigError: a module's CHANNEL is not fit to serve; all faults at once.
    """
    found: dict[str, Channel[Any]] = {}
    faults: list[str] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        channel = getattr(importlib.import_module(f"{__name__}.{module.name}"), "CHANNEL", None)
        if channel is None:
            continue
        faults += _faults(module.name, channel)
        found[module.name] = channel
    if faults:
        raise ConfigError(faults)
    return found


def _faults(module: str, channel: Channel[Any]) -> list[str]:
    faults = []
    if channel.name != module:
        faults.append(f"server/channels/{module}.py: its CHANNEL is named {channel.name!r}; use the module's name")
    missing = [language for language in ("en", "zh-Hans") if language not in channel.title]
    return faults + [f"server/channels/{module}.py: title has no {language!r} label; add one" for language in missing]
