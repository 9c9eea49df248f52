"""Layers that only some servers have: other origins, traces."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

OpenClient = Callable[..., Awaitable[httpx.AsyncClient]]

ORIGIN = {"Origin": "https://app.example"}


async def test_no_other_origin_is_let_in_by_default(client: httpx.AsyncClient) -> None:
    """Without the setting, pages of other origins cannot read anything."""
    answer = await client.get("/Patient/1", headers=ORIGIN)
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_origins_that_are_set_are_let_in(open_client: OpenClient) -> None:
    """A page of a named origin may call, ask first, and read the headers of FHIR."""
    client = await open_client(cors_origins=["https://app.example"])
    answer = await client.get("/Patient/1", headers=ORIGIN)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    asked = await client.options(
        "/Patient/1", headers=ORIGIN | {"Access-Control-Request-Method": "PATCH"}
    )
    assert asked.status_code == 200
    other = await client.get("/Patient/1", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_everything_below_the_base_answers_in_fhir(
    client: httpx.AsyncClient, method: str
) -> None:
    """Also what is asked wrongly below the base gets an OperationOutcome."""
    answer = await client.request(method, "/Patient/1")
    assert answer.json()["resourceType"] == "OperationOutcome"
