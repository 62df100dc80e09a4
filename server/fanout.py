"""The accelerator of fan-out, where it was built and works.

Owns    finding it, proving it on a pair of sockets before anybody relies on it, and saying how sends go.
Never   is needed: without it cohorts are written to by Python, which comes to the same.
Used by app.
"""

from __future__ import annotations

import logging
import socket
from array import array

from server.cohort import SendMany

logger = logging.getLogger(__name__)

PROOF = b"the same bytes"

FEW, MANY = 2, 20
"""So many sends go by calls; so many by one call for all, where the kernel has that."""


def accelerator(is_wanted: bool = True) -> SendMany | None:
    """Return the function that writes to many sockets at once, or None where it is not wanted or none works.

    Says in the log how sends go to sockets from now on.
    """
    if not is_wanted:
        logger.info("sends to sockets: one by one in pure Python, since CUEDESK_ACCELERATOR is off")
        return None
    try:
        from server._fanout import at_once, send_many
    except ImportError:
        logger.info("sends to sockets: one by one in pure Python, since no accelerator of this version was built here")
        return None
    if not works(send_many):
        logger.warning("sends to sockets: one by one in pure Python, since the accelerator does not do as it should")
        return None
    if at_once() > 1:
        logger.info("sends to sockets: %d at a time by io_uring, with the accelerator", at_once())
    else:
        logger.info("sends to sockets: one by one with the accelerator; io_uring is forbidden here or not there")
    return send_many


def sends_at_once(send_many: SendMany | None) -> int:
    """Return how many sends one call of the kernel makes now; 0 where there is no `send_many` and Python calls it."""
    if send_many is None:
        return 0
    from server._fanout import at_once

    return at_once()


def works(send_many: SendMany) -> bool:
    """Say whether it sends to those it is told to, and tells of those that took nothing."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        try:
            return all(_is_right(send_many, ours, theirs, sends) for sends in (FEW, MANY))
        except (OSError, TypeError, ValueError):
            return False


def _is_right(send_many: SendMany, ours: socket.socket, theirs: socket.socket, sends: int) -> bool:
    mute = [-1] * sends
    short = send_many(array("i", [*mute, ours.fileno()]), 1, sends + 1, PROOF)
    return list(short) == [(place, 0) for place in range(1, sends)] and theirs.recv(100) == PROOF
