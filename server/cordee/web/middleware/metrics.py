"""Prometheus metrics: how long each interaction takes, how it ends, how much is under way."""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)


class Metrics:
    """The metrics of one server process; with several, `text` adds all of them up."""

    def __init__(self) -> None:
        """Register the metrics of requests and, if it is the only one, of the process."""
        self._registry = CollectorRegistry()
        self._shared = MULTIPROCESS in os.environ
        if not self._shared:
            ProcessCollector(registry=self._registry)
            GCCollector(registry=self._registry)
        self._duration = Histogram(
            "cordee_request_duration_seconds",
            "Time from the first byte received to the last byte sent.",
            ("interaction", "status"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._bytes = Counter(
            "cordee_response_bytes", "Bytes of answers.", ("interaction",), registry=self._registry
        )
        self.in_flight = Gauge(
            "cordee_requests_in_flight",
            "Requests under way.",
            multiprocess_mode="livesum",
            registry=self._registry,
        )
        # `labels` takes a lock and builds a key at each call; the pairs in use are few.
        self._children: dict[tuple[str, int], tuple[Histogram, Counter]] = {}

    @property
    def registry(self) -> CollectorRegistry:
        """Where other work of this process registers its own metrics."""
        return self._registry

    def observe(self, interaction: str, status: int, seconds: float, size: int) -> None:
        """Count one finished request."""
        found = self._children.get((interaction, status))
        if found is None:
            found = self._children[(interaction, status)] = (
                self._duration.labels(interaction, str(status)),
                self._bytes.labels(interaction),
            )
        found[0].observe(seconds)
        found[1].inc(size)

    def text(self) -> bytes:
        """Give all metrics in Prometheus' text format."""
        if not self._shared:
            return generate_latest(self._registry)
        gathered = CollectorRegistry()
        MultiProcessCollector(gathered)  # type: ignore[no-untyped-call]  # untyped upstream
        return generate_latest(gathered)
