"""A loop whose time passes when told to, and a hub that lives in it."""

from __future__ import annotations

import pytest

from server.hub import Hub
from tests.support.screens import Timers


@pytest.fixture
def timers() -> Timers:
    return Timers()


@pytest.fixture
def hub(timers: Timers) -> Hub:
    return Hub(timers.later, timers.now)
