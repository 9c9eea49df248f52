"""The number by which care is billed, beside the INS of a qualified identity.

FR Core fixes the use of a billing number (NSS) in Patient to `official`, and its constraint
fr-core-2 lets a qualified identity have one official identifier alone, which is the INS. Both hold
at once only when the billing number is elsewhere.

https://hl7.fr/ig/fhir/core/
"""

from typing import Any

from cordee.resource.types import Resource
from cordee.validation.french.identity_status import standing
from cordee.validation.french.systems import NSS, REAL_INS, TRIAL_INS
from cordee.validation.place import Place
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

CHECKED = frozenset({"VALI", "QUAL"})
"""Codes of the statuses under which fr-core-2 asks for one official identifier."""


def billing_number(value: Any, place: Place, run: Run) -> None:
    """Say that an official billing number conflicts with the INS, and how to mend it."""
    rows = value.get("identifier")
    if not isinstance(rows, list) or not standing(value).codes & CHECKED:
        return
    official = [row for row in listed(rows) if row.get("use") == "official"]
    if not any(_is_ins(row) for row in official):
        return
    for index, row in enumerate(rows):
        if row in official and _is_billing(row):
            run.add("nss-conflict", (place, "identifier", index), severity=run.options.national)


def _is_ins(identifier: Resource) -> bool:
    return str(identifier.get("system")) in REAL_INS | TRIAL_INS and not _is_billing(identifier)


def _is_billing(identifier: Resource) -> bool:
    """Tell by the system, or by the type, as before version 2.2.0 both had one system."""
    kind = identifier.get("type")
    codings = listed(kind.get("coding")) if isinstance(kind, dict) else []
    return str(identifier.get("system")) in NSS or any(row.get("code") == "NH" for row in codings)
