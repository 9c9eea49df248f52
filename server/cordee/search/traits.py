r"""Traits: what a version says that a Consent may turn on: its codes, its labels, its time.

A few short texts beside every version about a person, so that a rule on them is one test, the same
in the database and in memory, for the current version and for a past one:

| trait | meaning |
|---|---|
| `1` | the traits of this version are known; where it lacks, nothing is |
| `m:system\|code` | a code of its content, all of which is coded in this system, too |
| `0` | content of its kind need not be coded, and nothing of it is there |
| `c:code` | a code that is found anywhere in it, whatever its system, in lower case |
| `l:system\|code` | a security label of `meta.security` or of the document's own element |
| `L:code` | a security label by its code alone, in lower case; empty for one without a code |
| `f:` `t:` | the first moment of the time it is about, and the one after its last (`moment`) |

Content (`CODED`) is what a resource is there to say: of an Observation what was observed and found,
of a document its type. Its time (`TIMED`) is when that was so, not when it was written down.

https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision.code
https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision.dataPeriod
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.search.values import EARLIEST, LATEST

KNOWN = "1"
BARE = "0"
MAIN = "m:"
CODE = "c:"
LABEL = "l:"
LABEL_CODE = "L:"
FROM = "f:"
TO = "t:"
BAR = "|"
AFTER = "}"
"""The character after the bar: texts that begin with "x|" come before "x}"."""

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
WITHOUT = frozenset(("AuditEvent",))
"""Types that no Consent is about: many, and none but the person's own business."""
LONGEST = 200
"""Characters of a system and of a code, more than which nothing can be matched."""
MOST = 1_000
"""Codes in one resource, more than which nothing is known of it."""

_COMPONENT = "component.valueCodeableConcept"
_MEDICATION = ("medicationCodeableConcept", "medicationReference", "reasonCode")
CODED: Mapping[str, tuple[str, ...]] = {
    "AllergyIntolerance": ("code", "reaction.substance", "reaction.manifestation"),
    "ClinicalImpression": ("code", "finding.itemCodeableConcept"),
    "Composition": ("type", "event.code"),
    "Condition": ("code", "evidence.code"),
    "DetectedIssue": ("code",),
    "DeviceRequest": ("codeCodeableConcept", "codeReference", "reasonCode"),
    "DiagnosticReport": ("code", "conclusionCode"),
    "DocumentManifest": ("type",),
    "DocumentReference": ("type", "context.event"),
    "Flag": ("code",),
    "Goal": ("description",),
    "Immunization": ("vaccineCode", "reasonCode"),
    "List": ("code",),
    "MedicationAdministration": _MEDICATION,
    "MedicationDispense": _MEDICATION[:2],
    "MedicationRequest": _MEDICATION,
    "MedicationStatement": _MEDICATION,
    "Observation": ("code", "valueCodeableConcept", "component.code", _COMPONENT),
    "Procedure": ("code", "reasonCode", "complication"),
    "RiskAssessment": ("code", "reasonCode", "prediction.outcome"),
    "ServiceRequest": ("code", "reasonCode"),
    "Task": ("code", "reasonCode"),
}
"""Type → the elements that say in codes what it is about, by their path."""
UNCODED: Mapping[str, tuple[str, ...]] = {
    "CareTeam": ("reasonCode", "reasonReference"),
    "Coverage": (),
    "Patient": (),
    "RelatedPerson": (),
}
"""Types of identity and of the circle, which say nothing in codes, or only in these elements."""
_PEOPLE = frozenset(
    ("Device", "Location", "Organization", "Patient", "Practitioner", "PractitionerRole")
) | {"RelatedPerson"}
"""Types of contained resources that say nothing of anybody's health."""

