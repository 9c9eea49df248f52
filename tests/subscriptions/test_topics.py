"""Topic-based subscriptions, after the backport guide for R4."""

import asyncio
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from cordee.resource import json as strict
from cordee.subscriptions import topic_basic, topics
from subscriptions.conftest import Json, subscription, topical
from subscriptions.receiver import Receiver

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"


def flag(patient: str = "a", status: str = "active") -> Json:
    """A small alert."""
    return {
        "resourceType": "Flag",
        "status": status,
        "code": {"text": "fall"},
        "subject": {"reference": f"Patient/{patient}"},
    }


def valid(server: Any, body: bytes, profile: str) -> None:
    """Hold a resource against a profile of the guide."""
    report = server.services.validator.validate(strict.parse(body), (f"{BACKPORT}{profile}",))
    assert report.ok, report.issues


def parameters(bundle: Json) -> Json:
    """The status of a notification: name → value, or for events the list of their parts."""
    found: Json = {"events": []}
    for row in bundle["entry"][0]["resource"]["parameter"]:
        value = next((v for k, v in row.items() if k.startswith("value")), None)
        if row["name"] == "notification-event":
            found["events"].append(
                {
                    part["name"]: next(v for k, v in part.items() if k.startswith("value"))
                    for part in row["part"]
                }
            )
        else:
            found[row["name"]] = value
    return found


async def test_a_handshake_comes_first_then_the_events(server: Any, receiver: Receiver) -> None:
    """The subscription is active after its handshake; id-only events name their focus."""
    await server.put({"resourceType": "Patient", "id": "a"})
    await server.subscribe(topical(receiver.url, "alert", "Flag?patient=Patient/a"))
    await server.create(flag("b"))
    made = await server.create(flag())
    handshake, event = [told.json() for told in await receiver.wait(2)]
    shaken = parameters(handshake)
    assert (shaken["type"], shaken["status"]) == ("handshake", "requested")
    assert shaken["events-since-subscription-start"] == "0"
    told = parameters(event)
    assert (told["type"], told["status"]) == ("event-notification", "active")
    assert told["events-since-subscription-start"] == "1"
    (only,) = told["events"]
    assert only["event-number"] == "1"
    assert only["focus"] == {"reference": f"http://test/fhir/Flag/{made['id']}"}
    assert only["additional-context"] == {"reference": "http://test/fhir/Patient/a"}
    assert all("resource" not in row for row in event["entry"][1:])


@pytest.mark.parametrize("content", ["empty", "id-only", "full-resource"])
async def test_notifications_are_valid_bundles(
    server: Any, receiver: Receiver, content: str
) -> None:
    """Notifications meet the guide's profiles and parse under an independent library."""
    await server.put({"resourceType": "Patient", "id": "a"})
    id = await server.subscribe(topical(receiver.url, "alert", content=content))
    made = await server.create(flag())
    shaken, told = await receiver.wait(2)
    asked = await server.http.get(f"/Subscription/{id}/$events")
    for body in (shaken.body, told.body, asked.content):
        valid(server, body, "backport-subscription-notification-r4")
        Bundle.model_validate(strict.parse(body))
    state = await server.get(f"Subscription/{id}/$status")
    status = state["entry"][0]["resource"]
    valid(server, strict.serialize(status), "backport-subscription-status-r4")
    stored = await server.http.get(f"/Subscription/{id}")
    valid(server, stored.content, "backport-subscription")
    entries = told.json()["entry"][1:]
    shown = [row.get("resource", {}).get("id") for row in entries]
    wanted = {"empty": [], "id-only": [None, None], "full-resource": [made["id"], "a"]}
    assert shown == wanted[content]


async def test_events_come_together_up_to_the_maximum(server: Any, receiver: Receiver) -> None:
    """What waits while the receiver is away comes in bundles of at most maxCount events."""
    away = True
    receiver.answer = lambda told: (503 if away and b"event-not" in told.body else 200, {})
    await server.subscribe(topical(receiver.url, "alert", max_count=4))
    for _ in range(9):
        await server.create(flag())
    away = False
    numbers: list[int] = []
    async with asyncio.timeout(20):
        while numbers[-1:] != [9]:
            await asyncio.sleep(0.1)
            events = [parameters(told.json())["events"] for told in receiver.all]
            numbers = [int(each["event-number"]) for rows in events for each in rows]
            assert all(len(rows) <= 4 for rows in events)
    assert sorted(set(numbers)) == list(range(1, 10))


async def test_only_changes_of_the_status_are_events(server: Any, receiver: Receiver) -> None:
    """An alert is told when it is raised and when it is resolved, not when it is only edited."""
    await server.subscribe(topical(receiver.url, "alert", content="full-resource"))
    made = await server.create(flag())
    made = await server.put(made | {"code": {"text": "fall again"}})
    await server.put(made | {"status": "inactive"})
    await receiver.wait(3)
    await asyncio.sleep(0.3)
    events = [told.json()["entry"][1]["resource"] for told in receiver.all[1:]]
    assert [event["meta"]["versionId"] for event in events] == ["1", "3"]


