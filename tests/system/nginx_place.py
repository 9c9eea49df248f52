"""A server behind a real nginx that does mTLS, with a simulator of Pro Santé Connect beside it."""

import base64
import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from access.certificates import Certificate, authority
from access.identity_provider import NURSE, IdentityProvider, providing
from system.conftest import Running, free_port

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
TOOL = "CN=Outil régional,OU=318751275100020,O=GRADES TEST,C=FR"
PROXY = "127.0.0.2"
"""Where nginx calls from: the one address that is trusted, which these tests do not call from."""
CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_client_certificate {authority}; ssl_verify_client optional;
    location / {{
      proxy_pass {upstream}; proxy_bind {proxy}; proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Client-Cert $ssl_client_escaped_cert;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Place:
    """What runs: the server's own address, nginx's, the provider, the certificates."""

    direct: str
    proxied: str
    psc: IdentityProvider
    root: Certificate
    tool: Certificate
    robot_key: ECKey

    def client(self, certificate: Certificate | None) -> httpx.Client:
        """Give a client of nginx with a certificate, or with none."""
        context = ssl.create_default_context(cafile=self.root.file)
        if certificate is not None:
            context.load_cert_chain(certificate.file, certificate.key_file)
        return httpx.Client(verify=context, base_url=self.proxied, timeout=30)

    def form(self, **more: Any) -> dict[str, str]:
        """Give a good request for an exchange; None leaves a member out."""
        made = {
            "grant_type": EXCHANGE,
            "subject_token": self.psc.token(acr="eidas1", aud=None),
            "subject_token_type": ACCESS_TOKEN,
            "scope": "user/Practitioner.rs",
        }
        return {name: value for name, value in (made | more).items() if value is not None}

    def exchanged(self) -> str:
        """Give a token of the server, bound to the tool's certificate."""
        with self.client(self.tool) as client:
            answer = client.post("/oauth/token", data=self.form())
            assert answer.status_code == 200, answer.text
            return str(answer.json()["access_token"])


@contextmanager
def running(folder: Path) -> Iterator[Place]:
    """Run everything, and fill it."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/sbin")
    if nginx is None:
        pytest.skip("nginx is not installed: tests/system/install does that")
    root = authority(folder, "root")
    tool = root.give("tool", TOOL)
    robot_key = ECKey.generate_key("P-256", auto_kid=True)
    port = free_port()
    with ExitStack() as stack:
        psc = stack.enter_context(providing())
        server = _server(folder, psc, tool, robot_key, port)
        stack.callback(lambda: server.process and server.stop())
        server.start()
        web = root.give("web", "CN=localhost")
        text = CONFIGURATION.format(
            folder=folder,
            port=port,
            certificate=web.file,
            key=web.key_file,
            authority=root.file,
            upstream=server.root,
            proxy=PROXY,
        )
        (folder / "nginx.conf").write_text(text)
        process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        stack.callback(process.wait, 10)
        stack.callback(process.terminate)
        made = Place(server.root, f"https://localhost:{port}", psc, root, tool, robot_key)
        _wait(made)
        _fill(made)
        yield made
        assert "eyJ" not in server.log()


def _server(
    folder: Path, psc: IdentityProvider, tool: Certificate, robot_key: ECKey, port: int
) -> Running:
    clients = [
        {
            "client_id": "tool-as",
            "certificate_subject": tool.subject,
            "grants": ["token-exchange"],
            "scopes": ["user/Practitioner.rs", "user/Patient.cruds"],
        },
        {
            "client_id": "robot",
            "jwks": {"keys": [robot_key.as_dict(private=False)]},
            "grants": ["client_credentials"],
            "scopes": ["system/*.cruds"],
        },
    ]
    (folder / "clients.json").write_text(json.dumps(clients))
    environment = {
        "CORDEE_MONGODB_CACHE_GB": "0.25",
        "CORDEE_AUTH": "psc",
        "CORDEE_OIDC_ISSUER": psc.url,
        "CORDEE_OIDC_ALLOW_HTTP": "true",
        "CORDEE_OIDC_CLIENTS": "tool",
        "CORDEE_OIDC_CLIENT_ID": "cordee",
        "CORDEE_PSC_EXCHANGE_ONLY": "true",
        "CORDEE_CLIENTS": str(folder / "clients.json"),
        "CORDEE_BASE_URL": f"https://localhost:{port}/fhir",
        "CORDEE_TRUSTED_PROXIES": PROXY,
    }
    return Running(folder / "data", free_port(), environment)


def _wait(place: Place) -> None:
    deadline = time.monotonic() + 20
    with place.client(None) as client:
        while time.monotonic() < deadline:
            try:
                if client.get("/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
    pytest.fail("nginx does not answer")


def _fill(place: Place) -> None:
    """Put the professional into the directory, and into Pro Santé Connect."""
    exercise = {
        "codeProfession": "60",
        "activities": [{"raisonSocialeSite": "CABINET A", "numeroFinessSite": "750000001"}],
    }
    place.psc.people["f:1:nurse"] = {
        "SubjectNameID": NURSE,
        "given_name": "Nina",
        "SubjectRefPro": {"exercices": [exercise]},
    }
    practitioner = {
        "resourceType": "Practitioner",
        "id": "nurse",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": NURSE[1:]}],
    }
    token = robots(place)
    with place.client(None) as client:
        made = client.put("/fhir/Practitioner/nurse", json=practitioner, headers=bearer(token))
        assert made.status_code == 201, made.text


def bearer(token: str) -> dict[str, str]:
    """Give the headers of a call."""
    return {"Authorization": f"Bearer {token}"}


def assertion(place: Place, **more: Any) -> str:
    """Sign a client's assertion."""
    now = int(time.time())
    claims = {
        "iss": "robot",
        "sub": "robot",
        "aud": f"{place.proxied}/oauth/token",
        "exp": now + 60,
        "iat": now,
        "jti": str(uuid4()),
    }
    header = {"alg": "ES256", "kid": str(place.robot_key.kid)}
    return jwt.encode(header, claims | more, place.robot_key, algorithms=["ES256"])


def credentials(signed: str, scope: str = "system/*.cruds") -> dict[str, str]:
    """Give a request for a token of software for itself."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": signed,
        "scope": scope,
    }


def robots(place: Place) -> str:
    """Give a token that software got for itself, by private_key_jwt."""
    with place.client(None) as client:
        answer = client.post("/oauth/token", data=credentials(assertion(place)))
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


def claims_of(token: str) -> dict[str, Any]:
    """Read the claims of a token."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found
