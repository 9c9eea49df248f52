"""SubscriptionTopics: what can be subscribed to by name.

The shipped ones stand in `topics.json`, written as R5 does, and are stored as `Basic` resources so
that they can be read. Others come as such resources, written by whoever may.

https://hl7.org/fhir/R5/subscriptiontopic.html
http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/components.html
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from cordee import fhirpath
from cordee.definitions.element import Schema
from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.interactions.conditional import pairs
from cordee.interactions.services import Services
from cordee.resource import canonical, json
from cordee.search.filter import EVERYTHING, Filter, Token, all_of
from cordee.store.port import Query
from cordee.subscriptions import topic_basic
from cordee.subscriptions.criteria import compiled, refused
from cordee.subscriptions.rule import KINDS, Rule
from cordee.subscriptions.topic_basic import Topic

_LEARNED: "WeakKeyDictionary[Repository, dict[str, tuple[str, Topic]]]" = WeakKeyDictionary()
"""Definitions of a server → `Basic` id → (its canonical, the topic)."""
_SEEN: "WeakKeyDictionary[Repository, dict[str, int]]" = WeakKeyDictionary()
_SIGN = topic_basic.CODE.encode()


@cache
def shipped() -> Mapping[str, Topic]:
    """Give the shipped topics by canonical URL."""
    data = json.parse_any((Path(__file__).parent / "topics.json").read_bytes())
    return {topic["url"]: topic for topic in data["topics"]}


def known(services: Services) -> dict[str, Topic]:
    """Give all topics by canonical URL; what ships is never replaced."""
    learned = dict(_LEARNED.get(services.repository, {}).values())
    return {**learned, **shipped()}


def advertised(services: Services) -> tuple[str, ...]:
    """Give the canonical URLs of all topics, for the CapabilityStatement."""
    return tuple(sorted(known(services)))


async def load(services: Services) -> None:
    """Learn the stored topics."""
    query = Query(("Basic",), Token("code", None, topic_basic.CODE))
    async for version in services.store.stream(query):
        learn(services, version.id, version.version, version.body)


def learn(services: Services, id: str, version: int, body: bytes | None) -> None:
    """Follow a version of a `Basic`, without body a deletion; what is no topic is passed over."""
    seen = _SEEN.setdefault(services.repository, {})
    if seen.get(id, 0) >= version or (id not in seen and _SIGN not in (body or b"")):
        return
    seen[id] = version
    topics = _LEARNED.setdefault(services.repository, {})
    topics.pop(id, None)
    topic = topic_basic.topic(json.parse(body)) if body else {}
    if isinstance(topic.get("url"), str):
        topics[id] = (topic["url"], topic)


def rules(services: Services, url: str, filters: Sequence[str]) -> tuple[Rule, ...]:
    """Compile a subscription to a topic: a rule for each of its triggers.

    Raises UNPROCESSABLE when the topic is not known, or cannot be filtered so.
    """
    topic = _topic(services, url)
    triggers = topic.get("resourceTrigger", ())
    types = [_type(trigger) for trigger in triggers]
    asked = [_filter(services, topic, types, text) for text in filters]
    # A filter on one type leaves the other types of the topic as they are.
    return tuple(
        _rule(services, trigger, type, [each for own, each in asked if own == type])
        for trigger, type in zip(triggers, types, strict=True)
    )


def named(services: Services, url: str) -> Topic | None:
    """Give the topic of a canonical, None where there is none."""
    name, _ = canonical.split(url)
    return known(services).get(name)


def _topic(services: Services, url: str) -> Topic:
    topic = named(services, url)
    if topic is None:
        raise refused(f"The topic {url} is not known here")
    wrong = topic_basic.misshapen(topic)
    if wrong is not None:
        raise refused(f"The topic {url} cannot be used: its {wrong} is not as R5 has it")
    return topic


def _type(trigger: Mapping[str, Any]) -> str:
    return str(trigger.get("resource", "")).rpartition("/")[2]


def _rule(services: Services, trigger: Mapping[str, Any], type: str, filters: list[Filter]) -> Rule:
    if not services.repository.is_resource(type):
        raise refused(f"The topic is about {type!r}, which is no resource type of R4")
    query = trigger.get("queryCriteria") or {}
    expression = trigger.get("fhirPathCriteria")
    try:
        path = _path(expression, services.repository, type) if expression else None
    except fhirpath.FhirPathError as error:
        raise refused(f"The topic's FHIRPath cannot be used: {error}") from error
    return Rule(
        type,
        all_of(filters) if filters else EVERYTHING,
        kinds=frozenset(trigger.get("supportedInteraction") or KINDS) & KINDS,
        before=_criteria(services, type, query.get("previous")),
        after=_criteria(services, type, query.get("current")),
        both=bool(query.get("requireBoth", False)),
        on_create=query.get("resultForCreate", "test-passes") == "test-passes",
        on_delete=query.get("resultForDelete", "test-fails") == "test-passes",
        expression=path,
    )


@lru_cache(maxsize=256)
def _path(expression: str, schema: Schema, type: str) -> fhirpath.Expression:
    """Compile once, so that the rules of all who subscribe alike are equal."""
    return fhirpath.compile(expression, schema, type)


def _criteria(services: Services, type: str, query: str | None) -> Filter | None:
    if query is None:
        return None
    return compiled(services, type, query.rpartition("?")[2])


def _filter(
    services: Services, topic: Topic, types: Sequence[str], text: str
) -> tuple[str, Filter]:
    """Compile `Type?parameter=value`, or without the type where the topic has but one."""
    type, mark, query = text.rpartition("?")
    if not mark and len(set(types)) == 1:
        type = types[0]
    if type not in types:
        raise refused(f"The topic has no resource {type or '?'} to filter by {text!r}", "criteria")
    offered = {
        row.get("filterParameter")
        for row in topic.get("canFilterBy", ())
        if _type(row) in ("", type)
    }
    for name, _ in pairs(query):
        code = unquote(name).partition(":")[0].partition(".")[0]
        if code not in offered:
            raise refused(
                f"The topic cannot be filtered by {code}; offered: "
                + ", ".join(sorted(str(each) for each in offered)),
                "criteria.extension",
            )
    return type, compiled(services, type, query, "criteria.extension")


def shape(services: Services, url: str | None) -> dict[str, tuple[str, ...]]:
    """Give type → reference parameters whose targets come along as context."""
    try:
        topic = _topic(services, url or "")
    except FhirError:
        return {}
    return {
        _type(row): tuple(path.rpartition(":")[2] for path in row.get("include", ()))
        for row in topic.get("notificationShape", ())
    }
