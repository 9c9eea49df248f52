"""`$dossier`: what one looks at first of a person's coordination, in one call.

Defined by us: `https://cordee.example/fhir/OperationDefinition/Patient-dossier`. It shows what
`$everything` would, but only what is in force or recent, in the order of reading.
"""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl

from cordee.access.narrowing import narrow
from cordee.coordination.dossier import SECTIONS, Section
from cordee.coordination.dossier_document import Cover, document
from cordee.errors import Category, FhirError
from cordee.interactions import answer, bundle, searchset, visibility
from cordee.interactions.bundle import Link
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.cited import cited
from cordee.operations.parameters import Arguments
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.parse import parse_query
from cordee.store.port import Query, Version

Contents = list[tuple[Section, tuple[Version, ...]]]


async def patient_dossier(services: Services, request: Request) -> Response:
    """Give the dossier as a searchset, or with `document=true` as a FHIR document.

    `_count` limits each section. Raises NOT_FOUND for a person the caller may not know of.
    """
    given = Arguments(request)
    most = given.count("_count", services.settings.page_size, services.settings.max_page_size)
    patient = await _patient(services, request)
    moment = services.clock()
    contents = await _contents(services, request, moment, most)
    found = [version for _, versions in contents for version in versions]
    outside = await cited(services, request, (patient, *found))
    if given.flag("document"):
        cover = Cover(request.base_url, moment, next(iter(request.caller.references), None))
        held = [(section, _parsed(versions)) for section, versions in contents]
        made = document(services, cover, _parsed([patient])[0], held, _parsed(outside))
        return Response(200, resource=made)
    entries = [
        *searchset.entries(request.base_url, (patient, *found), "match"),
        *searchset.entries(request.base_url, outside, "include"),
    ]
    link = Link("self", f"{request.base_url}/Patient/{request.id}/$dossier")
    body = bundle.assemble("searchset", entries, total=1 + len(found), links=(link,))
    return Response(200, body=body)


def _parsed(versions: Iterable[Version]) -> list[Resource]:
    return [json.parse(version.body) for version in versions]


async def _patient(services: Services, request: Request) -> Version:
    if request.id is None:
        raise FhirError(Category.INVALID, "$dossier is called on one Patient")
    caller = request.caller
    found = await visibility.current(services, services.store, caller, "Patient", request.id)
    if found is None:
        raise answer.not_found("Patient", request.id)
    if found.deleted:
        raise answer.deleted(found)
    return found


async def _contents(services: Services, request: Request, moment: datetime, most: int) -> Contents:
    """Search all sections at once."""
    names = {"patient": f"Patient/{request.id}", "now": instant(moment)}
    queries = [_query(services, request, section, names, most) for section in SECTIONS]
    return list(zip(SECTIONS, await services.store.first_of_each(queries), strict=True))


def _query(
    services: Services, request: Request, section: Section, names: dict[str, str], most: int
) -> Query:
    asked = parse_query(
        services.registry, section.type, parse_qsl(section.query.format(**names)), "strict"
    )
    limited = narrow(services.policy, request.caller, (section.type,), asked.filter)
    return Query((section.type,), limited, asked.sort, count=min(section.count, most))
