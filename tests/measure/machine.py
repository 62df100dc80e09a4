"""The machine that is measured on: its cores, the clocks and memory of other processes, and the bare write loop."""

from __future__ import annotations

import contextlib
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import IO

HERE = Path(__file__).parent
SERVER_CORE, CLIENT_CORE = 0, 1


def cpu(pids: Iterable[int]) -> int:
    """Return the processor time that these processes took so far, all threads, in nanoseconds."""
    # The kernel's number of another process's CPU clock, as clock_getcpuclockid(3) gives it.
    return sum(time.clock_gettime_ns((~pid << 3) | 2) for pid in pids)


def memory(pids: Iterable[int]) -> int:
    """Return the bytes of memory that these processes hold, what they share with others counted by its share."""
    held = 0
    for pid in pids:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        held += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return held * 1024


def family(pid: int) -> list[int]:
    """Return a process and all that it started, however far down."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found


def cores() -> list[int]:
    """Return the processor cores that this process may use."""
    return sorted(os.sched_getaffinity(0))


@contextlib.contextmanager
def placed(core: int) -> Iterator[None]:
    """Let what is started inside run on one core, by its place among ours, where there are two."""
    mine = cores()
    if len(mine) > 1:
        os.sched_setaffinity(0, {mine[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(mine))


def open_files(wanted: int) -> int:
    """Raise the limit of open files of this process and its children as far as allowed, and return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = max(soft, wanted if hard == resource.RLIM_INFINITY else min(wanted, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return limit


def go_first() -> bool:
    """Let this process and all that it starts go before others on a busy machine, where we may; say whether so."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, -15)
        # Where the kernel groups processes by their session, that group's rank is what counts.
        os.setsid()
        Path("/proc/self/autogroup").write_text("-8")
    except OSError:
        return os.getpriority(os.PRIO_PROCESS, 0) < 0
    return True


def described() -> dict[str, str]:
    """Return what a reader of the figures must know of the machine."""
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": model[0].partition(": ")[2] if model else platform.processor() or "unknown",
        "cores": str(len(cores())),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "placement": "server on one core, readers on another" if len(cores()) > 1 else "server and readers on one core",
    }


_BUILT = tempfile.TemporaryDirectory(prefix="floor")


@cache
def _compiled(compiler: str) -> Path:
    program = Path(_BUILT.name) / "floor"
    subprocess.run([compiler, "-O2", "-o", program, HERE / "floor.c"], check=True)
    return program


class Floor:
    """The bare write loop, in its own process: the C program where there is a compiler, else one in Python."""

    def __init__(self) -> None:
        """Build it if it is not yet, and start it."""
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        self.language = "Python" if compiler is None else "C"
        command: list[str | Path] = [sys.executable, HERE / "floor.py"]
        if compiler is not None:
            command = [_compiled(compiler)]
        with placed(SERVER_CORE):
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(_line(self.process.stdout))
        self.pids = [self.process.pid]

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextlib.contextmanager
def bare() -> Iterator[Floor]:
    """Run the bare write loop until left."""
    floor = Floor()
    try:
        yield floor
    finally:
        floor.stop()


def _line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()
