"""What operators see of the audit, in Prometheus' words."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """The metrics of one process's audit."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register them."""
        registry = registry or CollectorRegistry()
        self.lines = Counter(
            "cordee_audit_lines", "AuditEvents written to the journal.", registry=registry
        )
        self.queued = Gauge(
            "cordee_audit_queued",
            "Acts not written to the journal yet.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.unpublished = Gauge(
            "cordee_audit_unpublished",
            "Lines that searches do not find yet.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.full = Counter(
            "cordee_audit_queue_full", "Requests that waited for room.", registry=registry
        )
        self.forks = Counter(
            "cordee_audit_forks",
            "Times the chain's head was not what this process had left there.",
            registry=registry,
        )
