"""An OpenID provider: what its discovery document says, its keys, and what it tells of a token.

https://openid.net/specs/openid-connect-discovery-1_0.html
https://www.rfc-editor.org/rfc/rfc7662
"""

from dataclasses import dataclass
from typing import Any

from cordee.access.tokens.claims import Claims
from cordee.access.tokens.fetching import Fetching
from cordee.access.tokens.keys import RemoteKeys
from cordee.access.tokens.refusal import invalid, unreachable
from cordee.access.tokens.short_memory import ShortMemory
from cordee.access.tokens.signature import verified

DISCOVERY = "openid-configuration"
KEPT = 3600.0
"""Seconds that the discovery document is kept."""


@dataclass(frozen=True, slots=True)
class Client:
    """What this server is to the provider, for introspection."""

    id: str | None = None
    secret: str | None = None


class Issuer:
    """One provider, by the name that its tokens carry as `iss`."""

    def __init__(
        self,
        name: str,
        fetching: Fetching,
        *,
        document: str = DISCOVERY,
        key_seconds: float = 300.0,
        client: Client | None = None,
    ) -> None:
        """Nothing is fetched yet; `document` is the name of its discovery document."""
        self.name = name
        self._fetching = fetching
        self._address = f"{name.rstrip('/')}/.well-known/{document}"
        self._client = client or Client()
        self._metadata: ShortMemory[str, dict[str, Any]] = ShortMemory(1)
        self.keys = RemoteKeys(self._key_set, seconds=key_seconds)

    async def metadata(self) -> dict[str, Any]:
        """Give the discovery document. Raises UNAVAILABLE if there is none, or another's."""
        return await self._metadata.asked(self._address, self._discover)

    async def _discover(self) -> tuple[dict[str, Any], float]:
        found = await self._fetching.json(self._address)
        named = found.get("issuer") if isinstance(found, dict) else None
        if not isinstance(named, str) or named.rstrip("/") != self.name.rstrip("/"):
            raise unreachable(f"The discovery document of {self.name}, which names another issuer,")
        return found, KEPT

    async def endpoint(self, name: str) -> str:
        """Give an endpoint's URL. Raises UNAVAILABLE when the provider offers none."""
        found = (await self.metadata()).get(name)
        if not isinstance(found, str):
            raise unreachable(f"The identity provider's {name}")
        return found

    async def _key_set(self) -> Any:
        return await self._fetching.json(await self.endpoint("jwks_uri"))

    async def introspected(self, token: str) -> Claims:
        """Ask the provider about a token. Raises UNAUTHENTICATED unless it says `active`."""
        form = {"token": token, "token_type_hint": "access_token"}
        basic = None
        if self._client.id and self._client.secret:
            basic = (self._client.id, self._client.secret)
        elif self._client.id:
            form["client_id"] = self._client.id
        url = await self.endpoint("introspection_endpoint")
        answer = await self._fetching.post(url, form, basic)
        found = answer.json() if answer.status == 200 else None
        if not isinstance(found, dict):
            raise unreachable("The identity provider's introspection")
        if found.get("active") is not True:
            raise invalid("The identity provider says that the token is not active")
        return found

    async def userinfo(self, token: str) -> Claims:
        """Give what the provider tells of the person (JSON or signed).

        Raises UNAUTHENTICATED when the provider refuses the token.
        """
        answer = await self._fetching.get(await self.endpoint("userinfo_endpoint"), bearer=token)
        if answer.status in (400, 401, 403):
            raise invalid("The identity provider does not tell who the token stands for")
        if answer.status == 200 and answer.content_type.startswith("application/jwt"):
            return await verified(answer.body.decode("ascii", "replace"), self.keys)
        found = answer.json() if answer.status == 200 else None
        if not isinstance(found, dict):
            raise unreachable("The identity provider's userinfo")
        return found
