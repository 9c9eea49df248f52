"""One repository and one validator for all tests of the rules."""

import pytest

from cordee.definitions.repository import Repository
from cordee.validation.validator import Validator


@pytest.fixture(scope="session")
def repository() -> Repository:
    """The R4 definitions that come with the product."""
    return Repository.load()


@pytest.fixture(scope="session")
def validator(repository: Repository) -> Validator:
    """A validator without terminology."""
    return Validator(repository)
