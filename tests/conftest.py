"""Fixtures that every test may ask for."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from pymongo import MongoClient

from cordee.store.embedded import EmbeddedMongo

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def material() -> Path:
    """The folder of official test material, which the project does not contain.

    `CORDEE_TEST_MATERIAL` names it; the default is `shared` beside the repository.
    """
    folder = Path(os.environ.get("CORDEE_TEST_MATERIAL", ROOT.parent / "shared"))
    if not (folder / "r4-examples").is_dir():
        pytest.skip(f"official test material is not at {folder}; set CORDEE_TEST_MATERIAL")
    return folder


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a real MongoDB replica set, shared by the tests of one worker.

    `CORDEE_TEST_MONGODB_URI` names one that runs already; else an embedded one is started.
    """
    running = os.environ.get("CORDEE_TEST_MONGODB_URI")
    if running:
        yield running
        return
    with EmbeddedMongo(tmp_path_factory.mktemp("data"), cache_gb=0.25) as mongo:
        yield mongo.uri


@pytest.fixture
def mongodb_database(mongodb_uri: str) -> Iterator[str]:
    """The name of a fresh database, dropped after the test."""
    name = f"test_{uuid4().hex}"
    yield name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)
