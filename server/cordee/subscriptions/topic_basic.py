"""SubscriptionTopics in R4: a `Basic` resource with R5's elements as extensions.

http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html
https://hl7.org/fhir/R5/versions.html#extensions
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import structlog

from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic."
ARTIFACT = "http://hl7.org/fhir/StructureDefinition/artifact-"
"""Of the extensions pack: what definitions of every kind have in common."""
TYPES = "http://hl7.org/fhir/fhir-types"
CODE = "SubscriptionTopic"
Topic: TypeAlias = Mapping[str, Any]

_TYPED = {
    "url": "Uri",
    "resource": "Uri",
    "status": "Code",
    "supportedInteraction": "Code",
    "resultForCreate": "Code",
    "resultForDelete": "Code",
    "requireBoth": "Boolean",
    "description": "Markdown",
}
"""Element → type; the others are strings."""
_REPEATED = frozenset(
    ("resourceTrigger", "canFilterBy", "notificationShape", "supportedInteraction", "include")
)
_COMPLEX = frozenset(("resourceTrigger", "queryCriteria", "canFilterBy", "notificationShape"))
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(_COMPLEX, dict),
    "resource": str,
    "supportedInteraction": str,
    "fhirPathCriteria": str,
    "previous": str,
    "current": str,
    "resultForCreate": str,
    "resultForDelete": str,
    "requireBoth": bool,
    "filterParameter": str,
    "include": str,
}
"""Elements that rules and shapes are made of."""
log = structlog.get_logger("cordee.subscriptions")


def topic(resource: Resource) -> Topic:
    """Read a topic from a `Basic`; empty when it is something else."""
    codes = {coding.get("code") for coding in resource.get("code", {}).get("coding", ())}
    return _read(resource.get("extension", ())) if CODE in codes else {}


def basic(topic: Topic) -> Resource:
    """Write a topic as a `Basic`, under the last part of its canonical URL."""
    return {
        "resourceType": "Basic",
        "id": f"topic-{topic['url'].rpartition('/')[2]}",
        "extension": list(_written(topic, R5)),
        "code": {"coding": [{"system": TYPES, "code": CODE}], "text": topic["title"]},
    }


def misshapen(topic: Topic) -> str | None:
    """Name the first element that is not of R5's kind, None where all are."""
    for name, value in topic.items():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, _KINDS.get(name, object)):
                return name
            if isinstance(each, dict) and (wrong := misshapen(each)) is not None:
                return f"{name}.{wrong}"
    return None


async def store(services: Services, topics: Iterable[Topic]) -> None:
    """Write topics that are not stored yet, or otherwise."""
    for each in topics:
        made = basic(each)

        async def work(session: WriteSession, made: Resource = made) -> None:
            current = await session.read("Basic", made["id"])
            if current is not None and not current.deleted:
                told = json.parse(current.body)
                if all(told.get(name) == value for name, value in made.items()):
                    return
            moment = services.clock()
            version = revision(made, made["id"], current, moment, "PUT")
            await session.put(version, services.registry.extract(json.parse(version.body)))

        try:
            await services.store.write(work)
        except FhirError as failure:
            # Another process does the same at the same time, or the next start will.
            log.warning("topic not written", topic=each["url"], reason=str(failure))


def _read(extensions: Iterable[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for extension in extensions:
        url = str(extension.get("url", ""))
        name = url.removeprefix(R5).removeprefix(ARTIFACT)
        inner = extension.get("extension")
        value = _read(inner) if inner else _value(extension)
        if name in _REPEATED:
            made.setdefault(name, []).append(value)
        else:
            made[name] = value
    return made


def _value(extension: Mapping[str, Any]) -> Any:
    return next((value for name, value in extension.items() if name.startswith("value")), None)


def _written(elements: Mapping[str, Any], prefix: str = "") -> Iterable[dict[str, Any]]:
    for name, value in elements.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield {"url": prefix + name, "extension": list(_written(each))}
            else:
                yield {"url": prefix + name, f"value{_TYPED.get(name, 'String')}": each}