TIMED: Mapping[str, tuple[str, ...]] = {
    "AdverseEvent": ("date", "detected"),
    "AllergyIntolerance": ("onset", "lastOccurrence"),
    "Appointment": ("start", "end", "requestedPeriod"),
    "CarePlan": ("period", "created"),
    "CareTeam": ("period",),
    "ClinicalImpression": ("effective", "date"),
    "Communication": ("sent", "received"),
    "CommunicationRequest": ("authoredOn", "occurrence"),
    "Composition": ("date", "event.period"),
    "Condition": ("onset", "abatement"),
    "DetectedIssue": ("identified",),
    "DeviceRequest": ("authoredOn", "occurrence"),
    "DeviceUseStatement": ("recordedOn", "timing"),
    "DiagnosticReport": ("effective",),
    "DocumentManifest": ("created",),
    "DocumentReference": ("date", "context.period"),
    "Encounter": ("period",),
    "EpisodeOfCare": ("period",),
    "Flag": ("period",),
    "ImagingStudy": ("started",),
    "Immunization": ("occurrence",),
    "List": ("date",),
    "Media": ("created",),
    "MedicationAdministration": ("effective",),
    "MedicationDispense": ("whenPrepared", "whenHandedOver"),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effective",),
    "NutritionOrder": ("dateTime",),
    "Observation": ("effective",),
    "Procedure": ("performed",),
    "QuestionnaireResponse": ("authored",),
    "RequestGroup": ("authoredOn",),
    "RiskAssessment": ("occurrence",),
    "ServiceRequest": ("authoredOn", "occurrence"),
    "Task": ("authoredOn", "executionPeriod", "lastModified"),
}
"""Type → the elements that say when it is about, by their path, without the types of choices."""
LASTING: Mapping[str, tuple[str, str]] = {
    "AllergyIntolerance": ("onset", ""),
    "Condition": ("onset", "abatement"),
}
"""Types of what lasts: the element it begins with, without which nobody knows since when; and that
which ends it, without which it goes on."""
_CHOICES = ("", "Date", "DateTime", "Instant", "Period", "Timing", "Age", "Range", "String")
_SHIFT = 10**16

_PATHS = {
    type: tuple(tuple(path.split(".")) for path in paths)
    for type, paths in {**CODED, **UNCODED}.items()
}
_TIMES = {
    type: tuple(
        (stem, tuple(f"{stem}{choice}".split("."))) for stem in stems for choice in _CHOICES
    )
    for type, stems in TIMED.items()
}


def of(resource: Resource) -> tuple[str, ...]:
    """Give the traits of a resource about a person, each once."""
    if resource["resourceType"] in WITHOUT:
        return ()
    found = dict.fromkeys((KNOWN, *_content(resource), *_labels(resource), *_time(resource)))
    codes: dict[str, None] = {}
    _gather(resource, codes)
    return (*found, *codes) if len(codes) <= MOST else ()


def moment(milliseconds: int) -> str:
    """Write a moment so that texts sort as moments do."""
    return f"{min(max(milliseconds, EARLIEST), LATEST) + _SHIFT:017d}"


def coded(system: str, code: str) -> str:
    """Write a system and a code, neither of which may be doubtful (`sure`)."""
    return f"{system}{BAR}{code}"


def sure(coding: Any) -> tuple[str, str] | None:
    """Give system and code of a Coding; None where it lacks one, or either cannot be told apart."""
    if not isinstance(coding, Mapping):
        return None
    system, code = coding.get("system"), coding.get("code")
    if not isinstance(system, str) or not isinstance(code, str) or BAR in system:
        return None
    fits = 0 < len(system) <= LONGEST and 0 < len(code) <= LONGEST
    return (system, code) if fits else None


def _content(resource: Resource) -> Iterator[str]:
    type = resource["resourceType"]
    paths = _PATHS.get(type)
    if paths is None or not _holds_people_alone(resource.get("contained")):
        return
    concepts = [each for path in paths for each in _at(resource, path)]
    if not concepts:
        if type in UNCODED:
            yield BARE
        return
    codings = [_sure_ones(concept) for concept in concepts]
    systems = set.intersection(*({system for system, _ in each} for each in codings))
    for each in codings:
        yield from (MAIN + coded(*one) for one in each if one[0] in systems)


