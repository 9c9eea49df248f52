"""Bells: waking those who wait for news of a subscription in this process."""

import asyncio


class Bells:
    """One bell a subscription, there only while somebody waits."""

    def __init__(self) -> None:
        """Begin without any."""
        self._waiting: dict[str, set[asyncio.Event]] = {}

    def ring(self, subscription: str) -> None:
        """Wake all who wait for a subscription."""
        for event in self._waiting.get(subscription, ()):
            event.set()

    def hang(self, subscription: str, event: asyncio.Event) -> None:
        """Set `event` from now on whenever there is news of a subscription."""
        self._waiting.setdefault(subscription, set()).add(event)

    def take_down(self, event: asyncio.Event) -> None:
        """Forget a waiter."""
        for subscription, events in list(self._waiting.items()):
            events.discard(event)
            if not events:
                del self._waiting[subscription]
