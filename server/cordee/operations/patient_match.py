"""`Patient/$match`: whose record is this? Candidates with a score and a grade, the best first.

https://hl7.org/fhir/R4/patient-operation-match.html
"""

from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions import bundle
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.matching.candidates import candidates
from cordee.operations.matching.facts import facts
from cordee.operations.matching.score import Score, score
from cordee.operations.parameters import Arguments
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version

GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
NOBODY = "certainly-not"


async def patient_match(services: Services, request: Request) -> Response:
    """Give a searchset Bundle; only whom the caller may see is compared.

    With `onlyCertainMatches` it holds one record or none. Raises INVALID without a Patient.
    """
    arguments = Arguments(request, Patient="resource")
    asked = arguments.resource("resource", "Patient")
    if asked is None:
        raise FhirError(Category.INVALID, "The parameter resource, a Patient, is missing")
    count = arguments.count("count", services.settings.page_size, services.settings.max_page_size)
    who = facts(_seen(services, request, asked))
    ranked = sorted(
        (
            (found, version)
            for version, patient in await candidates(services, request.caller, who)
            if (found := score(who, facts(patient))).grade != NOBODY
        ),
        key=lambda row: (-row[0].value, row[1].id),
    )
    if arguments.flag("onlyCertainMatches"):
        certain = [row for row in ranked if row[0].grade == "certain"]
        ranked = certain if len(certain) == 1 else []
    shown = ranked[:count]
    entries = [_entry(request.base_url, version, found) for found, version in shown]
    return Response(200, body=bundle.assemble("searchset", entries, total=len(ranked)))


def _seen(services: Services, request: Request, asked: Resource) -> Resource:
    """Leave out what the caller may not know: an INS guessed must not be confirmed by a score."""
    veil = services.policy.veil(request.caller)
    return asked if veil is None else json.parse(veil.hide(json.serialize(asked)))


def _entry(base_url: str, version: Version, found: Score) -> bytes:
    search: dict[str, Any] = {
        "extension": [{"url": GRADE, "valueCode": found.grade}],
        "mode": "match",
        "score": found.value,
    }
    return bundle.entry(f"{base_url}/Patient/{version.id}", version.body, search=search)
