"""What operators see of subscriptions, in Prometheus' words.

Gauges are of one process: each counts the subscriptions it works on.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600, 86400)


class Metrics:
    """The metrics of one process's subscriptions."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register them."""
        registry = registry or CollectorRegistry()
        self.queued = Counter("cordee_subscription_events", "Events queued.", registry=registry)
        self.deliveries = Counter(
            "cordee_subscription_deliveries",
            "Notifications tried, by how it ended.",
            ("outcome",),
            registry=registry,
        )
        self.retries = Counter(
            "cordee_subscription_retries", "Notifications to be tried again.", registry=registry
        )
        self.dead = Counter(
            "cordee_subscription_dead_events", "Events given up.", registry=registry
        )
        self.skipped = Counter(
            "cordee_subscription_skipped_versions",
            "Versions that could not be matched because of a bug.",
            registry=registry,
        )
        self.latency = Histogram(
            "cordee_subscription_latency_seconds",
            "From the commit of a version to the delivery of its notification.",
            buckets=BUCKETS,
            registry=registry,
        )
        self.lag = Gauge(
            "cordee_subscription_lag_seconds",
            "Age of the last event read, when it was read.",
            multiprocess_mode="max",
            registry=registry,
        )
        self.pending = Gauge(
            "cordee_subscription_pending_events",
            "Events queued and not delivered.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.active = Gauge(
            "cordee_subscription_active",
            "Subscriptions being served.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.circuits = Gauge(
            "cordee_subscription_open_circuits",
            "Endpoints left alone after failures.",
            multiprocess_mode="livesum",
            registry=registry,
        )
