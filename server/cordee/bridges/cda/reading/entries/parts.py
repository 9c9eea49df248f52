"""What entries of several kinds have alike: status of a problem, comments, reasons, who did it.

https://esante.gouv.fr/volets-contenus
"""

from collections.abc import Iterator
from typing import Any

from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.people import who
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.writing.entries.vocabulary import FR, PCC

STATUS = (f"{FR}3.30", f"{PCC}4.1.1")
SEVERITY = (f"{FR}3.29", f"{PCC}4.1")
CLINICAL_STATE = (f"{FR}3.31", f"{PCC}4.1.2")
CERTAINTY = (f"{FR}3.171",)
CRITICALITY = (f"{FR}3.172",)
COMMENT = (f"{FR}3.32", f"{PCC}4.2")
REASON = (f"{FR}3.36", f"{PCC}4.4.1")
INSTRUCTION = (f"{FR}3.33", f"{PCC}4.3")
PROBLEM = (f"{FR}3.37", f"{PCC}4.5")
PEOPLE = frozenset(("Practitioner", "PractitionerRole", "RelatedPerson"))
ACTORS = PEOPLE | {"Organization"}
CARERS = ACTORS - {"RelatedPerson"}
NOTHING_KNOWN = frozenset(
    f"no-{kind}-info"
    for kind in ("problem", "allergy", "medication", "procedure", "immunization", "device")
)
"""IPS's codes of what nothing is known of."""


def related(
    node: Node, templates: tuple[str, ...], *names: str, type: str | None = None
) -> Iterator[Node]:
    """Give the related entries (`observation` unless named) that follow one of some templates.

    Those that somebody read already are left out; `type` is how they are related.
    """
    wanted = set(templates)
    for link in node.peek("entryRelationship"):
        if link.asked or (type is not None and link.get("typeCode") != type):
            continue
        for name in names or ("observation",):
            found = next(iter(link.peek(name)), None)
            if found is not None and wanted & set(found.templates) and not found.peek("subject"):
                link.ask()
                found.ask()
                yield found


def said(reading: Reading, node: Node, templates: tuple[str, ...]) -> dict[str, Any] | None:
    """Give the value of a related observation as a concept."""
    found = next(related(node, templates), None)
    if found is None:
        return None
    value = reading.words.concept(found.one("value"))
    # The rest of such an observation is fixed by its template, or when it was said.
    found.whole()
    return value


def said_code(reading: Reading, node: Node, templates: tuple[str, ...]) -> str:
    """Give the code that a related observation says, empty when there is none."""
    codings = (said(reading, node, templates) or {}).get("coding") or [{}]
    return str(codings[0].get("code", ""))


def comments(reading: Reading, node: Node) -> list[dict[str, str]]:
    """Give the comments on an entry, and words that stand in the entry itself."""
    told = words_of(reading, node, COMMENT)
    own = node.one("text")
    if own is not None and not own.peek("reference"):
        told.append(own.words())
    return [{"text": text} for text in told if text]


def words_of(reading: Reading, node: Node, templates: tuple[str, ...]) -> list[str]:
    """Give the words of related acts: comments, instructions."""
    found = []
    for act in related(node, templates, "act"):
        found.append(reading.words.text(act.one("text")))
        act.whole()
    return found


def reasons(reading: Reading, node: Node) -> list[dict[str, Any]]:
    """Give the coded reasons of an entry."""
    found = []
    for act in related(node, REASON, "act"):
        concept = reading.words.concept(act.one("code"))
        if concept:
            found.append(concept)
            act.whole()
    return found


def performers(
    reading: Reading, node: Node, among: frozenset[str] = ACTORS
) -> list[dict[str, Any]]:
    """Give who did it and who wrote it, each once, of the types that may stand there."""
    found = [who(reading, row.one("assignedEntity")) for row in node.all("performer")]
    found += [author(reading, row) for row in node.all("author")]
    kept: dict[str, dict[str, Any]] = {}
    for row in found:
        if row is None:
            continue
        if reading.type_of(row) in among:
            kept.setdefault(str(row["reference"]), row)
        else:
            reading.note(node, f"FHIR has no place here for {row.get('display', 'who made it')}")
    return list(kept.values())


def author(reading: Reading, node: Node) -> dict[str, Any] | None:
    """Give who an author element names."""
    time = node.one("time")
    if time is not None:
        time.whole()
    return who(reading, node.one("assignedAuthor"))


def kind_of(node: Node) -> str:
    """Name an entry by what it is and its templates."""
    mood = node.get("moodCode")
    templates = ", ".join(node.templates) or "none"
    return f"{node.name}{f' {mood}' if mood else ''} (templates: {templates})"


def of_another(reading: Reading, node: Node) -> bool:
    """Tell whether an entry is about somebody else, and say so: it must not be the patient's."""
    if not node.peek("subject"):
        return False
    reading.note(node, f"The entry {kind_of(node)} is about somebody else: it is not read")
    node.whole()
    return True


def negated(node: Node) -> bool:
    """Tell whether an entry says that something is not so."""
    return node.get("negationInd") == "true"


def status(node: Node) -> str:
    """Give the code of an entry's status, empty when there is none."""
    found = node.one("statusCode")
    return found.whole().get("code") if found is not None else ""


def coding(system: str, code: str) -> dict[str, Any]:
    """Give a concept of one code of HL7's terminology."""
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}
