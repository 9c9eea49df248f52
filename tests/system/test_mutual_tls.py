"""API Pro Santé Connectée: a real nginx does mTLS before the server, which exchanges tokens.

Pro Santé Connect is a simulator that follows its public description, over real HTTP.
"""

import base64
import ssl
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from access.certificates import authority
from access.identity_provider import NURSE, unsigned
from cordee.access.client_certificate import thumbprint
from system.nginx_place import (
    PROXY,
    TOOL,
    Place,
    assertion,
    bearer,
    claims_of,
    credentials,
    robots,
    running,
)

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("mutual-tls")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Everything, running."""
    with running(tmp_path_factory.mktemp("mutual-tls")) as made:
        yield made


def test_an_exchanged_token_opens_with_its_certificate(place: Place) -> None:
    """The token says who, for whom, for what and whose certificate; it opens API and pages."""
    token = place.exchanged()
    claims = claims_of(token)
    assert claims["iss"] == place.proxied
    assert claims["aud"] == [f"{place.proxied}/fhir"]
    assert claims["sub"] == "f:1:nurse"
    assert claims["SubjectNameID"] == NURSE
    assert claims["client_id"] == "tool-as"
    assert claims["scope"] == "user/Practitioner.rs"
    assert claims["exp"] - claims["iat"] == 3600
    assert set(claims["cnf"]) == {"x5t#S256"}
    with place.client(place.tool) as client:
        answer = client.get("/fhir/Practitioner/nurse", headers=bearer(token))
        assert answer.status_code == 200
        assert client.get("/fhir/Patient", headers=bearer(token)).status_code == 403
        assert client.get("/explore/Practitioner/nurse", headers=bearer(token)).status_code == 200
    assert "/userinfo" in place.psc.asked
    assert "/introspect" in place.psc.asked
    assert "/.well-known/wallet-openid-configuration" in place.psc.asked


def test_a_stolen_token_does_not_open(place: Place) -> None:
    """Without a certificate, with another's, past the proxy, or with a header made up."""
    token = place.exchanged()
    pem = ssl.DER_cert_to_PEM_cert(place.tool.der).replace("\n", "%0A")
    spoofed = [
        f":{base64.b64encode(place.tool.der).decode()}:",
        pem.replace("+", "%2B").replace("/", "%2F").replace(" ", "%20"),
    ]
    other = place.root.give("other", "CN=Other,O=TEST,C=FR")
    for certificate in (None, other):
        with place.client(certificate) as client:
            for header in ("", *spoofed):
                headers = bearer(token) | ({"Client-Cert": header} if header else {})
                _refused(client.get("/fhir/Practitioner/nurse", headers=headers))
                page = client.get("/explore/Practitioner/nurse", headers=headers)
                assert page.status_code == 401
    for header in spoofed:
        for more in ({}, {"X-Forwarded-For": PROXY}):
            headers = bearer(token) | {"Client-Cert": header} | more
            _refused(httpx.get(f"{place.direct}/fhir/Practitioner/nurse", headers=headers))


def _refused(answer: httpx.Response) -> None:
    assert answer.status_code == 401
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "client certificate" in answer.headers["WWW-Authenticate"]


def test_a_certificate_of_another_authority_does_not_pass_the_proxy(place: Place) -> None:
    """The same subject, given by somebody else."""
    forged = authority(place.tool.folder, "forger").give("forged", TOOL)
    with place.client(forged) as client:
        assert client.post("/oauth/token", data=place.form()).status_code == 400


