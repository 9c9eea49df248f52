"""Tokens of a provider, over real HTTP: which are taken, and what is said of the others."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from access.identity_provider import (
    AUDIENCE,
    IdentityProvider,
    confused,
    encoded,
    unsigned,
)
from cordee.access.tokens import fetching as fetching_module
from cordee.access.tokens.algorithms import fits
from cordee.access.tokens.claims import Expected
from cordee.access.tokens.fetching import Fetching
from cordee.access.tokens.issuer import Client, Issuer
from cordee.access.tokens.keys import BURST
from cordee.access.tokens.provider import Provider, Rules
from cordee.errors import Category, FhirError


@pytest.fixture
async def fetching() -> AsyncIterator[Fetching]:
    """A client that may use http."""
    made = Fetching(allow_http=True)
    yield made
    await made.close()


def judge(idp: IdentityProvider, fetching: Fetching, **rules: Any) -> Provider:
    """Make what judges the provider's tokens."""
    issuer = Issuer(
        idp.url, fetching, key_seconds=rules.pop("key_seconds", 300), client=Client("us", "secret")
    )
    expected = Expected(idp.url, frozenset({AUDIENCE}), frozenset({"tool"}), skew=5)
    return Provider(issuer, expected, Rules(**rules))


async def refusal(provider: Provider, token: str) -> FhirError:
    """Give what a token is refused with."""
    with pytest.raises(FhirError) as refused:
        await provider.proven(token)
    return refused.value


async def test_good_tokens_are_taken(idp: IdentityProvider, fetching: Fetching) -> None:
    """Their claims are known, and the discovery document is fetched once."""
    provider = judge(idp, fetching)
    idp.asked.clear()
    for _ in range(3):
        proven = await provider.proven(idp.token(aud=["other", AUDIENCE]))
        assert proven.claims["sub"] == "f:1:nurse"
    assert idp.asked == ["/.well-known/openid-configuration", "/certs"]


@pytest.mark.parametrize(
    "alg", ["RS384", "RS512", "PS256", "PS512", "ES256", "ES384", "EdDSA", "Ed25519"]
)
async def test_asymmetric_algorithms_are_taken(
    idp: IdentityProvider, fetching: Fetching, alg: str
) -> None:
    """RSA, elliptic curves and Edwards curves, each with its own kind of key."""
    key: Any = idp.keys[0]
    if alg.startswith("ES"):
        key = ECKey.generate_key("P-256" if alg == "ES256" else "P-384", parameters={"kid": alg})
    elif alg.startswith("Ed"):
        key = OKPKey.generate_key("Ed25519", parameters={"kid": alg})
    idp.keys.append(key)
    assert await judge(idp, fetching).proven(idp.token(alg, key=key))
    idp.keys = idp.keys[:1]


CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"exp": int(time.time()) - 60}, "expired"),
    "endless": ({"exp": None}, "when it expires"),
    "not yet": ({"nbf": int(time.time()) + 600}, "not valid yet"),
    "from the future": ({"iat": int(time.time()) + 600}, "issued in the future"),
    "timeless": ({"exp": "tomorrow"}, "not a time"),
    "for others": ({"aud": "https://other.example/fhir"}, "audience"),
    "for nobody": ({"aud": None}, "audience"),
    "by another issuer": ({"iss": "https://other.example"}, "issuer"),
    "by nobody": ({"iss": None}, "issuer"),
    "of a stranger": ({"azp": "stranger"}, "client"),
    "refresh token": ({"typ": "Refresh"}, "type"),
    "id token": ({"typ": "ID"}, "type"),
}


@pytest.mark.parametrize("case", CLAIMS)
async def test_claims_must_hold(idp: IdentityProvider, fetching: Fetching, case: str) -> None:
    """Each is refused with 401, and the challenge says which claim it is."""
    claims, word = CLAIMS[case]
    refused = await refusal(judge(idp, fetching), idp.token(**claims))
    assert refused.category is Category.UNAUTHENTICATED
    challenge = refused.headers["WWW-Authenticate"]
    assert 'error="invalid_token"' in challenge
    assert word in challenge


