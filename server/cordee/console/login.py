"""Logging in: the authorization code flow with PKCE, towards the provider the API trusts.

The session is the access token itself, sealed in a cookie that scripts cannot read; the server
keeps nothing. The API judges that token on every call, as it judges any other.

RFC 6749 §4.1, RFC 7636, RFC 9207. `docs/decisions/0173-sessions-of-the-console.md`
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cordee.access.authentication import Authentication, Credentials
from cordee.access.gate import WALLET
from cordee.access.tokens.fetching import Fetching
from cordee.access.tokens.issuer import DISCOVERY
from cordee.console.form import same_origin
from cordee.errors import Category, FhirError
from cordee.settings import Settings
from cordee.subscriptions.seal import Seal, SealBrokenError

LOGIN, CALLBACK, LOGOUT = "/console/login", "/console/callback", "/console/logout"
SESSION, ATTEMPT = "cordee-session", "cordee-login"
REFUSED = "refused"
"""The parameter in which the home page is told why a login was refused."""
ATTEMPT_SECONDS = 600
LONGEST_COOKIE = 4_000
"""Bytes that every browser keeps."""
LONGEST_ADDRESS = 500
NOT_KEPT = {"Cache-Control": "no-store"}


class Login:
    """The client that the console is to the provider."""

    def __init__(self, settings: Settings, authentication: Authentication, client_id: str) -> None:
        """Nothing is fetched yet."""
        self._settings = settings
        self._authentication = authentication
        self._client_id = client_id
        self._seal = Seal.of(settings)
        self._fetching = Fetching(
            allow_http=settings.oidc_allow_http,
            authorities=settings.oidc_authorities,
            certificate=settings.oidc_client_certificate,
            key=settings.oidc_client_key,
        )

    @classmethod
    def of(cls, settings: Settings, authentication: Authentication) -> "Login | None":
        """Give the client that the settings describe; None where nobody can log in."""
        if settings.auth == "off" or settings.console_client_id is None:
            return None
        return cls(settings, authentication, settings.console_client_id)

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._fetching.close()

    def routes(self) -> list[Route]:
        """Give the addresses of the flow."""
        return [
            Route(LOGIN, self.begin),
            Route(CALLBACK, self.end),
            Route(LOGOUT, self.leave, methods=["POST"]),
        ]

    def token(self, request: Request) -> str | None:
        """Give the access token of the reader's session."""
        return self._opened(request, SESSION)

    def refusal(self, request: Request) -> str:
        """Give why a login was refused, as this server said it: nobody else puts words there."""
        try:
            return self._seal.open(request.query_params.get(REFUSED, ""), REFUSED)
        except SealBrokenError:
            return ""

    async def begin(self, request: Request) -> Response:
        """Send the reader to the provider."""
        request.scope["cordee.interaction"] = "console-login"
        try:
            provider = await self._provider()
        except FhirError as error:
            return self._refused(error)
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "client_id": self._client_id,
            "response_type": "code",
            "redirect_uri": _address(request),
            "scope": self._settings.console_scopes,
            "state": state,
            "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            **self._resource(),
        }
        if self._settings.auth == "psc":
            asked["acr_values"] = self._settings.psc_acr
        where = str(provider["authorization_endpoint"])
        address = f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}"
        answer = RedirectResponse(address, 303, NOT_KEPT)
        next = request.query_params.get("next", "/")
        next = next if _is_ours(next) else "/"
        told = {"state": state, "verifier": verifier, "next": next}
        self._keep(request, answer, ATTEMPT, json.dumps(told, ensure_ascii=False), ATTEMPT_SECONDS)
        return answer

    async def end(self, request: Request) -> Response:
        """Take the reader back, with a session."""
        request.scope["cordee.interaction"] = "console-login"
        try:
            return await self._ended(request)
        except FhirError as error:
            return self._refused(error)

    async def leave(self, request: Request) -> Response:
        """End the session."""
        request.scope["cordee.interaction"] = "console-logout"
        answer = RedirectResponse("/", 303, NOT_KEPT)
        if same_origin(request):
            _forget(request, answer, SESSION)
        return answer

    async def _ended(self, request: Request) -> Response:
        attempt = json.loads(self._opened(request, ATTEMPT) or "{}")
        given = request.query_params
        states = (str(each.get("state", "")).encode() for each in (attempt, given))
        known = hmac.compare_digest(*states)
        issuer = given.get("iss", self._settings.oidc_issuer)
        if not attempt or not known or issuer != self._settings.oidc_issuer:
            raise FhirError(Category.INVALID, "This login was not begun here; begin it again")
        if "code" not in given:
            reason = given.get("error_description") or given.get("error") or "no code"
            raise FhirError(Category.UNAUTHENTICATED, f"The provider refused: {reason[:200]}")
        got = await self._exchanged(request, given["code"], str(attempt["verifier"]))
        token = str(got["access_token"])
        # Whoever the API does not know gets no session.
        await self._authentication.caller(Credentials(f"Bearer {token}"))
        answer = RedirectResponse(str(attempt["next"]), 303, NOT_KEPT)
        lifetime = got.get("expires_in")
        self._keep(request, answer, SESSION, token, lifetime if isinstance(lifetime, int) else 600)
        _forget(request, answer, ATTEMPT)
        return answer

    async def _exchanged(self, request: Request, code: str, verifier: str) -> Mapping[str, Any]:
        provider = await self._provider()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": _address(request),
            "code_verifier": verifier,
            **self._resource(),
        }
        secret = self._settings.console_client_secret
        basic = (self._client_id, secret) if secret else None
        if basic is None:
            form["client_id"] = self._client_id
        answer = await self._fetching.post(str(provider["token_endpoint"]), form, basic)
        got = answer.json()
        if answer.status != 200 or not isinstance(got, dict) or "access_token" not in got:
            raise FhirError(Category.UNAUTHENTICATED, "The provider gave no token for this login")
        return got

    async def _provider(self) -> Mapping[str, Any]:
        document = WALLET if self._settings.auth == "psc" else DISCOVERY
        issuer = (self._settings.oidc_issuer or "").rstrip("/")
        found = await self._fetching.json(f"{issuer}/.well-known/{document}")
        if not isinstance(found, dict) or "authorization_endpoint" not in found:
            raise FhirError(Category.UNAVAILABLE, "The identity provider says nothing of logins")
        return found

    def _resource(self) -> dict[str, str]:
        """Name the API that the token is for (RFC 8707), where its name is an address."""
        named = [one for one in self._settings.oidc_audience if "://" in one]
        return {"resource": named[0]} if named else {}

    def _keep(self, request: Request, answer: Response, name: str, text: str, seconds: int) -> None:
        sealed = self._seal.close(text, name)
        if len(sealed) > LONGEST_COOKIE:
            raise FhirError(Category.TOO_LARGE, "The provider's token is too long for a session")
        answer.set_cookie(
            _cookie(request, name),
            sealed,
            max_age=seconds,
            httponly=True,
            samesite="lax",
            secure=_is_secure(request),
        )

    def _opened(self, request: Request, name: str) -> str | None:
        try:
            return self._seal.open(request.cookies[_cookie(request, name)], name)
        except (KeyError, SealBrokenError):
            return None

    def _refused(self, error: FhirError) -> Response:
        """Lead back to the home page, which says why."""
        said = self._seal.close(str(error)[:300], REFUSED)
        return RedirectResponse("/?" + urlencode({REFUSED: said}), 303, NOT_KEPT)


def _address(request: Request) -> str:
    """Give where the provider sends the reader back to."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}{CALLBACK}"


def _is_ours(address: str) -> bool:
    """Tell whether an address is a place of this server, as every browser reads it."""
    elsewhere = address.startswith(("//", "/\\"))
    ours = address.startswith("/") and not elsewhere and len(address) <= LONGEST_ADDRESS
    return ours and address.isprintable()


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _cookie(request: Request, name: str) -> str:
    """Name a cookie so that, over TLS, no other host of the domain can have put it there.

    https://www.rfc-editor.org/rfc/rfc6265#section-8.6
    """
    return f"__Host-{name}" if _is_secure(request) else name


def _forget(request: Request, answer: Response, name: str) -> None:
    answer.delete_cookie(_cookie(request, name), secure=_is_secure(request), httponly=True)