def test_tokens_nobody_gave_are_refused(place: Place) -> None:
    """Unsigned, signed by another key, unbound, or the provider's own without an exchange."""
    claims = claims_of(place.exchanged())
    stranger = ECKey.generate_key("P-256", auto_kid=True)
    header = {"alg": "ES256", "kid": str(stranger.kid), "typ": "at+jwt"}
    unbound = {name: value for name, value in claims.items() if name != "cnf"}
    tokens = {
        unsigned(claims): "algorithm",
        unsigned(unbound): "algorithm",
        jwt.encode(header, claims, stranger, algorithms=["ES256"]): "signature",
        place.psc.token(acr="eidas1", aud=None): "exchanged",
    }
    with place.client(place.tool) as client:
        for token, reason in tokens.items():
            answer = client.get("/fhir/Practitioner/nurse", headers=bearer(token))
            assert answer.status_code == 401
            assert reason in answer.headers["WWW-Authenticate"]


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no scope": ({"scope": None}, "invalid_scope"),
    "a scope not registered": ({"scope": "user/Observation.rs"}, "invalid_scope"),
    "a wider scope": ({"scope": "user/Practitioner.cruds"}, "invalid_scope"),
    "a scope of software": ({"scope": "system/Patient.rs"}, "invalid_scope"),
    "another grant": ({"grant_type": "password"}, "unsupported_grant_type"),
    "a grant not registered": ({"grant_type": "client_credentials"}, "unauthorized_client"),
    "another client's id": ({"client_id": "robot"}, "invalid_client"),
    "a secret": ({"client_secret": "x"}, "invalid_client"),
    "another audience": ({"audience": "https://other.example"}, "invalid_target"),
    "no token": ({"subject_token": None}, "invalid_request"),
    "another type of token": ({"subject_token_type": "x"}, "invalid_request"),
    "a refresh token": ({"requested_token_type": "refresh"}, "invalid_request"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_exchanges_are_refused(place: Place, case: str) -> None:
    """Each with the error code of its RFC, and never kept by caches."""
    more, code = REFUSALS[case]
    with place.client(place.tool) as client:
        answer = client.post("/oauth/token", data=place.form(**more))
    assert answer.json()["error"] == code, answer.text
    assert answer.status_code == (401 if code == "invalid_client" else 400)
    assert answer.headers["Cache-Control"] == "no-store"


def test_subject_tokens_are_judged(place: Place) -> None:
    """Expired, revoked, weak, another client's or certificate's, forged: not exchanged."""
    good: dict[str, Any] = {"acr": "eidas1", "aud": None}
    revoked = place.psc.token(**good, jti="revoked")
    place.psc.inactive.add(revoked)
    own, another = ({"x5t#S256": thumbprint(one.der)} for one in (place.tool, place.root))
    tokens = {
        place.psc.token(**good, cnf=another): "bound to another client certificate",
        place.psc.token(**good, exp=int(time.time()) - 60): "expired",
        revoked: "not active",
        place.psc.token(acr="eidas0", aud=None): "level",
        place.psc.token(**good, azp="another"): "client",
        unsigned(place.psc.claims(**good)): "algorithm",
    }
    with place.client(place.tool) as client:
        for token, reason in tokens.items():
            answer = client.post("/oauth/token", data=place.form(subject_token=token))
            assert answer.status_code == 400
            assert reason in answer.json()["error_description"]
        bound = place.form(subject_token=place.psc.token(**good, cnf=own))
        assert client.post("/oauth/token", data=bound).status_code == 200


def test_an_unknown_certificate_gets_no_token(place: Place) -> None:
    """Nor does none at all."""
    other = place.root.give("unknown", "CN=Unknown,O=TEST,C=FR")
    for certificate in (None, other):
        with place.client(certificate) as client:
            answer = client.post("/oauth/token", data=place.form())
            assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_one_of_several_activities_must_be_chosen(place: Place) -> None:
    """By the header, or by `situation_exercice` of the actor token; else they are listed."""
    rows = [
        {"raisonSocialeSite": "CABINET A", "numeroFinessSite": "750000001"},
        {"raisonSocialeSite": "SSIAD B", "numeroFinessSite": "750000019"},
    ]
    several = {"exercices": [{"codeProfession": "60", "activities": rows}]}
    place.psc.people["f:2:busy"] = {"SubjectNameID": NURSE, "SubjectRefPro": several}
    token = place.psc.token(acr="eidas1", aud=None, sub="f:2:busy")
    actor = unsigned({"lps_nom": "Outil", "situation_exercice": "750000019"})
    with place.client(place.tool) as client:
        answer = client.post("/oauth/token", data=place.form(subject_token=token))
        assert answer.status_code == 400
        assert "750000001" in answer.json()["error_description"]
        assert "SSIAD B" in answer.json()["error_description"]
        for form, headers in (
            (place.form(subject_token=token), {"X-Situation-Exercice": "750000019"}),
            (place.form(subject_token=token, actor_token=actor), {}),
        ):
            answer = client.post("/oauth/token", data=form, headers=headers)
            assert answer.status_code == 200, answer.text
            told = claims_of(answer.json()["access_token"])["SubjectRefPro"]["exercices"]
            assert [each["numeroFinessSite"] for each in told[0]["activities"]] == ["750000019"]


def test_assertions_are_judged(place: Place) -> None:
    """Used twice, too long-lived, for another server, by another key or client: no token."""
    used = assertion(place)
    stranger = ECKey.generate_key("P-256", parameters={"kid": str(place.robot_key.kid)})
    claims = claims_of(assertion(place))
    header = {"alg": "ES256", "kid": str(place.robot_key.kid)}
    now = int(time.time())
    with place.client(None) as client:
        assert client.post("/oauth/token", data=credentials(used)).status_code == 200
        for signed in (
            used,
            assertion(place, exp=now + 3600),
            assertion(place, exp=now - 60),
            assertion(place, aud="https://other.example/oauth/token"),
            assertion(place, iss="somebody", sub="somebody"),
            assertion(place, sub="tool-as"),
            assertion(place, jti=None),
            jwt.encode(header, claims, stranger, algorithms=["ES256"]),
            unsigned(claims),
            "nonsense",
        ):
            answer = client.post("/oauth/token", data=credentials(signed))
            assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
        wide = client.post("/oauth/token", data=credentials(assertion(place), "user/Patient.rs"))
        assert wide.json()["error"] == "invalid_scope"


def test_what_clients_need_to_know_is_published(place: Place) -> None:
    """SMART's document, the RFC's own, and the keys, without their private parts."""
    with place.client(None) as client:
        smart = client.get("/fhir/.well-known/smart-configuration").json()
        metadata = client.get("/.well-known/oauth-authorization-server").json()
        keys = client.get("/oauth/jwks").json()["keys"]
    assert smart["token_endpoint"] == metadata["token_endpoint"] == f"{place.proxied}/oauth/token"
    assert "client-confidential-asymmetric" in smart["capabilities"]
    assert metadata["tls_client_certificate_bound_access_tokens"] is True
    assert all({"kid", "use", "alg", "x", "y"} <= set(key) and "d" not in key for key in keys)


def test_tokens_given_and_refused_are_recorded(place: Place) -> None:
    """The audit knows which software got a token, and that somebody got none."""
    headers = bearer(robots(place))
    place.exchanged()
    url = "/fhir/AuditEvent?date=ge2026-01-01&_count=500&_sort=-date"
    with place.client(None) as client:
        assert client.post("/oauth/token", data=place.form()).status_code == 401
        events = client.get(url, headers=headers).raise_for_status().json()["entry"]
    found = [row["resource"] for row in events if "'$token'" in str(row)]
    assert any(each["outcome"] == "4" for each in found), found
    assert any(each["outcome"] == "0" and "tool-as" in str(each) for each in found), found
