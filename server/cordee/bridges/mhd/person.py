"""Whose documents are provided: one person, known here, and the same everywhere in the Bundle.

https://profiles.ihe.net/ITI/MHD/ITI-65.html
"""

from collections.abc import Mapping
from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import WriteSession
from cordee.validation.french.systems import REAL_INS, TRIAL_INS


def located(resource: Resource) -> Resource:
    """Give a resource whose subject, named by an identifier alone, is looked for here.

    https://hl7.org/fhir/R4/http.html#transaction (conditional references)
    """
    subject = resource.get("subject")
    identifier = subject.get("identifier", {}) if isinstance(subject, dict) else {}
    if "reference" in (subject or {}) or not identifier.get("value"):
        return resource
    asked = f"{identifier['system']}|" if identifier.get("system") else ""
    named = {"reference": f"Patient?identifier={asked}{identifier['value']}", **(subject or {})}
    return resource | {"subject": named}


async def sole(session: WriteSession, request: Request, stored: Mapping[str, Resource]) -> Resource:
    """Give the patient that all resources are about, by where they stand in the Bundle.

    Raises UNPROCESSABLE when they are about several, about nobody known here, or when the identity
    that travels with a document is another one.
    """
    patient: Resource | None = None
    name: str | None = None
    for where, resource in stored.items():
        text = resource.get("subject", {}).get("reference")
        if patient is None:
            name = text
            patient = await _known(session, request, text, f"{where}.subject")
        elif text != name:
            said = "All that is provided must be about one patient"
            raise FhirError(Category.UNPROCESSABLE, said, expression=f"{where}.subject")
        _same(patient, resource, where)
    assert patient is not None, "a Bundle of the profile has a submission set"
    return patient


async def _known(session: WriteSession, request: Request, text: Any, where: str) -> Resource:
    del request
    type, _, id = str(text or "").partition("/")
    found = await session.read("Patient", id) if type == "Patient" and id else None
    if found is None or found.deleted:
        said = "The patient must be known here"
        raise FhirError(Category.UNPROCESSABLE, said, expression=where)
    return json.parse(found.body)


def refuse_identities(stored: Mapping[str, Resource]) -> None:
    """Raise FORBIDDEN for documents that carry an INS: their caller may not know it.

    Compared with the patient's own, one guessed would be confirmed.
    """
    for where, resource in stored.items():
        if any(_ins(each) for each in resource.get("contained", ())):
            said = "Who may not know the INS of a person provides no document that carries one"
            path = f"{where}.context.sourcePatientInfo"
            raise FhirError(Category.FORBIDDEN, said, expression=path)


def _same(patient: Resource, resource: Resource, where: str) -> None:
    """Compare the INS that the document itself carries of its patient."""
    info = resource.get("context", {}).get("sourcePatientInfo", {}).get("reference", "")
    inside = {f"#{each.get('id')}": each for each in resource.get("contained", ())}
    carried, held = _ins(inside.get(info, {})), _ins(patient)
    for system in carried.keys() & held.keys():
        if carried[system].isdisjoint(held[system]):
            said = "The document carries the INS of somebody else than its subject"
            path = f"{where}.context.sourcePatientInfo"
            raise FhirError(Category.UNPROCESSABLE, said, expression=path)


def _ins(who: Resource) -> dict[str, set[str]]:
    """Give the numbers of an identity, real and trial ones apart: a NIA may become a NIR."""
    found: dict[str, set[str]] = {}
    for row in who.get("identifier", ()):
        system = row.get("system")
        if system in REAL_INS | TRIAL_INS and row.get("value"):
            found.setdefault(system, set()).add(row["value"])
    return found
