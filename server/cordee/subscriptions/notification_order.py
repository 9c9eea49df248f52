"""Orders to notify, of the French guide on notifications of events (NdE 3.0.0, flow 4).

Where another system is the guide's manager of notifications, an event of a subscription of the
guide goes there: a `CommunicationRequest` based on the Subscription, which carries whom it is
about, who asks, and whom to tell where. Without one, this server tells the subscriber itself.

https://interop.esante.gouv.fr/ig/fhir/nde
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.subscription_notification import Told
from cordee.operations.subscription_terms import NDE, Terms
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.subscriptions.channel import Parcel
from cordee.subscriptions.rest_hook import JSON, delivered
from cordee.subscriptions.transport import Transport

MEDIA = (
    "https://mos.esante.gouv.fr/NOS/TRE_R200-CanalCommunication/FHIR/TRE-R200-CanalCommunication"
)
BY_MAIL = ("3", "Courrier électronique")
BY_WEB = ("4", "Site web")
KEPT = ("event-type", "event-time")
"""Extensions of the event that the order repeats."""
RECIPIENT = "recipient"
"""The id that the subscriber has inside the order."""


class NotificationOrders:
    """Sends orders to one manager of notifications."""

    handshakes = False

    def __init__(self, services: Services, transport: Transport, base: str) -> None:
        """Take the manager's FHIR base from the settings."""
        self._services = services
        self._transport = transport
        self._base = base
        self._manager = (services.settings.subscriptions_nde_manager or "").rstrip("/")

    def endpoint(self, terms: Terms) -> str:  # noqa: ARG002 - the port's shape
        """Name the manager, whoever is to be told."""
        parts = urlsplit(self._manager)
        return f"{parts.scheme}://{parts.netloc}"

    async def send(self, terms: Terms, parcel: Parcel) -> None:
        """Create an order for each event that may be told."""
        stored = await self._services.store.read("Subscription", terms.id)
        if stored is None or stored.deleted:
            return
        subscription = json.parse(stored.body)
        for told in parcel.events:
            if told.visible and told.body:
                await self._create(terms, told, subscription)

    async def _create(self, terms: Terms, told: Told, subscription: Resource) -> None:
        made = order(self._base, terms, told, subscription)
        headers = {
            "User-Agent": "cordee",
            "Content-Type": JSON,
            "X-Cordee-Subscription": f"{self._base}/Subscription/{terms.id}",
            "X-Cordee-Event-Number": str(told.event.number),
        }
        seconds = float(terms.timeout or self._services.settings.subscriptions_timeout)
        url = f"{self._manager}/CommunicationRequest"
        body = json.serialize(made)
        await delivered(self._transport, "POST", url, headers, body, seconds=seconds)


def order(base: str, terms: Terms, told: Told, subscription: Resource) -> Resource:
    """Make the order for one event of a subscription."""
    event = json.parse(told.body)
    recipient = _recipient(subscription)
    contained = list(event.get("contained", ()))
    target: dict[str, Any] = {"display": "?"}
    if recipient is not None:
        contained.append(recipient | {"id": RECIPIENT})
        target = {"reference": f"#{RECIPIENT}"}
    emitted = event.get("authoredOn") or instant(told.event.moment)
    code, display = BY_MAIL if terms.channel == "email" else BY_WEB
    made: Resource = {
        "resourceType": "CommunicationRequest",
        "meta": {"profile": [f"{NDE}nde-notificationrequest"]},
        "contained": contained,
        "extension": [
            *(row for row in event.get("extension", ()) if row.get("url") in _KEPT),
            {"url": f"{NDE}event-emission-time", "valueDateTime": emitted},
        ],
        "basedOn": [{"reference": f"{base}/Subscription/{terms.id}"}],
        "status": "active",
        "medium": [{"coding": [{"system": MEDIA, "code": code, "display": display}]}],
        "payload": event.get("payload", [])[:1] or [{"contentString": _kind(event)}],
        "recipient": [
            {"extension": [{"url": f"{NDE}recipient-endpoint", "valueUrl": terms.endpoint}]}
            | target
        ],
    }
    return made | {name: event[name] for name in ("subject", "requester") if name in event}


_KEPT = frozenset(f"{NDE}{name}" for name in KEPT)


def _recipient(subscription: Resource) -> Resource | None:
    """Give the subscriber, which the guide wants inside the Subscription."""
    for row in subscription.get("extension", ()):
        if row.get("url") == f"{NDE}subscriber":
            name = row.get("valueReference", {}).get("reference", "").removeprefix("#")
            for each in subscription.get("contained", ()):
                if each.get("id") == name:
                    return dict(each)
    return None


def _kind(event: Mapping[str, Any]) -> str:
    """Give the words for the kind of an event."""
    for row in event.get("extension", ()):
        if row.get("url") == f"{NDE}event-type":
            coded = row.get("valueCodeableConcept", {})
            for coding in coded.get("coding", ()):
                return str(coding.get("display") or coding.get("code"))
    return "?"
