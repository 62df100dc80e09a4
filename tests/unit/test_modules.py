"""Which scripts a page is told of beforehand."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.modules import needed


@pytest.fixture
def static(tmp_path: Path) -> Path:
    scripts = {
        "js/main.js": 'import { a } from "./a.js";\nimport "./b.js";\n/** @import {X} from "./never.js" */\n',
        "js/a.js": 'import {\n  b,\n} from "./b.js";\nexport const a = () => import("./late.js");\n',
        "js/b.js": 'export { c } from "./c.js";\n',
        "js/c.js": 'import { a } from "./a.js";\n',
        "js/panels/x.js": (
            'import { a } from "../a.js";\nviews = {\n  wall: () => import("./x/wall.js"),\n'
            '  phone: (p) => (p.room ? import("./x/all.js") : import("./x/phone.js")),\n};\n'
        ),
        "js/panels/x/phone.js": 'import { c } from "../../c.js";\nimport { gone } from "./gone.js";\n',
        "js/panels/x/wall.js": "",
    }
    for name, text in scripts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_imports_are_followed_once_and_what_is_fetched_later_is_not(static: Path) -> None:
    shared = {"js/main.js", "js/a.js", "js/b.js", "js/c.js", "js/panels/x.js"}

    assert set(needed(static, "x", "phone")) == {*shared, "js/panels/x/phone.js"}
    assert set(needed(static, "x", "wall")) == {*shared, "js/panels/x/wall.js"}


def test_a_panel_without_a_script_or_a_view_needs_the_entry_only(static: Path) -> None:
    assert set(needed(static, "y", "phone")) == {"js/main.js", "js/a.js", "js/b.js", "js/c.js"}
    assert "js/panels/x/phone.js" not in needed(static, "x", "tablet")
