"""The signature of a lot: one more document in it, XAdES of 2002 over the other documents.

What is signed is a manifest: the submission set by name, each document by its digest.

https://www.w3.org/TR/2002/NOTE-XAdES-20030220/
https://profiles.ihe.net/ITI/TF/Volume1/ch-37.html
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lxml import etree

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import CONFIDENTIALITY
from cordee.bridges.metadata import vocabulary
from cordee.bridges.metadata.from_cda import digest
from cordee.bridges.metadata.lot import DocumentEntry, SubmissionSet
from cordee.bridges.metadata.namespaces import DSIG, Element
from cordee.bridges.xds.seal import Seal
from cordee.interactions.stamp import instant
from cordee.resource.xml_document import encoding

XADES = "http://uri.etsi.org/01903/v1.1.1#"
CANONICAL = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SOURCE = "1.2.840.10065.1.12.1.14"
"""Purpose of a signature: of the source of the documents."""
NO_DIGEST = "AA=="
"""What stands for the digest of the submission set, which has no bytes."""
_SIGNATURE, _MANIFEST, _PROPERTIES = "lot-signature", "IHEManifest", "S0-SignedProperties"
_PREFIXES: Any = {"ds": DSIG, "xades": XADES}
_HIDDEN = ("MASQUE_PS", "INVISIBLE_PATIENT")


def canonical(data: bytes) -> bytes:
    """Give the canonical form of a document that was read before, with all care.

    Comments and what stands before the root stay.
    """
    parser = etree.XMLParser(
        encoding=encoding(data),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
    )
    tree = etree.fromstring(data, parser).getroottree()
    form: bytes = etree.tostring(tree, method="c14n", with_comments=True)
    return form


def _canonical(part: Element) -> bytes:
    """Give the canonical form of a part of a tree, with the namespaces in force there."""
    return canonical(etree.tostring(part, with_tail=False))


def sign(seal: Seal, set_id: str, documents: Mapping[str, bytes], now: datetime) -> bytes:
    """Sign documents in canonical form, by their uniqueId, and the name of their lot."""
    root = etree.Element(f"{{{DSIG}}}Signature", {"Id": _SIGNATURE}, nsmap=_PREFIXES)
    info = _add(root, "SignedInfo")
    value = _add(root, "SignatureValue")
    held = _add(_add(_add(root, "KeyInfo"), "X509Data"), "X509Certificate")
    held.text = base64.b64encode(seal.der).decode()
    purpose = _add(_add(root, "Object"), "SignatureProperties")
    _add(purpose, "SignatureProperty", SOURCE, Id="purposeOfSignature", Target=f"#{_SIGNATURE}")
    manifest = _add(_add(root, "Object"), "Manifest", Id=_MANIFEST)
    _reference(manifest, f"urn:oid:{set_id}", NO_DIGEST)
    for unique_id, data in documents.items():
        _reference(manifest, f"urn:oid:{unique_id}", _digest(data), CANONICAL)
    properties = _qualifying(_add(root, "Object"), seal, now)
    _add(info, "CanonicalizationMethod", Algorithm=CANONICAL)
    _add(info, "SignatureMethod", Algorithm=RSA_SHA256)
    for id, target, kind in (
        (_MANIFEST, manifest, f"{DSIG}Manifest"),
        (_PROPERTIES, properties, f"{XADES}SignedProperties"),
    ):
        _reference(info, f"#{id}", _digest(_canonical(target)), CANONICAL, Type=kind)
    value.text = base64.b64encode(seal.sign(_canonical(info))).decode()
    return _canonical(root)


def signature_entry(
    id: str, unique_id: str, data: bytes, set: SubmissionSet, signed: Sequence[DocumentEntry]
) -> DocumentEntry:
    """Give the entry of a signature, which nobody is shown."""
    first, author = signed[0], set.authors[0]
    hidden = (vocabulary.visibility(code) for code in _HIDDEN)
    return DocumentEntry(
        id=id,
        mime_type="text/xml",
        authors=set.authors,
        legal_authenticator=author.person,
        class_code=Code("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN", "Digital Signature"),
        type_code=Code("E1762", "ASTM", "Full Document"),
        format_code=Code(DSIG, "URN", "Default signature style"),
        confidentiality=(
            Code("N", CONFIDENTIALITY, "Normal"),
            *(code for code in hidden if code is not None),
        ),
        facility=first.facility,
        setting=first.setting,
        events=(Code(SOURCE, "1.2.840.10065.1.12", "Source"),),
        creation_time=set.submission_time,
        start=set.submission_time,
        stop=set.submission_time,
        source_patient_id=first.source_patient_id,
        source_patient_info=first.source_patient_info,
        patient_id=set.patient_id,
        unique_id=unique_id,
        title="Source",
        language="art",
        hash=digest(data),
        size=str(len(data)),
    )


def _qualifying(parent: Element, seal: Seal, now: datetime) -> Element:
    """Write the properties that are signed too; give them."""
    held = _xades(parent, "QualifyingProperties", Target=f"#{_SIGNATURE}")
    properties = _xades(held, "SignedProperties", Id=_PROPERTIES)
    told = _xades(properties, "SignedSignatureProperties")
    _xades(told, "SigningTime").text = instant(now)
    certificate = _xades(_xades(told, "SigningCertificate"), "Cert")
    hashed = _xades(certificate, "CertDigest")
    _xades(hashed, "DigestMethod", Algorithm=SHA256)
    _xades(hashed, "DigestValue").text = _digest(seal.der)
    issuer = _xades(certificate, "IssuerSerial")
    _add(issuer, "X509IssuerName", seal.issuer)
    _add(issuer, "X509SerialNumber", str(seal.certificate.serial_number))
    _xades(_xades(told, "SignaturePolicyIdentifier"), "SignaturePolicyImplied")
    _xades(properties, "SignedDataObjectProperties")
    return properties


def _reference(
    parent: Element, uri: str, value: str, transform: str | None = None, **attributes: str
) -> None:
    held = _add(parent, "Reference", URI=uri, **attributes)
    if transform is not None:
        _add(_add(held, "Transforms"), "Transform", Algorithm=transform)
    _add(held, "DigestMethod", Algorithm=SHA256)
    _add(held, "DigestValue", value)


def _add(parent: Element, local: str, text: str | None = None, /, **attributes: str) -> Element:
    made = etree.SubElement(parent, f"{{{DSIG}}}{local}", attributes)
    made.text = text
    return made


def _xades(parent: Element, local: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{XADES}}}{local}", attributes)


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
