"""Definitions and resources made to hold a worker: a share of `python -m benchmarks.fuzz`."""

import random
from time import process_time

import pytest

from benchmarks.fuzz import GIVEN, Tally, check
from benchmarks.hostile import definitions, expressions, faults, inputs
from cordee.definitions.repository import Repository
from cordee.resource import json
from cordee.terminology import Terminology
from cordee.validation.validator import Validator

EVERY = 4
"""Which share of the hostile inputs is tried here; the benchmark tries all."""


@pytest.fixture(scope="module")
def besieged() -> Validator:
    """A validator whose clients wrote hostile definitions."""
    repository = Repository.load()
    for definition in definitions():
        repository.add(definition)
    return Validator(repository, Terminology(repository), GIVEN)


def test_no_hostile_resource_holds_a_worker(besieged: Validator) -> None:
    """Circles, bombs, catastrophic patterns: no exception, and where 0.6 s are given, no second."""
    tally = Tally()
    for number, resource in enumerate(inputs()):
        if number % EVERY == 0:
            check(json.serialize(resource), besieged, random.Random(number), tally)
    assert tally.tried > 12
    assert not tally.wrong


def test_long_expressions_are_refused_at_once(besieged: Validator) -> None:
    """A search parameter whose expression is megabytes long costs no more than reading it."""
    tally = Tally()
    for resource in expressions():
        check(json.serialize(resource), besieged, random.Random(1), tally)
    assert not tally.wrong
    assert tally.good == 0


def test_very_many_faults_are_told_at_once(besieged: Validator) -> None:
    """Thousands of different faults in one place: each is told, none is compared with all."""
    for resource in faults():
        begun = process_time()
        assert len(besieged.validate(resource).findings) >= 20_000
        assert process_time() - begun < 3  # some ten seconds when each is compared with all
