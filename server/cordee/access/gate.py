"""What stands at the door, made from the settings: who authenticates, and who gives tokens.

`authentication` checks the settings first, so that a server that could let nobody in, or anybody,
does not start.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from cordee.access.authentication import Authentication, NoAuthentication
from cordee.access.authorization_server.access_token import Issuing
from cordee.access.authorization_server.client_authentication import ASSERTION, ClientAuthentication
from cordee.access.authorization_server.client_registry import ClientRegistry
from cordee.access.authorization_server.records import KeyRing, UsedOnce
from cordee.access.authorization_server.signing_keys import ALGORITHM, SigningKeys
from cordee.access.authorization_server.token_endpoint import GRANTS, TokenEndpoint
from cordee.access.bearer import BearerAuthentication, Demands, OwnTokens
from cordee.access.identity.directory import Directory
from cordee.access.identity.identification import Identification
from cordee.access.kept_key import kept_key
from cordee.access.tokens.algorithms import ALGORITHMS
from cordee.access.tokens.claims import Expected
from cordee.access.tokens.fetching import Fetching
from cordee.access.tokens.issuer import DISCOVERY, Client, Issuer
from cordee.access.tokens.provider import Provider, Rules
from cordee.errors import Category, FhirError
from cordee.settings import Settings
from cordee.store.port import Reader

WALLET = "wallet-openid-configuration"
"""Pro Santé Connect's name for its discovery document."""
BASE = "/fhir"
TOKEN, KEYS = "/oauth/token", "/oauth/jwks"
METADATA = "/.well-known/oauth-authorization-server"
DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Records:
    """What is read and kept in the database."""

    directory: Reader
    keys: KeyRing
    used: UsedOnce


@dataclass(frozen=True, slots=True)
class Gate:
    """Who authenticates callers, and what is to be closed at the end."""

    authentication: Authentication
    fetching: Fetching | None = None

    async def close(self) -> None:
        """Close the connections to the identity provider."""
        if self.fetching is not None:
            await self.fetching.close()


def faults(settings: Settings) -> list[str]:
    """Say what the chosen mode lacks."""
    if settings.auth == "off":
        return []
    found = []
    if not settings.oidc_issuer:
        found.append(f"CORDEE_AUTH={settings.auth} needs CORDEE_OIDC_ISSUER")
    elif urlsplit(settings.oidc_issuer).scheme != "https" and not settings.oidc_allow_http:
        found.append("CORDEE_OIDC_ISSUER must be an https URL, or CORDEE_OIDC_ALLOW_HTTP true")
    if settings.auth == "oidc" and not settings.oidc_audience:
        found.append("CORDEE_AUTH=oidc needs CORDEE_OIDC_AUDIENCE: whom tokens must be for")
    if settings.auth == "psc" and not (settings.oidc_audience or settings.oidc_clients):
        found.append(
            "CORDEE_AUTH=psc needs CORDEE_OIDC_CLIENTS or CORDEE_OIDC_AUDIENCE: a token given to "
            "any other service must not open this one"
        )
    if settings.clients and not settings.base_url:
        found.append("CORDEE_CLIENTS needs CORDEE_BASE_URL: our own tokens are named after it")
    return found


def open_gate(settings: Settings, records: Records) -> Gate:
    """Make what the settings ask for. Raises `FhirError` INVALID saying what they lack."""
    if settings.auth == "off":
        return Gate(NoAuthentication())
    if wrong := faults(settings):
        raise FhirError(Category.INVALID, "; ".join(wrong))
    fetching = Fetching(
        allow_http=settings.oidc_allow_http,
        authorities=settings.oidc_authorities,
        certificate=settings.oidc_client_certificate,
        key=settings.oidc_client_key,
    )
    provider = _provider(settings, fetching)
    own = _own(settings, records, provider, fetching)
    bases = tuple(url for url in (settings.base_url, *settings.oidc_audience) if url)
    identification = Identification(Directory(records.directory), bases)
    demands = Demands(
        bound=settings.bound_tokens_required,
        hexadecimal=settings.bound_tokens_hexadecimal,
        scopes=settings.scopes_required,
        direct=not settings.psc_exchange_only,
    )
    return Gate(BearerAuthentication(provider, identification, demands, own), fetching)


def _provider(settings: Settings, fetching: Fetching) -> Provider:
    psc = settings.auth == "psc"
    issuer = Issuer(
        settings.oidc_issuer or "",
        fetching,
        document=WALLET if psc else DISCOVERY,
        key_seconds=settings.oidc_keys_seconds,
        client=Client(settings.oidc_client_id, settings.oidc_client_secret),
    )
    expected = Expected(
        issuer.name,
        frozenset(settings.oidc_audience),
        frozenset(settings.oidc_clients),
        settings.oidc_clock_skew,
    )
    rules = Rules(
        introspection=settings.oidc_introspection_seconds,
        acr=settings.psc_acr if psc else None,
        userinfo=psc,
    )
    return Provider(issuer, expected, rules)


def _own(
    settings: Settings, records: Records, provider: Provider, fetching: Fetching
) -> OwnTokens | None:
    """Make the authorization server, if software is registered with it."""
    clients = ClientRegistry.load(settings.clients)
    if not len(clients):
        return None
    origin = origin_of(settings)
    keys = SigningKeys(
        records.keys,
        _secret(settings),
        period=settings.token_key_days * DAY,
        lifetime=settings.token_seconds + settings.oidc_clock_skew,
    )
    issuing = Issuing(keys, issuer=origin, audience=origin + BASE, seconds=settings.token_seconds)
    endpoint = TokenEndpoint(
        ClientAuthentication(clients, fetching, records.used),
        provider,
        issuing,
        introspect=settings.oidc_client_id is not None,
        hexadecimal=settings.bound_tokens_hexadecimal,
    )
    expected = Expected(origin, frozenset({origin + BASE}), skew=settings.oidc_clock_skew)
    return OwnTokens(keys, endpoint, expected, _metadata(origin))


def origin_of(settings: Settings) -> str:
    """Give the server's public address without the FHIR base: the name of its own tokens."""
    return (settings.base_url or "").rstrip("/").removesuffix(BASE)


def _secret(settings: Settings) -> Callable[[], bytes]:
    if settings.token_secret:
        key = hashlib.sha256(settings.token_secret.encode()).digest()
        return lambda: key
    return lambda: kept_key(settings.data / "tokens.key")


def _metadata(origin: str) -> dict[str, object]:
    """Give what RFC 8414 §2 wants told."""
    return {
        "issuer": origin,
        "token_endpoint": origin + TOKEN,
        "jwks_uri": origin + KEYS,
        "grant_types_supported": list(GRANTS),
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["tls_client_auth", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "tls_client_certificate_bound_access_tokens": True,
        "client_assertion_types_supported": [ASSERTION],
        "access_token_signing_alg_values_supported": [ALGORITHM],
    }