@pytest.mark.parametrize("name", ["exp", "nbf", "iat", "aud", "iss", "sub", "azp", "typ", "cnf"])
async def test_nonsense_is_judged_too(idp: IdentityProvider, fetching: Fetching, name: str) -> None:
    """Whatever a claim is, the token is taken or refused: it is never a failure of the server."""
    provider = judge(idp, fetching)
    nonsense: tuple[Any, ...] = (1, -1, 1e308, 10**400, "", [], {}, [1], True, "9" * 99)
    for value in nonsense:
        claims: dict[str, Any] = {name: value}
        try:
            await provider.proven(idp.token(**claims))
        except FhirError as refused:
            assert refused.category is Category.UNAUTHENTICATED  # noqa: PT017 - or none at all


HEADERS: dict[str, Any] = {
    "several algorithms": {"alg": ["RS256"]},
    "an algorithm of parts": {"alg": {"RS256": 1}},
    "several types": {"typ": ["JWT"]},
    "a key of parts": {"kid": {"a": [1]}},
    "a key by its path": {"kid": "../../dev/null"},
    "half a character": {"kid": "\ud800"},
}


@pytest.mark.parametrize("case", HEADERS)
async def test_nonsense_in_a_header_is_judged_too(
    idp: IdentityProvider, fetching: Fetching, case: str
) -> None:
    """It is refused as any forged token is, and no failure of the server."""
    token = f"{encoded({'alg': 'RS256'} | HEADERS[case])}.{encoded(idp.claims())}.eA"
    refused = await refusal(judge(idp, fetching), token)
    assert refused.category is Category.UNAUTHENTICATED


@pytest.mark.parametrize("name", ["sub", "preferred_username", "jti"])
async def test_what_is_no_text_is_refused(
    idp: IdentityProvider, fetching: Fetching, name: str
) -> None:
    """Half a character, which JSON can escape, is nothing that could be looked up or stored."""
    key = idp.keys[0]
    claims = json.dumps(idp.claims(**{name: "\ud800"})).encode()
    token = jws.serialize_compact({"alg": "RS256", "kid": key.kid}, claims, key)
    refused = await refusal(judge(idp, fetching), token)
    assert refused.category is Category.UNAUTHENTICATED


async def test_forgeries_are_refused(idp: IdentityProvider, fetching: Fetching) -> None:
    """No algorithm, a public key as a secret, another's signature, a changed claim, another key."""
    provider, key = judge(idp, fetching), idp.keys[0]
    head, body, signature = idp.token().split(".")
    stranger = RSAKey.generate_key(2048, parameters={"kid": str(key.kid)})
    forged = {
        "alg none": unsigned(idp.claims()),
        "alg None": f"{encoded({'alg': 'None'})}.{encoded(idp.claims())}.",
        "confusion": confused(idp.claims(), key),
        "changed": f"{head}.{encoded(idp.claims(sub='somebody else'))}.{signature}",
        "stripped": f"{head}.{body}.",
        "another's key": idp.token(key=stranger),
        "own key in the header": idp.token(
            key=stranger, header={"kid": None, "jwk": stranger.as_dict(private=False)}
        ),
        "crit": f"{encoded({'alg': 'RS256', 'crit': ['x'], 'x': 1})}.{body}.{signature}",
        "logout token": idp.token(header={"typ": "logout+jwt"}),
        "encrypted": f"{head}.{body}.{signature}.x.y",
        "opaque": "opaque",
        "no JSON": f"{encoded(b'x')}.{encoded(b'y')}.{encoded(b'z')}",
        "long": idp.token(padding="x" * 20_000),
    }
    for name, token in forged.items():
        refused = await refusal(provider, token)
        assert refused.category is Category.UNAUTHENTICATED, name
        assert token not in str(refused), name


async def test_a_new_key_is_found_at_once(idp: IdentityProvider, fetching: Fetching) -> None:
    """An unknown kid makes the keys be fetched again."""
    provider = judge(idp, fetching)
    assert await provider.proven(idp.token())
    idp.rotate()
    assert await provider.proven(idp.token())
    idp.rotate(keep=0, kid=idp.keys[0].kid)
    assert await provider.proven(idp.token())


