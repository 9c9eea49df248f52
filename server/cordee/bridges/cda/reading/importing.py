"""A document taken in: who is known, which version it is, and one transaction that stores it.

Nothing that is stored is overwritten but what an earlier version of the same document made and
nobody changed since.

https://hl7.org/fhir/R4/http.html#transaction
"""

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cordee.bridges.cda import document as documents
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.reading.admission import admit
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.holders import patient_of, people_of, roles_of, structures_of
from cordee.bridges.cda.reading.patient import patient
from cordee.bridges.cda.reading.reader import read
from cordee.bridges.cda.reading.reading import Known, Made, Reading
from cordee.bridges.cda.reading.versions import Lineage, lineage
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.interactions import visibility
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.transaction import transaction
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version
from cordee.validation.french.systems import REAL_INS, TRIAL_INS

_DIRECTORY = frozenset(
    ("Patient", "Practitioner", "PractitionerRole", "Organization", "RelatedPerson", "Location")
)
"""Types that a document never changes once they are stored."""
_OF_DOCUMENT = _DIRECTORY | {"Binary", "Device", "DocumentReference", "Encounter", "Provenance"}
"""Types that are kept of a document whose contents are out of date."""


@dataclass(frozen=True, slots=True)
class Import:
    """What became of a document: the Bundle done or to be done, and what there is to tell."""

    bundle: Resource
    issues: tuple[Issue, ...]
    document: str
    patient: str


async def take_in(
    services: Services,
    request: Request,
    data: bytes,
    systems: Systems,
    *,
    named: Resource | None = None,
    store: bool = True,
) -> Import:
    """Import a document; `named` is the Patient it is about when the caller says so.

    Raises `FhirError`: what reading raises, CONFLICT when several patients may be meant or another
    document has the same id, UNPROCESSABLE when it is about another patient than the one named.
    """
    document = await asyncio.to_thread(documents.read, data)
    past = await lineage(services, request, document)
    if past.same is not None:
        return _again(past.same, data)
    reading = await _read(services, request, document, systems, named)
    entries = await _entries(services, request, reading, past)
    bundle: Resource = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    if store:
        done = await transaction(services, replace(request, type=None, body=bundle, query=()))
        bundle = done.resource or json.parse(done.body or b"{}")
    where = _where(entries, bundle) if store else {}
    return Import(
        bundle,
        tuple(reading.issues),
        where.get(reading.main["reference"], reading.main["reference"]),
        where.get(reading.patient["reference"], reading.patient["reference"]),
    )


async def _read(
    services: Services,
    request: Request,
    document: Document,
    systems: Systems,
    named: Resource | None,
) -> Reading:
    """Read with everybody known."""
    asked = patient(Reading(document, systems, Known()))
    if named is not None:
        _same_person(named, asked)
    held, people, structures = await asyncio.gather(
        patient_of(services, request, asked) if named is None else _given(named),
        people_of(services, request, document),
        structures_of(services, request, document),
    )
    roles = await roles_of(services, request, people.values(), structures.values())
    known = Known(f"Patient/{held['id']}" if held else None, people, structures, roles)
    reading = await asyncio.to_thread(read, document, systems, known)  # others go on meanwhile
    if held is not None:
        _tell(reading, held, asked)
    for number, reference in sorted((people | structures).items()):
        text = f"{number} is known as {reference}, which is left as it is"
        reading.note(reading.root, text)
    return reading


async def _given(named: Resource) -> Resource | None:
    return named


def _ins(who: Resource) -> set[tuple[str, str]]:
    rows = who.get("identifier", ())
    return {(r["system"], r["value"]) for r in rows if r.get("system") in REAL_INS | TRIAL_INS}


def _same_person(named: Resource, asked: Resource) -> None:
    """Refuse a document of somebody else."""
    ours, theirs = _ins(named), _ins(asked)
    if ours and theirs and not ours & theirs:
        raise FhirError(
            Category.UNPROCESSABLE,
            f"The document is about a patient of another INS than Patient/{named['id']}",
            expression="ClinicalDocument.recordTarget.patientRole.id",
        )


def _tell(reading: Reading, held: Resource, asked: Resource) -> None:
    """Tell how the stored patient and the document's differ: the stored one is not touched."""
    node = reading.root.at("recordTarget", "patientRole") or reading.root
    node.whole()
    text = f"The patient is Patient/{held['id']}, which is left as it is"
    reading.note(node, text)
    if _ins(asked) - _ins(held):
        text = f"Patient/{held['id']} does not have the INS of the document"
        reading.note(node, text, Severity.WARNING)
    differing = [n for n in ("birthDate", "gender") if asked.get(n) and asked[n] != held.get(n)]
    for name in differing:
        text = f"{name} differs: {asked[name]} in the document, {held.get(name)} in the record"
        reading.note(node, text, Severity.WARNING)


