"""Findings as pages show them."""

import pytest

from cordee.console.finding import finding, issues
from cordee.console.words import speaker
from cordee.errors import Issue, Severity
from cordee.outcome import operation_outcome

OURS = "https://cordee.example/fhir/StructureDefinition/"


def test_an_outcome_is_read_back_whole() -> None:
    """What an OperationOutcome carries comes back as the same issue."""
    issue = Issue(Severity.WARNING, "value", "no", "Patient.name[0]", "french-number", 3, 4, "x#y")
    assert issues(operation_outcome([issue])) == (issue,)


@pytest.mark.parametrize(
    ("source", "expression", "link"),
    [
        (
            "http://hl7.org/fhir/StructureDefinition/Patient|4.0.1#Patient.name",
            None,
            "https://hl7.org/fhir/R4/patient-definitions.html#Patient.name",
        ),
        (
            f"{OURS}coordination-task#Task.status",
            None,
            f"/definition?url={OURS}coordination-task#Task.status",
        ),
        ("https://hl7.fr/ig/x|2.1.0#Patient", None, "https://hl7.fr/ig/x"),
        (
            None,
            "Patient.contact[0].name.given[1]",
            "https://hl7.org/fhir/R4/patient-definitions.html#Patient.contact.name.given",
        ),
        (None, "ClinicalDocument.realmCode", None),
        ("javascript:alert(1)", None, None),
        (None, None, None),
    ],
)
def test_a_finding_leads_to_the_definition(
    source: str | None, expression: str | None, link: str | None
) -> None:
    """The element's definition is the profile's page, the guide's, or the specification's."""
    issue = Issue(Severity.ERROR, "value", "no", expression, source=source)
    assert finding(issue, speaker("en")).link == link
