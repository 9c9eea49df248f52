"""Fixtures that every test may ask for."""

import os
from pathlib import Path

import pytest

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
