"""The R4 type tables for the tests of this folder."""

import pytest

from cordee.definitions.repository import Repository


@pytest.fixture(scope="session")
def schema() -> Repository:
    """R4 core."""
    return Repository.load()
