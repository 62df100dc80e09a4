"""Every way a request can be refused, and every way a connection can end.

Owns    the tree of errors with their wire codes and HTTP statuses, and the table of close codes.
Never   formats a reply or logs.
Used by everything.

    AppError
    ├── DomainError      NotFound · IllegalTransition · Conflict · LimitReached · Closed
    ├── PeerError        Malformed · TooLarge · UnknownChannel · UnknownCommand · KeyReuse
    ├── AccessDenied     Unauthenticated · Forbidden
    ├── Unavailable
    └── ConfigError      start-up only: every fault at once
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import ClassVar


class AppError(Exception):
    """A refusal that is told to whoever asked: a stable code, a sentence, and what may help.

    Attributes:
        code: the stable wire name of the refusal.
        status: the HTTP status that carries it.
        retry: whether the same request may succeed later without a change.
        message: one sentence that says what to do.
        detail: members that help a program (JSON-safe).
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    retry: ClassVar[bool] = False

    def __init__(self, message: str, detail: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.detail: Mapping[str, object] = detail or {}


class DomainError(AppError):
    """The request is well-formed and allowed, but the state of the event forbids it. Nothing changed."""


class NotFound(DomainError):
    """It names a thing that does not exist, or that the asker may not know of."""

    code = "not_found"
    status = 404


class IllegalTransition(DomainError):
    """The thing's present state has no such step."""

    code = "illegal_transition"
    status = 409


class Conflict(DomainError):
    """Somebody was faster: `detail` has the current `row`, `by` whom and `at` what instant it changed."""

    code = "conflict"
    status = 409


class Closed(DomainError):
    """What was asked for is shut for now (a Q&A that is closed, a check-in that has ended)."""

    code = "closed"
    status = 409


class LimitReached(DomainError):
    """Too much from one source. `detail["retry_after"]`, if present, is in whole seconds."""

    code = "limit_reached"
    status = 429
    retry = True


class PeerError(AppError):
    """The peer does not speak the protocol."""


class Malformed(PeerError):
    """Not the shape that was asked for: bad JSON, a wrong type, an unknown or missing member."""

    code = "malformed"
    status = 400


class TooLarge(PeerError):
    """More bytes than are accepted in one request."""

    code = "too_large"
    status = 413


class UnknownChannel(PeerError):
    """No channel has this name."""

    code = "unknown_channel"
    status = 404


class UnknownCommand(PeerError):
    """The channel has no such verb."""

    code = "unknown_command"
    status = 404


class WrongMethod(UnknownCommand):
    """The address is there, but not for this HTTP method: `allowed` are those that it takes, also in `detail`."""

    status = 405

    def __init__(self, message: str, allowed: Sequence[str]) -> None:
        super().__init__(message, {"allowed": allowed})
        self.allowed = allowed


class KeyReuse(PeerError):
    """The idempotency key was used before for something else."""

    code = "key_reuse"
    status = 409


class AccessDenied(AppError):
    """The asker is not known, or not allowed."""


class Unauthenticated(AccessDenied):
    """No key, or a key that is forged or revoked."""

    code = "unauthenticated"
    status = 401


class Forbidden(AccessDenied):
    """The key is good, but not for this."""

    code = "forbidden"
    status = 403


class Unavailable(AppError):
    """The journal cannot be written at the moment; nothing was done, the same request may be sent again."""

    code = "unavailable"
    status = 503
    retry = True


class ConfigError(AppError):
    """The event folder or a setting cannot be used; `faults` lists everything that is wrong with it."""

    code = "config"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


class CloseCode(IntEnum):
    """Why the server ends a connection. 40xx: come back. 45xx: do not, until something changed."""

    RESTART = 1012
    HEARTBEAT_LOST = 4001
    TOO_SLOW = 4002
    RESYNC = 4003
    UNAUTHENTICATED = 4500
    FORBIDDEN = 4501
    VERSION = 4502
    REPLACED = 4503
    ABUSIVE = 4504


def error_types() -> list[type[AppError]]:
    """Return every concrete error with a wire code, sorted by code: the source of the documented table."""
    found: dict[str, type[AppError]] = {}
    waiting: list[type[AppError]] = [AppError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if "code" in vars(kind) and kind is not AppError and kind is not ConfigError:
            found[kind.code] = kind
    return [found[code] for code in sorted(found)]
