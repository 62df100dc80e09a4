"""In which order moderators may want to read: how well a question does among those who have seen it.

Owns    the score, and the fresh places of those that few have seen.
Never   orders the public list, or counts into the number that everybody sees.
Used by the channel (rows of the crew).
"""

from __future__ import annotations

from itertools import islice
from math import sqrt

from server.domain.questions.ledger import Ledger
from server.domain.questions.lifecycle import VOTING_STATES
from server.domain.questions.live import Exposures
from server.domain.questions.state import Question, Room

RECENT = 60
"""How many of a room's newest questions can be fresh."""

MOST_FRESH = 6


def score(ledger: Ledger, exposures: Exposures, question: Question) -> float | None:
    """Return the lower bound (one standard deviation, by Wilson) of the share of viewers who are for it, 0 to 1.

    One vote in four views is assumed beforehand, so that what nobody has seen yet is neither first nor last. None:
    it does not wait.
    """
    if question.standing.state not in VOTING_STATES:
        return None
    votes = len(ledger.voters(question))
    seen = max(votes, exposures.count(question.id)) + 4
    share = (votes + 1) / seen
    bound = share + 1 / (2 * seen) - sqrt(share * (1 - share) / seen + 1 / (4 * seen * seen))
    return round(bound / (1 + 1 / seen), 3)


def fresh(ledger: Ledger, exposures: Exposures, room: Room) -> tuple[str, ...]:
    """Return the newest waiting questions that fewest have seen: two for every ten that wait."""
    recent = islice(reversed(room.ids), RECENT)
    waiting = [key for key in recent if ledger.state.questions[key].standing.state in VOTING_STATES]
    places = min(MOST_FRESH, 2 * -(-sum(ledger.line(room.id).sides().values()) // 10))
    return tuple(sorted(waiting, key=exposures.count)[:places])
