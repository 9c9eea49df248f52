import pytest

from cordee.definitions.repository import Repository


@pytest.fixture(scope="session")
def core() -> Repository:
    """R4 core alone; tests that add resources load their own."""
    return Repository.load()
