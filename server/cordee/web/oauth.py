"""The authorization server's pages: the token endpoint, its keys, its metadata.

https://www.rfc-editor.org/rfc/rfc6749#section-5
https://www.rfc-editor.org/rfc/rfc8414
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cordee.access.audit.act import Act, Audit
from cordee.access.authorization_server.access_token import Issued
from cordee.access.authorization_server.oauth_error import OAuthError
from cordee.access.authorization_server.token_endpoint import TokenRequest
from cordee.access.bearer import BearerAuthentication, OwnTokens
from cordee.access.caller import ANONYMOUS, Caller, Kind
from cordee.access.gate import KEYS, METADATA, TOKEN
from cordee.access.identity.activities import HEADER
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.outcome import status
from cordee.web.admission import Admission
from cordee.web.callers import certificate

log: Any = structlog.get_logger("cordee.access")

LARGEST = 64 * 1024
"""Bytes of a form."""
FORM = "application/x-www-form-urlencoded"
UNPROVEN = frozenset({"temporarily_unavailable"})
"""Refusals that are no failure of who asks."""
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def routes(services: Services, admission: Admission) -> list[Route]:
    """Give the routes; none where there is no token endpoint."""
    authentication = services.authentication
    own = authentication.own if isinstance(authentication, BearerAuthentication) else None
    if own is None:
        return []
    pages = _Pages(own, services.audit, admission)
    return [
        Route(TOKEN, pages.token, methods=["POST"]),
        Route(KEYS, pages.keys),
        Route(METADATA, pages.metadata),
    ]


class _Pages:
    """The endpoints of one server."""

    def __init__(self, own: OwnTokens, audit: Audit, admission: Admission) -> None:
        self._own = own
        self._audit = audit
        self._admission = admission

    async def token(self, request: Request) -> Response:
        request.scope["cordee.interaction"] = "token"
        begun = time.time()
        try:
            with self._admission.inside():
                return await self._answered(request, begun)
        except FhirError as error:
            return _unavailable(error)

    async def _answered(self, request: Request, begun: float) -> Response:
        """Answer one request; an address that keeps failing is refused before anything is read.

        Raises `FhirError` THROTTLED or UNAVAILABLE.
        """
        address = _address(request)
        self._admission.before(address)
        try:
            issued = await self._issued(request)
        except OAuthError as refused:
            if refused.code not in UNPROVEN:
                self._admission.missed(address)
            await self._record(request, begun, refused.status, ANONYMOUS)
            return _refused(refused)
        caller = self._caller(issued)
        self._admission.known(caller, address)
        await self._record(request, begun, 200, caller)
        return JSONResponse(issued.answer(), headers=NOT_KEPT)

    async def _issued(self, request: Request) -> Issued:
        asked = TokenRequest(
            await _form(request),
            certificate(request.scope),
            request.headers.get(HEADER),
            frozenset({self._own.metadata["token_endpoint"]}),
        )
        return await self._own.endpoint.issue(asked)

    def _caller(self, issued: Issued) -> Caller:
        kind: Kind = "professional" if issued.exchanged else "system"
        return Caller(issued.subject, self._own.expected.issuer, issued.client, kind=kind)

    async def _record(self, request: Request, begun: float, code: int, caller: Caller) -> None:
        """Record who got a token, or that somebody did not; raises UNAVAILABLE if it cannot be."""
        act = Act(
            "$token",
            code,
            begun,
            time.time(),
            caller,
            request_id=request.scope.get("cordee.request_id", ""),
            address=_address(request),
            affects_state=code == 200,
        )
        await self._audit.record(act)

    async def keys(self, request: Request) -> Response:
        request.scope["cordee.interaction"] = "token-keys"
        try:
            keys = await self._own.keys.public()
        except FhirError as error:
            return _unavailable(error)
        return JSONResponse({"keys": keys})

    async def metadata(self, request: Request) -> Response:
        request.scope["cordee.interaction"] = "token-metadata"
        return JSONResponse(self._own.metadata)


async def _form(request: Request) -> dict[str, str]:
    """Read the form, in which each name stands once (RFC 6749 §3.2)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise OAuthError("invalid_request", f"The body must be a form ({FORM})")
    if request.headers.get("authorization"):
        text = "Clients authenticate by certificate or private_key_jwt, not by Authorization"
        raise OAuthError("invalid_client", text)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise OAuthError("invalid_request", f"The form is larger than {LARGEST} bytes")
    try:
        pairs = parse_qsl(body.decode("utf-8"), strict_parsing=True, max_num_fields=50)
    except ValueError:
        raise OAuthError("invalid_request", "The form cannot be read") from None
    if len(dict(pairs)) != len(pairs):
        raise OAuthError("invalid_request", "A parameter stands twice in the form")
    return dict(pairs)


def _address(request: Request) -> str | None:
    return request.client.host if request.client else None


def _unavailable(error: FhirError) -> Response:
    """Refuse for now: RFC 6749 has no code of its own for who asks too often."""
    refused = OAuthError("temporarily_unavailable", str(error))
    return _refused(refused, status(error), error.headers)


def _refused(
    error: OAuthError, code: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    log.info("token refused", error=error.code)
    body = {"error": error.code, "error_description": error.description}
    return JSONResponse(body, code or error.status, headers=NOT_KEPT | dict(headers or {}))
