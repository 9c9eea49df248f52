"""What provisions are about, also where validation lets nobody write them so."""

from typing import Any

import pytest

from cordee.access.criteria import criteria
from cordee.access.region import NOWHERE, UNSURE, WHOLE
from cordee.definitions.repository import Repository
from cordee.search.matching import matches
from cordee.search.registry import SearchRegistry
from cordee.search.values import Extraction
from cordee.terminology import Terminology
from cordee.terminology.family import no_families

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SUD = {"system": ACT, "code": "SUD"}


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    """The code systems of R4 core."""
    return Terminology(Repository.load())


def resource(**rest: Any) -> dict[str, Any]:
    subject = {"reference": "Patient/1"}
    return {"resourceType": "Flag", "id": "f", "subject": subject} | rest


@pytest.mark.parametrize(
    "provision",
    [
        {"class": [{"system": "http://hl7.org/fhir/resource-types", "code": "observation"}]},
        {"class": [{"code": "Resource"}]},
        {"class": [{"display": "Observation"}]},
        {"code": [{}]},
        {"dataPeriod": {"start": "hier"}},
        {"dataPeriod": {}},
        {"modifierExtension": []},
        {"data": [{"meaning": "dependents", "reference": {"reference": "Observation/1"}}]},
    ],
)
def test_what_cannot_be_read(terminology: Terminology, provision: dict[str, Any]) -> None:
    """It may be about anything, and is about nothing for certain."""
    region = criteria(provision, terminology.family)("Observation")
    assert region == UNSURE


def test_what_says_nothing_is_about_everything(terminology: Terminology) -> None:
    """And a class about its type alone."""
    assert criteria({}, terminology.family)("Flag") == WHOLE
    flags = criteria({"class": [{"code": "Flag"}]}, terminology.family)
    assert (flags("Flag"), flags("Goal")) == (WHOLE, NOWHERE)


@pytest.mark.parametrize(
    ("code", "may", "is_so"),
    [
        ("SUD", True, True),
        ("ETHUD", True, True),
        ("_InformationSensitivityPolicy", True, False),
        ("PSY", False, False),
        ("SUUD", True, False),
        ("ethud", True, False),
    ],
)
def test_codes_and_labels_by_their_kin(
    terminology: Terminology, registry: SearchRegistry, code: str, *, may: bool, is_so: bool
) -> None:
    """What is below a code is meant; what is above, or not known, may be; cousins are not."""
    coding = {"system": ACT, "code": code}
    told = registry.extract(resource(code={"coding": [coding]}))
    labelled = registry.extract(resource(meta={"security": [coding]}))
    by_code = criteria({"code": [{"coding": [SUD]}]}, terminology.family)("Flag")
    by_label = criteria({"securityLabel": [SUD]}, terminology.family)("Flag")
    for region, extraction in ((by_code, told), (by_label, labelled)):
        assert (matches(region.wide, extraction), matches(region.sure, extraction)) == (may, is_so)


@pytest.mark.parametrize(
    "provision",
    [
        {"code": [{"coding": [SUD]}]},
        {"securityLabel": [SUD]},
        {"securityLabel": [{"system": ACT[:-4], "code": "x"}]},
        {"dataPeriod": {"start": "2020", "end": "2021"}},
    ],
)
def test_what_has_no_traits_is_shut(terminology: Terminology, provision: dict[str, Any]) -> None:
    """A version from before there were traits may be about anything."""
    extraction = Extraction({}, type="Flag", marks=("Patient/1",))
    region = criteria(provision, terminology.family)("Flag")
    assert matches(region.wide, extraction) is True
    assert matches(region.sure, extraction) is False


def test_without_a_terminology_codes_are_not_told_apart() -> None:
    """A denial by code is of everything then."""
    assert criteria({"code": [{"coding": [SUD]}]}, no_families)("Flag").wide == UNSURE.wide
