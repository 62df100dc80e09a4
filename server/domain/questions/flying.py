"""What may fly over a room's picture: bullet comments, let through and not changed since.

Owns    the choice of what is drawn there.
Never   lets anything through, or knows how it is drawn.
Used by the channel (the row `danmaku`).
"""

from __future__ import annotations

from itertools import islice

from server.domain.questions.ledger import Ledger
from server.domain.questions.lifecycle import PUBLIC_STATES
from server.domain.questions.state import Question, Room

FLYING = 40
"""How many comments of a room are offered to whoever draws them: more than cross a picture at once."""

RECENT = 300
"""How many of a room's newest questions are looked at for them."""


def flying(ledger: Ledger, room: Room) -> list[Question]:
    """Return what may be drawn, the newest last: what came in the way the organisers chose, exactly as let through."""
    recent = (ledger.state.questions[key] for key in islice(reversed(room.ids), RECENT))
    found = [each for each in recent if is_wanted(ledger, each) and may_fly(each)]
    found.sort(key=lambda each: (each.standing.approved_at or 0, each.number))
    return found[-FLYING:]


def is_wanted(ledger: Ledger, question: Question) -> bool:
    """Say whether a question came in the way that the organisers want to see flying."""
    wanted = ledger.state.danmaku
    return wanted == "all" or (wanted == "import" and question.inlet == "import")


def may_fly(question: Question) -> bool:
    """Say whether the public may read the text and nobody has changed it since it was let through."""
    return question.standing.state in PUBLIC_STATES and not question.standing.is_altered
