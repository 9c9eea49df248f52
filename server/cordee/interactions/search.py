"""FHIR search: on a type, in a compartment, or on everything.

https://hl7.org/fhir/R4/http.html#search
https://hl7.org/fhir/R4/search.html
"""

from dataclasses import replace

from cordee.access import scopes
from cordee.access.audit.act import APPEND_ONLY
from cordee.access.narrowing import narrow
from cordee.errors import Category, FhirError
from cordee.interactions import answer, auditing, bundle, paging, searchset, subset, target
from cordee.interactions.exchange import Request, Response
from cordee.interactions.includes import Collector, Included
from cordee.interactions.services import Services
from cordee.search.filter import InCompartment, all_of, breadth
from cordee.search.parse import parse_query
from cordee.search.request import SearchRequest
from cordee.store.port import Page, Query, Reader, Version

COUNTED = 1_000
"""Without `_total`, matches are counted up to here: exact below, no total above."""
LISTED = 100
"""Who is in more circles than this gets no total unasked of searches in all of them: looking each
circle up costs more than the page. It depends on the caller alone, so that it tells nothing."""


async def search(services: Services, request: Request) -> Response:
    """Give one page of matches, and what they include, as a Bundle of type searchset."""
    return await search_from(services, services.store, request)


async def search_from(services: Services, reader: Reader, request: Request) -> Response:
    """Search through `reader`, which a transaction makes its own session."""
    if request.type is not None:
        target.type_of(services, request)
    if request.compartment is not None:
        _check_compartment(services, request.compartment)
    pairs, position = paging.split(request.query)
    asked = parse_query(
        services.registry,
        request.type,
        pairs,
        request.prefer.handling,
        base_urls=(request.base_url,),
    )
    names = [name.partition(":")[0] for name, _ in asked.used]
    await auditing.before_traces(services, asked.types, names)
    query = _query(services, request, asked, position)
    address = "/".join(
        part for part in (request.base_url, request.compartment, request.type) if part
    )
    used = (*asked.used, *paging.carried(request.query))
    if asked.summary == "count":
        counted = await reader.count(query.types, query.filter, accurate=True)
        links = paging.links(address, used, position, next=None, previous=None)
        outcome = _outcome(asked, Included())
        return Response(200, body=bundle.assemble("searchset", outcome, total=counted, links=links))
    page = await reader.search(query)
    collector = Collector(services, reader, request.caller)
    included = await collector.collect(page.matches, asked.includes, asked.revincludes)
    total = await _total(reader, asked, query, page)
    links = paging.links(address, used, position, next=page.next, previous=page.previous)
    matches, others = _cut(services, request, page.matches, tuple(included.versions.values()))
    entries = [
        *searchset.entries(request.base_url, matches, "match"),
        *searchset.entries(request.base_url, others, "include"),
        *_outcome(asked, included),
    ]
    return Response(
        200,
        body=bundle.assemble("searchset", entries, total=total, links=links),
        concerns=answer.concerned((*matches, *others)),
    )


def _check_compartment(services: Services, owner: str) -> None:
    type, known = owner.partition("/")[0], services.repository.compartments()
    if type not in known:
        text = f"{type} has no compartment; {', '.join(sorted(known))} have"
        raise FhirError(Category.NOT_FOUND, text)


def _query(
    services: Services, request: Request, asked: SearchRequest, position: paging.Position
) -> Query:
    types = asked.types or _unnamed(services)
    types = scopes.within(request.caller, "s", types)
    filter = asked.filter
    if request.compartment is not None:
        filter = all_of((InCompartment(request.compartment), filter))
    size = services.settings.page_size if asked.count is None else asked.count
    veil = services.policy.veil(request.caller)
    hidden = next((key.index for key in asked.sort if veil and key.index in veil.sorting), None)
    if hidden is not None:
        raise FhirError(
            Category.FORBIDDEN, f"You may not sort by {hidden}", expression="http._sort"
        )
    return Query(
        types=types,
        filter=narrow(services.policy, request.caller, types, filter),
        sort=asked.sort,
        count=min(size, services.settings.max_page_size),
        after=position.after,
        before=position.before,
    )


def _unnamed(services: Services) -> tuple[str, ...]:
    """Give the types of a search that names none: all, but traces where they are kept."""
    every = services.repository.resource_types
    if not services.audit.on:
        return every
    return tuple(type for type in every if type != APPEND_ONLY)


async def _total(reader: Reader, asked: SearchRequest, query: Query, page: Page) -> int | None:
    """Count as `_total` asks; a first page that holds everything needs no counting."""
    if asked.total == "none":
        return None
    if page.next is None and query.after is None and query.before is None:
        return len(page.matches)
    filter = query.filter if page.filter is None else page.filter
    if asked.total is not None:
        accurate = asked.total == "accurate"
        return await reader.count(query.types, filter, accurate=accurate)
    if breadth(query.filter) > LISTED:
        return None
    found = page.total
    if found is None:
        found = await reader.count(query.types, filter, accurate=True, limit=COUNTED + 1)
    return found if found <= COUNTED else None


def _cut(
    services: Services, request: Request, matches: tuple[Version, ...], others: tuple[Version, ...]
) -> tuple[tuple[Version, ...], tuple[Version, ...]]:
    part = subset.asked(request.query)
    if part.whole:
        return matches, others

    def cut(versions: tuple[Version, ...]) -> tuple[Version, ...]:
        return tuple(
            replace(version, body=subset.cut(services.repository, part, version.body))
            for version in versions
        )

    return cut(matches), cut(others)


def _outcome(asked: SearchRequest, included: Included) -> list[bytes]:
    issues = (*asked.warnings, *included.issues)
    return [searchset.outcome_entry(issues)] if issues else []
