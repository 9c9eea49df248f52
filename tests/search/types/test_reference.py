"""Reference parameters (https://hl7.org/fhir/R4/search.html#reference)."""

from collections.abc import Callable
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.search.filter import Filter, Reference
from cordee.search.registry import SearchRegistry

Finds = Callable[[dict[str, Any], str], bool | None]


def about(**subject: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "code": {}, "subject": subject}


@pytest.mark.parametrize(
    ("reference", "query", "expected"),
    [
        ("Patient/1", "subject=Patient/1", True),
        ("Patient/1", "subject=1", True),
        ("Patient/1", "subject:Patient=1", True),
        ("Patient/1", "subject:Group=1", False),
        ("Patient/1", "subject:Patient=Patient/1", True),
        ("Patient/1", "subject:Patient=Group/1", False),
        ("Patient/1", "subject=Patient/2,Patient/1", True),
        ("Patient/1", "subject=https://here.example/fhir/Patient/1", True),
        ("https://here.example/fhir/Patient/1", "subject=Patient/1", True),
        ("https://there.example/fhir/Patient/1", "subject=Patient/1", False),
        (
            "https://there.example/fhir/Patient/1",
            "subject=https://there.example/fhir/Patient/1",
            True,
        ),
        ("Patient/1/_history/3", "subject=Patient/1", True),
        ("Patient/1", "subject=Patient/1/_history/3", True),
        ("Patient/1", "patient=1", True),
        ("Group/1", "patient=1", False),
        ("Group/1", "patient:missing=true", True),
        ("urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "subject:missing=false", True),
        ("#contained", "subject:missing=false", True),
    ],
)
def test_references_match(reference: str, query: str, expected: bool, finds: Finds) -> None:
    """Type, id, URL, version and our own base decide a match."""
    assert finds(about(reference=reference), query) is expected


def test_logical_references_are_found_by_identifier(finds: Finds) -> None:
    """`:identifier` searches the identifier inside the reference."""
    told = about(identifier={"system": "urn:ins", "value": "277"}, type="Patient")
    assert finds(told, "subject:identifier=urn:ins|277") is True
    assert finds(told, "subject:identifier=277") is True
    assert finds(told, "subject:identifier=urn:other|277") is False
    assert finds(told, "patient:identifier=urn:ins|277") is True
    assert finds(told, "subject:missing=false") is True


def test_canonicals_match_with_and_without_version(finds: Finds) -> None:
    """A search without version finds every version; with version, that one."""
    url = "http://q.example/Questionnaire/x"
    told = {"resourceType": "QuestionnaireResponse", "questionnaire": f"{url}|2.0"}
    assert finds(told, f"questionnaire={url}") is True
    assert finds(told, f"questionnaire={url}|2.0") is True
    assert finds(told, f"questionnaire={url}|1.0") is False


def test_an_id_alone_means_every_type_allowed(filter_of: Callable[[str], Filter]) -> None:
    """The parameter's targets say which types an id may be of."""
    asked = filter_of("CareTeam?patient=7")
    assert asked == Reference("patient", ("Patient/7",))
    anywhere = filter_of("Provenance?target=7")
    assert isinstance(anywhere, Reference)
    assert "CareTeam/7" in anywhere.targets


@pytest.mark.parametrize("query", ["subject:Practitioner=1", "subject=#x", "subject:identifier=|"])
def test_refuses_what_cannot_be(query: str, finds: Finds) -> None:
    """A type that the parameter never points to, and what is no reference, are errors."""
    with pytest.raises(FhirError) as refused:
        finds(about(), query)
    assert refused.value.category is Category.INVALID


def test_compartments_follow_from_references(registry: SearchRegistry) -> None:
    """A resource is in the compartments of those it is about, and a patient in his own."""
    told = about(reference="Patient/1") | {"performer": [{"reference": "Practitioner/2"}]}
    assert set(registry.extract(told).compartments) == {"Patient/1", "Practitioner/2"}
    assert registry.extract({"resourceType": "Patient", "id": "9"}).compartments == ("Patient/9",)


def test_broken_references_yield_nothing(registry: SearchRegistry) -> None:
    """A reference of the wrong shape is no value, and no error."""
    wrong: tuple[Any, ...] = (5, ["x"], {}, None, "")
    wordless: tuple[Any, ...] = (5, None, {})
    for reference in wrong:
        assert "subject" not in registry.extract(about(reference=reference)).values
    for display in wordless:
        assert "subject" not in registry.extract(about(display=display)).values
    misshapen = registry.extract({"resourceType": "Observation", "subject": "Patient/1"})
    assert not {"subject", "patient"} & misshapen.values.keys()
    assert misshapen.compartments == ()