def _again(same: Resource, data: bytes) -> Import:
    """Answer for a document that is stored already. Raises CONFLICT when it is another one."""
    digest = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    hashes = {(row.get("attachment") or {}).get("hash") for row in same.get("content", ())}
    reference = f"DocumentReference/{same['id']}"
    if digest not in hashes:
        raise FhirError(
            Category.CONFLICT,
            f"{reference} has the id of this document and another content",
            expression="ClinicalDocument.id",
        )
    text = f"The document is stored already as {reference}: nothing is done"
    told = Issue(Severity.INFORMATION, "duplicate", text, expression="ClinicalDocument.id", line=1)
    bundle: Resource = {"resourceType": "Bundle", "type": "transaction-response"}
    about = str((same.get("subject") or {}).get("reference", ""))
    return Import(bundle, (told,), reference, about)


async def _entries(
    services: Services, request: Request, reading: Reading, past: Lineage
) -> list[dict[str, Any]]:
    """Give the entries of the transaction."""
    _relate(services, reading, past)
    admit(services, request, reading)
    keys = [(made.type, made.id) for made in reading.made.values() if made.criteria is None]
    stored = await services.store.read_many(keys, deleted=True)
    seen = await visibility.among(services, services.store, request.caller, stored)
    entries = [] if past.former is None or past.later else [_superseded(past.former)]
    for made in _in_order(reading):
        # What is hidden is as what is not there: the transaction answers both alike.
        entry = _entry(reading, made, seen.get((made.type, made.id)), past)
        if entry is not None:
            entries.append(entry)
    return entries


def _in_order(reading: Reading) -> Iterator[Made]:
    """Give what was made, the document last: its time is then that of the whole import."""
    last = reading.main["reference"]
    yield from (made for key, made in reading.made.items() if key != last)
    yield reading.made[last]


def _relate(services: Services, reading: Reading, past: Lineage) -> None:
    """Write into the document what it replaces, and when it was taken in."""
    main = reading.made[reading.main["reference"]].resource
    if past.later is not None:
        main["status"] = "superseded"
        text = f"DocumentReference/{past.later['id']} is a later version: only the document is kept"
        reading.note(reading.root, text, Severity.WARNING)
        reading.made = {key: one for key, one in reading.made.items() if one.type in _OF_DOCUMENT}
    for made in reading.made.values():
        if made.type == "Provenance":
            told = (row for row in made.resource["target"] if row["reference"] in reading.made)
            made.resource |= {"target": list(told), "recorded": services.clock().isoformat()}
    target: dict[str, Any] | None = None
    if past.former is not None:
        target = {"reference": f"DocumentReference/{past.former['id']}"}
    elif past.parent is not None:
        target = {"identifier": past.parent}
    if target is not None:
        main["relatesTo"] = [{"code": "replaces", "target": target}]


def _superseded(former: Resource) -> dict[str, Any]:
    match = f'W/"{former["meta"]["versionId"]}"'
    url = f"DocumentReference/{former['id']}"
    request = {"method": "PUT", "url": url, "ifMatch": match}
    return {"resource": former | {"status": "superseded"}, "request": request}


def _entry(
    reading: Reading, made: Made, stored: Version | None, past: Lineage
) -> dict[str, Any] | None:
    """Give the entry that stores a resource; None when what is stored stays."""
    if made.criteria is not None:
        asked = {"method": "POST", "url": made.type}
        asked |= {"ifNoneExist": made.criteria} if made.criteria else {}
        return {"fullUrl": made.reference, "resource": made.resource, "request": asked}
    request = {"method": "PUT", "url": made.reference}
    if stored is not None:
        if not _may_follow(reading, made, stored, past):
            return None
        request["ifMatch"] = f'W/"{stored.version}"'
    return {"resource": made.resource | {"id": made.id}, "request": request}


def _may_follow(reading: Reading, made: Made, stored: Version, past: Lineage) -> bool:
    """Tell whether a resource of an earlier version of the document may have a next version."""
    if made.type in _DIRECTORY or made.type == "Binary" or past.later is not None:
        return False
    if past.since is None or stored.deleted or stored.last_updated > past.since:
        what = "deleted" if stored.deleted else "changed"
        text = f"{made.reference} was {what} here since an earlier version: it is left as it is"
        reading.note(reading.root, text, Severity.WARNING)
        return False
    return True


def _where(entries: list[dict[str, Any]], answer: Resource) -> dict[str, str]:
    """Give where each reference ended: as told in the answer of the transaction."""
    found: dict[str, str] = {}
    for entry, told in zip(entries, answer.get("entry", ()), strict=False):
        location = str((told.get("response") or {}).get("location", ""))
        literal = location.partition("/_history")[0].split("/")
        if "fullUrl" in entry and len(literal) >= 2:
            found[entry["fullUrl"]] = "/".join(literal[-2:])
    return found
