"""Which scripts a page needs before its first panel stands, so that they are fetched together.

Owns    following the imports of the scripts that are served.
Never   runs or changes a script, or knows a panel.
Used by the pages.

A browser learns of a script's imports only once it has read it, and of theirs once it has read those: a phone far from
the server waits for each step. A shell that names all of them saves the steps.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

_IMPORT = re.compile(r'^(?:import|export)\b[^;"]*?"(\.[^"]+)";?\s*$', re.MULTILINE)
_VIEW = re.compile(r'import\("(\.[^"]+)"\)')

ENTRY = "js/main.js"


@cache
def needed(static: Path, panel: str, page: str) -> tuple[str, ...]:
    """Return the paths below `static` of the entry, of a panel, of its view on a page, and of all they import."""
    own = f"js/panels/{panel}.js"
    found: dict[str, None] = {}
    waiting = [*_views(static, own, page), own, ENTRY]
    while waiting:
        path = waiting.pop()
        script = static / path
        if path not in found and script.is_file():
            found[path] = None
            waiting += (_beside(path, name) for name in _IMPORT.findall(script.read_text("utf-8")))
    return tuple(found)


def _views(static: Path, panel: str, page: str) -> list[str]:
    """Return the view of a page, as the panel's table of views has it: the last one where it depends on the room."""
    script = static / panel
    lines = script.read_text("utf-8").splitlines() if script.is_file() else []
    for line in lines:
        names = _VIEW.findall(line)
        if line.strip().startswith(f"{page}:") and names:
            return [_beside(panel, names[-1])]
    return []


def _beside(path: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
