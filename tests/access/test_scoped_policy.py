"""Scopes narrow what the inner policy lets through, and never widen it."""

from functools import partial
from typing import Any

import pytest

from cordee.access.caller import Caller
from cordee.access.policy import Action, OpenPolicy, States
from cordee.access.scoped_policy import ScopedPolicy
from cordee.search.filter import EVERYTHING, NOTHING, Filter, InCompartment, all_of
from cordee.search.matching import matches
from cordee.search.registry import SearchRegistry

VITAL = "http://terminology.hl7.org/CodeSystem/observation-category"


class Closed(OpenPolicy):
    """Nobody may do anything."""

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:  # noqa: ARG002
        return all_of((NOTHING, filter))

    def may(self, caller: Caller, action: Action, type: str, states: States) -> bool:  # noqa: ARG002
        return False


@pytest.fixture(scope="module")
def policy(registry: SearchRegistry) -> ScopedPolicy:
    """Scopes alone."""
    return ScopedPolicy(OpenPolicy(), registry)


def nurse(*scopes: str, **more: Any) -> Caller:
    """Give a professional with scopes."""
    return Caller(subject="1", kind="professional", scopes=frozenset(scopes), **more)


def observation(category: str, patient: str = "Patient/1") -> dict[str, Any]:
    """Give an observation of a category."""
    return {
        "resourceType": "Observation",
        "category": [{"coding": [{"system": VITAL, "code": category}]}],
        "subject": {"reference": patient},
    }


def test_without_scopes_the_inner_policy_stands_alone(policy: ScopedPolicy) -> None:
    """The very same filter comes back."""
    assert policy.narrow(nurse(), "Patient", EVERYTHING) is EVERYTHING
    assert policy.may(nurse(), "delete", "Patient", tuple)


def test_a_type_without_scope_is_not_seen(policy: ScopedPolicy) -> None:
    """Nor may it be written."""
    caller = nurse("user/Patient.rs")
    assert policy.narrow(caller, "Patient", EVERYTHING) is EVERYTHING
    assert policy.narrow(caller, "Observation", EVERYTHING) == NOTHING
    assert not policy.may(caller, "update", "Patient", tuple)


def test_a_search_narrows_what_is_seen(policy: ScopedPolicy, registry: SearchRegistry) -> None:
    """`?category=…` is part of every search."""
    caller = nurse(f"user/Observation.rs?category={VITAL}|vital-signs")
    limit = policy.narrow(caller, "Observation", EVERYTHING)
    found = [
        matches(limit, registry.extract(observation(each)))
        for each in ("vital-signs", "laboratory")
    ]
    assert found == [True, False]


@pytest.mark.parametrize(
    "query", ["nonsense=1", "_count=1", "subject:Patient.name=a", "_has:Task:focus:_id=1"]
)
def test_a_search_that_cannot_be_held_grants_nothing(policy: ScopedPolicy, query: str) -> None:
    """Unknown parameters and chains do not open what they were meant to narrow."""
    caller = nurse(f"user/Observation.cruds?{query}")
    assert policy.narrow(caller, "Observation", EVERYTHING) == NOTHING
    assert not policy.may(caller, "create", "Observation", tuple)


def test_a_write_must_stay_within_the_search(
    policy: ScopedPolicy, registry: SearchRegistry
) -> None:
    """Neither what is there nor what would become may be outside."""
    caller = nurse(f"user/Observation.u?category={VITAL}|vital-signs")
    inside, outside = (
        registry.extract(observation(each)) for each in ("vital-signs", "laboratory")
    )
    assert policy.may(caller, "update", "Observation", lambda: (inside, inside))
    assert not policy.may(caller, "update", "Observation", lambda: (outside, inside))
    assert not policy.may(caller, "update", "Observation", lambda: (inside, outside))


def test_patient_scopes_stay_in_one_record(policy: ScopedPolicy, registry: SearchRegistry) -> None:
    """The patient's compartment, and no writing of what is in nobody's."""
    caller = nurse("patient/*.cruds", patient="Patient/1")
    assert policy.narrow(caller, "Observation", EVERYTHING) == InCompartment("Patient/1")
    assert policy.narrow(caller, "Practitioner", EVERYTHING) is EVERYTHING
    assert not policy.may(caller, "update", "Practitioner", tuple)
    for patient, allowed in (("Patient/1", True), ("Patient/2", False)):
        state = registry.extract(observation("vital-signs", patient))
        assert policy.may(caller, "create", "Observation", partial(tuple, [state])) is allowed


def test_scopes_never_widen(registry: SearchRegistry) -> None:
    """What the inner policy refuses stays refused."""
    policy = ScopedPolicy(Closed(), registry)
    caller = nurse("user/*.cruds")
    assert policy.narrow(caller, "Patient", EVERYTHING) == NOTHING
    assert not policy.may(caller, "delete", "Patient", tuple)
