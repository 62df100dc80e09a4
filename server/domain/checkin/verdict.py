"""When was this scan, may this ticket pass, and what the person at the door is told.

Owns    which clocks are believed, the order of refusals, their reasons and sentences, and the shape of a verdict.
Never   changes anything.
Used by the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from server.clock import MINUTE, Duration, Instant
from server.domain.checkin.state import Passage, Ticket
from server.domain.checkin.words import ListRules, ScanType

AHEAD = Duration(2 * MINUTE)
"""A device's clock may be this far ahead before its word is not taken."""

BEHIND = Duration(30 * 24 * 60 * MINUTE)
"""Nor is it taken when it tells of a scan longer ago than this: that clock has never been set."""

EXPLANATIONS: Final[Mapping[str, str]] = {
    "invalid": "Nobody is registered with this code; scan it once more, then send the person to the help desk.",
    "canceled": "This ticket was cancelled; send the person to the help desk.",
    "blocked": "This ticket is blocked; send the person to the help desk.",
    "product": "This kind of ticket is not admitted here; show the person the right entrance.",
    "unpaid": "This ticket is not paid yet; send the person to the help desk.",
    "already_redeemed": "This ticket is in already; look at its first scan, then decide or call the help desk.",
    "annulled": "This very scan was taken back; scan the badge again to let the person in.",
}
"""Every reason that a verdict can give, with the sentence that says what to do."""


def moment(told: int | None, now: Instant) -> tuple[int, bool]:
    """Return when a scan happened, and whether the device's clock is too wrong to be believed."""
    if told is None:
        return now, False
    skewed = told > now + AHEAD or told < now - BEHIND
    return (now if skewed else told), skewed


def refusal(ticket: Ticket, rules: ListRules) -> str | None:
    """Return why the ticket itself may not pass, or None. The first reason wins: cancelled stays cancelled."""
    if ticket.status in ("canceled", "blocked"):
        return ticket.status
    if rules.products and ticket.category not in rules.products:
        return "product"
    return "unpaid" if ticket.status == "pending" else None


def is_replay(standing: Sequence[Passage], nonce: str | None, type_: ScanType, by: str) -> bool:
    """Say whether this very scan was accepted before. `standing`: the accepted scans of the ticket on the list.

    Another device's nonce counts only while its scan is the newest: two devices may have made the same one.
    """
    if nonce is None or not standing:
        return False
    own = any(scan.nonce == nonce and scan.type == type_ and scan.by == by for scan in standing)
    return own or standing[-1].nonce == nonce


def is_redeemed(standing: Sequence[Passage], rules: ListRules) -> bool:
    """Say whether the list lets nobody in again who has these scans on it."""
    if rules.allow_multiple_entries or all(scan.type == "exit" for scan in standing):
        return False
    return not (rules.allow_entry_after_exit and standing[-1].type == "exit")


def position(ticket: Ticket, first: Passage | None, place: Callable[[str | None], str | None]) -> dict[str, object]:
    """Return a ticket as the door sees it. `first_scan` says when and where the person arrived, if they did."""
    return {
        "id": ticket.id,
        "attendee_name": ticket.name,
        "category": ticket.category,
        "organisation": ticket.organisation,
        "seat": ticket.seat,
        "secret": ticket.secret,
        "vip": ticket.vip,
        "first_scan": None if first is None else {"at": first.at, "lane": first.lane, "gate": place(first.lane)},
    }


def verdict(
    rules: ListRules,
    reason: str | None,
    ticket: Ticket | None = None,
    shown: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return the answer to a scan: `ok` without a reason, `error` with one."""
    return {
        "status": "ok" if reason is None else "error",
        "reason": reason,
        "reason_explanation": None if reason is None else EXPLANATIONS[reason],
        "require_attention": ticket is not None and ticket.vip,
        "checkin_texts": [],
        "position": shown,
        "list": {"id": rules.id, "name": rules.name},
    }