async def test_unknown_keys_do_not_cost_the_provider_much(
    idp: IdentityProvider, fetching: Fetching
) -> None:
    """Many tokens that name keys nobody has lead to few fetches."""
    provider = judge(idp, fetching)
    assert await provider.proven(idp.token())
    idp.asked.clear()
    for number in range(BURST * 4):
        await refusal(provider, idp.token(header={"kid": f"nobody's {number}"}))
    assert len(idp.asked) <= BURST + 1


async def test_a_withdrawn_key_is_refused_after_the_refresh(
    idp: IdentityProvider, fetching: Fetching
) -> None:
    """Also for a token that was taken before."""
    provider = judge(idp, fetching, key_seconds=0)
    token = idp.token()
    assert await provider.proven(token)
    idp.rotate(keep=0)
    assert "signature" in str(await refusal(provider, token))


async def test_known_keys_go_on_while_the_provider_is_away(
    idp: IdentityProvider, fetching: Fetching
) -> None:
    """Callers known before are served; a server that never heard its provider lets nobody in."""
    provider = judge(idp, fetching, key_seconds=0)
    assert await provider.proven(idp.token())
    idp.broken = True
    try:
        assert await provider.proven(idp.token())
        refused = await refusal(judge(idp, fetching), idp.token())
        assert refused.category is Category.UNAVAILABLE
    finally:
        idp.broken = False


async def test_an_answer_that_trickles_is_not_waited_for(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All who need the keys wait for one answer: it ends in time, however slowly it comes."""

    async def trickle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while not writer.is_closing():
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)

    monkeypatch.setattr(fetching_module, "SECONDS", 0.3)
    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(FhirError) as refused:
            async with asyncio.timeout(30):
                await fetching.json(f"http://127.0.0.1:{port}/keys")
    assert refused.value.category is Category.UNAVAILABLE


@pytest.mark.parametrize("operations", [7, "verify", {"verify": 1}, None, ["sign"]])
def test_keys_for_other_uses_verify_nothing(operations: object) -> None:
    """Whatever a provider writes as the uses of a key, it is a list that names this one."""
    assert not fits({"kty": "RSA", "key_ops": operations}, "RS256")
    assert fits({"kty": "RSA", "key_ops": ["verify"]}, "RS256")


async def test_http_must_be_allowed(idp: IdentityProvider) -> None:
    """Without the setting nothing is asked over http."""
    fetching = Fetching()
    try:
        refused = await refusal(judge(idp, fetching), idp.token())
        assert "CORDEE_OIDC_ALLOW_HTTP" in str(refused)
    finally:
        await fetching.close()


async def test_introspection_finds_what_a_signature_hides(
    idp: IdentityProvider, fetching: Fetching
) -> None:
    """Opaque tokens are told of by the provider; revoked ones are refused when asked again."""
    provider = judge(idp, fetching, introspection=0.05)
    assert (await provider.proven("an-opaque-token")).claims["sub"] == "f:1:nurse"
    token = idp.token()
    assert await provider.proven(token)
    idp.inactive |= {token, "another-token"}
    await asyncio.sleep(0.06)
    for each in (token, "another-token"):
        assert "not active" in str(await refusal(provider, each))


async def test_the_level_of_authentication_counts(
    idp: IdentityProvider, fetching: Fetching
) -> None:
    """A person who did not authenticate strongly enough is asked to (RFC 9470)."""
    provider = judge(idp, fetching, acr="eidas1")
    assert await provider.proven(idp.token(acr="eidas1"))
    refused = await refusal(provider, idp.token(acr="eidas0"))
    assert 'acr_values="eidas1"' in refused.headers["WWW-Authenticate"]


async def test_userinfo_is_asked_once_a_token(idp: IdentityProvider, fetching: Fetching) -> None:
    """It must be of the same person, and an unknown one is refused."""
    provider = judge(idp, fetching, userinfo=True)
    idp.people["f:1:nurse"] = {"SubjectNameID": "899700245667"}
    token = idp.token()
    idp.asked.clear()
    for _ in range(2):
        assert (await provider.proven(token)).userinfo["SubjectNameID"] == "899700245667"
    assert idp.asked.count("/userinfo") == 1
    idp.people["f:1:nurse"] = {"sub": "f:1:another"}
    assert "another person" in str(await refusal(provider, idp.token(jti="2")))
    idp.people.clear()
    assert "who the token stands for" in str(await refusal(provider, idp.token(jti="3")))
