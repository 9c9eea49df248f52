"""The signature of a lot as the DMP verifies it."""

import base64
import hashlib

from lxml import etree
from signxml.verifier import SignatureConfiguration, XMLVerifier

DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.1.1#}"


def faults(signature: bytes, seal: str, set_id: str, documents: dict[str, bytes]) -> list[str]:
    """Verify a signature by the seal over documents by their uniqueId; tell what does not hold."""
    settings = SignatureConfiguration(expect_references=2, location=".")
    results = XMLVerifier().verify(
        etree.fromstring(signature),
        x509_cert=seal,
        validate_schema=False,
        id_attribute="Id",
        expect_config=settings,
    )
    assert isinstance(results, list)
    signed = {row.signed_xml.tag: row.signed_xml for row in results if row.signed_xml is not None}
    if set(signed) != {f"{DSIG}Manifest", f"{XADES}SignedProperties"}:
        return [f"signed: {sorted(map(str, signed))}"]
    manifest = signed[f"{DSIG}Manifest"]
    if manifest.get("Id") != "IHEManifest":
        return ["the manifest has another Id"]
    digests = {
        row.get("URI", ""): row.findtext(f"{DSIG}DigestValue") or ""
        for row in manifest.findall(f"{DSIG}Reference")
    }
    wanted = {f"urn:oid:{set_id}": "AA=="} | {
        f"urn:oid:{id}": base64.b64encode(hashlib.sha256(data).digest()).decode()
        for id, data in documents.items()
    }
    told = [] if digests == wanted else ["the manifest is not that of the lot"]
    properties = signed[f"{XADES}SignedProperties"]
    if properties.find(f".//{XADES}SignaturePolicyImplied") is None:
        told.append("no signature policy")
    if properties.find(f".//{XADES}SigningTime") is None:
        told.append("no signing time")
    return told
