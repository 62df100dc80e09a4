"""The engine of the screens channel: displays of the crew, their names, and what they were told to show.

Owns    the public names of the package.
Never   holds a rule itself.
Used by the screens channel.
"""

from __future__ import annotations

from server.domain.screens.engine import ScreensEngine

__all__ = ["ScreensEngine"]
