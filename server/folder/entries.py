"""Tables of event.toml as the plain types of the plan.

Owns    what each member's type accepts, how a duration is written, and what a wrong value is told.
Never   knows which table it reads.
Used by `toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from server.clock import Duration
from server.folder.faults import did_you_mean
from server.folder.wording import clean, quoted

T = TypeVar("T", bound=msgspec.Struct)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|sec|m|min|h)", re.ASCII)
_UNITS = {"ms": 1, "s": 1_000, "sec": 1_000, "m": 60_000, "min": 60_000, "h": 3_600_000}
_SECONDS_BELOW = 1_000
_TEXT_LIMIT = 200
_LIST_LIMIT = 10
_DAY = 24 * 60


class _Wrong(ValueError):
    """The value is none that the member takes; the message says what to write."""


def entry_of(kind: type[T], written: Mapping[str, Any], tell: Callable[[str, str], None]) -> T | None:
    """Return a table as a `kind`, or None when it has faults, each of which is told.

    A duration is a number of milliseconds, or a text with its unit like "10 s"; a number below 1000 is of seconds,
    since nothing that is timed here is that short.

    Args:
        kind: the type of the plan.
        written: the table.
        tell: takes the key and the message of each fault.
    """
    types = get_type_hints(kind)
    members: dict[str, Any] = {}
    sound = True
    for key, value in written.items():
        try:
            members[key] = _value(types[key], value)
        except KeyError:
            tell(key, f"The key {quoted(key)} is not known here{did_you_mean(key, types)}")
            sound = False
        except _Wrong as error:
            tell(key, f"{key} must be {error}, not {quoted(str(value))}.")
            sound = False
    for field in msgspec.structs.fields(kind):
        # An id that came out empty is as good as none.
        if field.required and (field.name not in written or members.get(field.name) == ""):
            tell(field.name, f"The key {field.name} is missing; add it to this table.")
            sound = False
    return kind(**members) if sound else None


def _value(expected: Any, value: object) -> object:
    options = (
        [part for part in get_args(expected) if part is not NoneType] if NoneType in get_args(expected) else [expected]
    )
    only = options[0]
    if only is Duration:
        return _duration(value)
    if get_origin(only) is Literal:
        return _one_of(get_args(only), value)
    if get_origin(only) is tuple:
        return _minutes(value) if get_args(only)[0] is int else _texts(value)
    return _plain(only, value)


def _plain(expected: type, value: object) -> object:
    if isinstance(value, bool) != (expected is bool):
        raise _Wrong(_NAMES[expected])
    if expected is str and isinstance(value, str | int):
        text = clean(str(value))
        if len(text) > _TEXT_LIMIT:
            raise _Wrong(f"at most {_TEXT_LIMIT} characters long")
        return text
    if expected is float and isinstance(value, int | float):
        return float(value)
    if not isinstance(value, expected):
        raise _Wrong(_NAMES[expected])
    return value


_NAMES: dict[type, str] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def _duration(value: object) -> Duration:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12:
        return Duration(round(value * 1_000 if value < _SECONDS_BELOW else value))
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise _Wrong('a duration in milliseconds, or with its unit like "10 s"')
    return Duration(round(float(match[1]) * _UNITS[match[2]]))


def _one_of(options: tuple[str, ...], value: object) -> str:
    if isinstance(value, str) and value in options:
        return value
    raise _Wrong("one of " + ", ".join(f'"{option}"' for option in options))


def _minutes(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or any(isinstance(part, bool) or not isinstance(part, int) for part in value):
        raise _Wrong("a list of whole minutes like [15, 5]")
    if len(value) > _LIST_LIMIT or any(not 0 <= part <= _DAY for part in value):
        raise _Wrong(f"at most {_LIST_LIMIT} numbers of minutes from 0 to {_DAY}")
    return tuple(value)


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or any(isinstance(part, bool) or not isinstance(part, str | int) for part in value):
        raise _Wrong('a list of texts like ["a", "b"]')
    return tuple(clean(str(part)) for part in value)
