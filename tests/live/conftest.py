"""One small event served by the real program, for the tests that leave it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Program, make_folder, serving


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with serving(make_folder(tmp_path / "event")) as program:
        yield program


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with serving(make_folder(tmp_path_factory.mktemp("event"))) as program:
        yield program
