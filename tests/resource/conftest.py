"""The R4 type tables for the tests of this folder."""

import pytest
from hypothesis import settings

from cordee.definitions.repository import Repository

# A busy machine is no failure: time is held by the benchmarks.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture(scope="session")
def schema() -> Repository:
    """R4 core."""
    return Repository.load()
