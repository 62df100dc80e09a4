"""The acid test: a channel is three files, and nothing else is edited."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from server.roles import Role
from tests.browser.conftest import Opens
from tests.conftest import ACID
from tests.support.program import ROOT, Program, make_folder

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_catering_stands_on_the_wall_after_adding_three_files(tmp_path: Path, opens: Opens) -> None:
    root = tmp_path / "cuedesk"
    for part in ("server", "web"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    added = [path for path in ACID.parent.rglob("*.*") if path.suffix in (".py", ".js")]
    for path in added:
        shutil.copy(path, root / path.relative_to(ACID.parent))
    program = Program(make_folder(tmp_path / "event"), root=root)
    try:
        wall = opens(program, Role.WALL, "/wall", "wall", "zh-CN")
        with program.http(program.key(Role.FLOOR)) as client:
            client.post("/api/v1/catering/refill", json={"station": "Tea 茶歇", "portions": 12}).raise_for_status()
        wall.get_by_text("剩 12 份").wait_for()
        assert wall.locator("catering-panel").is_visible()
        wall.context.close()
    finally:
        program.stop()
    assert len(added) == 3
