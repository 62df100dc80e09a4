"""The keys of a button box, as the page for crews lists and draws them.

Owns    which key asks which verb with which arguments, the table, and the picture of a box with fifteen keys.
Never   names a verb or an argument that the agenda does not have.
Used by `pieces` and the tests that press every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from server.channels.agenda import CHANNEL
from server.clock import MINUTE
from server.documents.tables import table

ROOM = "R0"
SIZE, EDGE, COLUMNS = 116, 12, 5


class Key(NamedTuple):
    """One key: what stands on it, its colour, the verb it asks, and the arguments besides the room."""

    label: str
    tone: str
    verb: str
    args: Mapping[str, object] = {}

    @property
    def body(self) -> str:
        """The request's body."""
        return msgspec.json.encode({"room": ROOM, **self.args}).decode()


KEYS = (
    Key("next", "go", "advance"),
    Key("start pause", "plain", "toggle"),
    Key("−1 min", "plain", "give", {"by": -MINUTE}),
    Key("+1 min", "plain", "give", {"by": MINUTE}),
    Key("undo", "plain", "undo"),
    Key("message 1", "note", "preset", {"number": 1}),
    Key("message 2", "warn", "preset", {"number": 2}),
    Key("message 3", "alarm", "preset", {"number": 3}),
    Key("message 4", "note", "preset", {"number": 4}),
    Key("clear", "plain", "clear_message"),
    Key("guest late", "warn", "late", {"by": 10 * MINUTE}),
    Key("adopt plan", "go", "rescue"),
)
"""The keys as they stand on the box, row by row."""

TONES = {"go": "#2f7fb8", "plain": "#3a4250", "note": "#56606f", "warn": "#b07a1a", "alarm": "#b3373a"}


def keys() -> str:
    """Return the table of keys, each with its whole request."""
    rows = [
        (f"**{key.label}**", f"`POST /api/v1/agenda/{key.verb}`", f"`{key.body}`", CHANNEL.verbs[key.verb].help)
        for key in KEYS
    ]
    return table(("key", "request", "body", "what it does"), rows)


def picture() -> str:
    """Return the box as a drawing (SVG)."""
    step = SIZE + EDGE
    width, height = COLUMNS * step + EDGE, 3 * step + EDGE
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="19" font-weight="600" text-anchor="middle" fill="#ffffff">',
        "  <title>A button box with the keys of one room</title>",
        f'  <rect width="{width}" height="{height}" rx="18" fill="#14181f"/>',
    ]
    for place in range(3 * COLUMNS):
        left, top = EDGE + place % COLUMNS * step, EDGE + place // COLUMNS * step
        key = KEYS[place] if place < len(KEYS) else None
        fill = TONES[key.tone] if key is not None else "#1d232d"
        drawn.append(f'  <rect x="{left}" y="{top}" width="{SIZE}" height="{SIZE}" rx="14" fill="{fill}"/>')
        words = () if key is None else key.label.split(" ", 1)
        for line, word in enumerate(words):
            shift = 7 + 26 * line - 13 * (len(words) - 1)
            drawn.append(f'  <text x="{left + SIZE // 2}" y="{top + SIZE // 2 + shift}">{word}</text>')
    return "\n".join([*drawn, "</svg>", ""])
