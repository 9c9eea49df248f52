"""A problem, past or present (FR-Liste-des-problemes, FR-Probleme).

https://hl7.org/fhir/R4/condition.html
"""

from functools import partial

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.writing.concepts import concept, text_of
from cordee.bridges.cda.writing.element import (
    Element,
    coded,
    el,
    null,
    period,
    reference,
    templates,
)
from cordee.bridges.cda.writing.entries.vocabulary import ABSENT, CCD, FR, PCC, snomed
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

_KIND = snomed("282291009", "interprétation diagnostique")
_PROBLEM = snomed("55607006", "problème")
FORMER_KIND = Code("G-1009", "1.2.250.1.213.2.12", "Diagnostic")
"""What models before 2022 call a problem."""
PAST = frozenset({"inactive", "remission", "resolved"})
UNKNOWN = Code("no-problem-info", ABSENT, "Aucune information sur les problèmes")


def status(condition: Resource) -> str:
    """Give the clinical status of a Condition, or of an allergy."""
    return next(
        (str(row.get("code")) for row in rows(condition.get("clinicalStatus"), "coding")), "active"
    )


def problems(record: Record, *, past: bool, kind: Code = _KIND) -> Content:
    """Give the problems a record tells of, those of the past or those of now."""
    wanted = (row for row in record.all("Condition") if (status(row) in PAST) == past)
    told = [row for row in wanted if not refuted(row)]
    return Content(
        ("Problème", "Depuis", "Jusqu'à"),
        tuple(
            Row(
                (
                    text_of(row.get("code")),
                    spoken(_since(row)),
                    spoken(row.get("abatementDateTime")),
                ),
                partial(_entry, row, kind),
            )
            for row in told
        ),
    )


active_problems = partial(problems, past=False)
past_problems = partial(problems, past=True)


def refuted(condition: Resource) -> bool:
    """Tell whether a Condition, or an allergy, turned out not to be."""
    codes = {row.get("code") for row in rows(condition.get("verificationStatus"), "coding")}
    return bool(codes & {"refuted", "entered-in-error"})


def _since(condition: Resource) -> object:
    return condition.get("onsetDateTime") or condition.get("recordedDate")


def _entry(condition: Resource, kind: Code, anchor: Anchor) -> Element:
    since, until = time(_since(condition)), time(condition.get("abatementDateTime"))
    value = concept("value", condition.get("code"), anchor.name, xsi_type="CD", absent=None)
    return _concern(anchor, since, until, value, kind, past=status(condition) in PAST)


def unknown_problems(anchor: Anchor) -> Element:
    """Say that nothing is known of problems."""
    value = coded("value", UNKNOWN, reference("originalText", anchor.name), xsi_type="CD")
    return _concern(anchor, None, None, value, _PROBLEM, past=False)


def _concern(
    anchor: Anchor,
    since: str | None,
    until: str | None,
    value: Element,
    kind: Code,
    *,
    past: bool,
) -> Element:
    observation = el(
        "observation",
        *templates(f"{CCD}28", f"{PCC}4.5", f"{FR}3.37"),
        anchor.id(),
        coded("code", kind),
        reference("text", anchor.name),
        el("statusCode", code="completed"),
        period("effectiveTime", since, until),
        value,
        classCode="OBS",
        moodCode="EVN",
        negationInd="false",
    )
    over = period("effectiveTime", since, until)
    if past and until is None:
        over.append(null("high"))
    return el(
        "act",
        *templates(f"{CCD}27", f"{PCC}4.5.1", f"{PCC}4.5.2", f"{FR}3.39"),
        anchor.id("-concern"),
        null("code", "NA"),
        el("statusCode", code="completed" if past else "active"),
        over,
        el("entryRelationship", observation, typeCode="SUBJ", inversionInd="false"),
        classCode="ACT",
        moodCode="EVN",
    )
