"""What is checked and sealed when a Subscription is written."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from cordee.operations.subscription_terms import DIGEST, SECRET
from subscriptions.conftest import OpenServer, observation, subscription
from subscriptions.receiver import Receiver

BAD = {
    "Nothing?x=1": "Subscription.criteria",
    "Observation?no-such=1": "Subscription.criteria",
    "Observation?date=yesterday": "Subscription.criteria",
    "Observation?_count=3": "Subscription.criteria",
    "https://example.org/no-such-topic": "Subscription.criteria",
}


@pytest.mark.parametrize(("criteria", "element"), BAD.items())
async def test_criteria_that_cannot_be_used_are_refused(
    server: Any, criteria: str, element: str
) -> None:
    """Criteria are compiled at the write; the refusal names the element and says why."""
    told = await server.create(subscription("https://example.org/", criteria), status=422)
    assert told["issue"][0]["expression"] == [element]
    assert told["issue"][0]["diagnostics"]


@pytest.mark.parametrize(
    ("channel", "element"),
    [
        ({"type": "sms"}, "channel.type"),
        ({"payload": "text/plain"}, "channel.payload"),
        ({"header": ["no colon"]}, "channel.header"),
        ({"header": ["X-Price: 5 \u20ac"]}, "channel.header"),
        ({"header": ["Host: evil.example"]}, "channel.header"),
        ({"extension": [{"url": DIGEST, "valueString": "x"}]}, "channel.extension"),
        ({"extension": [{"url": DIGEST, "valueInteger": -5}]}, "channel.extension"),
        ({"extension": [{"url": SECRET, "valueCode": "x"}]}, "channel.extension"),
        ({"extension": [{"url": SECRET, "valueString": "x"}] * 2}, "channel.extension"),
    ],
)
async def test_channels_that_cannot_be_used_are_refused(
    server: Any, channel: dict[str, Any], element: str
) -> None:
    """Unknown channels, payloads and headers are refused by name."""
    told = await server.create(subscription("https://example.org/", **channel), status=422)
    assert told["issue"][0]["expression"] == [f"Subscription.{element}"]


async def test_a_client_cannot_say_that_it_is_active(open_server: OpenServer) -> None:
    """Active means requested when a client writes it."""
    server = await open_server(work=False)
    made = await server.create(subscription("https://example.org/") | {"status": "active"})
    assert made["status"] == "requested"


async def test_headers_are_sent_but_never_shown(server: Any, receiver: Receiver) -> None:
    """A secret reaches the endpoint only; what is shown can be written back unchanged."""
    id = await server.subscribe(subscription(receiver.url, header=["Authorization: Bearer s3cret"]))
    shown = await server.get(f"Subscription/{id}")
    assert "s3cret" not in str(shown)
    assert "s3cret" not in str(await server.get(f"Subscription/{id}/_history"))
    await server.put(shown | {"reason": "changed"})
    await server.until(id, "active")
    await server.create(observation())
    (told,) = await receiver.wait(1)
    assert told.headers["authorization"] == "Bearer s3cret"


async def test_a_sealed_secret_opens_nowhere_else(open_server: OpenServer) -> None:
    """Sent back for another endpoint or another subscription, it is refused."""
    server = await open_server(work=False)
    hook = subscription("https://example.org/a", header=["Authorization: Bearer s3cret"])
    made = await server.create(hook)
    made["channel"]["endpoint"] = "https://elsewhere.example/a"
    answer = await server.http.put(f"/Subscription/{made['id']}", json=made)
    assert answer.status_code == 422
    made["channel"]["endpoint"] = "https://example.org/a"
    await server.create({k: v for k, v in made.items() if k != "id"}, status=422)


async def test_messages_are_signed(server: Any, receiver: Receiver) -> None:
    """With a signing secret, the receiver can check who sent a message, and when."""
    url = "https://cordee.example/fhir/StructureDefinition/subscription-signing-secret"
    key = base64.b64encode(b"k" * 24).decode()
    extension = [{"url": url, "valueString": f"whsec_{key}"}]
    hook = subscription(receiver.url, payload="application/fhir+json", extension=extension)
    id = await server.subscribe(hook)
    assert key not in str(await server.get(f"Subscription/{id}"))
    await server.create(observation())
    (told,) = await receiver.wait(1)
    name, moment = told.headers["webhook-id"], told.headers["webhook-timestamp"]
    digest = hmac.new(b"k" * 24, f"{name}.{moment}.".encode() + told.body, hashlib.sha256).digest()
    assert told.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
