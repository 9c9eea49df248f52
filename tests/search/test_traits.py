"""Traits of resources: what they say in codes and labels, and of which time."""

from typing import Any

import pytest

from cordee.search import traits
from cordee.search.values import LATEST

LOINC, OWN = "http://loinc.org", "urn:own"
X, Y = {"system": LOINC, "code": "x"}, {"system": OWN, "code": "Y"}
DAY = 86_400_000


def of(type: str, **rest: Any) -> set[str]:
    return set(traits.of({"resourceType": type} | rest))


def concept(*codings: dict[str, Any]) -> dict[str, Any]:
    return {"coding": list(codings)}


def test_content_is_known_where_all_of_it_is_coded_in_one_system() -> None:
    """What has a value in another system, or in words, is not said to be known."""
    both = of("Observation", code=concept(X, Y))
    assert both == {"1", f"m:{LOINC}|x", f"m:{OWN}|Y", "c:x", "c:y"}
    one = of("Observation", code=concept(X, Y), valueCodeableConcept=concept(X))
    assert one == {"1", f"m:{LOINC}|x", "c:x", "c:y"}
    assert of("Observation", code=concept(X), component=[{"code": {"text": "x"}}]) == {"1", "c:x"}


@pytest.mark.parametrize(
    "odd",
    [
        {"code": "x"},
        {"system": LOINC},
        {"system": f"{LOINC}|2", "code": "x"},
        {"system": LOINC, "code": "x" * 300},
        "x",
    ],
)
def test_what_cannot_be_told_apart_is_no_content(odd: Any) -> None:
    """Codings without a system or a code, with a version in the system, or far too long."""
    assert not any(each.startswith("m:") for each in of("Condition", code={"coding": [odd]}))


def test_contained_resources_may_say_anything() -> None:
    """Unless they only tell who is concerned."""
    told = {"code": concept(X), "contained": [{"resourceType": "Practitioner"}]}
    assert f"m:{LOINC}|x" in of("Condition", **told)
    told["contained"] = [{"resourceType": "Condition", "code": concept(Y)}]
    assert of("Condition", **told) == {"1", "c:x", "c:y"}


def test_identity_needs_no_code() -> None:
    """A person and a circle say nothing in codes, but a circle may tell why it is there."""
    assert of("Patient") == of("CareTeam") == {"1", "0"}
    assert of("CareTeam", reasonCode=[concept(X)]) == {"1", f"m:{LOINC}|x", "c:x"}
    assert of("CareTeam", reasonReference=[{"reference": "Condition/1"}]) == {"1"}
    assert of("Condition") == {"1"}


def test_labels_stand_in_several_places() -> None:
    """Of the resource, of a document, of a composition; one without a code is told as such."""
    found = of(
        "DocumentReference",
        meta={"security": [X, {"code": "y"}]},
        securityLabel=[concept(Y), {"text": "secret"}],
    )
    assert {f"l:{LOINC}|x", "L:x", "L:y", f"l:{OWN}|Y", "L:"} < found
    assert f"l:{traits.CONFIDENTIALITY}|R" in of("Composition", confidentiality="R")


def span(type: str, **rest: Any) -> tuple[int, int] | None:
    """Read the time of a resource back, in days."""
    found = of(type, **rest)
    for day in range(-1, 500):
        if f"f:{traits.moment(day * DAY)}" in found:
            ends = (end for end in range(500) if f"t:{traits.moment(end * DAY)}" in found)
            return day, next(ends, 999 if f"t:{traits.moment(LATEST)}" in found else -1)
    return None


SPANS: dict[str, tuple[str, dict[str, Any], tuple[int, int] | None]] = {
    "a day": ("Observation", {"effectiveDateTime": "1970-01-02"}, (1, 2)),
    "a month": ("Observation", {"effectiveDateTime": "1970-01"}, (0, 31)),
    "a period": (
        "Encounter",
        {"period": {"start": "1970-01-02", "end": "1970-01-04"}},
        (1, 4),
    ),
    "a period that goes on": ("Encounter", {"period": {"start": "1970-01-02"}}, (1, 999)),
    "a period turned round": (
        "Encounter",
        {"period": {"start": "1970-01-04", "end": "1970-01-02"}},
        None,
    ),
    "an unreadable date": ("Observation", {"effectiveDateTime": "hier"}, None),
    "none": ("Observation", {"issued": "1970-01-02T00:00:00Z"}, None),
    "several": (
        "DocumentReference",
        {
            "date": "1970-01-10",
            "context": {"period": {"start": "1970-01-02", "end": "1970-01-02"}},
        },
        (1, 10),
    ),
    "dates of a timing": (
        "Observation",
        {"effectiveTiming": {"event": ["1970-01-02", "1970-01-05"]}},
        (1, 5),
    ),
    "bounds of a timing": (
        "Observation",
        {"effectiveTiming": {"repeat": {"boundsPeriod": {"start": "1970-01-02"}}}},
        (1, 999),
    ),
    "a timing without bounds": ("Observation", {"effectiveTiming": {"repeat": {"count": 3}}}, None),
    "what lasts": ("Condition", {"onsetDateTime": "1970-01-02"}, (1, 999)),
    "what is over": (
        "Condition",
        {"onsetDateTime": "1970-01-02", "abatementDateTime": "1970-01-03"},
        (1, 3),
    ),
    "what is over somehow": (
        "Condition",
        {"onsetDateTime": "1970-01-02", "abatementString": "depuis"},
        None,
    ),
    "what began somewhen": ("Condition", {"abatementDateTime": "1970-01-02"}, None),
    "a type without a time": ("Patient", {"birthDate": "1970-01-02"}, None),
}


@pytest.mark.parametrize("name", SPANS)
def test_time(name: str) -> None:
    """The hull of all that tells when it was; none where one of them cannot be told."""
    type, rest, expected = SPANS[name]
    assert span(type, **rest) == expected


def test_too_many_codes_are_not_kept() -> None:
    """Of such a resource nothing is known, so that every denial holds for it."""
    many = [{"code": concept({"code": str(number)})} for number in range(1_200)]
    assert of("Observation", code=concept(X), component=many) == set()
    assert of("AuditEvent") == set()
