"""The coordination profiles, their examples, and what each refuses."""

import copy
from pathlib import Path
from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Severity
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

EXAMPLES = Path(__file__).resolve().parents[2] / "ig" / "examples"
BASE = "https://cordee.example/fhir/StructureDefinition/"


@pytest.fixture(scope="module")
def validator(rendered: Repository) -> Validator:
    return Validator(rendered, Terminology(rendered))


def example(name: str) -> Resource:
    """Read an example by file name."""
    return json.parse((EXAMPLES / f"{name}.json").read_bytes())


def errors(validator: Validator, resource: Resource) -> list[str | None]:
    """Give the message ids of the errors."""
    issues = validator.validate(resource).issues
    return [one.message_id for one in issues if one.severity in {Severity.ERROR, Severity.FATAL}]


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.json")))
def test_every_example_is_valid(validator: Validator, name: str) -> None:
    """Examples of the guide hold under base definitions and all profiles they claim."""
    assert errors(validator, example(name)) == []


def test_every_profile_has_an_example(rendered: Repository) -> None:
    """No coordination profile is published without one resource that shows it."""
    found = [example(path.stem) for path in EXAMPLES.glob("*.json")]
    claimed = {claim for one in found for claim in one.get("meta", {}).get("profile", ())}
    defined = [url for url, _ in rendered.canonicals("StructureDefinition") if url.startswith(BASE)]
    ours = {url for url in defined if (rendered.find(url) or {}).get("type") != "Extension"}
    assert ours
    assert ours <= claimed


def test_examples_refer_to_one_another() -> None:
    """The examples are one whole story: each reference leads to another example."""
    found = [example(path.stem) for path in EXAMPLES.glob("*.json")]
    here = {f"{one['resourceType']}/{one['id']}" for one in found}
    asked = {name.partition("/_history/")[0] for one in found for name in _references(one)}
    assert asked <= here


def _references(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_references, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    told = value.get("reference")
    own = {told} if isinstance(told, str) and not told.startswith("#") else set()
    return own.union(*map(_references, value.values()))


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "an active plan without goals": ("CarePlan-plan", {"goal": None}),
    "a plan without the circle it belongs to": ("CarePlan-plan", {"careTeam": None}),
    "a plan that is no personalised plan": ("CarePlan-plan", {"category": [{"text": "Autre"}]}),
    "a plan whose activity is no resource": (
        "CarePlan-plan",
        {"activity": [{"detail": {"status": "scheduled"}}]},
    ),
    "a circle nobody manages": ("CareTeam-circle", {"managingOrganization": None}),
    "a goal without a start": ("Goal-goal", {"startDate": None}),
    "an accepted activity nobody owns": ("Task-activity", {"status": "accepted", "owner": None}),
    "an activity for nobody": ("Task-activity", {"for": None}),
    "an activity that is a proposal": ("Task-activity", {"intent": "proposal"}),
    "a referral to nobody": ("ServiceRequest-referral", {"performer": None}),
    "a referral that is a plan": ("ServiceRequest-referral", {"intent": "plan"}),
    "an alert nobody raised": ("Flag-alert", {"author": None}),
    "an alert without a date": ("Flag-alert", {"period": None}),
    "a message without words": ("Communication-message-1", {"payload": None}),
    "a message to nobody": ("Communication-message-1", {"recipient": None}),
}


@pytest.mark.parametrize("why", sorted(REFUSED))
def test_what_coordination_cannot_work_with_is_refused(validator: Validator, why: str) -> None:
    """One change of a good example breaks the rule of its profile, and nothing else."""
    name, changes = REFUSED[why]
    resource = copy.deepcopy(example(name))
    resource.update(changes)
    for gone in [part for part, value in changes.items() if value is None]:
        del resource[gone]
    assert errors(validator, resource)


def test_a_draft_plan_may_still_lack_goals(validator: Validator) -> None:
    """A plan under way is saved before it is complete; only validation asks for all of it."""
    draft = example("CarePlan-plan") | {"status": "draft"}
    del draft["goal"]
    del draft["activity"]
    assert errors(validator, draft) == []
