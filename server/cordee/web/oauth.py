"""The authorization server's pages: the token endpoint, its keys, its metadata.

https://www.rfc-editor.org/rfc/rfc6749#section-5
https://www.rfc-editor.org/rfc/rfc8414
"""

from typing import Any
from urllib.parse import parse_qsl

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cordee.access.authentication import Authentication
from cordee.access.authorization_server.oauth_error import OAuthError
from cordee.access.authorization_server.token_endpoint import TokenRequest
from cordee.access.bearer import BearerAuthentication, OwnTokens
from cordee.access.gate import KEYS, METADATA, TOKEN
from cordee.access.identity.activities import HEADER
from cordee.errors import FhirError
from cordee.outcome import status
from cordee.web.callers import certificate

log: Any = structlog.get_logger("cordee.access")

LARGEST = 64 * 1024
"""Bytes of a form."""
FORM = "application/x-www-form-urlencoded"
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def routes(authentication: Authentication) -> list[Route]:
    """Give the routes; none where there is no token endpoint."""
    own = authentication.own if isinstance(authentication, BearerAuthentication) else None
    if own is None:
        return []
    pages = _Pages(own)
    return [
        Route(TOKEN, pages.token, methods=["POST"]),
        Route(KEYS, pages.keys),
        Route(METADATA, pages.metadata),
    ]


class _Pages:
    """The endpoints of one server."""

    def __init__(self, own: OwnTokens) -> None:
        self._own = own

    async def token(self, request: Request) -> Response:
        request.scope["cordee.interaction"] = "token"
        form: dict[str, str] = {}
        try:
            form |= await _form(request)
            asked = TokenRequest(
                form,
                certificate(request.scope),
                request.headers.get(HEADER),
                frozenset({self._own.metadata["token_endpoint"]}),
            )
            issued = await self._own.endpoint.issue(asked)
        except OAuthError as error:
            return _refused(error)
        except FhirError as error:
            unheard = OAuthError("temporarily_unavailable", str(error))
            return _refused(unheard, status(error))
        log.info("token issued", grant=form["grant_type"], seconds=issued.seconds)
        return JSONResponse(issued.answer(), headers=NOT_KEPT)

    async def keys(self, request: Request) -> Response:
        request.scope["cordee.interaction"] = "token-keys"
        try:
            keys = await self._own.keys.public()
        except FhirError as error:
            return _refused(OAuthError("temporarily_unavailable", str(error)), status(error))
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


def _refused(error: OAuthError, code: int | None = None) -> Response:
    log.info("token refused", error=error.code, reason=error.description)
    body = {"error": error.code, "error_description": error.description}
    return JSONResponse(body, code or error.status, headers=NOT_KEPT)
