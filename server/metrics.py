"""What is counted about the server itself, for Prometheus.

Owns    the names and help of every metric.
Never   counts what people do: that is the channels' rows.
Used by app.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

from server.errors import AppError
from server.hub import Hub
from server.sockets import Sockets
from server.store import Journal


class Metrics:
    """The metrics of one process."""

    def __init__(
        self,
        registry: CollectorRegistry,
        sockets: Sockets,
        hub: Hub,
        journal: Journal,
        sends_at_once: Callable[[], int],
    ) -> None:
        ProcessCollector(registry=registry)

        def gauge(name: str, help_: str, read: Callable[[], float]) -> None:
            Gauge(f"cuedesk_{name}", help_, registry=registry).set_function(read)

        gauge("sockets", "WebSockets connected now.", lambda: len(sockets))
        gauge("sockets_congested", "Those whose link takes nothing at the moment.", lambda: len(hub.congested))
        gauge(
            "sends_at_once",
            "Sends to sockets that one call of the kernel makes: 256 by io_uring, 1 without; 0 is pure Python.",
            sends_at_once,
        )
        gauge("conflated", "Times a screen got what it had missed in one go.", lambda: hub.conflated)
        gauge(
            "late_seconds", "How late the loop was at worst in the last minute, looked at twice a second.", sockets.late
        )
        gauge("journal_offset", "Events in the journal.", lambda: journal.offset)
        self._commands = Counter(
            "cuedesk_commands", "Commands over HTTP by channel and outcome.", ["channel", "outcome"], registry=registry
        )
        self._seconds = Histogram(
            "cuedesk_command_seconds",
            "Time from a command's arrival over HTTP to its durable answer.",
            registry=registry,
            buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
        )

    @contextlib.contextmanager
    def command(self, channel: str) -> Iterator[None]:
        """Count and time what is done inside."""
        outcome = "ok"
        with self._seconds.time():
            try:
                yield
            except AppError as error:
                outcome = error.code
                raise
            finally:
                self._commands.labels(channel, outcome).inc()
