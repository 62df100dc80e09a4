"""What the disk itself takes to keep a few bytes, while a server asks it for the same."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

PAGE = bytes(4_096)


class Syncs(threading.Thread):
    """Writes a page and syncs it, one after another until left, and then has how long each took.

    Attributes:
        took: milliseconds of each.
    """

    def __init__(self, folder: Path, pause: float) -> None:
        """Write to a file of its own in `folder`, `pause` seconds after the one before."""
        super().__init__(daemon=True)
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        self._pause = pause
        self._over = threading.Event()
        self.took: list[float] = []

    def __enter__(self) -> Syncs:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self.join()
        self._file.close()

    def run(self) -> None:
        """Write, sync, pause."""
        while not self._over.wait(self._pause):
            began = time.perf_counter()
            self._file.write(PAGE)
            os.fsync(self._file.fileno())
            self.took.append((time.perf_counter() - began) * 1_000)
