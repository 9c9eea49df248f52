"""How this server proves to a peer who it is: a token, got anew before it ends.

https://www.rfc-editor.org/rfc/rfc6749#section-4.4
https://hl7.org/fhir/smart-app-launch/STU2.1/client-confidential-asymmetric.html
"""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from cordee.errors import FhirError
from cordee.federation.peer import Federation, Peer
from cordee.resource import json

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EARLY = 60.0
"""Seconds before its end that a token is replaced."""
LIFE = 120
"""Seconds that an assertion is good for."""
ALGORITHMS: dict[type, str] = {ECKey: "ES256", RSAKey: "RS256", OKPKey: "EdDSA"}
CURVES = {"P-384": "ES384", "P-521": "ES512"}


class CredentialsError(Exception):
    """There is no token to be had."""


class Credentials:
    """What is sent to one peer."""

    def __init__(self, federation: Federation, peer: Peer, scopes: str) -> None:
        """Take the peer; `scopes` are those asked for unless its settings name others."""
        self._federation = federation
        self._peer = peer
        self._scopes = peer.scopes or scopes
        self._token: str | None = None
        self._until = 0.0

    async def headers(self, http: httpx.AsyncClient) -> dict[str, str]:
        """Give the header of a request, nothing for a peer that asks for none.

        Raises `CredentialsError`.
        """
        if self._peer.bearer is not None:
            token = self._read(self._peer.bearer)
            return {"Authorization": f"Bearer {token}"}
        if self._peer.client_id is None:
            return {}
        if self._token is None or time.monotonic() > self._until - EARLY:
            await self._renew(http)
        return {"Authorization": f"Bearer {self._token}"}

    def forget(self) -> None:
        """Get another token next time: this one was refused."""
        self._token = None

    async def _renew(self, http: httpx.AsyncClient) -> None:
        url = self._peer.token_url or self._peer.base.removesuffix("/fhir") + "/oauth/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": str(self._peer.client_id),
            "scope": self._scopes,
        }
        form |= self._proof(url)
        try:
            answer = await http.post(url, data=form, headers={"Accept": "application/json"})
        except httpx.HTTPError as error:
            raise CredentialsError(f"no token: {type(error).__name__}") from error
        body = _object(answer)
        if answer.status_code != 200 or not isinstance(body.get("access_token"), str):
            raise CredentialsError(
                f"no token: {answer.status_code} {body.get('error', '')}".strip()
            )
        self._token = body["access_token"]
        self._until = time.monotonic() + float(body.get("expires_in", 300))

    def _proof(self, url: str) -> dict[str, str]:
        """Give what proves the client beside its certificate."""
        if self._peer.secret is not None:
            return {"client_secret": self._read(self._peer.secret)}
        if self._peer.key is None or self._peer.certificate is not None:
            return {}
        now = int(time.time())
        claims = {
            "iss": self._peer.client_id,
            "sub": self._peer.client_id,
            "aud": url,
            "iat": now,
            "exp": now + LIFE,
            "jti": str(uuid4()),
        }
        try:
            key = _key(self._read(self._peer.key))
            algorithm = CURVES.get(str(key.as_dict().get("crv")), ALGORITHMS[type(key)])
            header = {"alg": algorithm, "typ": "JWT"}
            if key.kid:
                header["kid"] = key.kid
            signed = jwt.encode(header, claims, key, algorithms=[algorithm])
        except (JoseError, FhirError, ValueError, KeyError) as error:
            raise CredentialsError(f"the key cannot sign: {error}") from error
        return {"client_assertion_type": ASSERTION, "client_assertion": signed}

    def _read(self, path: Path) -> str:
        try:
            return self._federation.file(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CredentialsError(f"{path} cannot be read") from error


def _key(text: str) -> Any:
    """Read a private key: a JWK, or PEM of any kind."""
    if text.startswith("{"):
        return import_key(json.parse_any(text.encode()))
    for kind in (ECKey, RSAKey, OKPKey):
        try:
            return kind.import_key(text)
        except (JoseError, ValueError, TypeError):
            continue
    raise ValueError("it is neither a JWK nor PEM")


def _object(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
