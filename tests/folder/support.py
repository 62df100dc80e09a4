"""Folders to read, written by the test that reads them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from server.folder import Reading, read
from server.plan import EventPlan, PlannedItem

SAMPLES = Path(__file__).parent.parent / "samples"
HEAD = 'title = "Harbour Days"\ntimezone = "Europe/Berlin"\nlanguages = ["en"]\n'
AGENDA = "id,room,title,start,duration\na,Quay,Tides,2026-06-05 10:00,45\n"


def reading(folder: Path, toml: str = "", /, **files: str | bytes) -> Reading:
    """Read a folder with these files, `_` in their names standing for the dot, below the usual head of event.toml."""
    (folder / "event.toml").write_text(HEAD + toml, encoding="utf-8")
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("_", ".")).write_bytes(raw)
    return read(folder)


def planned(folder: Path, toml: str = "", /, **files: str | bytes) -> EventPlan:
    """Return the plan of a folder that has no faults."""
    result = reading(folder, toml, **files)
    assert result.faults == []
    assert result.plan is not None
    return result.plan


def faults(folder: Path, toml: str = "", /, **files: str | bytes) -> list[str]:
    """Return what a folder is told, each as it is printed; a folder with faults has no plan."""
    result = reading(folder, toml, **files)
    assert (result.plan is None) == bool(result.faults)
    return [str(fault) for fault in result.faults]


def warnings(folder: Path, toml: str = "", /, **files: str | bytes) -> list[str]:
    """Return the warnings of a folder that is served all the same."""
    result = reading(folder, toml, **files)
    assert result.plan is not None
    return [str(fault) for fault in result.warnings]


def sample(name: str) -> bytes:
    """Return a sample file."""
    return (SAMPLES / name).read_bytes()


def times(item: PlannedItem, zone: str = "Europe/Berlin") -> str:
    """Return when an item is, as its zone's clocks show it: `06-05 10:00-10:45`."""
    start, end = (datetime.fromtimestamp(at / 1000, ZoneInfo(zone)) for at in (item.start, item.end))
    return f"{start:%m-%d %H:%M}-{end:%H:%M}"


def by_id(plan: EventPlan) -> dict[str, PlannedItem]:
    """Return the items by their ids."""
    return {item.id: item for item in plan.items}
