"""The life of a question: one table of what may follow what, and what each step does to its times.

Owns    the states, the transition table, and the members of a question that a step changes.
Never   knows who may take a step (channels), or looks at other questions (engine).
Used by the engine, the channel's views, the tests and the generated diagram.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from server.clock import Instant
from server.filters import Hit, masked

State = Literal[
    "pending",
    "held",
    "approved",
    "shortlisted",
    "next",
    "on_air",
    "answered",
    "rejected",
    "deferred",
    "withdrawn",
    "merged",
    "expired",
]

PUBLIC_STATES = frozenset({"approved", "shortlisted", "next", "on_air", "answered", "deferred"})
"""What everybody may read."""

VOTING_STATES = frozenset({"approved", "shortlisted", "next"})
"""Where a vote counts; the same questions are waiting for their turn."""

UNREVIEWED = frozenset({"pending", "held"})
"""What no moderator has let through yet."""

EDITABLE = frozenset({"pending", "held", "approved", "shortlisted", "next"})
"""Where a moderator may change the text; an author only while it is pending."""

MERGEABLE = frozenset({"pending", "held", "approved", "shortlisted", "next", "deferred"})
"""What can be merged into another question."""

MERGE_TARGETS = MERGEABLE | {"on_air"}
"""What another question can be merged into."""

REPLIED_STATES = frozenset({"deferred", "answered", "expired"})
"""What can be answered in writing."""

KNOWN_REASONS = frozenset({"off_topic", "duplicate", "rude", "unclear", "answered_elsewhere", "no_time"})
"""The reasons of a refusal that are counted by their names; sentences count as `other`."""

_CLOSED_STATES = frozenset({"answered", "rejected", "deferred", "withdrawn", "merged", "expired"})
_LET_THROUGH_ANEW = UNREVIEWED | {"rejected", "expired", "withdrawn"}
"""What leaves one of these for the public was looked at once more, as it is now."""

_ORDERED_STATES = frozenset({"shortlisted", "next", "on_air"})

STEPS: Mapping[str, Mapping[State, State]] = {
    "approve": {"pending": "approved", "held": "approved"},
    "release": {"pending": "approved"},
    "reject": {"pending": "rejected", "held": "rejected", "approved": "rejected"},
    "shortlist": {"approved": "shortlisted"},
    "unshortlist": {"shortlisted": "approved", "next": "approved"},
    "next": {"approved": "next", "shortlisted": "next"},
    "air": {"approved": "on_air", "shortlisted": "on_air", "next": "on_air"},
    "answered": {"on_air": "answered"},
    "skip_back": {"on_air": "shortlisted", "next": "shortlisted"},
    "defer": {"approved": "deferred", "shortlisted": "deferred", "next": "deferred"},
    "reopen": {"answered": "approved", "rejected": "approved", "deferred": "approved", "expired": "approved"},
    "withdraw": {
        "pending": "withdrawn",
        "held": "withdrawn",
        "approved": "withdrawn",
        "shortlisted": "withdrawn",
        "next": "withdrawn",
        "deferred": "withdrawn",
    },
    "merge": {
        "pending": "merged",
        "held": "merged",
        "approved": "merged",
        "shortlisted": "merged",
        "next": "merged",
        "deferred": "merged",
    },
    "expire": {
        "pending": "expired",
        "held": "expired",
        "approved": "expired",
        "shortlisted": "expired",
        "next": "expired",
    },
}
"""Verb → state before → state after. `unmerge` and `undo` are not here: they go back to a remembered state;
nor is the edit that brings a question back to `held` because a word list has something new of it."""


class Standing(msgspec.Struct, frozen=True):
    """Where a question stands: all that a moderator's act changes, so that taking it back is putting this back.

    Attributes:
        body: the text as typed, or as a moderator left it.
        original: the text as typed, once a moderator changed it.
        order: its place in the shortlist, counted from 1; None outside it.
        merged_from: the state it had when it was merged.
        on_air_at: when it last went on air.
        air_time: how long it was on air in all, up to when it last left.
        hits: what the word lists have of its text.
        reply: the answer in writing.
        is_altered: its text was changed since it was let through; what flies over a picture waits for a second look.
    """

    state: State
    body: str
    original: str | None = None
    order: int | None = None
    labels: tuple[str, ...] = ()
    assignee: str | None = None
    merged_into: str | None = None
    merged_from: State | None = None
    approved_at: Instant | None = None
    on_air_at: Instant | None = None
    air_time: int = 0
    closed_at: Instant | None = None
    close_reason: str | None = None
    hits: tuple[Hit, ...] = ()
    reply: str | None = None
    is_altered: bool = False


def counted_reason(standing: Standing) -> str | None:
    """Return the reason under which a refusal is counted; None: it was not refused."""
    if standing.state != "rejected":
        return None
    return standing.close_reason if standing.close_reason in KNOWN_REASONS else "other"


def public_body(standing: Standing) -> str:
    """Return its text as the public reads it: words to be masked are."""
    return masked(standing.body, standing.hits, "body")


def moved(standing: Standing, to: State, at: Instant, reason: str | None = None, order: int | None = None) -> Standing:
    """Return `standing` moved to another state, with the times that this sets.

    Args:
        standing: where it stands.
        to: the state after.
        at: when it moves.
        reason: why it closes, if it does.
        order: the place it takes in the shortlist if it has none yet.
    """
    aired = standing.air_time
    if standing.state == "on_air" and standing.on_air_at is not None:
        aired += max(0, at - standing.on_air_at)
    closes = to in _CLOSED_STATES
    return msgspec.structs.replace(
        standing,
        state=to,
        air_time=aired,
        order=(standing.order or order) if to in _ORDERED_STATES else None,
        approved_at=standing.approved_at if to in UNREVIEWED | _CLOSED_STATES else standing.approved_at or at,
        on_air_at=at if to == "on_air" else standing.on_air_at,
        closed_at=at if closes else None,
        close_reason=reason if closes else None,
        is_altered=standing.is_altered and to not in _LET_THROUGH_ANEW,
    )
