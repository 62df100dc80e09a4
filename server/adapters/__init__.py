"""Doors in other people's shapes: each module here speaks one foreign protocol.

Owns    finding the adapters: every module of this package that has `routes(desk)`.
Never   names one.
Used by the app.
"""

from __future__ import annotations

import importlib
import pkgutil

from starlette.routing import Route

from server.desk import Desk


def discover(desk: Desk) -> list[Route]:
    """Return the routes of every adapter, in the order of the modules' names."""
    found: list[Route] = []
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        routes = getattr(importlib.import_module(f"{__name__}.{module.name}"), "routes", None)
        if routes is not None:
            found += routes(desk)
    return found
