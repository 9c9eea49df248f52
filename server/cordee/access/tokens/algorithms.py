"""The signature algorithms accepted: asymmetric ones alone, so that no public key is ever a secret.

https://www.rfc-editor.org/rfc/rfc7518#section-3.1
https://www.rfc-editor.org/rfc/rfc8725
"""

from typing import Any, TypeAlias

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

PublicKey: TypeAlias = RSAKey | ECKey | OKPKey

ALGORITHMS: dict[str, tuple[str, frozenset[str]]] = {
    "RS256": ("RSA", frozenset()),
    "RS384": ("RSA", frozenset()),
    "RS512": ("RSA", frozenset()),
    "PS256": ("RSA", frozenset()),
    "PS384": ("RSA", frozenset()),
    "PS512": ("RSA", frozenset()),
    "ES256": ("EC", frozenset({"P-256"})),
    "ES384": ("EC", frozenset({"P-384"})),
    "ES512": ("EC", frozenset({"P-521"})),
    "EdDSA": ("OKP", frozenset({"Ed25519", "Ed448"})),
    "Ed25519": ("OKP", frozenset({"Ed25519"})),
    "Ed448": ("OKP", frozenset({"Ed448"})),
}
"""Algorithm → type of key, and its curves; `EdDSA` is the older name of the last two (RFC 9864)."""

SHORTEST_RSA = 2048
"""Bits (RFC 7518 §3.3)."""


def fits(key: dict[str, Any], algorithm: str) -> bool:
    """Tell whether a JWK may verify signatures of an algorithm (RFC 7517 §4)."""
    kind, curves = ALGORITHMS[algorithm]
    operations = key.get("key_ops", ["verify"])
    return (
        key.get("kty") == kind
        and (not curves or key.get("crv") in curves)
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and isinstance(operations, list)
        and "verify" in operations
    )


def public_key(key: dict[str, Any]) -> PublicKey | None:
    """Read a JWK; None for what is no usable public key."""
    parts = {name: value for name, value in key.items() if name not in ("use", "key_ops", "alg")}
    try:
        found = import_key(parts)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if isinstance(found, RSAKey):
        return found if found.public_key.key_size >= SHORTEST_RSA else None
    return found if isinstance(found, ECKey | OKPKey) else None
