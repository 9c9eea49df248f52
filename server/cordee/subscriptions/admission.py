"""What holds for every Subscription written, by whomever: checked and sealed before it is stored.

The criteria must compile, the endpoint be allowed, the channel be one of ours; secrets are sealed;
a client's `active` means `requested`, since only the server knows that a subscription works.

https://hl7.org/fhir/R4/subscription.html
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from cordee.access.caller import ANONYMOUS, Caller
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.operations.subscription_terms import OWNER, SECRET, Terms, terms_of
from cordee.resource.types import Resource
from cordee.subscriptions import rules
from cordee.subscriptions.address import Addresses, AddressRefusedError
from cordee.subscriptions.criteria import refused
from cordee.subscriptions.rest_hook import place
from cordee.subscriptions.seal import MARK, Seal, SealBrokenError

CHANNELS = ("rest-hook", "websocket", "email", "message")
PAYLOADS = frozenset(
    ("application/fhir+json", "application/fhir+xml", "application/json", "application/xml")
)
_ADDRESS = re.compile(r"[^\s@,;:?<>\"%]+@[A-Za-z0-9.\-]+")
_OWN_HEADERS = frozenset(
    ("host", "content-length", "transfer-encoding", "connection", "content-type", "te", "upgrade")
)


class Admission:
    """The rule of one server."""

    def __init__(self, seal: Seal, addresses: Addresses) -> None:
        """Take what seals secrets and judges addresses."""
        self._seal = seal
        self._addresses = addresses

    def __call__(self, services: Services, request: Request, resource: Resource) -> Resource:
        """Give the resource as it is stored. Raises UNPROCESSABLE, naming the element."""
        terms = terms_of(resource)
        rules.of(services, terms)
        self._check_channel(services, terms)
        made = {name: value for name, value in resource.items() if name != "error"}
        made["status"] = "off" if terms.status == "off" else "requested"
        made["channel"] = self._sealed(terms, resource["channel"])
        return _owned(made, terms, request.caller, self._seal)

    def _check_channel(self, services: Services, terms: Terms) -> None:
        if terms.channel not in CHANNELS:
            offered = ", ".join(CHANNELS)
            raise refused(
                f"The channel {terms.channel} is not offered; offered: {offered}", "channel.type"
            )
        if terms.payload and terms.payload.partition(";")[0].strip() not in PAYLOADS:
            raise refused(
                f"The payload {terms.payload!r} is not a form of FHIR offered here",
                "channel.payload",
            )
        if terms.channel == "email":
            _check_mail(services, terms)
        if terms.channel not in ("rest-hook", "message"):
            return
        try:
            self._addresses.check_url(terms.endpoint)
        except AddressRefusedError as error:
            raise refused(str(error), "channel.endpoint") from error

    def _sealed(self, terms: Terms, channel: Mapping[str, Any]) -> dict[str, Any]:
        made = dict(channel)
        where = place(terms)
        if terms.headers:
            made["header"] = [self._header(text, where) for text in terms.headers]
        if terms.secret is not None:
            made["extension"] = [
                row | {"valueString": self._once(row["valueString"], where)}
                if row.get("url") == SECRET
                else row
                for row in channel["extension"]
            ]
        return made

    def _header(self, text: str, where: str) -> str:
        name, colon, value = text.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not _token(name) or not value.isprintable():
            raise refused("A header is written as `Name: value`", "channel.header")
        if not value.isascii():
            raise refused("A header's value is ASCII", "channel.header")
        if name.lower() in _OWN_HEADERS:
            raise refused(f"The header {name} is not yours to set", "channel.header")
        return f"{name}: {self._once(value, where, 'channel.header')}"

    def _once(self, text: str, where: str, element: str = "channel.extension") -> str:
        """Seal a text, unless it is one of ours that came back."""
        if not text.startswith(MARK):
            return self._seal.close(text, where)
        try:
            self._seal.open(text, where)
        except SealBrokenError as error:
            raise refused(
                "This sealed value belongs to another subscription or endpoint; "
                "send the value itself",
                element,
            ) from error
        return text


def _check_mail(services: Services, terms: Terms) -> None:
    ordered = terms.of_nde and services.settings.subscriptions_nde_manager
    if not services.settings.subscriptions_smtp and not ordered:
        raise refused("This server sends no mail: it has no mail server set", "channel.type")
    scheme, _, address = terms.endpoint.partition(":")
    if scheme != "mailto" or not _ADDRESS.fullmatch(address):
        raise refused("The endpoint of mail is one mailto: address", "channel.endpoint")


def _token(name: str) -> bool:
    return bool(name) and name.isascii() and name.replace("-", "").replace("_", "").isalnum()


def _owned(resource: Resource, terms: Terms, caller: Caller, seal: Seal) -> Resource:
    """Write down who asked: the subscriber receives what this caller may see, nothing else."""
    kept = [row for row in resource.get("extension", ()) if row.get("url") != OWNER]
    if caller != ANONYMOUS:
        told = msgspec.json.encode(caller.at_rest()).decode()
        kept.append({"url": OWNER, "valueString": seal.close(told, terms.id)})
    made = {name: value for name, value in resource.items() if name != "extension"}
    return made | ({"extension": kept} if kept else {})


def owner_of(terms: Terms, seal: Seal) -> Caller:
    """Give the caller who made a subscription. Raises `SealBrokenError`."""
    if terms.owner is None:
        return ANONYMOUS
    return msgspec.json.decode(seal.open(terms.owner, terms.id), type=Caller)
