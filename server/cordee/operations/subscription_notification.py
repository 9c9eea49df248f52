"""Notifications of topic-based subscriptions: the status as Parameters, the Bundle around it.

http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html
https://hl7.org/fhir/R4/parameters.html
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from cordee.interactions import bundle
from cordee.interactions.stamp import instant
from cordee.operations.subscription_terms import Terms
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.notification_queue import QueuedEvent

PROFILES = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-"
Kind = Literal["handshake", "heartbeat", "event-notification", "query-status", "query-event"]
_STATUS = {"POST": "201", "DELETE": "204"}


@dataclass(frozen=True, slots=True)
class Told:
    """An event with what may be told of it: `body` is empty where there is nothing to show.

    `visible` is False when the subscriber may no longer see the resource: then the number alone is
    told. `context` are further versions that the topic's shape brings: (`Type/id`, body).
    """

    event: QueuedEvent
    body: bytes = b""
    visible: bool = True
    context: tuple[tuple[str, bytes], ...] = ()


def status(
    base: str,
    terms: Terms,
    kind: Kind,
    since_start: int,
    events: Sequence[Told] = (),
    *,
    content: str | None = None,
    error: str | None = None,
) -> Resource:
    """Make the Parameters that stand for R5's SubscriptionStatus."""
    content = content or terms.content
    rows: list[dict[str, Any]] = [
        {
            "name": "subscription",
            "valueReference": {"reference": f"{base}/Subscription/{terms.id}"},
        }
    ]
    if terms.topic and (content != "empty" or kind == "query-status"):
        rows.append({"name": "topic", "valueCanonical": terms.topic})
    rows += [
        {"name": "status", "valueCode": terms.status},
        {"name": "type", "valueCode": kind},
        {"name": "events-since-subscription-start", "valueString": str(since_start)},
    ]
    rows += [_event(base, told, content) for told in events]
    if error:
        rows.append({"name": "error", "valueCodeableConcept": {"text": error}})
    return {
        "resourceType": "Parameters",
        "id": str(uuid4()),
        "meta": {"profile": [f"{PROFILES}subscription-status-r4"]},
        "parameter": rows,
    }


def notification(
    base: str,
    terms: Terms,
    kind: Kind,
    since_start: int,
    events: Sequence[Told] = (),
    *,
    moment: datetime,
    content: str | None = None,
) -> bytes:
    """Write a notification Bundle: the status first, then the content that was asked for."""
    content = content or terms.content
    told = status(base, terms, kind, since_start, events, content=content)
    entries = [
        bundle.entry(
            f"urn:uuid:{told['id']}",
            json.serialize(told),
            request={"method": "GET", "url": f"{base}/Subscription/{terms.id}/$status"},
            response={"status": "200"},
        )
    ]
    if content != "empty":
        entries += _entries(base, events, full=content == "full-resource")
    head = {
        "resourceType": "Bundle",
        "id": str(uuid4()),
        "meta": {"profile": [f"{PROFILES}subscription-notification-r4"]},
        "type": "history",
        "timestamp": instant(moment),
    }
    return json.serialize(head)[:-1] + b',"entry":[' + b",".join(entries) + b"]}"


def _event(base: str, told: Told, content: str) -> dict[str, Any]:
    event = told.event
    parts: list[dict[str, Any]] = [
        {"name": "event-number", "valueString": str(event.number)},
        {"name": "timestamp", "valueInstant": instant(event.moment)},
    ]
    if content != "empty" and told.visible:
        focus = {"reference": f"{base}/{event.type}/{event.id}"}
        parts.append({"name": "focus", "valueReference": focus})
        parts += [
            {"name": "additional-context", "valueReference": {"reference": f"{base}/{name}"}}
            for name, _ in told.context
        ]
    return {"name": "notification-event", "part": parts}


def _entries(base: str, events: Sequence[Told], *, full: bool) -> list[bytes]:
    made: list[bytes] = []
    shown: set[str] = set()
    for told in events:
        event = told.event
        if not told.visible:
            continue
        url = event.type if event.method == "POST" else f"{event.type}/{event.id}"
        answer: dict[str, str] = {"status": _STATUS.get(event.method, "200")}
        made.append(
            bundle.entry(
                f"{base}/{event.type}/{event.id}",
                told.body if full else b"",
                request={"method": event.method, "url": url},
                response=answer | {"etag": f'W/"{event.version}"'},
            )
        )
        for name, body in told.context:
            if name not in shown:
                shown.add(name)
                made.append(
                    bundle.entry(
                        f"{base}/{name}",
                        body if full else b"",
                        request={"method": "GET", "url": name},
                        response={"status": "200"},
                    )
                )
    return made
