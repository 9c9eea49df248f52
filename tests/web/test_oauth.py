"""The token endpoint's door: https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 and 10.10."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.types import ASGIApp

from access.identity_provider import IdentityProvider, providing
from cordee.access.authorization_server.client_authentication import ASSERTION
from cordee.app import services
from cordee.settings import Settings
from cordee.web.application import build

BASE = "https://cordee.test/fhir"
KEYS = {name: ECKey.generate_key("P-256", auto_kid=True) for name in ("robot", "other")}


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    """An identity provider that nobody here asks much."""
    with providing() as running:
        yield running


@pytest.fixture
async def app(
    provider: IdentityProvider, mongodb_uri: str, mongodb_database: str, tmp_path: Path
) -> AsyncIterator[ASGIApp]:
    """A server with two registered clients, each of which may ask once a second."""
    rows = [
        {
            "client_id": name,
            "jwks": {"keys": [key.as_dict(private=False)]},
            "grants": ["client_credentials"],
            "scopes": ["system/*.rs"],
        }
        for name, key in KEYS.items()
    ]
    (tmp_path / "clients.json").write_text(json.dumps(rows))
    settings = Settings(
        mongodb_uri=mongodb_uri,
        mongodb_database=mongodb_database,
        data=tmp_path,
        auth="oidc",
        oidc_issuer=provider.url,
        oidc_audience=[BASE],
        oidc_allow_http=True,
        clients=tmp_path / "clients.json",
        base_url=BASE,
        rate_limit=1,
        max_concurrent=50,
        audit="off",
    )
    async with services(settings) as opened:
        yield build(opened)


def form(client: str = "robot", key: ECKey | None = None) -> dict[str, str]:
    """Give a request for a token; another's key makes it wrong."""
    signing, now = KEYS[client], int(time.time())
    claims = {"iss": client, "sub": client, "aud": f"{BASE[:-5]}/oauth/token", "exp": now + 60}
    signed = jwt.encode(
        {"alg": "ES256", "kid": str(signing.kid)},
        claims | {"iat": now, "jti": str(uuid4())},
        key or signing,
        algorithms=["ES256"],
    )
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": signed,
        "scope": "system/*.rs",
    }


def at(app: ASGIApp, address: str) -> httpx.AsyncClient:
    """Give a client at an address."""
    transport = httpx.ASGITransport(app, client=(address, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_an_address_that_keeps_failing_is_not_heard(app: ASGIApp) -> None:
    """Forged assertions end in 429 with the time to wait, for good ones and for FHIR calls too."""
    forged = form(key=KEYS["other"])
    async with at(app, "10.0.0.1") as attacker, at(app, "10.0.0.2") as other:
        answers = [await attacker.post("/oauth/token", data=forged) for _ in range(120)]
        codes = [answer.status_code for answer in answers]
        assert codes[0] == 401
        assert set(codes) == {401, 429}
        last = answers[-1]
        assert last.status_code == 429
        assert int(last.headers["Retry-After"]) >= 1
        assert last.json()["error"] == "temporarily_unavailable"
        assert last.headers["Cache-Control"] == "no-store"
        assert "eyJ" not in last.text
        assert (await attacker.post("/oauth/token", data=form())).status_code == 429
        assert (await attacker.get("/fhir/Patient")).status_code == 429
        assert (await other.post("/oauth/token", data=form())).status_code == 200


async def test_failures_at_the_base_close_the_token_endpoint_too(app: ASGIApp) -> None:
    """Doors count together, or trying would go on at the next one."""
    async with at(app, "10.0.0.3") as attacker:
        for _ in range(120):
            await attacker.get("/fhir/Patient/1", headers={"Authorization": "Bearer x"})
        assert (await attacker.post("/oauth/token", data=form())).status_code == 429


async def test_a_client_asks_for_tokens_at_its_rate(app: ASGIApp) -> None:
    """Five seconds' worth at once, wherever from; other clients are not held back."""
    codes = []
    for place in range(7):
        async with at(app, f"10.1.0.{place}") as http:
            codes.append((await http.post("/oauth/token", data=form())).status_code)
    assert codes[:5] == [200] * 5
    assert codes[-1] == 429
    async with at(app, "10.1.0.9") as http:
        assert (await http.post("/oauth/token", data=form("other"))).status_code == 200
