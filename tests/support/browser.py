"""The browser of this machine, and how it is started for tests."""

from __future__ import annotations

import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No graphics card, no root's sandbox, and nothing said to the outside."""


def browser_path() -> str | None:
    """Return the browser on this machine, if there is one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)
