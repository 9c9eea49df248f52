"""Filters evaluated in memory."""

import pytest

from cordee.search.filter import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Chain,
    Filter,
    Has,
    Ids,
    InCompartment,
    Not,
    Present,
    Range,
    Token,
    TypeIs,
)
from cordee.search.matching import Question, matches, matches_with
from cordee.search.values import Extraction

CIRCLE = Extraction(
    {"status": [{"v": "active"}], "patient": ["Patient/1"]},
    ("Patient/1",),
    type="CareTeam",
    id="c",
    last_updated="2026-01-02T03:04:05.678Z",
)
ACTIVE = Token("status", None, "active")
INACTIVE = Token("status", None, "inactive")
CHAIN = Chain("patient", "Patient", Token("gender", None, "male"))
HAS = Has("Flag", "subject", EVERYTHING)


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        (EVERYTHING, True),
        (NOTHING, False),
        (ACTIVE, True),
        (Not(ACTIVE), False),
        (AllOf((ACTIVE, INACTIVE)), False),
        (AnyOf((INACTIVE, ACTIVE)), True),
        (Ids(("c", "d")), True),
        (TypeIs(("Patient",)), False),
        (InCompartment("Patient/1"), True),
        (InCompartment("Patient/2"), False),
        (Present("category", present=False), True),
        (Present("_id"), True),
        (Range("_lastUpdated", "gt", 1767225600000, 1767312000000), True),
        (Range("_lastUpdated", "lt", 1767225600000, 1767312000000), False),
        (CHAIN, None),
        (Not(CHAIN), None),
        (AllOf((INACTIVE, CHAIN)), False),
        (AllOf((CHAIN, ACTIVE)), None),
        (AnyOf((CHAIN, ACTIVE)), True),
        (AnyOf((INACTIVE, HAS)), None),
        (Chain("encounter", "Encounter", EVERYTHING), False),
    ],
)
def test_what_is_decided_without_the_store(filter: Filter, expected: bool | None) -> None:
    """A tree is decided as far as one resource decides it; the rest stays open."""
    assert matches(filter, CIRCLE) is expected


def test_a_hook_answers_chains() -> None:
    """Chains are asked of the hook."""
    assert matches(CHAIN, CIRCLE, lambda question, _: question == CHAIN) is True
    assert matches(HAS, CIRCLE, lambda question, _: question == CHAIN) is False


async def test_the_store_is_asked_only_what_matters() -> None:
    """Once the answer is known, no further question is asked."""
    asked: list[Question] = []

    async def ask(question: Question, _extraction: Extraction) -> bool:
        asked.append(question)
        return question == CHAIN

    assert await matches_with(AllOf((INACTIVE, CHAIN)), CIRCLE, ask) is False
    assert asked == []
    assert await matches_with(AnyOf((CHAIN, HAS)), CIRCLE, ask) is True
    assert asked == [CHAIN]
    assert await matches_with(AllOf((CHAIN, Not(HAS))), CIRCLE, ask) is True
    assert asked == [CHAIN, CHAIN, HAS]
