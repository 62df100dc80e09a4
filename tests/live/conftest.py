"""One small event served by the real program, for the tests that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Program, make_folder, serving

CARRIERS = {
    "adopted": {"CUEDESK_SOCKETS": "adopted"},
    "portable": {"CUEDESK_SOCKETS": "portable", "CUEDESK_ACCELERATOR": "false"},
}
"""Each way in which sockets are carried: all keep the same promises."""


@pytest.fixture(scope="module", params=list(CARRIERS.values()), ids=list(CARRIERS))
def environment(request: pytest.FixtureRequest) -> dict[str, str]:
    chosen: dict[str, str] = request.param
    return chosen


@pytest.fixture
def program(tmp_path: Path, environment: dict[str, str]) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event"), environment=environment) as program:
        yield program


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Program]:
    with serving(make_folder(tmp_path_factory.mktemp("event")), environment=environment) as program:
        yield program
