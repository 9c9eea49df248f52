"""How long records are kept."""

from datetime import date

import pytest

from cordee.access.retention.rules import Life, Rules, later

CARE = date(2001, 5, 6)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.load()


@pytest.mark.parametrize(
    ("life", "until", "rule"),
    [
        (Life(CARE), date(2021, 5, 6), "care"),
        (Life(CARE, birth=date(1940, 1, 1)), date(2021, 5, 6), "care"),
        (Life(CARE, birth=date(1999, 1, 1)), date(2027, 1, 1), "minor"),
        (Life(CARE, birth=date(1993, 5, 6)), date(2021, 5, 6), "care"),
        (Life(CARE, death=date(2004, 7, 8), dead=True), date(2014, 7, 8), "death"),
        (Life(CARE, death=date(2015, 7, 8), dead=True), date(2021, 5, 6), "care"),
        (Life(CARE, birth=date(1999, 1, 1), death=CARE, dead=True), date(2011, 5, 6), "death"),
        (Life(CARE, transfused=True), date(2031, 5, 6), "transfusion"),
        (Life(CARE, held=True), None, "litigation"),
        (Life(CARE, death=CARE, dead=True, held=True), None, "litigation"),
        (Life(CARE, dead=True), date(2021, 5, 6), "care"),
    ],
)
def test_a_record_is_kept_as_long_as_the_law_asks(
    life: Life, until: date | None, rule: str, rules: Rules
) -> None:
    """Twenty years, the 28th birthday, ten years after death, thirty for blood, holds for ever."""
    term = rules.term(life)
    assert (term.until, term.rule) == (until, rule)


def test_what_is_in_doubt_is_kept_longer(rules: Rules) -> None:
    """A year alone means its last day; the 29th of February the 1st of March."""
    patient = {"resourceType": "Patient", "birthDate": "1999", "deceasedDateTime": "2003-02"}
    life = rules.life(patient, CARE)
    assert (life.birth, life.death, life.dead) == (date(1999, 12, 31), date(2003, 2, 28), True)
    assert later(date(2000, 2, 29), 10) == date(2010, 3, 1)


def test_labels_of_the_patient_hold_a_record(rules: Rules) -> None:
    """The label for litigation suspends removal, whoever else uses the same code."""
    tag = {"system": rules.system, "code": "litigation"}
    patient = {"resourceType": "Patient", "meta": {"tag": [tag]}}
    assert rules.life(patient, CARE).held
    other = {"resourceType": "Patient", "meta": {"tag": [tag | {"system": "urn:other"}]}}
    assert not rules.life(other, CARE).held
