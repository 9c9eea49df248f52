"""What every request gets: an id, safe headers, a log line without health data."""

import httpx
import pytest
import structlog


async def test_every_answer_has_an_id(client: httpx.AsyncClient) -> None:
    """A request's id is the caller's if it is harmless, else a fresh one."""
    given = await client.get("/Patient/1", headers={"X-Request-Id": "abc-123"})
    assert given.headers["X-Request-Id"] == "abc-123"
    for harmful in ("a b", "x" * 65, 'a"b', ""):
        answer = await client.get("/Patient/1", headers={"X-Request-Id": harmful})
        assert len(answer.headers["X-Request-Id"]) == 16
    first, second = [await client.get("/Patient/1") for _ in range(2)]
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/Patient/1", "http://test/", "http://test/nowhere"])
async def test_every_answer_has_safe_headers(client: httpx.AsyncClient, path: str) -> None:
    """Browsers must not guess types, frame pages, or tell others the URL."""
    answer = await client.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Strict-Transport-Security" not in answer.headers


async def test_over_tls_browsers_are_told_to_stay_there(client: httpx.AsyncClient) -> None:
    """Strict-Transport-Security is only sent over TLS."""
    answer = await client.get("https://test/fhir/Patient/1")
    assert "max-age" in answer.headers["Strict-Transport-Security"]


async def test_the_log_line_holds_no_health_data(client: httpx.AsyncClient) -> None:
    """The line says what was done to which type, and how it ended; nothing about whom."""
    with structlog.testing.capture_logs() as lines:
        await client.get("/Patient/some-id?name=Martin", headers={"X-Request-Id": "r1"})
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line.pop("ms") > 0
    assert line.pop("bytes") > 0
    assert line == {
        "event": "request",
        "log_level": "info",
        "request_id": "r1",
        "method": "GET",
        "interaction": "read",
        "type": "Patient",
        "status": 404,
    }


async def test_probes_are_only_logged_when_they_fail(client: httpx.AsyncClient) -> None:
    """A probe every few seconds must not fill the log."""
    with structlog.testing.capture_logs() as lines:
        await client.get("http://test/health/live")
    assert lines == []
