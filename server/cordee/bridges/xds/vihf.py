"""The VIHF: who asks the national record, for whom, about whom, signed by the structure.

A SAML 2.0 assertion in the mode of indirect authentication, made anew for each call.

https://esante.gouv.fr/volet-transport-synchrone-client-lourd
http://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.signer import XMLSigner

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.metadata.namespaces import DSIG, Element
from cordee.bridges.xds.seal import Seal
from cordee.interactions.stamp import instant

SOFTWARE = "Cordee"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
HL7 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ROLE = "urn:oasis:names:tc:xacml:2.0:subject:role"
PURPOSE = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse"
_X509_NAME = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"
_NORMAL: Mapping[str, str] = {
    "code": "normal",
    "codeSystem": "1.2.250.1.213.1.1.4.248",
    "codeSystemName": "mode acces VIHF 1.0",
    "displayName": "Acces normal",
}
_LIFE = timedelta(minutes=5)
_EARLY = timedelta(minutes=1)
_PREFIXES: Any = {None: SAML, "xsi": XSI}


@dataclass(frozen=True, slots=True)
class Holder:
    """For whom a call is made: a professional, or for software the person who answers for it.

    `id` is national (IdNat_PS), `roles` are of JDV_J65: the profession, then the know-how.
    """

    id: str
    names: tuple[str, str]
    """Family and given name; of software, its name and version."""
    roles: tuple[Code, ...]
    since: datetime
    """When they were authenticated here."""
    software: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """Who vouches: the structure and the software it uses, as the DMP knows them."""

    id: str
    name: str
    sector: str
    software: str
    software_version: str
    software_id: str | None = None
    approval: str | None = None
    vihf_version: str = "3.0"


def assertion(
    structure: Structure, seal: Seal, holder: Holder, patient: str, *, id: UUID, now: datetime
) -> Element:
    """Make a signed assertion about one patient (a CX), which holds for some minutes."""
    root = etree.Element(f"{{{SAML}}}Assertion", nsmap=_PREFIXES)
    root.set("ID", f"_{id}")
    root.set("IssueInstant", instant(now))
    root.set("Version", "2.0")
    _add(root, "Issuer", seal.subject, Format=_X509_NAME)
    # The schema wants the signature here; what signs it looks for this place.
    etree.SubElement(root, f"{{{DSIG}}}Signature", {"Id": "placeholder"}, nsmap={"ds": DSIG})
    _add(_add(root, "Subject"), "NameID", holder.id)
    _add(
        root,
        "Conditions",
        NotBefore=instant(now - _EARLY),
        NotOnOrAfter=instant(now + _LIFE),
    )
    told = _add(root, "AuthnStatement", AuthnInstant=instant(holder.since))
    _add(_add(told, "AuthnContext"), "AuthnContextClassRef", _UNSPECIFIED)
    attributes = _add(root, "AttributeStatement")
    for name, text in _texts(structure, holder, patient):
        _add(_add(attributes, "Attribute", Name=name), "AttributeValue", text)
    roles = [_coded("Role", code) for code in holder.roles]
    for name, values in ((ROLE, roles), (PURPOSE, [("PurposeOfUse", _NORMAL)])):
        held = _add(attributes, "Attribute", Name=name)
        for local, told_of in values:
            _hl7(_add(held, "AttributeValue"), local, told_of)
    return _signed(root, seal)


def _texts(structure: Structure, holder: Holder, patient: str) -> Iterator[tuple[str, str]]:
    """Give the attributes that are plain text; one without a value is left out."""
    rows = (
        ("VIHF_Version", structure.vihf_version),
        ("Authentification_Mode", "INDIRECTE"),
        ("Identifiant_Structure", structure.id),
        ("Secteur_Activite", structure.sector),
        ("urn:oasis:names:tc:xacml:2.0:resource:resource-id", patient),
        ("Ressource_URN", "urn:dmp"),
        ("urn:oasis:names:tc:xspa:1.0:subject:subject-id", _named(holder, structure)),
        ("LPS_ID", structure.software_id),
        ("LPS_Nom", structure.software),
        ("LPS_Version", structure.software_version),
        ("LPS_ID_HOMOLOGATION_DMP", structure.approval),
    )
    yield from ((name, text) for name, text in rows if text)


def _named(holder: Holder, structure: Structure) -> str:
    parts = (*holder.names, structure.name) if holder.software else holder.names
    return (", " if holder.software else " ").join(part for part in parts if part)


def _coded(local: str, code: Code) -> tuple[str, Mapping[str, str]]:
    told = {"code": code.code, "codeSystem": code.system, "displayName": code.display}
    return local, {key: value for key, value in told.items() if value}


def _hl7(parent: Element, local: str, told: Mapping[str, str]) -> None:
    prefixes: Any = {None: HL7}
    made = etree.SubElement(parent, f"{{{HL7}}}{local}", nsmap=prefixes)
    made.set(f"{{{XSI}}}type", "CE")
    for key, value in told.items():
        made.set(key, value)


def _add(parent: Element, local: str, text: str | None = None, /, **attributes: str) -> Element:
    made = etree.SubElement(parent, f"{{{SAML}}}{local}", attributes)
    made.text = text
    return made


def _signed(root: Element, seal: Seal) -> Element:
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloped,
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed: Element = signer.sign(
        root, key=seal.key, cert=seal.pem, reference_uri=root.get("ID"), id_attribute="ID"
    )
    return signed
