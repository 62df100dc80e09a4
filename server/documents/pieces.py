"""Pages written by hand that hold pieces which the code knows better: tables and diagrams between two marks.

Owns    the marks, and which piece is made by what.
Never   touches a word outside of the marks.
Used by scripts/docs and the tests that hold the documents against the code.

A piece stands between `<!-- begin NAME: … -->` and `<!-- end NAME -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from server.documents import buttons
from server.domain.agenda.state import CALL_LIFECYCLE, LIFECYCLE

_PIECE = re.compile(r"(<!-- begin (?P<name>[\w-]+)[^>]*-->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def lifecycle(steps: Mapping[tuple[str, str], str]) -> str:
    """Return a transition table, (state, step) → state, as a diagram."""
    lines = [f"    {before} --> {after}: {step}" for (before, step), after in steps.items()]
    return "\n".join(["```mermaid", "stateDiagram-v2", *lines, "```"])


PIECES: Mapping[str, Callable[[], str]] = {
    "item-lifecycle": lambda: lifecycle(LIFECYCLE),  # type: ignore[arg-type]  # its states are texts
    "call-lifecycle": lambda: lifecycle(CALL_LIFECYCLE),  # type: ignore[arg-type]  # its states are texts
    "button-keys": buttons.keys,
}


def filled(page: str) -> str:
    """Return a page with every piece as the code says it.

    Raises:
        KeyError: the page asks for a piece that nobody makes.
    """
    return _PIECE.sub(lambda found: f"{found[1]}{PIECES[found['name']]()}\n{found[3]}", page)
