"""The accelerator of fan-out, where it was built and works.

Owns    finding it, and proving it on a pair of sockets before anybody relies on it.
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


def accelerator() -> SendMany | None:
    """Return the function that writes to many sockets at once, or None where this machine has none that works."""
    try:
        from server._fanout import send_many
    except ImportError:
        logger.info("fan-out in pure Python: no accelerator was built here")
        return None
    if not works(send_many):
        logger.warning("fan-out in pure Python: the accelerator does not do as it should")
        return None
    return send_many


def works(send_many: SendMany) -> bool:
    """Say whether it sends to those it is told to, and tells of those that took nothing."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        try:
            short = send_many(array("i", [-1, -1, ours.fileno()]), 1, 3, PROOF)
            return list(short) == [(1, 0)] and theirs.recv(100) == PROOF
        except (OSError, TypeError, ValueError):
            return False
