"""The definitions that a plan names: stored by a client, else of an installed package.

https://hl7.org/fhir/R4/activitydefinition.html
https://hl7.org/fhir/R4/plandefinition.html
"""

from urllib.parse import quote

from cordee.coordination.question import found
from cordee.interactions.services import Services
from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.store.port import Reader


async def definition(
    services: Services, reader: Reader, type: str, canonical: str
) -> Resource | None:
    """Find one definition; without a version, the newest that is stored."""
    url, version = split(canonical)
    query = f"url={quote(url)}&_sort=-_lastUpdated"
    if version:
        query += f"&version={quote(version)}"
    stored = await found(services, reader, type, query, count=1)
    return stored[0] if stored else services.repository.find(canonical, type)
