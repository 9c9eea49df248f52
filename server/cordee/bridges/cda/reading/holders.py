"""Who and what of a document is stored already, found through indexes.

Whoever the caller may not see is as good as unknown.

https://hl7.org/fhir/R4/patient-operation-match.html
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cordee.access.narrowing import narrow
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import PERSON, STRUCTURE, tag
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.operations.matching.candidates import candidates, merged
from cordee.operations.matching.facts import facts
from cordee.operations.matching.score import score
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.parse import parse_query
from cordee.store.port import Query
from cordee.validation.french.systems import (
    FINESS,
    PROFESSIONAL,
    REAL_INS,
    RPPS,
    SIRENE,
    TRIAL_INS,
)
from cordee.validation.french.systems import STRUCTURE as STRUCTURE_SYSTEM

_MOST = 1000


async def found(services: Services, request: Request, type: str, **criteria: str) -> list[Resource]:
    """Give the living resources of a type that the caller may see and that match all criteria."""
    pairs = tuple(criteria.items())
    filter = parse_query(services.registry, type, pairs, "strict").filter
    limited = narrow(services.policy, request.caller, (type,), filter)
    page = await services.store.search(Query((type,), limited, count=_MOST))
    return [json.parse(version.body) for version in page.matches]


def tokens(pairs: Iterable[tuple[str, str]]) -> str:
    """Write identifiers as one value of a search parameter."""
    return ",".join(f"{_plain(system)}|{_plain(value)}" for system, value in pairs)


def _plain(text: str) -> str:
    escaped = text
    for sign in ("\\", ",", "|", "$"):
        escaped = escaped.replace(sign, f"\\{sign}")
    return escaped


async def patient_of(services: Services, request: Request, asked: Resource) -> Resource | None:
    """Find the patient: by INS, else by local identifiers and traits; None for somebody new.

    Raises CONFLICT when several records may be meant: a person must decide, and name one.
    """
    ins = [row for row in asked.get("identifier", ()) if row.get("system") in REAL_INS | TRIAL_INS]
    if ins:
        pairs = [(row["system"], row["value"]) for row in ins]
        same = await found(services, request, "Patient", identifier=tokens(pairs))
        chosen = _one([row for row in same if not merged(row)], "the INS of the document")
        if chosen is not None:
            return chosen
    who = facts(asked)
    near = await candidates(services, request.caller, who)
    certain = [row for _, row in near if score(who, facts(row)).grade == "certain"]
    return _one(certain, "the identity of the document")


def _one(rows: list[Resource], what: str) -> Resource | None:
    if len(rows) > 1:
        names = ", ".join(sorted(f"Patient/{row['id']}" for row in rows))
        raise FhirError(
            Category.CONFLICT,
            f"Several records have {what}: {names}. Merge them, or name one as `patient`",
        )
    return rows[0] if rows else None


async def people_of(services: Services, request: Request, document: Document) -> dict[str, str]:
    """Find the professionals that a document names: IdNat_PS → reference."""
    numbers = _numbers(document, PERSON)
    ways = {(PROFESSIONAL, number): number for number in numbers}
    ways |= {(RPPS, number[1:]): number for number in numbers if number.startswith("8")}
    return await _by_number(services, request, "Practitioner", ways)


async def structures_of(services: Services, request: Request, document: Document) -> dict[str, str]:
    """Find the structures that a document names: IdNat_Struct → reference."""
    numbers = _numbers(document, STRUCTURE)
    ways = {(STRUCTURE_SYSTEM, number): number for number in numbers}
    ways |= {(FINESS, number[1:]): number for number in numbers if number.startswith("1")}
    ways |= {(SIRENE, number[1:]): number for number in numbers if number[:1] in {"2", "3"}}
    return await _by_number(services, request, "Organization", ways)


def _numbers(document: Document, root: str) -> set[str]:
    rows = document.root.iter(tag("id"))
    told = (row.get("extension", "").strip() for row in rows if row.get("root") == root)
    return {number for number in told if number}


async def _by_number(
    services: Services, request: Request, type: str, ways: Mapping[tuple[str, str], str]
) -> dict[str, str]:
    if not ways:
        return {}
    rows = await found(services, request, type, identifier=tokens(ways))
    known: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: str(row["id"])):
        for identifier in row.get("identifier", ()):
            key = (str(identifier.get("system")), str(identifier.get("value")))
            if key in ways:
                known.setdefault(ways[key], f"{type}/{row['id']}")
    return known


async def roles_of(
    services: Services, request: Request, people: Iterable[str], structures: Iterable[str]
) -> dict[tuple[str, str], str]:
    """Find the roles of known professionals in known structures; several of a pair are left out."""
    practitioner, organization = ",".join(set(people)), ",".join(set(structures))
    if not practitioner or not organization:
        return {}
    rows = await found(
        services, request, "PractitionerRole", practitioner=practitioner, organization=organization
    )
    known: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        pair = (_literal(row.get("practitioner")), _literal(row.get("organization")))
        known.setdefault(pair, []).append(f"PractitionerRole/{row['id']}")
    return {pair: min(found) for pair, found in known.items()}


def _literal(reference: Any) -> str:
    return str((reference or {}).get("reference", ""))