async def test_members_in_and_out_are_events(server: Any, receiver: Receiver) -> None:
    """A circle is told when its participants change, and not when its name does."""
    await server.subscribe(topical(receiver.url, "care-circle-member", content="full-resource"))
    circle: Json = {"resourceType": "CareTeam", "id": "c", "status": "active"}
    await server.put(circle)
    member = {"member": {"display": "Mme Durand"}}
    await server.put(circle | {"participant": [member]})
    await server.put(circle | {"participant": [member], "name": "renamed"})
    await server.put(circle | {"name": "renamed"})
    await receiver.wait(3)
    await asyncio.sleep(0.3)
    events = [told.json()["entry"][1]["resource"] for told in receiver.all[1:]]
    assert [event["meta"]["versionId"] for event in events] == ["2", "4"]


async def test_a_heartbeat_comes_when_nothing_else_does(server: Any, receiver: Receiver) -> None:
    """With a heartbeat period the receiver hears that the subscription is alive."""
    await server.subscribe(topical(receiver.url, "alert", heartbeat_period=1))
    told = await receiver.wait(2)
    assert parameters(told[1].json())["type"] == "heartbeat"
    assert parameters(told[1].json())["events-since-subscription-start"] == "0"


async def test_a_failed_handshake_is_an_error_until_it_works(
    server: Any, receiver: Receiver
) -> None:
    """A subscription whose handshake fails says so, and is active once it has been shaken."""
    works = False
    receiver.answer = lambda _: (200 if works else 404, {})
    made = await server.create(topical(receiver.url, "alert"))
    found = await server.until(made["id"], "error")
    assert "404" in found["error"]
    works = True
    await server.until(made["id"], "active")


async def test_status_and_events_can_be_asked_for(server: Any, receiver: Receiver) -> None:
    """$status says how many events there were; $events tells a range of them again."""
    id = await server.subscribe(topical(receiver.url, "alert"))
    for _ in range(5):
        await server.create(flag())
    await receiver.wait(6)
    found = await server.get(f"Subscription/{id}/$status")
    assert found["type"] == "searchset"
    told = parameters(found)
    assert (told["type"], told["events-since-subscription-start"]) == ("query-status", "5")
    all_of_them = await server.get("Subscription/$status?status=active")
    assert len(all_of_them["entry"]) == 1
    query = "eventsSinceNumber=2&eventsUntilNumber=4&content=full-resource"
    again = await server.get(f"Subscription/{id}/$events?{query}")
    assert parameters(again)["type"] == "query-event"
    assert [e["event-number"] for e in parameters(again)["events"]] == ["2", "3", "4"]
    assert [row["resource"]["resourceType"] for row in again["entry"][1:]] == ["Flag"] * 3
    Bundle.model_validate(again)


@pytest.mark.parametrize("wrong", ["Flag?status=active", "Patient?name=x", "patient=Patient/a&x=1"])
async def test_filters_that_the_topic_does_not_offer_are_refused(server: Any, wrong: str) -> None:
    """Filters must be on the topic's resources and parameters."""
    told = await server.create(topical("https://example.org/", "alert", wrong), status=422)
    assert told["issue"][0]["expression"][0].startswith("Subscription.criteria")


@pytest.mark.parametrize("url", topics.shipped())
async def test_shipped_topics_can_be_subscribed_to(server: Any, url: str) -> None:
    """Every shipped topic compiles, and so does each of its filters and contexts."""
    topic = topics.shipped()[url]
    filters = [
        f"{row['resource']}?{row['filterParameter']}:missing=false" for row in topic["canFilterBy"]
    ]
    assert topics.rules(server.services, url, filters)
    for row in topic["notificationShape"]:
        for path in row["include"]:
            found = server.services.registry.parameter(row["resource"], path.partition(":")[2])
            assert found is not None, path


async def test_topics_may_come_as_basic_resources(server: Any, receiver: Receiver) -> None:
    """A topic written as R4 Basic can be subscribed to at once."""
    start = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic"
    topic = {
        "resourceType": "Basic",
        "code": {
            "coding": [{"system": "http://hl7.org/fhir/fhir-types", "code": "SubscriptionTopic"}]
        },
        "extension": [
            {"url": f"{start}.url", "valueUri": "https://example.org/topic/final"},
            {
                "url": f"{start}.resourceTrigger",
                "extension": [
                    {"url": "resource", "valueUri": "Observation"},
                    {"url": "supportedInteraction", "valueCode": "update"},
                    {
                        "url": "queryCriteria",
                        "extension": [
                            {"url": "previous", "valueString": "status:not=final"},
                            {"url": "current", "valueString": "status=final"},
                            {"url": "requireBoth", "valueBoolean": True},
                        ],
                    },
                ],
            },
        ],
    }
    await server.create(topic)
    hook = topical(receiver.url, "x", content="full-resource")
    hook["criteria"] = "https://example.org/topic/final"
    await server.subscribe(hook)
    draft = {"resourceType": "Observation", "status": "preliminary", "code": {"text": "x"}}
    made = await server.create(draft)
    made = await server.put(made | {"status": "final"})
    await server.put(made)
    await receiver.wait(2)
    await asyncio.sleep(0.3)
    events = [told.json()["entry"][1]["resource"] for told in receiver.all[1:]]
    assert [event["meta"]["versionId"] for event in events] == ["2"]


