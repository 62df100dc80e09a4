"""The life of a question as a picture, drawn from its transition table.

Owns    the part of docs/questions.md between its two marks.
Never   touches what people wrote around it.
Used by server.documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from server.domain.questions import STEPS

_OUT = ("withdraw", "merge", "expire")
"""Steps that lead out of the queue from nearly everywhere: in one picture with the others nobody could read either."""

_MARKED = re.compile(r"(<!-- lifecycle -->\n).*?(<!-- end of lifecycle -->\n)", re.DOTALL)


def with_lifecycle(page: str) -> str:
    """Return `page` with its part between the marks drawn anew; a page without marks is returned as it is."""
    return _MARKED.sub(lambda marks: f"{marks[1]}{lifecycle()}{marks[2]}", page)


def lifecycle() -> str:
    """Return both pictures as Mermaid: the way onto the stage, and the ways out of the queue."""
    way = (verb for verb in STEPS if verb not in _OUT)
    parts = ["The way onto the stage:", *_picture(way), "", "The ways out of the queue:", *_picture(iter(_OUT))]
    return "\n".join(parts) + "\n"


def _picture(verbs: Iterator[str]) -> Iterator[str]:
    yield "\n```mermaid"
    yield "stateDiagram-v2"
    for verb in verbs:
        yield from (f"    {before} --> {after}: {verb}" for before, after in STEPS[verb].items())
    yield "```"
