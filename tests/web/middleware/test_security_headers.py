"""Headers for browsers: https://hl7.org/fhir/R4/security.html#http."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from cordee.web.middleware.security_headers import security_headers

OpenClient = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.mark.parametrize("path", ["/fhir/metadata", "/fhir/Patient/none", "/health/live"])
async def test_every_answer_tells_browsers_to_behave(client: httpx.AsyncClient, path: str) -> None:
    """No guessing, no frames, no referrers, and no content from elsewhere in FHIR."""
    answer = await client.get(f"http://test{path}")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Strict-Transport-Security" not in answer.headers
    if not path.startswith("/health"):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_over_tls_browsers_stay_there(client: httpx.AsyncClient) -> None:
    """HSTS is sent where the scheme is https, and only there."""
    answer = await client.get("https://test/fhir/metadata")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    names = [name for name, _ in security_headers("http")]
    assert b"strict-transport-security" not in names
