"""Who asks for a token: proven by a client certificate, or by an assertion signed with its key.

https://www.rfc-editor.org/rfc/rfc8705#section-2.1
https://www.rfc-editor.org/rfc/rfc7523#section-3
https://hl7.org/fhir/smart-app-launch/STU2.1/client-confidential-asymmetric.html
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from cordee.access.authorization_server.client_registry import ClientRegistry, RegisteredClient
from cordee.access.authorization_server.oauth_error import OAuthError
from cordee.access.authorization_server.records import UsedOnce
from cordee.access.client_certificate import subject
from cordee.access.tokens.claims import Claims, Expected, check, moment
from cordee.access.tokens.fetching import Fetching
from cordee.access.tokens.keys import RemoteKeys
from cordee.access.tokens.signature import unverified, verified
from cordee.errors import Category, FhirError

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST = 300.0
"""Seconds that an assertion may be good for (SMART: five minutes)."""
SKEW = 30.0
TYPES = frozenset(("jwt", "client-authentication+jwt"))
KEY_SECONDS = 300.0


class ClientAuthentication:
    """Tells which registered client sends a request to the token endpoint."""

    def __init__(
        self,
        clients: ClientRegistry,
        fetching: Fetching,
        used: UsedOnce,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take the clients, what fetches their keys and what remembers their assertions."""
        self._clients = clients
        self._fetching = fetching
        self._used = used
        self._clock = clock
        self._keys: dict[str, RemoteKeys] = {}

    async def client(
        self, form: Mapping[str, str], certificate: bytes | None, audiences: frozenset[str]
    ) -> RegisteredClient:
        """Give the client; `audiences` are the names that an assertion may call this server.

        Raises `OAuthError` invalid_client.
        """
        if "client_secret" in form:
            raise OAuthError("invalid_client", "Client secrets are not accepted")
        if form.get("client_assertion_type") == ASSERTION:
            found = await self._by_assertion(form.get("client_assertion", ""), audiences)
        elif certificate is not None:
            found = self._by_certificate(certificate)
        else:
            text = "A client certificate is needed, or a client_assertion (private_key_jwt)"
            raise OAuthError("invalid_client", text)
        if form.get("client_id", found.client_id) != found.client_id:
            raise OAuthError("invalid_client", "client_id is not that of the client proven")
        return found

    def _by_certificate(self, certificate: bytes) -> RegisteredClient:
        try:
            found = self._clients.by_subject(subject(certificate))
        except FhirError as error:
            raise OAuthError("invalid_client", str(error)) from error
        if found is None:
            raise OAuthError("invalid_client", "No client has a certificate of this subject")
        return found

    async def _by_assertion(self, assertion: str, audiences: frozenset[str]) -> RegisteredClient:
        try:
            client = self._named(unverified(assertion))
            claims = await verified(assertion, self._keys_of(client), types=TYPES)
            check(claims, Expected(client.client_id, audiences, skew=SKEW), self._clock())
        except FhirError as error:
            unheard = error.category is Category.UNAVAILABLE
            code = "temporarily_unavailable" if unheard else "invalid_client"
            raise OAuthError(code, str(error)) from error
        await self._once(client, claims)
        return client

    def _named(self, claims: Claims) -> RegisteredClient:
        issuer = claims.get("iss")
        found = self._clients.by_id(issuer) if isinstance(issuer, str) else None
        if found is None or claims.get("sub") != issuer:
            raise OAuthError("invalid_client", "The assertion's iss and sub name no client")
        return found

    def _keys_of(self, client: RegisteredClient) -> RemoteKeys:
        keys = self._keys.get(client.client_id)
        if keys is None:

            async def fetch() -> Any:
                if client.jwks_uri is not None:
                    return await self._fetching.json(client.jwks_uri)
                return client.jwks or {"keys": []}

            keys = self._keys[client.client_id] = RemoteKeys(fetch, seconds=KEY_SECONDS)
        return keys

    async def _once(self, client: RegisteredClient, claims: Claims) -> None:
        """Refuse an assertion that lives too long or has been used."""
        ends, id = moment(claims, "exp") or 0.0, claims.get("jti")
        if ends - self._clock() > LONGEST + SKEW:
            raise OAuthError("invalid_client", "The assertion must expire within five minutes")
        if not isinstance(id, str) or not id:
            raise OAuthError("invalid_client", "The assertion has no jti")
        until = datetime.fromtimestamp(ends + SKEW, UTC)
        if not await self._used.first(f"{client.client_id} {id}", until):
            raise OAuthError("invalid_client", "The assertion has been used before")
