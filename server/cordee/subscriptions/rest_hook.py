"""The rest-hook channel: HTTP to the subscriber's own address.

With R4's criteria, a subscription without payload is told by a POST without content, one with a
payload by an update (PUT) below its endpoint; with a topic, by a POST of a notification Bundle.

https://hl7.org/fhir/R4/subscription.html#channels
https://hl7.org/fhir/R4/valueset-subscription-channel-type.html
"""

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from cordee.interactions.services import Services
from cordee.operations.subscription_notification import notification
from cordee.operations.subscription_terms import Terms
from cordee.subscriptions import backoff, signature
from cordee.subscriptions.address import AddressRefusedError
from cordee.subscriptions.channel import Parcel, UndeliveredError, formatted
from cordee.subscriptions.seal import Seal, SealBrokenError
from cordee.subscriptions.transport import Transport

JSON = "application/fhir+json"
REFUSALS = frozenset((400, 405, 406, 409, 411, 413, 414, 415, 422, 431))
"""Answers that are about the message, not about the receiver's being well."""


class RestHook:
    """Sends to endpoints."""

    handshakes = True

    def __init__(self, services: Services, seal: Seal, transport: Transport, base: str) -> None:
        """Take what messages are made with."""
        self.services = services
        self._seal = seal
        self._transport = transport
        self.base = base

    def endpoint(self, terms: Terms) -> str:
        """Give scheme, host and port."""
        parts = urlsplit(terms.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    async def send(self, terms: Terms, parcel: Parcel) -> None:
        """Deliver a notification; 2xx answers say that it has arrived."""
        method, url, body = self.content(terms, parcel)
        headers = {
            "User-Agent": "cordee",
            "Content-Type": self._type(terms) if body else "",
            "X-Cordee-Subscription": f"{self.base}/Subscription/{terms.id}",
        }
        if parcel.events:
            headers["X-Cordee-Event-Number"] = str(parcel.events[-1].event.number)
        headers |= self._own(terms)
        if terms.secret:
            secret = self._opened(terms.secret, place(terms))
            headers |= signature.signed(secret, parcel.name(terms), int(time.time()), body)
        seconds = float(terms.timeout or self.services.settings.subscriptions_timeout)
        headers = {name: text for name, text in headers.items() if text}
        await delivered(self._transport, method, url, headers, body, seconds=seconds)

    def content(self, terms: Terms, parcel: Parcel) -> tuple[str, str, bytes]:
        """Give method, URL and content of a request."""
        if terms.topic:
            moment = self.services.clock()
            body = notification(
                self.base, terms, parcel.kind, parcel.since_start, parcel.events, moment=moment
            )
            return "POST", terms.endpoint, formatted(self.services, terms, body)
        told = parcel.events[0] if parcel.events else None
        if told is None or not terms.payload or not told.visible:
            return "POST", terms.endpoint, b""
        parts = urlsplit(terms.endpoint)
        path = f"{parts.path.rstrip('/')}/{told.event.type}/{told.event.id}"
        return "PUT", parts._replace(path=path).geturl(), formatted(self.services, terms, told.body)

    def _type(self, terms: Terms) -> str:
        return "application/fhir+xml" if "xml" in terms.payload else JSON

    def _own(self, terms: Terms) -> dict[str, str]:
        found: dict[str, str] = {}
        for header in terms.headers:
            name, _, value = header.partition(":")
            found[name.strip()] = self._opened(value.strip(), place(terms))
        return found

    def _opened(self, sealed: str, where: str) -> str:
        try:
            return self._seal.open(sealed, where)
        except SealBrokenError as error:
            raise UndeliveredError(
                "The secrets of this subscription cannot be opened: send them again"
            ) from error


async def delivered(
    transport: Transport,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    seconds: float,
) -> None:
    """Send a request that a 2xx answer says has arrived. Raises `UndeliveredError`."""
    try:
        answer = await transport.send(method, url, headers, body, seconds)
    except (AddressRefusedError, ConnectionError) as error:
        raise UndeliveredError(str(error)) from error
    _judge(answer.status, answer.headers.get("retry-after"))


def place(terms: Terms) -> str:
    """Give the place that a subscription's secrets are sealed for."""
    parts = urlsplit(terms.endpoint)
    return f"{terms.id} {parts.scheme}://{parts.netloc}"


def _judge(status: int, retry_after: str | None) -> None:
    if 200 <= status < 300:
        return
    text = f"the endpoint answered {status}"
    if status == 410:
        raise UndeliveredError(text, gone=True)
    raise UndeliveredError(text, refused=status in REFUSALS, wait=backoff.asked(retry_after))
