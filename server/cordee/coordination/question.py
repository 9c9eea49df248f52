"""What the rules of coordination ask of the record: a search, through the session of the write.

No policy narrows it: a rule holds for the whole record, also for the parts its writer cannot see.
What a rule then says to the writer is narrowed: `named` tells only of what they may see.
"""

from urllib.parse import parse_qsl

from cordee.access.caller import Caller
from cordee.interactions import visibility
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import Filter
from cordee.search.parse import parse_query
from cordee.store.port import Query, Reader


async def found(
    services: Services, reader: Reader, type: str, query: str, *, count: int | None = None
) -> list[Resource]:
    """Give the resources of a type that a search of ours matches ("subject=Patient/1&…")."""
    pairs = parse_qsl(query, keep_blank_values=True)
    parsed = parse_query(services.registry, type, pairs, "strict")
    page = await reader.search(Query((type,), parsed.filter, parsed.sort, count))
    return [json.parse(version.body) for version in page.matches]


async def matching(reader: Reader, type: str, filter: Filter) -> list[Resource]:
    """Give the resources of a type that match a filter, for questions asked at every write."""
    page = await reader.search(Query((type,), filter, count=None))
    return [json.parse(version.body) for version in page.matches]


async def named(services: Services, reader: Reader, caller: Caller, resource: Resource) -> str:
    """Give " (Type/id)" of a resource that the caller may see, nothing of another."""
    type, id = resource["resourceType"], resource["id"]
    seen = await visibility.current(services, reader, caller, type, id)
    return f" ({type}/{id})" if seen is not None else ""
