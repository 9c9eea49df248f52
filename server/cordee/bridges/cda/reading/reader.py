"""A CDA document → the resources that the official mapping makes of it, and what it does not map.

https://hl7.org/fhir/R4/documentreference.html
"""

from typing import Any

from cordee.bridges.cda.document import Document
from cordee.bridges.cda.reading import people
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.cda.reading.document_reference import document_reference
from cordee.bridges.cda.reading.entries import parts
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.patient import patient
from cordee.bridges.cda.reading.reading import Known, Reading
from cordee.bridges.cda.reading.sections import sections
from cordee.bridges.cda.reading.stay import stay
from cordee.bridges.cda.reading.times import time_of
from cordee.resource.types import Resource
from cordee.validation.french.systems import REAL_INS, TRIAL_INS

INS = REAL_INS | TRIAL_INS
_HEADER = frozenset(("relatedDocument",))
"""Elements of the header that tell of versions, which the import looks after."""


def read(document: Document, systems: Systems, known: Known) -> Reading:
    """Read a document. What was made is in `made`, what is not mapped in `issues`."""
    reading = Reading(document, systems, known)
    reading.made_on = time_of(reading.root.one("effectiveTime")) or ""
    who = patient(reading)
    reading.patient = _patient(reading, who)
    reading.scope = f"{set_of(document)}|{patient_key(who)}"
    found = (parts.author(reading, row) for row in reading.root.all("author"))
    reading.authors = _once([row for row in found if row is not None])
    held, facility = stay(reading)
    document_reference(reading, held, facility)
    body = reading.root.at("component", "structuredBody")
    if body is not None:
        sections(reading, body)
    _provenance(reading)
    _doctor(reading)
    _left(reading)
    return reading


def set_of(document: Document) -> str:
    """Give what all versions of a document have in common: its set, or itself."""
    root = Node(document.root)
    held = root.one("setId") or root.one("id")
    return f"{held.get('root')}^{held.get('extension')}" if held is not None else ""


def patient_key(who: Resource) -> str:
    """Give what tells a patient from others: the first identifier, or the traits."""
    rows = who.get("identifier") or [{}]
    names = who.get("name") or [{}]
    held = f"{rows[0].get('system')}|{rows[0].get('value')}"
    return held if rows[0] else f"{names[0]}|{who.get('birthDate')}"


def _once(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept: dict[str, dict[str, Any]] = {}
    for row in found:
        kept.setdefault(str(row["reference"]), row)
    return list(kept.values())


def _patient(reading: Reading, who: Resource) -> dict[str, Any]:
    """Give a Reference to the patient: to a known one, or to a new one made of the document."""
    if reading.known.patient is not None:
        return {"reference": reading.known.patient}
    node = reading.root.at("recordTarget", "patientRole") or reading.root
    # What is no INS tells people apart less well than their traits, by which nobody was found.
    ins = next((row for row in who.get("identifier", ()) if row.get("system") in INS), None)
    criteria = f"identifier={ins['system']}|{ins['value']}" if ins else ""
    return reading.share(node, who, patient_key(who), criteria=criteria)


def _doctor(reading: Reading) -> None:
    """Name the attending doctor in the record of a new patient."""
    made = reading.made.get(str(reading.patient["reference"]))
    if made is None:
        return
    for row in reading.root.peek("participant"):
        function = next(iter(row.peek("functionCode")), None)
        if function is not None and function.get("code") == "PCP":
            found = people.who(reading, row.one("associatedEntity"))
            if found is not None:
                made.resource.setdefault("generalPractitioner", [found])


def _provenance(reading: Reading) -> None:
    """Tell where everything comes from: the document, its authors, who keeps it."""
    root = reading.root
    targets = [
        {"reference": made.reference} for made in reading.made.values() if made.type != "Binary"
    ]
    agents = [
        {"type": _type("provenance-participant-type", "author"), "who": row}
        for row in reading.authors
    ]
    keeper = reading.made[reading.main["reference"]].resource.get("custodian")
    if keeper:
        agents.append({"type": _type("provenance-participant-type", "custodian"), "who": keeper})
    if not agents:
        unknown = {"display": "Non renseigné"}
        agents = [{"type": _type("provenance-participant-type", "author"), "who": unknown}]
    made: Resource = {
        "resourceType": "Provenance",
        "target": targets,
        "recorded": "",
        "activity": _type("v3-DataOperation", "CREATE"),
        "agent": agents,
        "entity": [{"role": "source", "what": reading.main}],
    }
    reading.add(root, made, "import")


def _type(system: str, code: str) -> dict[str, Any]:
    return parts.coding(system, code)


def _left(reading: Reading) -> None:
    """Tell what of the header nobody asked for."""
    for node in reading.root.rest():
        if node.name not in _HEADER and not _inside_body(node):
            reading.note(node, f"{node.name} of the header is not mapped: it stays in the document")


def _inside_body(node: Node) -> bool:
    return any(True for _ in node.element.iterancestors("{urn:hl7-org:v3}structuredBody"))
