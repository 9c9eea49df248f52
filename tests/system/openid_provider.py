"""The OpenID provider of npm, and how people and software get tokens of it."""

import base64
import hashlib
import json
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from joserfc.jwk import RSAKey

from system.conftest import free_port
from system.npm import installed

FOLDER = Path(__file__).parent / "oidc"
BACK = "https://tool.example/back"
CLIENTS: list[dict[str, Any]] = [
    {
        "client_id": "tool",
        "client_secret": "a secret of the tool",
        "redirect_uris": [BACK],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
    },
    {
        "client_id": "robot",
        "client_secret": "a secret of the robot",
        "redirect_uris": [],
        "grant_types": ["client_credentials"],
        "response_types": [],
    },
]


class OpenIdProvider:
    """The process; it can be ended and started again with other keys."""

    def __init__(self, audience: str, *clients: dict[str, Any]) -> None:
        """Take what tokens are for, and clients beside those above."""
        installed(FOLDER)
        self.audience = audience
        self.clients = [*CLIENTS, *clients]
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start with a key of its own."""
        key = RSAKey.generate_key(2048, parameters={"alg": "RS256", "use": "sig"}, auto_kid=True)
        told = {
            "issuer": self.url,
            "port": self.port,
            "audience": self.audience,
            "clients": self.clients,
            "keys": [key.as_dict(private=True)],
        }
        self._process = subprocess.Popen(
            ["node", "provider.mjs", json.dumps(told)],
            cwd=FOLDER,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/.well-known/openid-configuration").is_success:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        self.end()
        pytest.fail("the OpenID provider does not start")

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)

    def software(self, scope: str, *, resource: str = "") -> str:
        """Give a token that software got for itself."""
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "resource": resource or self.audience,
        }
        answer = httpx.post(f"{self.url}/token", data=form, auth=("robot", "a secret of the robot"))
        return str(answer.raise_for_status().json()["access_token"])

    def person(self, name: str, scope: str) -> str:
        """Log a person in, page by page as a browser does, and give the tool's token."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {
            "client_id": "tool",
            "response_type": "code",
            "redirect_uri": BACK,
            "scope": f"openid {scope}",
            "resource": self.audience,
            "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        }
        with httpx.Client() as browser:
            answer = browser.get(f"{self.url}/auth", params=asked)
            while not answer.headers.get("location", "").startswith(BACK):
                answer = self._next(browser, answer, name)
        back = parse_qs(urlsplit(answer.headers["location"]).query)
        form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code": back["code"][0]}
        got = httpx.post(
            f"{self.url}/token",
            data=form | {"code_verifier": verifier, "resource": self.audience},
            auth=("tool", "a secret of the tool"),
        )
        return str(got.raise_for_status().json()["access_token"])

    @staticmethod
    def _next(browser: httpx.Client, answer: httpx.Response, name: str) -> httpx.Response:
        if answer.is_redirect:
            return browser.get(urljoin(str(answer.url), answer.headers["location"]))
        answer.raise_for_status()
        action = re.search(r'action="([^"]+)"', answer.text)
        prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
        assert action is not None, answer.text[:2000]
        assert prompt is not None, answer.text[:2000]
        form = {"prompt": prompt[1], "login": name, "password": "any"}
        return browser.post(urljoin(str(answer.url), action[1]), data=form)


@contextmanager
def openid_provider(audience: str, *clients: dict[str, Any]) -> Iterator[OpenIdProvider]:
    """Run the provider."""
    provider = OpenIdProvider(audience, *clients)
    provider.start()
    try:
        yield provider
    finally:
        provider.end()
