"""What all subscriptions of one process share."""

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from cordee.interactions.services import Services
from cordee.operations.subscription_terms import Terms
from cordee.settings import Settings
from cordee.store.notification_queue import NotificationQueue
from cordee.subscriptions.backoff import Circuits
from cordee.subscriptions.bells import Bells
from cordee.subscriptions.channel import Channel
from cordee.subscriptions.metrics import Metrics
from cordee.subscriptions.progress import Progress
from cordee.subscriptions.seal import Seal

ORDERS = "nde-notificationrequest"
"""Where the channel stands that takes all subscriptions of the French guide."""
SHARDS = 16
LEASE = 6.0
"""Seconds that a share of the subscriptions stays with a process that says nothing more."""
RENEWAL = 1.5
MARGIN = 1.0


def shard_of(subscription: str) -> int:
    """Give the share that a subscription belongs to."""
    return zlib.crc32(subscription.encode()) % SHARDS


def base_of(settings: Settings) -> str:
    """Give the FHIR base URL that notifications name resources by."""
    if settings.base_url:
        return settings.base_url.rstrip("/")
    return f"http://{settings.host}:{settings.port}/fhir"


@dataclass(slots=True)
class Office:
    """The tools of deliveries."""

    services: Services
    queue: NotificationQueue
    seal: Seal
    channels: Mapping[str, Channel]
    progress: Progress
    metrics: Metrics = field(default_factory=Metrics)
    circuits: Circuits = field(default_factory=Circuits)
    bells: Bells = field(default_factory=Bells)
    renewed: float = 0.0

    def channel(self, terms: Terms) -> Channel:
        """Give the way out for a subscription."""
        orders = self.channels.get(ORDERS)
        return orders if orders is not None and terms.of_nde else self.channels[terms.channel]

    def holds_leases(self) -> bool:
        """Tell whether this process is still the one to deliver."""
        return time.monotonic() - self.renewed < LEASE - MARGIN
