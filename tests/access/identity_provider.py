"""An identity provider over real HTTP: an OpenID provider, or Pro Santé Connect by its facts.

It signs whatever it is asked to sign, so that tests can have tokens that no provider would give.
"""

import asyncio
import base64
import hmac
import json
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Key = RSAKey | ECKey | OKPKey
AUDIENCE = "https://cordee.example/fhir"
NURSE = "899700245667"


@dataclass
class IdentityProvider:
    """The provider's state; `url` is its issuer name."""

    url: str = ""
    keys: list[Key] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    inactive: set[str] = field(default_factory=set)
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: bool = False
    granted: dict[str, Any] | None = None
    """What the token endpoint gives, whoever asks."""

    def __post_init__(self) -> None:
        self.rotate(keep=0)

    def rotate(self, *, keep: int = 1, kid: str | None = None) -> Key:
        """Sign with a new key from now on; only `keep` older ones are published any more."""
        fresh = RSAKey.generate_key(2048, parameters={"kid": kid or f"k{time.monotonic_ns()}"})
        self.keys = [fresh, *self.keys[:keep]]
        return fresh

    def claims(self, **more: Any) -> dict[str, Any]:
        """Give the claims of a good token; None leaves one out."""
        now = int(time.time())
        made = {
            "iss": self.url,
            "sub": "f:1:nurse",
            "aud": AUDIENCE,
            "azp": "tool",
            "iat": now,
            "exp": now + 120,
            "preferred_username": NURSE,
        } | more
        return {name: value for name, value in made.items() if value is not None}

    def token(
        self,
        alg: str = "RS256",
        *,
        key: Any = None,
        header: dict[str, Any] | None = None,
        **more: Any,
    ) -> str:
        """Sign a token; `more` are its claims, `header` what else its header says."""
        signing = key or self.keys[0]
        head = {"alg": alg, "kid": signing.kid, "typ": "JWT"} | (header or {})
        head = {name: value for name, value in head.items() if value is not None}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # EdDSA: deprecated, and in use
            return jwt.encode(head, self.claims(**more), signing, algorithms=[alg])

    def application(self) -> Starlette:
        """Give the ASGI application."""
        names = ("openid-configuration", "wallet-openid-configuration")
        return Starlette(
            routes=[
                *(Route(f"/.well-known/{name}", self._discovery) for name in names),
                Route("/certs", self._certs),
                Route("/introspect", self._introspect, methods=["POST"]),
                Route("/userinfo", self._userinfo),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _discovery(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse(
            {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/certs",
                "authorization_endpoint": f"{self.url}/auth",
                "token_endpoint": f"{self.url}/token",
                "introspection_endpoint": f"{self.url}/introspect",
                "userinfo_endpoint": f"{self.url}/userinfo",
            }
        )

    async def _certs(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.broken:
            return Response(status_code=500)
        keys: list[dict[str, Any]] = [
            {**key.as_dict(private=False), "kid": key.kid, "use": "sig"} for key in self.keys
        ]
        return JSONResponse({"keys": keys})

    async def _introspect(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.asked.append(request.url.path)
        if request.headers.get("authorization") is None and "client_id" not in form:
            return Response(status_code=401)
        token = form["token"]
        if token in self.inactive:
            return JSONResponse({"active": False})
        opaque = token.count(".") != 2
        claims = self.claims() if opaque else _claims(token)
        return JSONResponse({"active": True} | claims)

    async def _token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse(self.granted or {}, 200 if self.granted else 400)

    async def _userinfo(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        sub = _claims(token)["sub"]
        if sub not in self.people:
            return Response(status_code=401)
        return JSONResponse({"sub": sub} | self.people[sub])


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def encoded(value: bytes | dict[str, Any]) -> str:
    """Write a part of a token by hand."""
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    """Give a token of `alg` none."""
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims)}."


def confused(claims: dict[str, Any], key: Key) -> str:
    """Give a token whose HMAC secret is the public key that everybody can read."""
    head = encoded({"alg": "HS256", "typ": "JWT", "kid": key.kid})
    text = f"{head}.{encoded(claims)}"
    public = key.as_pem(private=False)
    return f"{text}.{encoded(hmac.digest(public, text.encode(), sha256))}"


@contextmanager
def providing() -> Iterator[IdentityProvider]:
    """Run a provider on a free port, in a thread of its own."""
    provider = IdentityProvider()
    config = uvicorn.Config(
        provider.application(), port=0, log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.url = f"http://127.0.0.1:{port}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(10)
