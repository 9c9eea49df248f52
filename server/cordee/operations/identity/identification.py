"""What `$ins-check` and `$ins-search` share: whom they are asked about, and what is done about it.

https://hl7.org/fhir/R4/operations.html
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Conditions, Preferences, Request
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.interactions.update import update
from cordee.operations.identity import datamatrix
from cordee.operations.identity.teleservice import Ins, Teleservice
from cordee.operations.identity.traits import Traits, traits
from cordee.operations.parameters import Arguments
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.validation.french.identity_status import FORCING, standing
from cordee.validation.french.systems import REAL_INS, TRIAL_INS
from cordee.validation.rules.resolution import listed

NOT_CONFIGURED = (
    "INSi is not configured on this server: CORDEE_INSI_URL and a certificate are needed"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a call is about.

    `patient` is the stored Patient, or the one sent, or None for a datamatrix alone; `version` the
    number of the stored one. `ins` is what a datamatrix or the Patient says.
    """

    patient: Resource | None
    version: int | None
    traits: Traits
    ins: Ins | None


def offered(services: Services, request: Request, teleservice: Teleservice | None) -> Teleservice:
    """Give the teleservice.

    Raises UNSUPPORTED when this server has none, FORBIDDEN for callers outside the circle of trust:
    an INS is not for them, and INSi tells that of anybody. It is asked in the structure's name.
    """
    caller = request.caller
    if not caller.acts_for_structure or services.policy.veil(caller) is not None:
        text = "INSi is for professionals whom the directory knows, and who may know the INS"
        raise FhirError(Category.FORBIDDEN, text)
    if teleservice is None:
        raise FhirError(Category.UNSUPPORTED, NOT_CONFIGURED)
    return teleservice


async def subject(services: Services, request: Request, arguments: Arguments) -> Subject:
    """Gather whom the call is about.

    Raises INVALID when nobody is named, UNPROCESSABLE when a trait is missing or the identity is
    doubtful or fictitious: INSi is then not to be asked (EXI 26).
    """
    scanned = arguments.text("datamatrix")
    patient, version = await _patient(services, request, arguments)
    if patient is None and scanned is None:
        raise FhirError(
            Category.INVALID,
            "Name whom to ask about: Patient/[id], or the parameter patient or datamatrix",
        )
    if patient is not None:
        _refuse_doubted(patient)
    if scanned is not None:
        ins, found = datamatrix.read(scanned)
        return Subject(patient, version, found, ins)
    assert patient is not None
    return Subject(patient, version, traits(patient), carried(patient))


def carried(patient: Resource) -> Ins | None:
    """Give the INS in force that a Patient carries."""
    for row in listed(patient.get("identifier")):
        system, value = row.get("system"), row.get("value")
        if system in REAL_INS | TRIAL_INS and row.get("use") != "old" and isinstance(value, str):
            return Ins(value, str(system).removeprefix("urn:oid:"))
    return None


def wants_storing(request: Request, arguments: Arguments) -> bool:
    """Tell whether the answer is to be stored. Raises INVALID where no stored Patient is named."""
    wanted = bool(arguments.flag("apply"))
    if wanted and request.id is None:
        raise FhirError(
            Category.INVALID, "apply stores into a Patient: call Patient/[id]/$… with it"
        )
    return wanted


async def stored(services: Services, request: Request, about: Subject, made: Resource) -> Resource:
    """Store a Patient unless someone else changed it since it was read; give it as stored."""
    match = request.conditions.if_match or str(about.version)
    answer = await update(
        services,
        Request(
            request.base_url,
            "Patient",
            request.id,
            body=made,
            conditions=Conditions(if_match=match),
            prefer=Preferences(returns="representation"),
            caller=request.caller,
            language=request.language,
        ),
    )
    return json.parse(answer.body or b"{}")


def rows(differing: Sequence[tuple[str, str | None, str | None]]) -> list[dict[str, Any]]:
    """Write differences as rows of a Parameters resource."""
    made = []
    for trait, ours, theirs in differing:
        parts = [
            {"name": name, "valueString": value}
            for name, value in (("trait", trait), ("here", ours), ("insi", theirs))
            if value
        ]
        made.append({"name": "difference", "part": parts})
    return made


async def _patient(
    services: Services, request: Request, arguments: Arguments
) -> tuple[Resource | None, int | None]:
    if request.id is None:
        return arguments.resource("patient", "Patient"), None
    plain = Request(request.base_url, "Patient", request.id, caller=request.caller)
    found = await read(services, replace(plain))
    return json.parse(found.body or b"{}"), found.version


def _refuse_doubted(patient: Resource) -> None:
    doubts = standing(patient).attributes & FORCING
    if doubts:
        codes = ", ".join(sorted(doubts))
        raise FhirError(
            Category.UNPROCESSABLE,
            f"INSi must not be asked about a doubtful or fictitious identity ({codes}); "
            "take the attribute away first",
            expression="Patient.extension",
        )
