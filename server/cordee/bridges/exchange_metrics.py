"""What operators see of bridges, in Prometheus' words."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS = (0.1, 0.5, 1, 2.5, 5, 15, 60, 300, 3600, 21600, 86400, 259200)


class ExchangeMetrics:
    """The metrics of one process's exchanges."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register them."""
        registry = registry or CollectorRegistry()
        self.attempts = Counter(
            "cordee_bridge_attempts",
            "Attempts at exchanges, by the state they led to.",
            ("bridge", "action", "state"),
            registry=registry,
        )
        self.duration = Histogram(
            "cordee_bridge_attempt_seconds",
            "Time that an attempt took.",
            ("bridge", "action"),
            registry=registry,
        )
        self.latency = Histogram(
            "cordee_bridge_latency_seconds",
            "From the queuing of an exchange until it was done.",
            ("bridge",),
            buckets=BUCKETS,
            registry=registry,
        )
        self.exchanges = Gauge(
            "cordee_bridge_exchanges",
            "Exchanges in the queue that are not done.",
            ("bridge", "state"),
            multiprocess_mode="max",
            registry=registry,
        )
