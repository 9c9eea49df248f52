"""SMART on FHIR: where clients get tokens, told to whoever asks.

https://hl7.org/fhir/smart-app-launch/STU2.1/conformance.html
"""

from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.resource import json

REPEATED = (
    "issuer",
    "jwks_uri",
    "authorization_endpoint",
    "token_endpoint",
    "token_endpoint_auth_methods_supported",
    "token_endpoint_auth_signing_alg_values_supported",
    "grant_types_supported",
    "registration_endpoint",
    "response_types_supported",
    "code_challenge_methods_supported",
    "introspection_endpoint",
    "revocation_endpoint",
)
"""Members of the authorization server's own metadata (RFC 8414) that SMART repeats."""
CAPABILITIES = ("permission-patient", "permission-user", "permission-v1", "permission-v2")
METHODS = {
    "none": "client-public",
    "client_secret_basic": "client-confidential-symmetric",
    "private_key_jwt": "client-confidential-asymmetric",
}
"""How clients may authenticate → the capability that says so."""
SCOPES = (
    "openid",
    "fhirUser",
    "launch/patient",
    "patient/*.cruds",
    "user/*.cruds",
    "system/*.cruds",
)


async def smart_configuration(services: Services, request: Request) -> Response:  # noqa: ARG001
    """Give the document; 404 where nobody is authenticated."""
    known = await services.authentication.configuration()
    if known is None:
        raise FhirError(Category.NOT_FOUND, "This server authenticates nobody (CORDEE_AUTH=off)")
    body = json.serialize(_document(known))
    return Response(200, body=body, headers={"Content-Type": "application/json"})


def _document(known: dict[str, Any]) -> dict[str, Any]:
    methods = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    abilities = [METHODS[method] for method in METHODS if method in methods]
    if known.get("authorization_endpoint"):
        abilities.append("launch-standalone")
    return {name: known[name] for name in REPEATED if known.get(name)} | {
        "scopes_supported": list(SCOPES),
        "capabilities": [*abilities, *CAPABILITIES],
    }


SERVICE = {
    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
    "code": "SMART-on-FHIR",
}
OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
URIS = {"token": "token_endpoint", "authorize": "authorization_endpoint"}
"""Member of the extension → member of the metadata."""


async def security(services: Services) -> dict[str, Any] | None:
    """Give `CapabilityStatement.rest.security`; None where nobody is authenticated.

    Endpoints are left out while the identity provider cannot be asked for them.
    """
    try:
        known = await services.authentication.configuration()
    except FhirError:
        known = {}
    if known is None:
        return None
    uris = [{"url": url, "valueUri": known[name]} for url, name in URIS.items() if known.get(name)]
    described = "OAuth 2.0 access tokens, SMART scopes (see .well-known/smart-configuration)"
    made: dict[str, Any] = {"service": [{"coding": [SERVICE]}], "description": described}
    return ({"extension": [{"url": OAUTH_URIS, "extension": uris}]} if uris else {}) | made
