"""The token endpoint: which grant is asked for, and what it takes.

https://www.rfc-editor.org/rfc/rfc8693
https://hl7.org/fhir/smart-app-launch/STU2.1/backend-services.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cordee.access.authorization_server.access_token import Issued, Issuing
from cordee.access.authorization_server.client_authentication import ClientAuthentication
from cordee.access.authorization_server.client_registry import Grant, RegisteredClient
from cordee.access.authorization_server.oauth_error import OAuthError
from cordee.access.identity.activities import activities, chosen
from cordee.access.identity.national_id import national_id
from cordee.access.tokens import binding
from cordee.access.tokens.claims import Claims
from cordee.access.tokens.provider import Proven, Provider
from cordee.access.tokens.signature import unverified
from cordee.errors import Category, FhirError
from cordee.outcome import issues

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
GRANTS: dict[str, Grant] = {"client_credentials": "client_credentials", EXCHANGE: "token-exchange"}
"""What `grant_type` may be, and what a client must be registered for."""
SUBJECT_TOKENS = frozenset(
    f"urn:ietf:params:oauth:token-type:{kind}" for kind in ("access_token", "jwt")
)
TOLD = ("given_name", "family_name", "SubjectRole", "acr", "auth_time")
"""What a token of ours repeats of the person, because nobody can be asked about them later."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A request to the token endpoint: its form, the client's certificate, the activity chosen.

    `endpoints` are the names by which an assertion may call this server.
    """

    form: Mapping[str, str]
    certificate: bytes | None = None
    practice: str | None = None
    endpoints: frozenset[str] = field(default=frozenset())


class TokenEndpoint:
    """Answers requests for tokens."""

    def __init__(
        self,
        authentication: ClientAuthentication,
        provider: Provider,
        issuing: Issuing,
        *,
        introspect: bool,
        hexadecimal: bool = False,
    ) -> None:
        """Take who authenticates clients, who judges people's tokens and who makes new ones.

        `hexadecimal` is for tokens of people that are bound as `binding.check` says.
        """
        self._authentication = authentication
        self._provider = provider
        self._issuing = issuing
        self._introspect = introspect
        self._hexadecimal = hexadecimal

    async def issue(self, request: TokenRequest) -> Issued:
        """Give a token. Raises `OAuthError` saying why not."""
        form = request.form
        grant = GRANTS.get(form.get("grant_type", ""))
        if grant is None:
            text = f"grant_type must be one of {', '.join(GRANTS)}"
            raise OAuthError("unsupported_grant_type", text)
        names = request.endpoints | {self._issuing.issuer}
        client = await self._authentication.client(form, request.certificate, names)
        if grant not in client.grants:
            raise OAuthError("unauthorized_client", f"The client is not registered for {grant}")
        for name in ("audience", "resource"):
            if form.get(name, self._issuing.audience).rstrip("/") != self._issuing.audience:
                raise OAuthError("invalid_target", f"Tokens are for {self._issuing.audience} alone")
        scopes = client.granted(form.get("scope"))
        if grant == "client_credentials":
            return await self._for_itself(client, scopes, request)
        return await self._for_a_person(client, scopes, request)

    async def _for_itself(
        self, client: RegisteredClient, scopes: frozenset[str], request: TokenRequest
    ) -> Issued:
        if any(scope.startswith(("user/", "patient/")) for scope in scopes):
            raise OAuthError("invalid_scope", "Software that acts for itself has system/ scopes")
        return await self._issuing.issue(
            client.client_id, client.client_id, scopes, certificate=request.certificate
        )

    async def _for_a_person(
        self, client: RegisteredClient, scopes: frozenset[str], request: TokenRequest
    ) -> Issued:
        if request.certificate is None:
            raise OAuthError("invalid_client", "A token exchange needs a client certificate (mTLS)")
        if any(scope.startswith("system/") for scope in scopes):
            raise OAuthError("invalid_scope", "Software that acts for a person has user/ scopes")
        proven = await self._person(request)
        more = _told(proven, _practice(request)) | {"act": {"sub": client.client_id}}
        return await self._issuing.issue(
            str(proven.claims.get("sub", "")),
            client.client_id,
            scopes,
            certificate=request.certificate,
            more=more,
        )

    async def _person(self, request: TokenRequest) -> Proven:
        """Judge the token of a person; one that is bound is exchanged for its holder alone."""
        form = request.form
        if form.get("subject_token_type") not in SUBJECT_TOKENS:
            text = f"subject_token_type must be one of {', '.join(sorted(SUBJECT_TOKENS))}"
            raise OAuthError("invalid_request", text)
        if form.get("requested_token_type", min(SUBJECT_TOKENS)) not in SUBJECT_TOKENS:
            raise OAuthError(
                "invalid_request", "requested_token_type: only access tokens are given"
            )
        try:
            proven = await self._provider.proven(
                form.get("subject_token", ""), introspect=self._introspect
            )
            binding.check(proven.claims, request.certificate, hexadecimal=self._hexadecimal)
        except FhirError as error:
            unheard = error.category is Category.UNAVAILABLE
            code = "temporarily_unavailable" if unheard else "invalid_request"
            raise OAuthError(code, f"subject_token: {error}") from error
        if national_id(proven.claims, proven.userinfo) is None or not proven.claims.get("sub"):
            raise OAuthError("invalid_request", "subject_token: it names no professional")
        return proven


def _told(proven: Proven, practice: str | None) -> Claims:
    """Give the claims about the person, with the one activity they act in."""
    both = proven.userinfo | proven.claims
    told: dict[str, Any] = {name: both[name] for name in TOLD if name in both}
    told["SubjectNameID"] = national_id(proven.claims, proven.userinfo)
    found = activities(proven.userinfo)
    try:
        activity = chosen(found, practice) if found else None
    except FhirError as error:
        text = "; ".join(issue.diagnostics for issue in issues(error))
        raise OAuthError("invalid_request", text) from error
    return told | (activity.claims() if activity is not None else {})


def _practice(request: TokenRequest) -> str | None:
    """Give the activity that the caller acts in: a header's, else the actor token's.

    The actor token only says what the calling software is and what its user chose, which is held
    against what the provider says; nothing rests on its signature.
    """
    actor = request.form.get("actor_token")
    if request.practice is not None or not actor:
        return request.practice
    try:
        given = unverified(actor).get("situation_exercice")
    except FhirError as error:
        raise OAuthError("invalid_request", f"actor_token: {error}") from error
    return given if isinstance(given, str) and given else None
