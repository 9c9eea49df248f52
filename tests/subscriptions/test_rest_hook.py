"""R4's rest-hook, with a real subscriber."""

from typing import Any

from subscriptions.conftest import observation, subscription
from subscriptions.receiver import Receiver


async def test_a_matching_write_is_told_by_a_post_without_content(
    server: Any, receiver: Receiver
) -> None:
    """Without payload the endpoint gets an empty POST with the number of the event."""
    await server.subscribe(subscription(receiver.url, "Observation?status=final"))
    await server.create(observation(status="preliminary"))
    await server.create(observation())
    (told,) = await receiver.wait(1)
    assert (told.method, told.path, told.body, told.number) == ("POST", "/hook", b"", 1)


async def test_a_payload_is_an_update_below_the_endpoint(server: Any, receiver: Receiver) -> None:
    """With payload the resource is put under its own type and id, as it is stored."""
    await server.subscribe(subscription(receiver.url, payload="application/fhir+json"))
    made = await server.create(observation())
    (told,) = await receiver.wait(1)
    assert (told.method, told.path) == ("PUT", f"/hook/Observation/{made['id']}")
    assert told.json() == made
    assert told.headers["content-type"] == "application/fhir+json"


async def test_events_come_in_order_and_numbered_without_gaps(
    server: Any, receiver: Receiver
) -> None:
    """Fifty writes give the numbers 1 to 50, in the order of the writes."""
    await server.subscribe(subscription(receiver.url, payload="application/fhir+json"))
    ids = [(await server.create(observation()))["id"] for _ in range(50)]
    told = await receiver.wait(50)
    assert [each.number for each in told] == list(range(1, 51))
    assert [each.json()["id"] for each in told] == ids


async def test_an_endpoint_keeps_its_query(server: Any, receiver: Receiver) -> None:
    """What an endpoint asks for after `?` stays behind the path that a payload is put to."""
    await server.subscribe(subscription(f"{receiver.url}?key=a", payload="application/fhir+json"))
    made = await server.create(observation())
    (told,) = await receiver.wait(1)
    assert told.path == f"/hook/Observation/{made['id']}?key=a"
