"""Who may import whom, and what the pure layers may never touch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.house import calls, faults, imports, module, place, python

RANKS = {
    "server": 0,
    "server.errors": 0,
    "server.filters": 0,
    "server.clock": 0,
    "server.roles": 0,
    "server.sample": 0,
    "server.garbage": 0,
    "server.settings": 0,
    "server.plan": 1,
    "server.domain": 1,
    "server.domain.base": 1,
    "server.domain.pace": 1,
    "server.wire": 1,
    "server.alarm": 1,
    "server.framing": 1,
    "server.desk": 1,
    "server.store": 1,
    "server.store.packing": 1,
    "server.auth": 2,
    "server.board": 2,
    "server.domain.*": 2,
    "server.store.vault": 2,
    "server.folder": 2,
    "server.channels.base": 3,
    "server.adapters": 3,
    "server.gate": 3,
    "server.cohort": 3,
    "server.hub": 4,
    "server._fanout": 1,
    "server.fanout": 4,
    "server.links": 3,
    "server.modules": 3,
    "server.session": 3,
    "server.rehearsal": 3,
    "server.store.*": 4,
    "server.channels": 4,
    "server.boards": 4,
    "server.schemas": 4,
    "server.preview": 4,
    "server.channels.*": 5,
    "server.history": 5,
    "server.connection": 5,
    "server.handshake": 2,
    "server.adopted": 6,
    "server.portable": 6,
    "server.proof": 7,
    "server.sockets": 7,
    "server.metrics": 8,
    "server.api": 5,
    "server.pages": 6,
    "server.judge": 6,
    "server.conductor": 7,
    "server.admin": 8,
    "server.documents": 9,
    "server.app": 9,
    "server.serving": 10,
    "server.workers": 11,
    "server.errand": 11,
    "server.__main__": 12,
}
"""Unit → rank. A unit imports itself and units of a lower rank, so units of one rank are strangers to each other."""

COMPOSERS = frozenset({"server.serving", "server.workers", "server.errand", "server.__main__", "server.documents"})
"""The only ones that know the settings: everything else receives values."""

PURE = (
    *(
        "server.errors",
        "server.roles",
        "server.plan",
        "server.filters",
        "server.domain",
        "server.channels",
        "server.wire",
    ),
    *("server.board", "server.boards", "server.session", "server.cohort", "server.hub"),
)
IMPURE = frozenset({"asyncio", "time", "random", "secrets", "socket", "logging", "os", "threading", "pathlib"})
ENGINE_STRANGERS = IMPURE | {"json", "starlette", "uvicorn"}

CLOCKS = frozenset({"time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter"})
WALL_CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")
CLOCK_HOLDERS = {
    "server.clock": "it is the clock",
    "server.serving": "it hands the clock to the event",
    "server.errand": "it hands the clock to the event",
    "server.__main__": "it hands the clock to the event",
    "server.rehearsal": "it plays people, who have clocks of their own",
}
TASK_MAKERS = {
    "server.app": "the conductor and the heartbeats live as long as the event",
    "server.serving": "the rehearsal runs beside the server",
    "server.handshake": "uvicorn keeps it among its own, and waits for it",
    "server.portable": "a connection is a reader and a pump",
    "server.workers": "every process it started has a keeper",
    "server.rehearsal": "every person it plays is a task",
}


def unit(name: str) -> str:
    """Return the unit of the table that a module belongs to."""
    if name in RANKS:
        return name
    parts = name.split(".")
    for size in range(len(parts) - 1, 0, -1):
        head = ".".join(parts[:size])
        if f"{head}.*" in RANKS:
            return f"{head}.*:{parts[size]}"
        if head in RANKS and size > 1:
            return head
    return name


def rank(name: str) -> int | None:
    """Return the rank of a unit, or None when the table does not know it."""
    return RANKS.get(name.partition(":")[0])


def belongs(name: str, packages: tuple[str, ...]) -> bool:
    """Say whether a module is one of `packages`, or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def crossings(path: Path) -> Iterator[str]:
    """Yield every import of a source that goes against the table."""
    own = unit(module(path))
    for name, line in imports(path):
        if not belongs(name, ("server",)) or unit(name) == own:
            continue
        there, here = rank(unit(name)), rank(own)
        if there is None or here is None or there >= here:
            yield f"{place(path, line)} imports {name}"


def test_every_module_stands_in_the_table() -> None:
    strangers = [place(path) for path in python("server") if rank(unit(module(path))) is None]
    faults(strangers, "Give these modules a rank in tests/house/test_layers.py, as low as what they import allows:")


def test_nothing_imports_its_own_height_or_higher() -> None:
    found = [crossing for path in python("server") for crossing in crossings(path)]
    faults(found, "Imports go down only; take a value or a protocol instead, or move the module's rank with a reason:")


def test_only_composers_know_the_settings() -> None:
    found = [
        place(path, line)
        for path in python("server")
        for name, line in imports(path)
        if name == "server.settings" and not belongs(module(path), tuple(COMPOSERS))
    ]
    faults(found, "Receive the setting's value as an argument; only the composition root reads settings:")


def test_pure_layers_touch_nothing_outside() -> None:
    found = [
        f"{place(path, line)} imports {name}"
        for path in python("server")
        if belongs(module(path), PURE) and module(path) != "server.channels"
        for name, line in imports(path)
        if name.partition(".")[0] in IMPURE
    ]
    faults(found, "These layers neither wait, log, read files nor clocks; move that to a shell above them:")


def test_engines_know_neither_json_nor_the_web() -> None:
    found = [
        f"{place(path, line)} imports {name}"
        for path in python("server/domain")
        for name, line in imports(path)
        if name.partition(".")[0] in ENGINE_STRANGERS
    ]
    faults(found, "An engine is rules only; let its channel or a door do this:")


def test_only_the_clock_reads_the_time() -> None:
    found = []
    for path in python("server"):
        for name, call in calls(path):
            reads = name in CLOCKS or name.endswith(WALL_CLOCKS) or name == "SystemClock"
            if reads and not belongs(module(path), tuple(CLOCK_HOLDERS)):
                found.append(f"{place(path, call.lineno)} calls {name}")
    faults(found, "Take `now` as an argument, or hold a Clock; only server/clock.py reads the machine's:")


def test_tasks_are_made_where_somebody_waits_for_them() -> None:
    found = [
        f"{place(path, call.lineno)} calls {name}"
        for path in python("server")
        for name, call in calls(path)
        if name.rpartition(".")[2] in {"create_task", "ensure_future"} and not belongs(module(path), tuple(TASK_MAKERS))
    ]
    faults(found, "A task needs an owner who ends it; return an awaitable and let a shell run it:")
