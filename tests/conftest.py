"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import server.channels
import server.domain

ACID = Path(__file__).parent / "acid" / "server"
"""A channel of three files that the product does not know of; the core's own tests are written against it."""

server.domain.__path__.append(str(ACID / "domain"))
server.channels.__path__.append(str(ACID / "channels"))