async def test_the_capability_statement_names_the_topics(server: Any) -> None:
    """All topics are advertised by the guide's extension, also one that has just been written."""
    made = {
        "resourceType": "Basic",
        "id": "mine",
        "code": {"coding": [{"code": "SubscriptionTopic"}]},
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/artifact-url",
                "valueUri": "https://example.org/topic/mine",
            }
        ],
    }
    await server.put(made)
    resources = (await server.get("metadata"))["rest"][0]["resource"]
    (found,) = [row for row in resources if row["type"] == "Subscription"]
    urls = {row["valueCanonical"] for row in found["extension"]}
    assert urls == {*topics.shipped(), "https://example.org/topic/mine"}
    assert f"{BACKPORT}backport-subscription" in found["supportedProfile"]
    assert {"topic", "filter-criteria", "payload-type", "custom-channel"} <= {
        row["name"] for row in found["searchParam"]
    }
    await server.http.delete("/Basic/mine")
    resources = (await server.get("metadata"))["rest"][0]["resource"]
    (found,) = [row for row in resources if row["type"] == "Subscription"]
    assert len(found["extension"]) == len(topics.shipped())


async def test_shipped_topics_can_be_read(server: Any) -> None:
    """Once stored, each is a valid Basic that reads as the same topic; nothing is stored twice."""
    await topic_basic.store(server.services, topics.shipped().values())
    found = await server.get("Basic?code=SubscriptionTopic&_count=50")
    rows = [row["resource"] for row in found["entry"]]
    assert {row["id"] for row in rows} >= {"topic-alert", "topic-care-circle"}
    for row in rows:
        told = topic_basic.topic(row)
        assert told == topics.shipped()[told["url"]]
        report = server.services.validator.validate(row)
        assert report.ok, report.issues
    await topic_basic.store(server.services, topics.shipped().values())
    again = await server.get("Basic/topic-alert")
    assert again["meta"]["versionId"] == "1"


async def test_subscriptions_are_found_by_what_the_guide_searches(server: Any) -> None:
    """Topic, filter and payload content can be searched for."""
    hook = topical("https://example.org/", "alert", "Flag?patient=Patient/a", content="id-only")
    made = await server.create(hook)
    await server.create(topical("https://example.org/", "note", content="empty"))
    topic = "https://cordee.example/fhir/SubscriptionTopic/alert"
    for query in (
        f"topic={topic}",
        f"criteria={topic}",
        "payload-type=id-only",
        "filter-criteria:contains=Patient/a",
        "url=https://example.org/&filter-criteria:exact=Flag?patient=Patient/a",
    ):
        found = await server.get(f"Subscription?{query}")
        assert [row["resource"]["id"] for row in found["entry"]] == [made["id"]], query


def final(*trigger: Json) -> Json:
    """A topic of observations that somebody wrote, triggered by more."""
    start = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic"
    parts = [{"url": "resource", "valueUri": "Observation"}, *trigger]
    return {
        "resourceType": "Basic",
        "id": "final",
        "code": {
            "coding": [{"system": "http://hl7.org/fhir/fhir-types", "code": "SubscriptionTopic"}]
        },
        "extension": [
            {"url": f"{start}.url", "valueUri": "https://example.org/topic/final"},
            {"url": f"{start}.resourceTrigger", "extension": parts},
        ],
    }


async def test_a_topic_that_changes_changes_its_subscriptions(
    server: Any, receiver: Receiver
) -> None:
    """They follow what it says now; one that makes no sense is their error, and nobody else's."""
    await server.put(final({"url": "supportedInteraction", "valueCode": "delete"}))
    hook = topical(receiver.url, "x", content="full-resource")
    hook["criteria"] = "https://example.org/topic/final"
    id = await server.subscribe(hook)
    draft = {"resourceType": "Observation", "status": "preliminary", "code": {"text": "x"}}
    await server.create(draft)
    await server.put(final({"url": "fhirPathCriteria", "valueBoolean": True}))
    told = await server.until(id, "error")
    assert "resourceTrigger.fhirPathCriteria" in told["error"]
    await server.create(hook, status=422)
    async with Receiver() as other:
        await server.subscribe(subscription(other.url))
        await server.create(draft)
        await other.wait(1)
    await server.put(final())
    await server.until(id, "active")
    made = await server.create(draft)
    told = [each for each in await receiver.wait(3) if b"event-not" in each.body]
    assert [each.json()["entry"][1]["resource"]["id"] for each in told] == [made["id"]]
