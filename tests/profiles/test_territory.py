"""The synthetic territory keeps to the profiles the product ships."""

from datetime import date

import pytest

from cordee.cli.territory.territory import territory
from cordee.definitions.repository import Repository
from cordee.errors import Severity
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

COORDINATION = "https://cordee.example/fhir/StructureDefinition/coordination-"
CLAIMED = {
    "CarePlan": "coordination-care-plan",
    "CareTeam": "cds-ihe-careteam",
    "Communication": "coordination-message",
    "DocumentReference": "cdl-document-reference",
    "Flag": "coordination-alert",
    "Goal": "coordination-goal",
    "Organization": "fr-core-organization",
    "Patient": "fr-core-patient-ins",
    "Practitioner": "fr-core-practitioner",
    "PractitionerRole": "fr-core-practitioner-role",
    "RelatedPerson": "cds-fr-related-person",
    "ServiceRequest": "coordination-referral",
    "Task": "coordination-task",
}
BESIDES = {"CareTeam": [f"{COORDINATION}care-team"]}
"""Profiles that hold though the resource claims another."""


@pytest.mark.parametrize("seed", [1, 7])
def test_every_resource_is_valid_under_the_profiles_it_claims(
    rendered: Repository, seed: int
) -> None:
    """National and coordination profiles are claimed, known, and met without an error."""
    validator = Validator(rendered, Terminology(rendered))
    claimed: dict[str, str] = {}
    for resource in territory(40, seed, date(2026, 11, 22)):
        resource_type = resource["resourceType"]
        for claim in resource.get("meta", {}).get("profile", ()):
            claimed[resource_type] = claim.rpartition("/")[2]
        report = validator.validate(resource, BESIDES.get(resource_type, ()))
        wrong = [issue for issue in report.issues if _wrong(issue.severity, issue.message_id)]
        assert not wrong, wrong
    assert claimed == CLAIMED


def _wrong(severity: Severity, message_id: str | None) -> bool:
    return severity in {Severity.ERROR, Severity.FATAL} or message_id == "profile-unknown"
