"""The five strict traits of a person, as INSi and the INS datamatrix write them.

Birth name, given names, sex, birth date, code of the birth place; in capitals without accents.

Référentiel INS 2.1; guide INS, EXI 10 and EXI 11.
https://hl7.org/fhir/R4/patient.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.folding import fold
from cordee.resource.types import Resource
from cordee.validation.french.ins import BIRTH_NAMES, BIRTH_PLACE, INSEE_CODE
from cordee.validation.rules.resolution import listed

SEXES = {"male": "M", "female": "F"}
GENDERS = {code: gender for gender, code in SEXES.items()}

_FAMILY = re.compile(r"(?:[A-Z']|(?<!^)[ -])+")
_GIVEN = re.compile(r"[A-Z](?:[A-Z']|[ -](?![ -]))*(?<![-' ])")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_COG = re.compile(r"[0-9][0-9AB][0-9]{3}")
UNKNOWN_PLACE = "99999"


@dataclass(frozen=True, slots=True)
class Traits:
    """The strict traits; `birth_place` is None where nobody knows its code."""

    birth_name: str
    given_names: tuple[str, ...]
    sex: str
    birth_date: str
    birth_place: str | None = None

    @property
    def listed_names(self) -> str:
        """The given names as one list."""
        return " ".join(self.given_names)


def traits(patient: Resource) -> Traits:
    """Read the traits of a Patient. Raises UNPROCESSABLE, naming the element that is missing."""
    official = _official(patient)
    if not isinstance(official.get("family"), str):
        raise _missing("the birth name: a name of use official with a family", "Patient.name")
    given = _given(official)
    if not given:
        raise _missing("the given names of birth", "Patient.name.given")
    sex = SEXES.get(str(patient.get("gender")))
    if sex is None:
        raise _missing("the sex: gender male or female", "Patient.gender")
    born = patient.get("birthDate")
    if not isinstance(born, str) or _DATE.fullmatch(born) is None:
        raise _missing("the birth date", "Patient.birthDate")
    return Traits(
        family(official["family"]), given, sex, completed(born), birth_place(patient) or None
    )


def family(text: str) -> str:
    """Write a birth name strictly. Raises UNPROCESSABLE for characters that INSi does not know."""
    return _strict(text, _FAMILY, "Patient.name.family")


def given_names(text: str) -> tuple[str, ...]:
    """Split a list of given names, which blanks or commas part, and write each strictly."""
    words = text.replace(",", " ").split()
    return tuple(_strict(word, _GIVEN, "Patient.name.given") for word in words)


def completed(date: str) -> str:
    """Complete a birth date: no day is the first, neither month nor day the end of the year."""
    found = _DATE.fullmatch(date)
    if found is None:
        raise FhirError(Category.UNPROCESSABLE, f"{date!r} is not a date", expression="birthDate")
    year, month, day = found.groups()
    return f"{year}-{month or '12'}-{day or ('01' if month else '31')}"


def birth_place(patient: Resource) -> str | None:
    """Give the code of the birth place (COG), None if it is not there or stands for unknown."""
    for place in _extensions(patient, BIRTH_PLACE):
        for row in _extensions(place.get("valueAddress", {}), INSEE_CODE):
            coding = row.get("valueCoding")
            code = coding.get("code") if isinstance(coding, dict) else None
            if isinstance(code, str) and _COG.fullmatch(code) and code != UNKNOWN_PLACE:
                return code
    return None


def differences(known: Traits, found: Traits) -> tuple[tuple[str, str | None, str | None], ...]:
    """Give (trait, ours, theirs) where they differ; hyphens and apostrophes count as blanks.

    A birth place that nobody noted does not contradict one that is known, nor does a shorter list
    of given names that the other begins with.
    """
    rows = (
        ("birthName", known.birth_name, found.birth_name),
        ("givenNames", known.listed_names, found.listed_names),
        ("sex", known.sex, found.sex),
        ("birthDate", known.birth_date, found.birth_date),
        ("birthPlace", known.birth_place, found.birth_place),
    )
    return tuple(row for row in rows if not _agree(*row))


def _agree(trait: str, ours: str | None, theirs: str | None) -> bool:
    if ours is None or theirs is None:
        return True
    one, other = _words(ours), _words(theirs)
    if trait == "givenNames":
        shorter = min(len(one), len(other))
        return one[:shorter] == other[:shorter]
    return one == other


def _words(text: str) -> list[str]:
    return re.split(r"[ '-]+", text)


def _official(patient: Resource) -> dict[str, Any]:
    names = listed(patient.get("name"))
    return next((name for name in names if name.get("use") == "official"), {})


def _given(name: dict[str, Any]) -> tuple[str, ...]:
    for row in _extensions(name, BIRTH_NAMES):
        if isinstance(row.get("valueString"), str):
            return given_names(row["valueString"])
    return given_names(" ".join(part for part in name.get("given", ()) if isinstance(part, str)))


def _strict(text: str, allowed: re.Pattern[str], expression: str) -> str:
    written = fold(text).upper()
    if not allowed.fullmatch(written):
        raise FhirError(
            Category.UNPROCESSABLE,
            f"{text!r} cannot be asked of INSi: letters, blanks, hyphens and apostrophes only, "
            "a letter first",
            expression=expression,
        )
    return written


def _extensions(element: Resource, url: str) -> Iterator[Resource]:
    return (row for row in listed(element.get("extension")) if row.get("url") == url)


def _missing(what: str, expression: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, f"INSi asks for {what}", expression=expression)
