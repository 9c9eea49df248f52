"""Client certificates and what tokens say of them."""

import base64
import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from access.certificates import Certificate, authority
from cordee.access.client_certificate import from_header, named, subject, thumbprint
from cordee.access.tokens.binding import check
from cordee.errors import FhirError


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate."""
    return authority(tmp_path_factory.mktemp("certificates"), "tool")


def test_proxies_hand_certificates_over(certificate: Certificate) -> None:
    """As RFC 9440 writes them, and as nginx escapes them; anything else is none."""
    pem = certificate.certificate.public_bytes(Encoding.PEM).decode()
    encoded = base64.b64encode(certificate.der).decode()
    assert from_header(f":{encoded}:") == certificate.der
    assert from_header(quote(pem)) == certificate.der
    for wrong in ("", "::", ":é:", ":%:", encoded, pem[:60], "-----BEGIN nothing"):
        assert from_header(wrong) is None


def test_subjects_are_names(certificate: Certificate) -> None:
    """They are read from the certificate; what is no certificate is refused."""
    assert subject(certificate.der) == named("CN=tool")
    with pytest.raises(FhirError, match="cannot be read"):
        subject(b"nothing")
    assert Path(certificate.file).exists()


def test_bound_tokens_need_their_certificate(certificate: Certificate) -> None:
    """The thumbprint is that of RFC 8705; the guide's form counts only if it is allowed."""
    digest = hashlib.sha256(certificate.der)
    strict = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
    guide = base64.b64encode(digest.hexdigest().encode()).decode()
    assert thumbprint(certificate.der) == strict
    check({"cnf": {"x5t#S256": strict}}, certificate.der)
    check({"cnf": {"x5t#S256": guide}}, certificate.der, hexadecimal=True)
    check({}, None)
    wrong: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"cnf": {"x5t#S256": guide}}, {}),
        ({"cnf": {"x5t#S256": strict + "="}}, {}),
        ({"cnf": {"x5t#S256": strict[:-1]}}, {"hexadecimal": True}),
        ({"cnf": {"x5t#S256": ""}}, {"hexadecimal": True}),
        ({"cnf": {"jkt": strict}}, {}),
        ({"cnf": {"x5t#S256": strict, "jkt": "x"}}, {}),
        ({"cnf": strict}, {}),
        ({}, {"required": True}),
    ]
    for claims, options in wrong:
        with pytest.raises(FhirError):
            check(claims, certificate.der, **options)
    with pytest.raises(FhirError, match="came with none"):
        check({"cnf": {"x5t#S256": strict}}, None)
