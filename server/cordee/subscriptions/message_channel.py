"""The message channel: a FHIR message, by HTTP, to the application named by the endpoint.

https://hl7.org/fhir/R4/subscription.html#message
https://hl7.org/fhir/R4/messaging.html
"""

from uuid import uuid4

from cordee.interactions import bundle
from cordee.interactions.stamp import instant
from cordee.operations.subscription_terms import Terms
from cordee.resource import json
from cordee.subscriptions.channel import Parcel, formatted
from cordee.subscriptions.rest_hook import RestHook

EVENT = "https://cordee.example/fhir/CodeSystem/message-events"


class MessageChannel(RestHook):
    """Sends messages the way hooks are called."""

    handshakes = False

    def content(self, terms: Terms, parcel: Parcel) -> tuple[str, str, bytes]:
        """Give method, URL and content: a Bundle that begins with a MessageHeader."""
        named = terms.payload and terms.content != "empty"
        focuses = [
            (f"{self.base}/{told.event.type}/{told.event.id}", told.body)
            for told in parcel.events
            if told.visible and told.body and named
        ]
        header = {
            "resourceType": "MessageHeader",
            "id": str(uuid4()),
            "eventCoding": {"system": EVENT, "code": "subscription-event"},
            "destination": [{"endpoint": terms.endpoint}],
            "source": {"name": "Cordée", "endpoint": self.base},
            "reason": {"text": f"{self.base}/Subscription/{terms.id}"},
        }
        if focuses:
            header["focus"] = [{"reference": url} for url, _ in focuses]
        entries = [bundle.entry(f"urn:uuid:{header['id']}", json.serialize(header))]
        if terms.content == "full-resource":
            entries += [bundle.entry(url, body) for url, body in focuses]
        head = {
            "resourceType": "Bundle",
            "id": str(uuid4()),
            "type": "message",
            "timestamp": instant(self.services.clock()),
        }
        body = json.serialize(head)[:-1] + b',"entry":[' + b",".join(entries) + b"]}"
        return "POST", terms.endpoint, formatted(self.services, terms, body)
