"""What must hold between the status of an identity, its attributes and its INS.

One table of rules serves the validator, which reports, and the server, which refuses.

Référentiel national d'identitovigilance, EXI SI 07; guide INS, EXI 24 and EXI 26.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from cordee.errors import Severity
from cordee.resource.types import Resource
from cordee.validation.french.identity_status import (
    ATTRIBUTES,
    FORCING,
    WITH_INS,
    Attribute,
    Standing,
    Status,
    carries_ins,
    standing,
)
from cordee.validation.french.systems import REAL_INS, TRIAL_INS
from cordee.validation.place import Place
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold: its message and the codes it is about."""

    message_id: str
    found: str


Rule = Callable[[Standing, bool], str | None]
"""Gives the codes at fault, or None; it knows whether the Patient carries an INS."""


def _several(found: Standing, _carries: bool) -> str | None:
    return _listed(found.statuses) if len(found.statuses) > 1 else None


def _together(found: Standing, _carries: bool) -> str | None:
    alone = Attribute.FICTITIOUS in found.attributes and len(found.attributes) > 1
    return _listed(found.attributes) if alone else None


def _not_provisional(found: Standing, _carries: bool) -> str | None:
    others = found.statuses - {Status.PROVISIONAL}
    return _listed(others | found.attributes) if others and found.attributes & FORCING else None


def _without_ins(found: Standing, carries: bool) -> str | None:
    missing = found.status in WITH_INS and not carries
    return _listed(found.statuses) if missing else None


def _doubted_ins(found: Standing, carries: bool) -> str | None:
    return _listed(found.attributes & FORCING) if carries and found.attributes & FORCING else None


def _unearned_ins(found: Standing, carries: bool) -> str | None:
    stated = found.codes - set(ATTRIBUTES)
    if not carries or found.attributes & FORCING or not stated or found.statuses & WITH_INS:
        return None
    return _listed(stated)


RULES: dict[str, Rule] = {
    "identity-statuses": _several,
    "identity-attributes": _together,
    "identity-forced": _not_provisional,
    "identity-without-ins": _without_ins,
    "ins-doubtful": _doubted_ins,
    "ins-not-qualified": _unearned_ins,
}
"""Message → rule; adding one adds a row."""


def broken(patient: Resource) -> tuple[Broken, ...]:
    """Give the rules that a Patient breaks."""
    found, carries = standing(patient), carries_ins(patient)
    return tuple(
        Broken(message_id, codes)
        for message_id, rule in RULES.items()
        if (codes := rule(found, carries)) is not None
    )


def identity_status(value: Any, place: Place, run: Run) -> None:
    """Report what a Patient breaks.

    A contained one is a summary, and an INS of the test range nobody's: both are judged less hard.
    """
    systems = {str(row.get("system")) for row in listed(value.get("identifier"))}
    strict = run.resource is run.root and (systems & REAL_INS or not systems & TRIAL_INS)
    weight = run.options.national if strict else Severity.WARNING
    for row in broken(value):
        run.add(row.message_id, place, severity=weight, status=row.found)


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))
