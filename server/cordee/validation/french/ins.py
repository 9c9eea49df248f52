"""The INS of a patient: only with its five traits, which it must not contradict.

Référentiel INS 2.1, EXI 12; Référentiel national d'identitovigilance. What must hold between an INS
and the identity's status is in `identity_rules`.
https://hl7.fr/ig/fhir/core/
"""

from collections.abc import Iterator
from typing import Any

from cordee.errors import Severity
from cordee.resource.types import Resource
from cordee.validation.french.identity_status import standing
from cordee.validation.french.systems import REAL_INS, TRIAL_INS
from cordee.validation.place import Place
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
INSEE_CODE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
BIRTH_NAMES = (
    "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"
)

SEXES = {"1": "male", "2": "female", "3": "male", "4": "female", "7": "male", "8": "female"}
"""First digit of a NIR or NIA → administrative gender."""


def ins_identity(value: Any, place: Place, run: Run) -> None:
    """Check a Patient that carries an INS; a contained one is a summary, judged less hard."""
    for index, identifier in enumerate(listed(value.get("identifier"))):
        system = identifier.get("system")
        if not isinstance(system, str) or system not in REAL_INS | TRIAL_INS:
            continue
        if identifier.get("use") == "old":
            continue  # a former one says what the person once was
        strict = system in REAL_INS and run.resource is run.root
        weight = run.options.national if strict else Severity.WARNING
        at: Place = (place, "identifier", index)
        for trait in _missing(value):
            run.add("ins-trait-missing", at, severity=weight, trait=trait)
        if not standing(value).codes:
            run.add("ins-status-unknown", at)
        _check_traits(value, str(identifier.get("value")), at, run)


def _missing(patient: Resource) -> Iterator[str]:
    names = [row for row in listed(patient.get("name")) if row.get("use") == "official"]
    if not any(row.get("family") for row in names):
        yield "name.family (official)"
    if not any(_has(row, BIRTH_NAMES) or row.get("given") for row in names):
        yield "name.extension (birth-list-given-name)"
    if not patient.get("gender"):
        yield "gender"
    if not patient.get("birthDate"):
        yield "birthDate"
    places = [row.get("valueAddress") for row in _extensions(patient, BIRTH_PLACE)]
    if not any(isinstance(row, dict) and _has(row, INSEE_CODE) for row in places):
        yield "extension (patient-birthPlace, INSEE code)"


def _check_traits(patient: Resource, matricule: str, at: Place, run: Run) -> None:
    """Compare the sex and the year in the matricule with those of the person.

    A former INS may state another sex, so that the difference is only pointed out.
    """
    sex = SEXES.get(matricule[:1])
    gender, birth = patient.get("gender"), patient.get("birthDate")
    if sex and gender in ("male", "female") and sex != gender:
        run.add("ins-sex", at, found=str(gender), wanted=sex)
    year = matricule[1:3]
    if year.isdigit() and isinstance(birth, str) and birth[2:4] != year:
        run.add("ins-year", at, found=birth[:4], wanted=year)


def _has(element: Resource, url: str) -> bool:
    return any(True for _ in _extensions(element, url))


def _extensions(element: Resource, url: str) -> Iterator[Resource]:
    return (row for row in listed(element.get("extension")) if row.get("url") == url)
