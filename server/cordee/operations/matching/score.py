"""The score of a pair of records, from 0 to 1, and the grade it earns.

Each trait that both records have adds its weight, as far as they agree; identifiers and the INS
then lift or lower what the traits say. The weights are data.

https://hl7.org/fhir/R4/patient-operation-match.html
https://hl7.org/fhir/R4/valueset-match-grade.html
"""

from dataclasses import dataclass

from cordee.operations.matching.facts import Facts
from cordee.operations.matching.names import families, givens

WEIGHTS = {
    "family": 0.30,
    "given": 0.25,
    "birth_date": 0.30,
    "gender": 0.05,
    "birth_place": 0.05,
    "contact": 0.05,
}
NEEDED = ("family", "given", "birth_date")
"""What a person is recognised by; a record that lacks one of them is never more than possible."""

LACKING = 0.8
"""The most that a pair earns which lacks one of these."""
SAME_INS = 0.97
OTHER_INS = 0.6
"""The most that two people of different INS earn: one of them may be wrong."""
DISPUTED = 0.75
"""What an INS in common earns when the traits say otherwise: someone must look."""

GRADES = ((0.95, "certain"), (0.85, "probable"), (0.65, "possible"), (0.0, "certainly-not"))
"""Least score → grade."""

SWAPPED = 0.85
ONE_DIGIT = 0.8
SAME_YEAR = 0.4


@dataclass(frozen=True, slots=True)
class Score:
    """How alike two records are; `agreement` tells trait by trait."""

    value: float
    grade: str
    agreement: dict[str, float]


def score(one: Facts, other: Facts) -> Score:
    """Compare two people; the order makes no difference."""
    agreement = _agreement(one, other)
    weight = sum(WEIGHTS[name] for name in agreement)
    value = sum(WEIGHTS[name] * share for name, share in agreement.items())
    value = value / weight if weight else 0.0
    if any(name not in agreement for name in NEEDED):
        value = min(value, LACKING)
    value = round(_with_identifiers(one, other, value), 4)
    return Score(value, _grade(value, agreement, one, other), agreement)


def _agreement(one: Facts, other: Facts) -> dict[str, float]:
    """Give trait → how far it agrees, for traits that both have; no contact in common is none."""
    found: dict[str, float] = {}
    if one.families and other.families:
        found["family"] = families(one.families, other.families)
    if one.givens and other.givens:
        found["given"] = givens(one.givens, other.givens)
    if found.get("family", 1.0) < 0.5 and found.get("given", 1.0) < 0.5:
        _turn(found, one, other)
    if one.birth_date and other.birth_date:
        found["birth_date"] = dates(one.birth_date, other.birth_date)
    if one.gender and other.gender:
        found["gender"] = float(one.gender == other.gender)
    if one.birth_place and other.birth_place:
        found["birth_place"] = float(one.birth_place == other.birth_place)
    if one.contacts & other.contacts:
        found["contact"] = 1.0
    return found


def _turn(found: dict[str, float], one: Facts, other: Facts) -> None:
    """Compare given with family names: someone typed them into the other field."""
    crossed = families(one.families, other.givens), families(one.givens, other.families)
    if min(crossed) > 0.9:
        found |= {"family": 0.9, "given": 0.9}


def dates(one: str, other: str) -> float:
    """Compare two birth dates: parts unknown, day and month swapped, one digit wrong."""
    if one == other:
        return 1.0
    if one.startswith(other) or other.startswith(one):
        return 0.9
    if len(one) == len(other) == 10:
        if one[:4] == other[:4] and (one[5:7], one[8:]) == (other[8:], other[5:7]):
            return SWAPPED
        if sum(a != b for a, b in zip(one, other, strict=True)) == 1:
            return ONE_DIGIT
    return SAME_YEAR if one[:4] == other[:4] else 0.0


def _with_identifiers(one: Facts, other: Facts, value: float) -> float:
    shared = bool(one.identifiers & other.identifiers)
    if one.ins and other.ins:
        if one.ins == other.ins:
            shared = True
        elif one.ins not in other.former_ins and other.ins not in one.former_ins:
            return min(value, OTHER_INS)
    if not shared:
        return value
    return max(value, SAME_INS) if value >= DISPUTED else max(value, DISPUTED)


def _grade(value: float, agreement: dict[str, float], one: Facts, other: Facts) -> str:
    grade = next(name for least, name in GRADES if value >= least)
    known = one.ins == other.ins if one.ins and other.ins else False
    exact = all(agreement.get(name, 0.0) >= 0.97 for name in NEEDED)
    if grade == "certain" and not (known or one.identifiers & other.identifiers or exact):
        return "probable"
    return grade
