"""The parameters of `$export` → an `Order`.

https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters
"""

from cordee.errors import Category, FhirError
from cordee.interactions.conditional import pairs
from cordee.interactions.exchange import Request
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.operations.export_job import Order
from cordee.operations.parameters import Arguments
from cordee.operations.patient_compartment import PATIENT, member_types
from cordee.resource import json
from cordee.resource.reference import Reference
from cordee.search.filter import Filter
from cordee.search.parse import parse_query

FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
KNOWN = frozenset(
    {"_outputFormat", "_since", "_type", "_typeFilter", "_elements", "patient", "_format"}
)


async def order(services: Services, request: Request) -> Order:
    """Read what to export, checking all of it before the job begins.

    Raises `FhirError` INVALID for wrong parameters; unknown ones are ignored unless the caller
    prefers strict handling.
    """
    arguments = Arguments(request)
    _check_known(request)
    _check_format(arguments)
    types = _types(services, arguments)
    filters = tuple(_type_filter(services, str(text)) for text in arguments.all("_typeFilter"))
    patients = await _patients(services, request, arguments)
    if patients is not None:
        types = member_types(services, types)
    return Order(
        types=types or services.repository.resource_types,
        since=arguments.instant("_since"),
        filters=filters,
        elements=tuple(arguments.words("_elements")),
        patients=patients,
    )


def _check_known(request: Request) -> None:
    unknown = sorted({name for name, _ in request.query} - KNOWN)
    if unknown and request.prefer.handling == "strict":
        raise FhirError(Category.INVALID, f"$export does not know the parameter {unknown[0]}")


def _check_format(arguments: Arguments) -> None:
    # A `+` of an unescaped URL arrives as a space.
    format = str(arguments.one("_outputFormat") or "ndjson").replace(" ", "+")
    if format not in FORMATS:
        raise FhirError(
            Category.INVALID, f"_outputFormat: only application/fhir+ndjson, not {format}"
        )


def _types(services: Services, arguments: Arguments) -> tuple[str, ...]:
    types = tuple(dict.fromkeys(arguments.words("_type")))
    for name in types:
        if not services.repository.is_resource(name):
            raise FhirError(Category.INVALID, f"_type: {name} is not a resource type of FHIR R4")
    return types


def _type_filter(services: Services, text: str) -> tuple[str, str]:
    type, mark, query = text.partition("?")
    if not mark or not services.repository.is_resource(type):
        raise FhirError(
            Category.INVALID, f"_typeFilter must look like Observation?status=final, not {text!r}"
        )
    type_filter(services, type, query)
    return type, query


def type_filter(services: Services, type: str, query: str) -> Filter:
    """Compile the query of a `_typeFilter`. Raises INVALID for what is not understood."""
    return parse_query(services.registry, type, pairs(query), "strict").filter


async def _patients(
    services: Services, request: Request, arguments: Arguments
) -> tuple[str, ...] | None:
    """Give the patients of the level called at; those named by `patient` restrict them further."""
    named = tuple(_patient_id(value) for value in arguments.all("patient"))
    if request.type is None:
        if named:
            raise FhirError(Category.INVALID, "patient is only for exports of Patient or Group")
        return None
    if request.type == PATIENT:
        return named
    members = await _members(services, request)
    outside = [id for id in named if id not in members]
    if outside:
        raise FhirError(Category.INVALID, f"Patient/{outside[0]} is not a member of this Group")
    return named or members


def _patient_id(value: object) -> str:
    text = value.get("reference") if isinstance(value, dict) else value
    found = Reference.parse(str(text))
    if found.type != PATIENT or found.id is None:
        raise FhirError(Category.INVALID, f"patient must be a reference Patient/…, not {text!r}")
    return found.id


async def _members(services: Services, request: Request) -> tuple[str, ...]:
    """Give the ids of a Group's active patients. Raises UNPROCESSABLE when it has none."""
    group = await read(
        services, Request(request.base_url, request.type, request.id, caller=request.caller)
    )
    ids: dict[str, None] = {}
    for member in json.parse(group.body or b"{}").get("member", ()):
        found = Reference.parse(str(member.get("entity", {}).get("reference", "")))
        if found.type == PATIENT and found.id is not None and not member.get("inactive"):
            ids[found.id] = None
    if not ids:
        raise FhirError(
            Category.UNPROCESSABLE, "This Group has no patient to export", expression="Group.member"
        )
    return tuple(ids)
