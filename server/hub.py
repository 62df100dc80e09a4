"""Who watches which board, and waking them when it changes.

Owns    membership, and how long a board collects before its readers are woken again.
Never   awaits, encodes, decides permissions, or keeps anything per reader but its place in a set.
Used by the conductor (publish) and the sockets (watch).

A reader that is woken asks its board for what changed since its own position, when its link is writable. So a
stalled screen costs one integer per board, and no queue anywhere grows with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from server.board import Board


class Outlet(Protocol):
    """One connected screen, as the hub sees it."""

    def offer(self, board: Board) -> None:
        """Note that `board` has news. Returns at once."""
        ...


Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds (the loop's `call_later`)."""


class Hub:
    """Membership of boards."""

    def __init__(self, later: Later) -> None:
        self._later = later
        self._watchers: dict[Board, dict[Outlet, None]] = {}
        self._gathering: set[Board] = set()

    def watch(self, board: Board, outlet: Outlet) -> None:
        """Let `outlet` be woken when `board` changes. Idempotent."""
        self._watchers.setdefault(board, {})[outlet] = None

    def unwatch(self, board: Board, outlet: Outlet) -> None:
        """Wake `outlet` for `board` no more. Idempotent."""
        watchers = self._watchers.get(board)
        if watchers is not None:
            watchers.pop(outlet, None)
            if not watchers:
                del self._watchers[board]

    def publish(self, boards: Iterable[Board]) -> None:
        """Wake everybody who watches one of `boards`, at once."""
        for board in boards:
            self._wake(board)

    def gather(self, board: Board, milliseconds: int) -> None:
        """Wake the readers of `board` within `milliseconds`, once for all changes until then."""
        if milliseconds <= 0:
            self._wake(board)
        elif board not in self._gathering:
            self._gathering.add(board)
            self._later(milliseconds / 1000, lambda: self._gathered(board))

    def watchers(self, board: Board) -> int:
        """Return how many outlets watch `board`."""
        return len(self._watchers.get(board, ()))

    def _gathered(self, board: Board) -> None:
        self._gathering.discard(board)
        self._wake(board)

    def _wake(self, board: Board) -> None:
        for outlet in tuple(self._watchers.get(board, ())):
            outlet.offer(board)
