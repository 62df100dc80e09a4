"""Instants and durations as people write them.

Owns    the forms that are understood, and how a wall time becomes an instant in the event's zone.
Never   guesses: what could be two different days is refused.
Used by the readers of agendas and of event.toml.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from server.clock import MINUTE, Duration, Instant
from server.folder.wording import plain, quoted

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_OFFSET = r"(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?"
_ONLY_DATE = re.compile(_DATE, re.ASCII)
_ONLY_TIME = re.compile(_TIME, re.ASCII)
_MOMENT = re.compile(rf"{_DATE}[T\s]*{_TIME}\s*{_OFFSET}", re.ASCII | re.IGNORECASE)
_CLOCKED = re.compile(r"(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?", re.ASCII)
_MINUTES = re.compile(
    r"(?P<minutes>\d{1,5})(?:\.0+)?\s*(?:m|min|mins|minutes?|分钟|分鐘|分)?\.?", re.ASCII | re.IGNORECASE
)
_YEARS = range(1971, 2201)


class Unreadable(ValueError):
    """It is no time or duration that is understood; the message says what to write instead."""


class Moment(NamedTuple):
    """An instant, and what is doubtful about how it was written (None: nothing)."""

    at: Instant
    doubt: str | None = None


def instant_of(moment: datetime) -> Instant:
    """Return the instant of a date and time that knows its zone."""
    return Instant((moment - _EPOCH) // timedelta(milliseconds=1))


def local(at: Instant, zone: tzinfo) -> datetime:
    """Return what calendar and clock show in `zone` at this instant."""
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)


def read_moment(text: str, zone: tzinfo) -> Moment:
    """Return the instant of a date and time, in `zone` unless it has an offset.

    Raises:
        Unreadable: it is not a date and a time, or no calendar has it.
    """
    match = _MOMENT.fullmatch(plain(text))
    if match is None:
        raise Unreadable(f"{quoted(text)} is not a date and time; write it like 2026-05-01 09:30.")
    wall = _wall(match, text)
    if match["offset"]:
        return Moment(instant_of(wall.replace(tzinfo=_offset(match["offset"].upper()))))
    return resolve(wall, zone)


def resolve(wall: datetime, zone: tzinfo) -> Moment:
    """Return the instant at which clocks in `zone` show `wall`.

    A time that clocks skip in spring is taken as the time they jump to, one that they show twice in autumn as the
    first of the two; both are doubtful.
    """
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    at = instant_of(first.astimezone(UTC))
    if first.utcoffset() == second.utcoffset():
        return Moment(at)
    shown = wall.isoformat(" ", "minutes")
    if local(at, zone).replace(tzinfo=None) != wall:
        return Moment(at, f"Clocks skip {shown} that night; write the time with its offset from UTC.")
    return Moment(at, f"Clocks show {shown} twice that night and the first is taken; write the time with its offset.")


def moment_of(at: datetime, zone: tzinfo) -> Moment:
    """Return the instant of a date and time, in `zone` unless it knows its own.

    Raises:
        Unreadable: its year cannot be meant.
    """
    if at.year not in _YEARS:
        raise Unreadable(f"The year {at.year} cannot be right; write one from 1971 to 2200.")
    return resolve(at, zone) if at.tzinfo is None else Moment(instant_of(at))


def read_end(text: str, start: Instant, zone: tzinfo) -> Moment:
    """Return the instant of an end: a date and time, or a time of day, the first at or after `start`.

    Raises:
        Unreadable: it is neither.
    """
    match = _ONLY_TIME.fullmatch(plain(text))
    if match is None:
        return read_moment(text, zone)
    begin = local(start, zone)
    clock = f"{match['hour']}:{match['minute']}:{match['second'] or '00'}"
    same_day = read_moment(f"{begin:%Y-%m-%d} {clock}", zone)
    if same_day.at >= start:
        return same_day
    return read_moment(f"{begin + timedelta(days=1):%Y-%m-%d} {clock}", zone)


def read_date(text: str) -> date:
    """Return a calendar date.

    Raises:
        Unreadable: it is none.
    """
    match = _ONLY_DATE.fullmatch(plain(text))
    if match is None:
        raise Unreadable(f"{quoted(text)} is not a date; write it like 2026-05-01.")
    return _wall(match, text).date()


def read_clock(text: str) -> time:
    """Return a time of day.

    Raises:
        Unreadable: it is none.
    """
    match = _ONLY_TIME.fullmatch(plain(text))
    if match is None or int(match["hour"]) > 23 or int(match["minute"]) > 59:
        raise Unreadable(f"{quoted(text)} is not a time of day; write it like 18:00.")
    return time(int(match["hour"]), int(match["minute"]), min(int(match["second"] or 0), 59))


def read_duration(text: str) -> Duration:
    """Return a duration written as `H:MM`, `H:MM:SS` or whole minutes.

    Raises:
        Unreadable: it is none of these.
    """
    written = plain(text)
    if (match := _CLOCKED.fullmatch(written)) is not None:
        minutes = 60 * int(match["hours"]) + int(match["minutes"])
        return Duration(minutes * MINUTE + 1_000 * int(match["seconds"] or 0))
    if (match := _MINUTES.fullmatch(written)) is not None:
        return Duration(int(match["minutes"]) * MINUTE)
    raise Unreadable(f"{quoted(text)} is not a duration; write it as H:MM or in minutes, like 0:45 or 45.")


def _wall(match: re.Match[str], text: str) -> datetime:
    found = match.groupdict()
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    hour, minute, second = (int(found.get(part) or 0) for part in ("hour", "minute", "second"))
    if year not in _YEARS:
        raise Unreadable(f"The year of {quoted(text)} cannot be right; write one from 1971 to 2200.")
    try:
        start = datetime(year, month, day)  # noqa: DTZ001  a wall time, whose zone is resolved by the caller
        if hour == 24 and minute == second == 0:
            return start + timedelta(days=1)
        return start.replace(hour=hour, minute=minute, second=second)
    except ValueError as error:
        raise Unreadable(f"No calendar or clock shows {quoted(text)}; correct it.") from error


def _offset(written: str) -> timezone:
    if written == "Z":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size >= timedelta(hours=24):
        raise Unreadable(f"No zone is {quoted(written)} away from UTC; write an offset like +08:00.")
    return timezone(-size if written[0] == "-" else size)
