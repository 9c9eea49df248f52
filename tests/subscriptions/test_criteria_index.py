"""Rules are found by the values that a resource has."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.search.matching import matches
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.subscriptions.criteria_index import CriteriaIndex, keys_of
from cordee.subscriptions.rule import Rule


@pytest.fixture(scope="module")
def registry() -> SearchRegistry:
    """R4's search parameters."""
    return SearchRegistry(Repository.load())


def rule(registry: SearchRegistry, *query: tuple[str, str]) -> Rule:
    """A rule on observations."""
    return Rule("Observation", parse_query(registry, "Observation", query).filter)


QUERIES: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("patient", "Patient/a"),),
    (("patient", "Patient/b"), ("status", "final")),
    (("status", "final,amended"),),
    (("status:not", "final"),),
    (("code", "http://loinc.org|1"),),
    (("code", "http://loinc.org|"),),
    (("_id", "x"),),
    (("date", "ge2020"),),
    (("patient", "Patient/a,Patient/b"), ("date", "lt2000")),
    (("code:text", "weight"), ("status", "final")),
)


def test_no_rule_that_matches_is_overlooked(registry: SearchRegistry) -> None:
    """What the index offers always holds what matches when every rule is tried."""
    index = CriteriaIndex()
    rules = {str(number): rule(registry, *query) for number, query in enumerate(QUERIES)}
    for name, each in rules.items():
        index.put(name, (each,))
    for id in ("x", "y"):
        for patient in ("a", "b", "c"):
            for status in ("final", "amended", "preliminary"):
                found = registry.extract(_observation(id, patient, status))
                offered = {
                    name
                    for each, names in index.candidates(found)
                    if _fits(each, found)
                    for name in names
                }
                assert offered == {name for name, each in rules.items() if _fits(each, found)}


def test_few_rules_are_looked_at(registry: SearchRegistry) -> None:
    """Of thousands of subscriptions to patients, those of the patient at hand are offered."""
    index = CriteriaIndex()
    for number in range(2_000):
        index.put(str(number), (rule(registry, ("patient", f"Patient/{number}")),))
    found = registry.extract(_observation("x", "7", "final"))
    assert [names for _, names in index.candidates(found)] == [frozenset(("7",))]


def test_equal_rules_are_tried_once(registry: SearchRegistry) -> None:
    """Many who ask for the same are one rule; each can leave by itself."""
    index = CriteriaIndex()
    for name in "abc":
        index.put(name, (rule(registry, ("status", "final")),))
    index.remove("b")
    found = registry.extract(_observation("x", "a", "final"))
    assert [names for _, names in index.candidates(found)] == [frozenset("ac")]
    index.remove("a")
    index.remove("c")
    assert list(index.candidates(found)) == []
    assert len(index) == 0


def test_the_rarest_value_is_chosen(registry: SearchRegistry) -> None:
    """A patient says more than a status."""
    found = keys_of(rule(registry, ("status", "final"), ("patient", "Patient/a")).filter)
    assert found == frozenset((("patient", "Patient/a"),))


def _fits(each: Rule, found: Any) -> bool:
    return bool(matches(each.filter, found))


def _observation(id: str, patient: str, status: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id,
        "status": status,
        "code": {"coding": [{"system": "http://loinc.org", "code": "1"}], "text": "Weight"},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2024-05-01",
    }
