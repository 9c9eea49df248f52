"""The envelope that asks INSi: contexts of the call and of the software, addressing, traits.

SEL-MP-043, WS_INS2 (search by traits); SIRAM contexts ctxbam 01_02 and ctxlps 01_00.
https://www.w3.org/TR/soap12/
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lxml import etree

from cordee.interactions.stamp import instant
from cordee.operations.identity.teleservice import Question

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
CTXBAM = "urn:siram:bam:ctxbam"
CTXLPS = "urn:siram:lps:ctxlps"
SEARCH = "http://www.cnamts.fr/INSiRecSans"
ACTION = "urn:ServiceIdentiteCertifiee:1.0.0:rechercherInsAvecTraitsIdentite"

_SOFTWARE = "cordee"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks: the software's licence (IDAM) and version, its instance, the structure."""

    licence: str
    version: str
    instance: UUID
    structure: str


def envelope(question: Question, sender: Sender, message: UUID, moment: datetime) -> bytes:
    """Write the call; `message` is its identifier, never used twice."""
    root = etree.Element(_name(SOAP, "Envelope"), nsmap={"soap": SOAP})
    header = etree.SubElement(root, _name(SOAP, "Header"))
    _call(header, sender, message, moment)
    _software(header, sender, message, moment)
    _addressing(header, message)
    body = etree.SubElement(root, _name(SOAP, "Body"))
    _traits(body, question)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _call(header: etree._Element, sender: Sender, message: UUID, moment: datetime) -> None:
    context = etree.SubElement(
        header, _name(CTXBAM, "ContexteBAM"), {"Version": "01_02"}, nsmap={"ctxbam": CTXBAM}
    )
    _context(context, CTXBAM, sender, message, moment)
    etree.SubElement(context, _name(CTXBAM, "COUVERTURE"))


def _software(header: etree._Element, sender: Sender, message: UUID, moment: datetime) -> None:
    attributes = {"Nature": "CTXLPS", "Version": "01_00"}
    context = etree.SubElement(
        header, _name(CTXLPS, "ContexteLPS"), attributes, nsmap={"ctxlps": CTXLPS}
    )
    _context(context, CTXLPS, sender, message, moment)
    software = etree.SubElement(context, _name(CTXLPS, "LPS"))
    etree.SubElement(software, _name(CTXLPS, "IDAM"), {"R": "4"}).text = sender.licence
    _text(software, CTXLPS, "Version", sender.version)
    _text(software, CTXLPS, "Instance", str(sender.instance))
    _text(software, CTXLPS, "Nom", f"urn:lps:{_SOFTWARE}:{sender.version}")


def _context(
    parent: etree._Element, namespace: str, sender: Sender, message: UUID, moment: datetime
) -> None:
    _text(parent, namespace, "Id", str(message))
    _text(parent, namespace, "Temps", instant(moment))
    _text(parent, namespace, "Emetteur", sender.structure)


def _addressing(header: etree._Element, message: UUID) -> None:
    for name, text in (("Action", ACTION), ("MessageID", f"uuid:{message}")):
        row = etree.SubElement(header, _name(ADDRESSING, name), nsmap={"wsa": ADDRESSING})
        row.text = text


def _traits(body: etree._Element, question: Question) -> None:
    asked = etree.SubElement(body, _name(SEARCH, "RECSANSVITALE"), nsmap={"ins": SEARCH})
    rows = (
        ("NomNaissance", question.birth_name),
        ("Prenom", question.given_name),
        ("Sexe", question.sex),
        ("DateNaissance", question.birth_date),
        ("LieuNaissance", question.birth_place),
    )
    for name, text in rows:
        if text is not None:
            _text(asked, SEARCH, name, text)


def _text(parent: etree._Element, namespace: str, name: str, text: str) -> None:
    etree.SubElement(parent, _name(namespace, name)).text = text


def _name(namespace: str, name: str) -> str:
    return f"{{{namespace}}}{name}"