def _holds_people_alone(contained: Any) -> bool:
    rows = contained if isinstance(contained, list) else ()
    return all(isinstance(row, dict) and row.get("resourceType") in _PEOPLE for row in rows)


def _sure_ones(concept: Any) -> list[tuple[str, str]]:
    rows = concept.get("coding") if isinstance(concept, dict) else None
    found = map(sure, rows if isinstance(rows, list) else ())
    return [each for each in found if each is not None]


def _at(node: Resource, steps: tuple[str, ...]) -> list[Any]:
    """Give what stands at a path, lists opened."""
    if steps[0] not in node:
        return []
    nodes = [node]
    for step in steps:
        held = [each[step] for each in nodes if type(each) is dict and step in each]
        nodes = [one for each in held for one in (each if type(each) is list else (each,))]
    return nodes


def _gather(node: dict[str, Any], found: dict[str, None]) -> None:
    """Find every code of a coding, wherever it stands."""
    for name, value in node.items():
        kind = type(value)
        if kind is dict:
            _gather(value, found)
        elif kind is list:
            for each in value:
                if type(each) is dict:
                    _gather(each, found)
        elif name == "code" and kind is str and "value" not in node and len(value) <= LONGEST:
            found[CODE + value.lower()] = None


def _labels(resource: Resource) -> Iterator[str]:
    meta = resource.get("meta")
    given = meta.get("security") if isinstance(meta, dict) else None
    rows: list[Any] = list(given) if isinstance(given, list) else []
    for concept in _at(resource, ("securityLabel",)):
        codings = concept.get("coding") if isinstance(concept, dict) else None
        rows += codings if isinstance(codings, list) and codings else [concept]
    level = resource.get("confidentiality")
    if isinstance(level, str):
        rows.append({"system": CONFIDENTIALITY, "code": level})
    for row in rows:
        known = sure(row)
        if known is not None:
            yield LABEL + coded(*known)
        code = row.get("code") if isinstance(row, dict) else None
        yield LABEL_CODE + (code.lower() if isinstance(code, str) and len(code) <= LONGEST else "")


def _time(resource: Resource) -> Iterator[str]:
    type = resource["resourceType"]
    found: dict[str, list[tuple[int, int] | None]] = {}
    for stem, path in _TIMES.get(type, ()):
        for value in _at(resource, path):
            found.setdefault(stem, []).extend(_read(value))
    spans = [span for each in found.values() for span in each]
    begins, ends = LASTING.get(type, ("", ""))
    if not spans or None in spans or (begins and begins not in found):
        return
    sure = [span for span in spans if span is not None]
    goes_on = bool(begins) and ends not in found
    yield FROM + moment(min(start for start, _ in sure))
    yield TO + moment(LATEST if goes_on else max(end for _, end in sure))


def _read(value: Any) -> Iterable[tuple[int, int] | None]:
    if isinstance(value, str):
        return (interval(value),)
    if not isinstance(value, dict):
        return (None,)
    if "event" in value and "repeat" not in value and isinstance(value["event"], list):
        return [interval(each) if isinstance(each, str) else None for each in value["event"]]
    repeat = value.get("repeat")
    bounds = repeat.get("boundsPeriod") if isinstance(repeat, dict) and len(value) == 1 else value
    return (_period(bounds),)


def _period(value: Any) -> tuple[int, int] | None:
    if not isinstance(value, dict) or not ("start" in value or "end" in value):
        return None
    start, end = (
        interval(value[side]) if isinstance(value.get(side), str) else None
        for side in ("start", "end")
    )
    if (start is None and "start" in value) or (end is None and "end" in value):
        return None
    span = (start[0] if start else EARLIEST, end[1] if end else LATEST)
    return span if span[0] < span[1] else None
