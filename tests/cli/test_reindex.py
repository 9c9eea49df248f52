"""`cordee reindex`."""

import asyncio
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from cordee.cli import main


@pytest.fixture
def environment(mongodb_uri: str, mongodb_database: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a command on the test's database."""
    return {
        "CORDEE_MONGODB_URI": mongodb_uri,
        "CORDEE_MONGODB_DATABASE": mongodb_database,
        "CORDEE_DATA": str(tmp_path),
    }


async def test_all_stored_resources_are_indexed_anew(
    client: httpx.AsyncClient, environment: dict[str, str]
) -> None:
    """Every type that is stored is gone through, beside a running server."""
    for type in ("Patient", "Practitioner", "Patient"):
        assert (await client.post(f"/{type}", json={"resourceType": type})).status_code == 201
    result = await asyncio.to_thread(CliRunner().invoke, main, ["reindex"], env=environment)
    assert result.exit_code == 0, result.output
    assert "3 resources indexed anew" in result.output
    found = (await client.get("/Patient?_summary=count")).json()
    assert found["total"] == 2


def test_unknown_types_are_refused(environment: dict[str, str]) -> None:
    """A name that is no resource type is wrong usage."""
    result = CliRunner().invoke(main, ["reindex", "Patent"], env=environment)
    assert result.exit_code == 2
    assert "Patent" in result.output
