"""The bundled sample event: a two-day conference that does not exist.

Owns    its folder: event.toml, agenda.csv and attendees.csv, as organisers would write them.
Never   holds a real person or a running event.
Used by `cuedesk demo`, and by whoever wants a folder to begin from.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

FILES = ("event.toml", "agenda.csv", "attendees.csv")


def copy_to(folder: Path) -> None:
    """Write the sample event into `folder`, which is made if need be; files of these names are replaced.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_bytes(resources.files("server.sample").joinpath(name).read_bytes())
