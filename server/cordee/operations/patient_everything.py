"""`$everything`: one patient's whole record, or every patient's, page by page.

https://hl7.org/fhir/R4/patient-operation-everything.html
"""

from dataclasses import dataclass
from datetime import datetime

from cordee.access.audit.act import APPEND_ONLY
from cordee.access.narrowing import narrow
from cordee.errors import Category, FhirError
from cordee.interactions import answer, bundle, paging, searchset, visibility
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.care_dates import within
from cordee.operations.cited import cited
from cordee.operations.parameters import Arguments
from cordee.operations.patient_compartment import (
    BESIDES,
    PATIENT,
    belongs,
    member_types,
    of_any_patient,
    of_patient_and_tasks,
)
from cordee.search.filter import Filter, all_of
from cordee.search.parse import parse_query
from cordee.store.port import Query, Version


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for; `types` empty means all."""

    types: frozenset[str]
    since: datetime | None
    count: int
    position: paging.Position


async def patient_everything(services: Services, request: Request) -> Response:
    """Give one page of the record as a searchset: what is in the compartment, and what it cites."""
    asked = _asked(services, request)
    first = await _patient(services, request) if request.id is not None else None
    query = _query(services, request, asked)
    page = await services.store.search(query) if query.types else None
    matches = page.matches if page else ()
    if first is not None:
        matches = _with_patient(first, matches, asked)
    else:
        matches = tuple(match for match in matches if belongs(services, match))
    outside = await cited(services, request, matches, asked.types)
    entries = [
        *searchset.entries(request.base_url, matches, "match"),
        *searchset.entries(request.base_url, outside, "include"),
    ]
    address = "/".join(filter(None, (request.base_url, PATIENT, request.id, "$everything")))
    used = paging.split(Arguments(request).pairs())[0]
    links = paging.links(
        address, used, asked.position, next=page.next if page else None, previous=None
    )
    return Response(
        200,
        body=bundle.assemble("searchset", entries, links=links),
        concerns=answer.concerned(matches),
    )


def _asked(services: Services, request: Request) -> Asked:
    arguments = Arguments(request)
    types = frozenset(arguments.words("_type"))
    for name in types:
        if not services.repository.is_resource(name):
            raise FhirError(Category.INVALID, f"_type: {name} is not a resource type of FHIR R4")
    settings = services.settings
    return Asked(
        types=types,
        since=arguments.instant("_since"),
        count=arguments.count("_count", settings.page_size, settings.max_page_size),
        position=paging.split(request.query)[1],
    )


async def _patient(services: Services, request: Request) -> Version:
    id = request.id or ""
    found = await visibility.current(services, services.store, request.caller, PATIENT, id)
    if found is None:
        raise answer.not_found(PATIENT, id)
    if found.deleted:
        raise answer.deleted(found)
    return found


def _query(services: Services, request: Request, asked: Asked) -> Query:
    types = member_types(services, asked.types)
    if APPEND_ONLY not in asked.types and services.audit.on:
        # Who looked is no part of what is known of a person, unless it is asked for.
        types = tuple(type for type in types if type != APPEND_ONLY)
    if request.id is not None:
        # The patient itself leads the first page.
        types = tuple(type for type in types if type != PATIENT)
        if not asked.types or BESIDES in asked.types:
            types = (*types, BESIDES)
        owner = of_patient_and_tasks(request.id)
    else:
        owner = of_any_patient(services, types)
    parts = [owner, *within(services, types, Arguments(request))]
    if asked.since is not None:
        parts.append(changed_since(services, asked.since))
    filter = narrow(services.policy, request.caller, types, all_of(parts))
    return Query(types, filter, count=asked.count, after=asked.position.after)


def changed_since(services: Services, moment: datetime) -> Filter:
    """Match what was stored at or after a moment."""
    pair = ("_lastUpdated", f"ge{moment.isoformat(timespec='milliseconds')}")
    return parse_query(services.registry, None, (pair,), "strict").filter


def _with_patient(
    patient: Version, others: tuple[Version, ...], asked: Asked
) -> tuple[Version, ...]:
    if asked.position.after is not None or (asked.types and PATIENT not in asked.types):
        return others
    if asked.since is not None and patient.last_updated < asked.since:
        return others
    return (patient, *others)
