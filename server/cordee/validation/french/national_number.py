"""National numbers and their check digits: INS, RPPS, FINESS, SIREN, SIRET.

https://hl7.fr/ig/fhir/core/
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.errors import Severity
from cordee.resource.check_digits import is_ins, is_luhn
from cordee.validation.french.systems import (
    FINESS,
    INS_DEMO,
    INS_NIA,
    INS_NIR,
    INS_TEST,
    PROFESSIONAL,
    RPPS,
    SIRENE,
    STRUCTURE,
)
from cordee.validation.french.tolerated import is_example_number
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run

Number: TypeAlias = Callable[[str], bool | None]
"""Tells whether a number carries its right check digit; None when it is another kind of number."""

LA_POSTE = "356000000"
"""The SIREN whose SIRET numbers do not follow Luhn."""


def national_number(value: Any, place: Place, run: Run) -> None:
    """Check the value of an Identifier whose system is national."""
    system, text = value.get("system"), value.get("value")
    row = NUMBERS.get(system) if isinstance(system, str) else None
    if row is None or not isinstance(text, str):
        return
    name, number, strict = row
    if number(text) is False:
        at: Place = (place, "value", -1)
        severity = run.options.national if strict else Severity.WARNING
        if is_example_number(text):
            severity = Severity.INFORMATION
        run.add("french-number", at, severity=severity, kind=name, value=excerpt(text))


def _ins(text: str) -> bool | None:
    """Judge a matricule with its key; one without it is judged by the profiles."""
    return None if len(text) == 13 else is_ins(text)


def _rpps(text: str) -> bool | None:
    return is_luhn(text) if len(text) == 11 else None


def _finess(text: str) -> bool | None:
    """Judge nine digits; Corsica's numbers have a letter, which Luhn does not know."""
    return is_luhn(text) if len(text) == 9 and text.isdigit() else None


def _sirene(text: str) -> bool | None:
    if len(text) not in {9, 14} or text.startswith(LA_POSTE):
        return None
    return is_luhn(text)


def _professional(text: str) -> bool | None:
    return _rpps(text[1:]) if text.startswith("8") else None


def _structure(text: str) -> bool | None:
    kinds: dict[str, Number] = {"1": _finess, "2": _sirene, "3": _sirene}
    kind = kinds.get(text[:1])
    return kind(text[1:]) if kind else None


NUMBERS: dict[str, tuple[str, Number, bool]] = {
    INS_NIR: ("INS-NIR", _ins, True),
    INS_NIA: ("INS-NIA", _ins, True),
    INS_TEST: ("INS-NIR-TEST", _ins, False),
    INS_DEMO: ("INS-NIR-DEMO", _ins, False),
    RPPS: ("RPPS", _rpps, False),
    PROFESSIONAL: ("IdNat_PS", _professional, False),
    FINESS: ("FINESS", _finess, False),
    SIRENE: ("SIREN/SIRET", _sirene, False),
    STRUCTURE: ("IdNat_Struct", _structure, False),
}
"""System → name, test, whether it is strict: what identifies a person is, the rest is advice,
since fictitious numbers abound in test data."""
