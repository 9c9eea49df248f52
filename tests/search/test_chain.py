"""Chains and reverse chains (https://hl7.org/fhir/R4/search.html#chaining)."""

from collections.abc import Callable

import pytest

from cordee.errors import Category, FhirError
from cordee.search.filter import (
    AnyOf,
    Chain,
    Filter,
    Has,
    Ids,
    Reference,
    Text,
    Token,
)
from cordee.search.request import SearchRequest

FilterOf = Callable[[str], Filter]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "CareTeam?participant:PractitionerRole.practitioner:Practitioner.identifier=s|v",
            Chain(
                "participant",
                "PractitionerRole",
                Chain("practitioner", "Practitioner", Token("identifier", "s", "v")),
            ),
        ),
        (
            "CareTeam?participant:Organization.partof.name=x",
            Chain(
                "participant",
                "Organization",
                Chain("partof", "Organization", Text("name", "x")),
            ),
        ),
        (
            "CareTeam?participant:RelatedPerson.name:exact=Ève",
            Chain("participant", "RelatedPerson", Text("name", "Ève", "exact")),
        ),
        (
            "CareTeam?participant:RelatedPerson._id=5",
            Reference("participant", ("RelatedPerson/5",)),
        ),
        (
            "CareTeam?patient.identifier=s|v",
            Chain("patient", "Patient", Token("identifier", "s", "v")),
        ),
        (
            "Patient?_has:Observation:patient:code=1234-5",
            Has("Observation", "patient", Token("code", None, "1234-5")),
        ),
        (
            "Patient?_has:Observation:patient:_has:AuditEvent:entity:action=R",
            Has(
                "Observation",
                "patient",
                Has("AuditEvent", "entity", Token("action", None, "R")),
            ),
        ),
        (
            "Encounter?patient._has:Group:member:_id=102",
            Chain("patient", "Patient", Has("Group", "member", Ids(("102",)))),
        ),
        (
            "Patient?_has:CareTeam:patient:participant:Organization.name=x",
            Has("CareTeam", "patient", Chain("participant", "Organization", Text("name", "x"))),
        ),
    ],
)
def test_chains(filter_of: FilterOf, url: str, expected: Filter) -> None:
    """Chains of any depth and direction become nested filters."""
    assert filter_of(url) == expected


def test_without_a_type_all_targets_that_know_the_parameter(filter_of: FilterOf) -> None:
    """Where a reference may be of several types, each that has the parameter is followed."""
    asked = filter_of("Observation?subject.name=pet")
    assert asked == AnyOf(
        (
            Chain("subject", "Patient", Text("name", "pet")),
            Chain("subject", "Location", Text("name", "pet")),
        )
    )


def test_without_a_type_only_targets_that_are_referred_to(filter_of: FilterOf) -> None:
    """A reverse chain behind a reference leaves out the types that it never leads to."""
    asked = filter_of("Observation?performer._has:Encounter:practitioner:status=planned")
    has = Has("Encounter", "practitioner", Token("status", None, "planned"))
    assert asked == Chain("performer", "Practitioner", has)


def test_modifiers_at_the_end_of_a_chain(filter_of: FilterOf) -> None:
    """The last parameter of a chain may have a modifier."""
    asked = filter_of("Observation?subject:Patient.family:contains=x")
    assert asked == Chain("subject", "Patient", Text("family", "x", "contains"))


@pytest.mark.parametrize(
    "url",
    [
        "Observation?subject.nothing=x",
        "Observation?subject:Practitioner.name=x",
        "Observation?subject:Nothing.name=x",
        "Observation?code.name=x",
        "Patient?_has:Observation=x",
        "Patient?_has:Nothing:patient:code=x",
        "Patient?_has:Observation:code:code=x",
        "Patient?_has:Observation:patient:nothing=x",
        "Practitioner?_has:Observation:patient:code=x",
    ],
)
def test_refuses_what_leads_nowhere(ask: Callable[..., SearchRequest], url: str) -> None:
    """A chain that cannot be followed is an error even when lenient: it never widens a search."""
    with pytest.raises(FhirError) as refused:
        ask(url)
    assert refused.value.category is Category.INVALID


def test_an_unknown_head_is_an_unknown_parameter(ask: Callable[..., SearchRequest]) -> None:
    """What the type does not have is left out by a lenient search, chain or not."""
    assert ask("Patient?nothing.name=x").used == ()
