"""Who is asking: from a header, a link or a cookie to an actor.

Owns    how keys travel, the cookies' names, and the limit on wrong keys.
Never   says what an actor may do.
Used by every door.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from server.auth import Grant, Keyring
from server.errors import Forbidden, LimitReached, Unauthenticated
from server.roles import Actor, Role

_SCHEMES = ("bearer ", "token ", "device ")


def cookie_name(role: Role) -> str:
    """Return the cookie that holds a role's key: one of each, so that a laptop may be a wall and a desk at once."""
    return f"cuedesk_{role.value}"


class Gate:
    """Turns a connection's key into an actor."""

    def __init__(self, keyring: Keyring, revoked: Callable[[str], bool], wrong_per_minute: int) -> None:
        self._keyring = keyring
        self._revoked = revoked
        self._limit = RateLimitItemPerMinute(wrong_per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def grant(self, key: str) -> Grant:
        """Return what `key` grants.

        Raises:
            Unauthenticated: it is forged or revoked.
        """
        grant = self._keyring.read(key)
        if self._revoked(grant.id):
            raise Unauthenticated("This access key was revoked; ask the control room for a new link.")
        return grant

    def try_key(self, key: str, address: str) -> Grant:
        """Return what `key` grants, counting wrong ones against `address`.

        A good key is never refused for its address: a whole venue may share one with whoever guesses.

        Raises:
            Unauthenticated: it is forged or revoked.
            LimitReached: so it is, and too many wrong keys came from there lately.
        """
        try:
            return self.grant(key)
        except Unauthenticated:
            if self._limiter.hit(self._limit, address):
                raise
        raise LimitReached("Too many wrong keys from this address; wait a minute.", {"retry_after": 60})

    def find(self, connection: HTTPConnection) -> Actor | None:
        """Return who asks, or None when no key came along.

        A header speaks before a `key` in the address, and that before the cookies; of the cookies speaks the one
        of the role that `as` names, else the strongest role's.

        Raises:
            Unauthenticated, LimitReached: as `try_key`.
            Forbidden: a cookie came from another site's page.
        """
        address = connection.client.host if connection.client is not None else ""
        header = connection.headers.get("authorization", "")
        for scheme in _SCHEMES:
            if header.lower().startswith(scheme):
                return self.try_key(header[len(scheme) :].strip(), address).actor()
        if header:
            raise Unauthenticated("Send the key as `Authorization: Bearer KEY`.")
        if key := connection.query_params.get("key"):
            return self.try_key(key, address).actor()
        return self._by_cookie(connection, address)

    def _by_cookie(self, connection: HTTPConnection, address: str) -> Actor | None:
        wanted = connection.query_params.get("as")
        for role in Role:
            key = connection.cookies.get(cookie_name(role))
            if key is not None and wanted in (None, role.value):
                _check_origin(connection)
                return self.try_key(key, address).actor()
        if wanted not in (None, Role.ATTENDEE.value):
            raise Unauthenticated(f"You are not signed in as {wanted}; open the link that the control room gave you.")
        return None


def _check_origin(connection: HTTPConnection) -> None:
    origin = connection.headers.get("origin")
    if origin and origin != "null" and urlsplit(origin).netloc != connection.headers.get("host"):
        raise Forbidden("A page of another site may not act with your sign-in.")
