"""The two records of a merge: as they are, and as they become.

https://hl7.org/fhir/R4/patient.html#links
"""

from typing import Any

from cordee.errors import Category, FhirError
from cordee.resource.types import Resource
from cordee.validation.rules.resolution import listed

REPLACES, REPLACED = "replaces", "replaced-by"


def linked(patient: Resource, kind: str) -> list[str]:
    """Give the references of a Patient's links of a kind."""
    rows = [row for row in listed(patient.get("link")) if row.get("type") == kind]
    return [str(row.get("other", {}).get("reference")) for row in rows]


def ended(source: Resource, target: str) -> Resource:
    """Give the record that ends: inactive, and saying which one goes on."""
    return source | {"active": False, "link": _with(source, target, REPLACED)}


def going_on(target: Resource, source: Resource, wanted: Resource | None) -> Resource:
    """Give the record that goes on: as wanted, or with the other's identifiers as old ones.

    Raises UNPROCESSABLE when what is wanted is another record.
    """
    name = f"Patient/{source['id']}"
    if wanted is None:
        known = {_key(row) for row in listed(target.get("identifier"))}
        brought = [
            row | {"use": "old"}
            for row in listed(source.get("identifier"))
            if _key(row) not in known
        ]
        identifiers = [*listed(target.get("identifier")), *brought]
        wanted = target | ({"identifier": identifiers} if identifiers else {})
    elif wanted.get("id", target["id"]) != target["id"]:
        text = f"result-patient is Patient/{wanted['id']}, the target Patient/{target['id']}"
        raise FhirError(Category.UNPROCESSABLE, text, expression="result-patient")
    return wanted | {"id": target["id"], "link": _with(wanted, name, REPLACES)}


def revived(source: Resource, before: Resource, target: str) -> Resource:
    """Give the record that had ended as it was: active as before, and not replaced."""
    return _active(_without(source, target, REPLACED), before)


def relieved(target: Resource, before: Resource, source: Resource) -> Resource:
    """Give the record that went on without what the merge brought to it."""
    made = _without(target, f"Patient/{source['id']}", REPLACES)
    own = {_key(row) for row in listed(before.get("identifier"))}
    others = {_key(row) for row in listed(source.get("identifier"))} - own
    kept = [
        row
        for row in listed(made.get("identifier"))
        if not (row.get("use") == "old" and _key(row) in others)
    ]
    made = {name: value for name, value in made.items() if name != "identifier"}
    return made | ({"identifier": kept} if kept else {})


def _active(patient: Resource, before: Resource) -> Resource:
    made = {name: value for name, value in patient.items() if name != "active"}
    return made | ({"active": before["active"]} if "active" in before else {})


def _with(patient: Resource, other: str, kind: str) -> list[dict[str, Any]]:
    links = listed(patient.get("link"))
    if other in linked(patient, kind):
        return links
    return [*links, {"other": {"reference": other}, "type": kind}]


def _without(patient: Resource, other: str, kind: str) -> Resource:
    kept = [
        row
        for row in listed(patient.get("link"))
        if (row.get("type"), row.get("other", {}).get("reference")) != (kind, other)
    ]
    made = {name: value for name, value in patient.items() if name != "link"}
    return made | ({"link": kept} if kept else {})


def _key(row: Resource) -> tuple[Any, Any]:
    return row.get("system"), row.get("value")
