"""An allergy or intolerance (FR-Liste-des-allergies-et-hypersensibilites).

https://hl7.org/fhir/R4/allergyintolerance.html
"""

from functools import partial

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.writing.concepts import codes, concept, text_of
from cordee.bridges.cda.writing.element import (
    Element,
    coded,
    el,
    null,
    period,
    reference,
    templates,
)
from cordee.bridges.cda.writing.entries.problem import refuted, status
from cordee.bridges.cda.writing.entries.vocabulary import ABSENT, CCD, FR, PCC, snomed
from cordee.bridges.cda.writing.record import Record, first, rows
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

KINDS: dict[str, Code] = {
    "food": snomed("414285001", "allergie alimentaire"),
    "medication": snomed("416098002", "allergie médicamenteuse"),
    "environment": snomed("419199007", "allergie à une substance"),
    "biologic": snomed("419199007", "allergie à une substance"),
}
"""Category of an AllergyIntolerance → kind of allergy."""
_ANY = snomed("419199007", "allergie à une substance")
NONE_KNOWN = frozenset({"716186003", "409137002", "429625007", "428607008"})
"""SNOMED CT codes that say that no allergy (at all, to drugs, food, surroundings) is known."""
OVER = {"inactive": "inactive", "resolved": "résolue"}
"""Clinical status of what is no allergy any more → how people read of it."""
GRAVE = "criticité élevée"
UNKNOWN = Code("no-allergy-info", ABSENT, "Aucune information sur les allergies")


def allergies(record: Record) -> Content:
    """Give the allergies a record tells of."""
    told = [row for row in record.all("AllergyIntolerance") if not refuted(row)]
    return Content(
        ("Allergie ou intolérance", "Depuis", "Réactions"),
        tuple(
            Row(
                (_told(row), spoken(_since(row)), _reactions(row)),
                partial(_entry, row),
            )
            for row in told
        ),
    )


def _told(allergy: Resource) -> str:
    """Give its name, whether it is over, and whether a reaction would be grave."""
    grave = GRAVE if allergy.get("criticality") == "high" else None
    besides = ", ".join(filter(None, (OVER.get(status(allergy)), grave)))
    name = text_of(allergy.get("code"))
    return f"{name} ({besides})" if besides else name


def _since(allergy: Resource) -> object:
    return allergy.get("onsetDateTime") or allergy.get("recordedDate")


def _reactions(allergy: Resource) -> str:
    told = (
        row for reaction in rows(allergy, "reaction") for row in rows(reaction, "manifestation")
    )
    return ", ".join(filter(None, map(text_of, told)))


def _entry(allergy: Resource, anchor: Anchor) -> Element:
    since, over = time(_since(allergy)), status(allergy) in OVER
    denied = next((code for code in codes(allergy.get("code")) if code.code in NONE_KNOWN), None)
    if denied is not None:
        # Somebody asked and found none: that is a value, not something one is allergic to.
        told = coded("value", denied, reference("originalText", anchor.name), xsi_type="CD")
        return _concern(anchor, since, _ANY, told, over=over)
    substance = el(
        "playingEntity",
        concept("code", allergy.get("code"), anchor.name),
        el("name", text_of(allergy.get("code"))),
        classCode="MMAT",
    )
    agent = el(
        "participant",
        el("participantRole", substance, classCode="MANU"),
        typeCode="CSM",
    )
    kind = KINDS.get(str(first(allergy, "category")), _ANY)
    value = el("value", reference("originalText", anchor.name), xsi_type="CD")
    return _concern(anchor, since, kind, value, agent, over=over)


def unknown_allergies(anchor: Anchor) -> Element:
    """Say that nothing is known of allergies, which is not that there are none."""
    value = coded("value", UNKNOWN, reference("originalText", anchor.name), xsi_type="CD")
    return _concern(anchor, None, _ANY, value)


def _concern(
    anchor: Anchor,
    since: str | None,
    kind: Code,
    value: Element,
    agent: Element | None = None,
    *,
    over: bool = False,
) -> Element:
    lasted = period("effectiveTime", since, None)
    if over:
        lasted.append(null("high"))
    low = el("low", value=since) if since else null("low")
    observation = el(
        "observation",
        *templates(f"{CCD}28", f"{CCD}18", f"{PCC}4.5", f"{PCC}4.6", f"{FR}3.41"),
        anchor.id(),
        coded("code", kind),
        reference("text", anchor.name),
        el("statusCode", code="completed"),
        el("effectiveTime", low),
        value,
        agent,
        classCode="OBS",
        moodCode="EVN",
    )
    return el(
        "act",
        *templates(f"{CCD}27", f"{PCC}4.5.1", f"{PCC}4.5.3", f"{FR}3.40"),
        anchor.id("-concern"),
        null("code", "NA"),
        el("statusCode", code="completed" if over else "active"),
        lasted,
        el("entryRelationship", observation, typeCode="SUBJ", inversionInd="false"),
        classCode="ACT",
        moodCode="EVN",
    )
