"""A policy reaches every type that a search passes through."""

from cordee.access.caller import ANONYMOUS, Caller
from cordee.access.narrowing import narrow
from cordee.access.policy import OpenPolicy
from cordee.search.filter import (
    EVERYTHING,
    AllOf,
    AnyOf,
    Chain,
    Filter,
    Has,
    Ids,
    InCompartment,
    Not,
    Token,
    TypeIs,
    all_of,
)

OWN = InCompartment("Patient/me")
ACTIVE = Token("active", None, "true")


class OwnRecord(OpenPolicy):
    """Everyone sees one record, and all organizations."""

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:  # noqa: ARG002
        return filter if type == "Organization" else all_of((OWN, filter))


def test_an_open_policy_changes_nothing() -> None:
    """Where nothing is restricted, the very same tree comes back."""
    tree = AllOf((ACTIVE, AnyOf((Chain("subject", "Patient", ACTIVE), Not(ACTIVE)))))
    assert narrow(OpenPolicy(), ANONYMOUS, ("Observation",), tree) is tree
    assert narrow(OpenPolicy(), ANONYMOUS, ("Patient", "Group"), EVERYTHING) is EVERYTHING


def test_the_searched_type_is_restricted() -> None:
    """The policy's filter is joined to the search's own."""
    assert narrow(OwnRecord(), ANONYMOUS, ("Patient",), ACTIVE) == AllOf((OWN, ACTIVE))
    assert narrow(OwnRecord(), ANONYMOUS, ("Organization",), ACTIVE) is ACTIVE


def test_chains_and_has_are_restricted() -> None:
    """Each step of a chain, and of `_has`, is restricted by its own type."""
    inner = Chain("link", "Patient", ACTIVE)
    tree = AnyOf((Chain("subject", "Patient", inner), Has("Observation", "subject", ACTIVE)))
    found = narrow(OwnRecord(), ANONYMOUS, ("Organization",), tree)
    limited = AllOf((OWN, ACTIVE))
    assert found == AnyOf(
        (
            Chain("subject", "Patient", AllOf((OWN, Chain("link", "Patient", limited)))),
            Has("Observation", "subject", limited),
        )
    )


def test_what_is_negated_is_restricted_inside() -> None:
    """Under a negation, the step is restricted and the negation stays."""
    found = narrow(OwnRecord(), ANONYMOUS, ("Organization",), Not(Chain("x", "Patient", ACTIVE)))
    assert found == Not(Chain("x", "Patient", AllOf((OWN, ACTIVE))))


def test_several_types_are_each_restricted() -> None:
    """On several types, each resource is held to the filter of its own."""
    found = narrow(OwnRecord(), ANONYMOUS, ("Patient", "Organization"), Ids(("1",)))
    either = AnyOf((AllOf((TypeIs(("Patient",)), OWN)), TypeIs(("Organization",))))
    assert found == AllOf((Ids(("1",)), either))
