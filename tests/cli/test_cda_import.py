"""`cordee cda import`: files into the database of the settings."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from typer.testing import CliRunner

from cordee.cli.cda import app


@pytest.fixture
def database(mongodb_uri: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A fresh database, named by the environment."""
    name = f"test_{uuid4().hex}"
    monkeypatch.setenv("CORDEE_MONGODB_URI", mongodb_uri)
    monkeypatch.setenv("CORDEE_MONGODB_DATABASE", name)
    monkeypatch.setenv("CORDEE_DATA", str(tmp_path / "data"))
    return name


def test_documents_are_taken_in_and_refused_ones_are_told(
    database: str, mongodb_uri: str, material: Path, tmp_path: Path
) -> None:
    """Each file gets its line; the exit code says whether some document was refused."""
    source = material / "cda-suite" / "v3.0" / "ExemplesCDA" / "VAC_2023.01.xml"
    if not source.is_file():
        pytest.skip(f"the official CDA example is not at {source}")
    (tmp_path / "good.xml").write_bytes(source.read_bytes())
    (tmp_path / "poor.xml").write_bytes(b"<html/>")
    result = CliRunner().invoke(app, ["import", str(tmp_path)])
    assert result.exit_code == 1, result.output
    assert "DocumentReference/" in result.output
    assert "poor.xml: refused" in result.output
    assert "1 taken in, 1 refused" in result.output
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        (told,) = client[database]["import_runs"].find()
        client.drop_database(database)
    assert (told["command"], told["source"], told["state"]) == ("cda", tmp_path.name, "done")
    assert told["counts"]["stored"] == {"DocumentReference": 1}
    assert (told["counts"]["rejected"], told["counts"]["done"]) == (1, 2)
