"""The websocket channel: the subscriber comes to us, and is told over its own connection.

https://hl7.org/fhir/R4/subscription.html#websocket
"""

from cordee.operations.subscription_terms import Terms
from cordee.subscriptions.channel import Parcel


class Websocket:
    """Nothing is sent out: connections read the queue themselves (`socket_session`)."""

    handshakes = False

    async def send(self, terms: Terms, parcel: Parcel) -> None:
        """Do nothing: what is queued is there for those who connect."""

    def endpoint(self, terms: Terms) -> str:
        """Name a circuit that never opens."""
        return f"websocket:{terms.id}"
