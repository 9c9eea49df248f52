"""The assertion as the DMP looks at it: whole, signed by the structure's seal, in time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lxml import etree
from signxml.verifier import XMLVerifier

from bridges.xds.dmp.wire import RefusedError

SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
SEEN: str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
ROLE = "urn:oasis:names:tc:xacml:2.0:subject:role"
WANTED = {
    "VIHF_Version": r"[34]\.0",
    "Authentification_Mode": "INDIRECTE",
    "Identifiant_Structure": r"[0-4]\d+",
    "Secteur_Activite": r"SA\d\d\^1\.2\.250\.1\.71\.4\.2\.4",
    "urn:oasis:names:tc:xacml:2.0:resource:resource-id": (
        r"\d{6}[0-9AB]\d{8}\^\^\^&1\.2\.250\.1\.213\.1\.4\.(8|9|10|11)&ISO\^NH"
    ),
    "Ressource_URN": "urn:dmp",
    "urn:oasis:names:tc:xspa:1.0:subject:subject-id": r".*\S.*",
    "LPS_Nom": r".*\S.*",
    "LPS_Version": r".*\S.*",
    "LPS_ID_HOMOLOGATION_DMP": r".*\S.*",
}
TWO_ROLES = {"10", "21"}


@dataclass(frozen=True)
class Vouched:
    """Who asks, for which structure, about whom."""

    id: str
    structure: str
    patient: str
    roles: tuple[tuple[str, str], ...]


def vouched(header: etree._Element, seal: str, issuer: str) -> Vouched:
    """Verify the assertion of a call against the seal (PEM); only what is signed is read.

    Raises `RefusedError`.
    """
    security = header.find(f"{{{SEEN}}}Security")
    if security is None or len(security) != 1 or security[0].tag != f"{SAML}Assertion":
        raise RefusedError("the security header must hold one assertion and nothing else")
    result = XMLVerifier().verify(security[0], x509_cert=seal, id_attribute="ID")
    assert not isinstance(result, list)
    told = result.signed_xml
    assert told is not None
    algorithm = security[0].find(".//{*}SignatureMethod")
    if algorithm is None or not algorithm.get("Algorithm", "").endswith("#rsa-sha256"):
        raise RefusedError("the assertion must be signed with RSA-SHA256")
    if [row.tag.rpartition("}")[2] for row in security[0]][:3] != [
        "Issuer",
        "Signature",
        "Subject",
    ]:
        raise RefusedError("the signature must follow the issuer")
    if (told.findtext(f"{SAML}Issuer") or "") != issuer:
        raise RefusedError("the issuer is not the subject of the seal, written forward")
    if told.find(f".//{SAML}AudienceRestriction") is not None:
        raise RefusedError("an audience must not be named")
    _in_time(told)
    return _attributes(told)


def _in_time(told: etree._Element) -> None:
    conditions = told.find(f"{SAML}Conditions")
    assert conditions is not None
    now = datetime.now(UTC)
    start = datetime.fromisoformat(conditions.get("NotBefore", ""))
    end = datetime.fromisoformat(conditions.get("NotOnOrAfter", ""))
    if not start <= now < end or end - start > timedelta(minutes=10):
        raise RefusedError("the assertion is out of date, or holds for too long")


def _attributes(told: etree._Element) -> Vouched:
    found = {
        row.get("Name", ""): row
        for row in told.iterfind(f"{SAML}AttributeStatement/{SAML}Attribute")
    }
    text = {name: row.findtext(f"{SAML}AttributeValue") or "" for name, row in found.items()}
    for name, pattern in WANTED.items():
        if not re.fullmatch(pattern, text.get(name, "")):
            raise RefusedError(f"the VIHF says {text.get(name)!r} as {name}")
    roles = tuple(
        (row.get("code", ""), row.get("codeSystem", ""))
        for row in found[ROLE].iterfind(".//{urn:hl7-org:v3}Role")
    )
    if not roles or (roles[0][0] in TWO_ROLES and len(roles) < 2):
        raise RefusedError("the roles of the VIHF are not complete")
    purpose = told.find(".//{urn:hl7-org:v3}PurposeOfUse")
    if purpose is None or purpose.get("code") != "normal":
        raise RefusedError("the VIHF does not say for what")
    id = told.findtext(f"{SAML}Subject/{SAML}NameID") or ""
    if not re.fullmatch(r"[0134568]\S+", id):
        raise RefusedError("NameID is no national identifier")
    patient = text["urn:oasis:names:tc:xacml:2.0:resource:resource-id"]
    return Vouched(id, text["Identifiant_Structure"], patient, roles)
