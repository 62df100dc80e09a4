"""The program's settings: environment, defaults and help, in one table.

Owns    every setting's name, default, help, and where it may be set.
Never   is imported but by app and the command line: everything else receives values.
Used by app, the command line and the generated documents.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CUEDESK_"


class Settings(BaseSettings):
    """What can be set. Each is an environment variable: its name in capitals after `CUEDESK_`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 lets the venue's network in.")
    port: int = Field(8765, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    redis_url: str = Field(
        "", description="Redis that holds the journal, so that several processes serve one event; default: SQLite."
    )
    workers: int = Field(1, ge=1, le=64, description="Processes on this machine; more than one needs Redis.")
    sockets: Literal["adopted", "portable"] = Field(
        "adopted", description="How WebSockets are carried: taken over from the web server, or as any ASGI server does."
    )
    accelerator: bool = Field(True, description="Write to many sockets by compiled code, where it could be built.")
    public_url: str = Field(
        "", description="The address people type or scan, when a proxy stands in front; default: as served."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged to standard error."
    )
    trusted_proxies: str = Field(
        "", description="Addresses of proxies whose X-Forwarded headers are believed, separated by commas."
    )
    sign_ins_per_minute: int = Field(60, ge=1, description="Wrong access keys accepted from one address in a minute.")


def table() -> list[tuple[str, str, str, str]]:
    """Return (setting, environment variable, default, help) of every setting."""
    return [
        (name, f"{PREFIX}{name.upper()}", _shown(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def load(**given: Any) -> Settings:
    """Return the settings: what is `given` (None: not given), else the environment, else the default."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


def _shown(default: object) -> str:
    return str(default) if default not in ("", None) or isinstance(default, Path) else "(none)"
