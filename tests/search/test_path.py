"""Search expressions as typed paths."""

import pytest

from cordee.definitions.repository import Repository
from cordee.search.path import Child, Equals, NotAPathError, RefersTo, compile_paths


@pytest.mark.parametrize(
    ("context", "expression", "steps", "type"),
    [
        ("Patient", "Patient.name.family", (Child("name"), Child("family")), "string"),
        ("Observation", "(Observation.value as Quantity)", (Child("valueQuantity"),), "Quantity"),
        ("Observation", "Observation.value.as(Quantity)", (Child("valueQuantity"),), "Quantity"),
        ("Observation", "Observation.value.ofType(Period)", (Child("valuePeriod"),), "Period"),
        (
            "Patient",
            "Patient.telecom.where(system='email')",
            (Child("telecom"), Equals("system", "email")),
            "ContactPoint",
        ),
        (
            "Account",
            "Account.subject.where(resolve() is Patient)",
            (Child("subject"), RefersTo("Patient")),
            "Reference",
        ),
        (
            "Bundle",
            "Bundle.entry[0].resource",
            (Child("entry", 0), Child("resource")),
            "Resource",
        ),
        (
            "Patient",
            "extension('http://x.example/e').value as Address",
            (Child("extension"), Equals("url", "http://x.example/e"), Child("valueAddress")),
            "Address",
        ),
        ("Patient", "Resource.meta.tag", (Child("meta"), Child("tag")), "Coding"),
        ("InsurancePlan", "alias", (Child("alias"),), "string"),
    ],
)
def test_compiles_the_forms_that_search_parameters_use(
    repository: Repository, context: str, expression: str, steps: tuple[object, ...], type: str
) -> None:
    """Each form of expression gives its steps and the type it ends at."""
    (branch,) = compile_paths(expression, repository, context)
    assert (branch.steps, branch.type_name) == (steps, type)


def test_leaves_out_what_starts_elsewhere(repository: Repository) -> None:
    """A parameter of many types has one expression; each type takes its own part."""
    expression = "Patient.birthDate | Person.birthDate | RelatedPerson.birthDate"
    (branch,) = compile_paths(expression, repository, "Person")
    assert branch.steps == (Child("birthDate"),)


def test_a_choice_gives_a_branch_for_each_type(repository: Repository) -> None:
    """An element of several types is searched under all its names."""
    found = compile_paths("Condition.onset", repository, "Condition")
    assert {branch.type_name for branch in found} == {
        "dateTime",
        "Age",
        "Period",
        "Range",
        "string",
    }


@pytest.mark.parametrize(
    "expression", ["Patient.deceased.exists()", "Patient.name.first()", "Patient.name +", "a ~ b"]
)
def test_says_what_is_no_path(repository: Repository, expression: str) -> None:
    """What needs the whole of FHIRPath is refused, not misread."""
    with pytest.raises(NotAPathError):
        compile_paths(expression, repository, "Patient")
