"""Probes and metrics."""

import httpx

ROOT = "http://test"


async def test_a_running_server_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    """Both probes answer 200 while the database answers."""
    assert (await client.get(f"{ROOT}/health/live")).json() == {"status": "alive"}
    assert (await client.get(f"{ROOT}/health/ready")).json() == {"status": "ready"}


async def test_metrics_count_by_interaction_and_status(client: httpx.AsyncClient) -> None:
    """Requests appear under their interaction and status, never under their path."""
    await client.get("/Patient/secret-id")
    answer = await client.get(f"{ROOT}/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    counted = 'cordee_request_duration_seconds_count{interaction="read",status="404"} 1.0'
    assert counted in answer.text
    assert "cordee_requests_in_flight 1.0" in answer.text
    assert "secret-id" not in answer.text


async def test_other_addresses_are_not_found(client: httpx.AsyncClient) -> None:
    """What is beside the base and begins alike does not belong to it."""
    assert (await client.get(f"{ROOT}/fhirx/Patient")).status_code == 404
