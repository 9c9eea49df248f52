"""A real OpenID provider, `oidc-provider` of npm: who is let in, and who is not."""

import asyncio
import base64
import hmac
import json
import time
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from websockets.asyncio.client import connect

from system.conftest import Running, free_port
from system.openid_provider import OpenIdProvider, openid_provider

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("openid")]
AUDIENCE = "https://cordee.example/fhir"
NURSE = "899700245667"
PRACTITIONER = {
    "resourceType": "Practitioner",
    "id": "nurse",
    "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": NURSE}],
}


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    """A running provider."""
    with openid_provider(AUDIENCE) as running:
        yield running


@pytest.fixture(scope="module")
def guarded(provider: OpenIdProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server that trusts the provider, and holds one professional."""
    environment = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_AUTH": "oidc",
        "CORDEE_OIDC_ISSUER": provider.url,
        "CORDEE_OIDC_AUDIENCE": AUDIENCE,
        "CORDEE_OIDC_ALLOW_HTTP": "true",
        "CORDEE_OIDC_CLOCK_SKEW": "0",
        "CORDEE_OIDC_KEYS_SECONDS": "1",
    }
    folder = tmp_path_factory.mktemp("openid")
    server = Running(folder / "data", free_port(), environment)
    server.start()
    token = provider.software("system/*.cruds")
    made = httpx.put(
        f"{server.base_url}/Practitioner/nurse", json=PRACTITIONER, headers=bearer(token)
    )
    assert made.status_code == 201, made.text
    yield server.base_url
    server.stop()
    assert token not in server.log()
    assert token.split(".")[1] not in server.log()


def bearer(token: str) -> dict[str, str]:
    """Give the headers of a call."""
    return {"Authorization": f"Bearer {token}"}


def status_of(base: str, token: str) -> int:
    """Give the status of a search."""
    return httpx.get(f"{base}/Patient", headers=bearer(token)).status_code


def refusal(base: str, token: str) -> str:
    """Give what a refused call is told in its challenge; it must be told in FHIR's words, too."""
    answer = httpx.get(f"{base}/Practitioner/nurse", headers=bearer(token))
    assert answer.status_code == 401, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert answer.json()["issue"][0]["code"] == "login"
    challenge = answer.headers["WWW-Authenticate"]
    assert 'error="invalid_token"' in challenge
    return str(challenge)


def encoded(value: dict[str, Any]) -> str:
    """Write a part of a token by hand."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def claims_of(token: str) -> dict[str, Any]:
    """Read the claims of a token."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_a_professional_who_logged_in_reads(provider: OpenIdProvider, guarded: str) -> None:
    """A token of the authorization code flow opens what its scopes name, and only that."""
    headers = bearer(provider.person(NURSE, "user/Practitioner.rs"))
    answer = httpx.get(f"{guarded}/Practitioner/nurse", headers=headers)
    assert answer.status_code == 200
    answer = httpx.get(f"{guarded}/Patient", headers=headers)
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_software_does_what_its_scopes_say(provider: OpenIdProvider, guarded: str) -> None:
    """A token of client credentials reads patients, and makes none."""
    headers = bearer(provider.software("system/Patient.rs"))
    assert httpx.get(f"{guarded}/Patient", headers=headers).status_code == 200
    patient = {"resourceType": "Patient", "name": [{"family": "Martin"}]}
    assert httpx.post(f"{guarded}/Patient", json=patient, headers=headers).status_code == 403


def test_tokens_for_others_are_refused(provider: OpenIdProvider, guarded: str) -> None:
    """A token that the provider gave for another service, or that has expired."""
    other = provider.software("system/Patient.rs", resource="https://other.example/fhir")
    assert "another audience" in refusal(guarded, other)
    short = provider.software("system/Patient.rs", resource="https://cordee.example/short")
    time.sleep(max(0.0, claims_of(short)["exp"] - time.time()) + 0.1)
    assert "expired" in refusal(guarded, short)


def test_forged_tokens_are_refused(provider: OpenIdProvider, guarded: str) -> None:
    """Without a signature, with the public key as a secret, by another key, with other claims."""
    token = provider.software("system/Patient.rs")
    head, _, signature = token.split(".")
    (jwk,) = httpx.get(f"{provider.url}/jwks").json()["keys"]
    public = RSAKey.import_key({name: jwk[name] for name in ("kty", "n", "e", "kid")})
    claims = claims_of(token)
    wider = encoded(claims | {"scope": "system/*.cruds"})
    signed = f"{encoded({'alg': 'HS256', 'kid': jwk['kid']})}.{wider}"
    mac = hmac.digest(public.as_pem(private=False), signed.encode(), sha256)
    secret = base64.urlsafe_b64encode(mac).rstrip(b"=").decode()
    stranger = RSAKey.generate_key(2048, parameters={"kid": jwk["kid"]})
    assert "algorithm" in refusal(guarded, f"{encoded({'alg': 'none'})}.{wider}.")
    assert "algorithm" in refusal(guarded, f"{signed}.{secret}")
    assert "signature" in refusal(guarded, f"{head}.{wider}.{signature}")
    header = {"alg": "RS256", "kid": jwk["kid"]}
    assert "signature" in refusal(guarded, jwt.encode(header, claims, stranger))
    assert httpx.get(f"{guarded}/Practitioner/nurse", headers=bearer(token)).status_code == 403


def test_denials_are_recorded(provider: OpenIdProvider, guarded: str) -> None:
    """Each refusal leaves a line in the audit."""
    before = len(denials(provider, guarded))
    refusal(guarded, provider.software("system/Patient.rs", resource="https://other.example/x"))
    deadline = time.monotonic() + 15
    while len(denials(provider, guarded)) == before and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(denials(provider, guarded)) > before


def denials(provider: OpenIdProvider, base: str) -> list[dict[str, Any]]:
    """Give the recorded failures of today."""
    headers = bearer(provider.software("system/*.cruds"))
    url = f"{base}/AuditEvent?date=ge2026-01-01&outcome=4,8,12&_count=200"
    return list(httpx.get(url, headers=headers).raise_for_status().json().get("entry", []))


async def test_sockets_need_a_token_of_who_owns_the_subscription(
    provider: OpenIdProvider, guarded: str
) -> None:
    """A socket cannot be bound by id alone; it can by a token that only the owner is given."""
    hook = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "test",
        "criteria": "Patient?",
        "channel": {"type": "websocket"},
    }
    headers = bearer(provider.software("system/*.cruds"))
    async with httpx.AsyncClient(base_url=guarded, timeout=30) as http:
        made = await http.post("/Subscription", json=hook, headers=headers)
        place = f"/Subscription/{made.json()['id']}"
        deadline = time.monotonic() + 20
        while (await http.get(place, headers=headers)).json()["status"] != "active":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.1)
        asking = f"{place}/$get-ws-binding-token"
        assert (await http.get(asking)).status_code == 401
        nurse = bearer(provider.person(NURSE, "user/Practitioner.rs"))
        assert (await http.get(asking, headers=nurse)).status_code in (403, 404)
        given = (await http.get(asking, headers=headers)).json()["parameter"]
    token = next(row["valueString"] for row in given if row["name"] == "token")
    address = next(row["valueUrl"] for row in given if row["name"] == "websocket-url")
    async with connect(address) as socket:
        await socket.send(f"bind {made.json()['id']}")
        assert str(await asyncio.wait_for(socket.recv(), 10)).startswith("error:")
        await socket.send(f"bind-with-token {token}")
        assert await asyncio.wait_for(socket.recv(), 10) == f"bound {made.json()['id']}"


def test_tokens_of_a_key_that_is_gone_are_refused(provider: OpenIdProvider, guarded: str) -> None:
    """After the provider's keys are others, the new ones count and the old ones do not."""
    old = provider.software("system/Practitioner.rs system/Patient.rs")
    assert status_of(guarded, old) == 200
    provider.end()
    assert status_of(guarded, old) == 200
    provider.start()
    new = provider.software("system/Patient.rs")
    deadline = time.monotonic() + 10
    while (status := status_of(guarded, new)) == 503 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert status == 200
    time.sleep(1.1)
    assert "signature" in refusal(guarded, old)
