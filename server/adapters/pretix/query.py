"""What a client of pretix may ask for in a URL, and what is wrong with it.

Owns    parsing of parameters and their filters.
Never   answers.
Used by the scanner.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from server.clock import Instant
from server.domain.checkin import ListRules, Passage, Ticket


class Faulty(Exception):
    """A member of the request cannot be used: pretix answers 400 with a sentence under the member's name."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def is_on(ticket: Ticket, rules: ListRules) -> bool:
    """Say whether a ticket counts as a position of a list: paid for, and of a category that the list admits."""
    return ticket.status in ("paid", "blocked") and (not rules.products or ticket.category in rules.products)


def is_wanted(ticket: Ticket, rules: ListRules, query: Mapping[str, str]) -> bool:
    """Say whether a search finds a ticket: by a part of a name, or the beginning of a code."""
    if not is_on(ticket, rules) and not flag(query.get("ignore_status")):
        return False
    wanted = query.get("search", "").strip().casefold()
    named = (ticket.name, ticket.organisation, ticket.email)
    if wanted and not any(wanted in text.casefold() for text in named):
        codes = (ticket.secret, ticket.id)
        if not any(code.casefold().startswith(wanted) for code in codes):
            return False
    exact = {"attendee_name": ticket.name, "secret": ticket.secret, "order": ticket.id}
    return all(query[name] == value for name, value in exact.items() if name in query)


def told_between(scans: Sequence[Passage], query: Mapping[str, str], zone: ZoneInfo) -> Sequence[Passage]:
    """Return the scans told in the asked-for span. They lie in the order in which they were told: two searches do."""
    first, last = 0, len(scans)
    if "created_since" in query:
        since = instant("created_since", query["created_since"], zone)
        first = bisect_left(scans, since, key=lambda scan: scan.received)
    if "created_before" in query:
        before = instant("created_before", query["created_before"], zone)
        last = bisect_left(scans, before, key=lambda scan: scan.received)
    return scans[first:last]


def filters(
    query: Mapping[str, str], zone: ZoneInfo, gate: Callable[[Passage], str | None]
) -> list[Callable[[Passage], bool]]:
    """Return the asked-for filters; a parameter that is not there filters nothing."""
    tests: list[Callable[[Passage], bool]] = []
    if "datetime_since" in query:
        since = instant("datetime_since", query["datetime_since"], zone)
        tests.append(lambda scan: scan.at >= since)
    if "datetime_before" in query:
        before = instant("datetime_before", query["datetime_before"], zone)
        tests.append(lambda scan: scan.at < before)
    flags: Iterable[tuple[str, Callable[[Passage], bool]]] = (
        ("successful", lambda scan: scan.reason is None),
        ("auto_checked_in", lambda scan: False),
    )
    tests += [_equal(value, wanted) for name, value in flags if (wanted := flag(query.get(name))) is not None]
    texts: Iterable[tuple[str, Callable[[Passage], object]]] = (
        ("error_reason", lambda scan: scan.reason),
        ("list", lambda scan: str(scan.list)),
        ("type", lambda scan: scan.type),
        ("gate", gate),
        ("device", lambda scan: scan.by),
    )
    tests += [_equal(value, query[name]) for name, value in texts if name in query]
    return tests


def _equal(value: Callable[[Passage], object], wanted: object) -> Callable[[Passage], bool]:
    return lambda scan: value(scan) == wanted


def integer(field: str, text: str) -> int:
    """Return the number that a parameter holds.

    Raises:
        Faulty: it holds none.
    """
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise Faulty(field, "A valid integer is required.")
    return int(text)


def flag(text: str | None) -> bool | None:
    """Return what a yes-or-no parameter says; None when it is absent or says neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get((text or "").lower())


def instant(field: str, text: str, zone: ZoneInfo) -> Instant:
    """Return the instant of an ISO 8601 text; one without an offset is in the event's zone.

    Raises:
        Faulty: it is no such text.
    """
    try:
        read = datetime.fromisoformat(text.replace(" ", "+") if text.count(" ") == 1 and "T" in text else text)
        aware = read if read.tzinfo is not None else read.replace(tzinfo=zone)
        return Instant(round(aware.timestamp() * 1_000))
    except (ValueError, OverflowError) as fault:
        raise Faulty(field, "Write date and time as 2026-09-04T09:00:00Z.") from fault
