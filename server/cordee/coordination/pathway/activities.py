"""The ActivityDefinitions that a plan names: stored by a client, else of an installed package.

https://hl7.org/fhir/R4/activitydefinition.html
"""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from cordee.coordination.question import found
from cordee.interactions.services import Services
from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.store.port import Reader

Element = dict[str, Any]


async def activities(
    services: Services, reader: Reader, plan: Resource
) -> dict[str, Resource | None]:
    """Give each canonical of the plan's actions with its definition, None where there is none."""
    named = dict.fromkeys(_named(plan.get("action", ())))
    return {canonical: await activity(services, reader, canonical) for canonical in named}


async def activity(services: Services, reader: Reader, canonical: str) -> Resource | None:
    """Find one ActivityDefinition; without a version, the newest that is stored."""
    url, version = split(canonical)
    query = f"url={quote(url)}&_sort=-_lastUpdated"
    if version:
        query += f"&version={quote(version)}"
    stored = await found(services, reader, "ActivityDefinition", query, count=1)
    if stored:
        return stored[0]
    return services.repository.find(canonical, "ActivityDefinition")


def _named(actions: Sequence[Element]) -> Iterator[str]:
    for action in actions:
        if "definitionCanonical" in action:
            yield action["definitionCanonical"]
        yield from _named(action.get("action", ()))
