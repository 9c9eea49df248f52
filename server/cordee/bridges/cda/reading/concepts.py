"""Coded values (CD, CE, CV) and quantities as FHIR has them, with the words of the narrative.

https://hl7.org/fhir/R4/datatypes.html#CodeableConcept
https://hl7.org/fhir/R4/datatypes.html#Quantity
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Any

from lxml import etree

from cordee.bridges.cda.code_tables import canonicals
from cordee.bridges.cda.reading.identifiers import uri
from cordee.bridges.cda.reading.node import Node, text_of
from cordee.definitions.repository import Repository
from cordee.terminology.oid import Oids

UCUM = "http://unitsofmeasure.org"
_MORE = {
    "0.4.0.127.0.16.1.1.2.1": "http://standardterms.edqm.eu",
    "2.16.840.1.113883.4.642.1.1074": "http://terminology.hl7.org/CodeSystem/condition-clinical",
    "2.16.840.1.113883.4.642.1.1075": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    "2.16.840.1.113883.5.1150.1": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
    "2.16.840.1.113883.6.347": "http://id.who.int/icd/release/11/mms",
}
"""OIDs of code systems that no package names."""
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,16})(?:\.\d{1,17})?")
_SIGNED = re.compile(r"[+-]?0*(?=\d)")


class Systems:
    """Code systems by OID, as the packages know them."""

    def __init__(self, repository: Repository) -> None:
        """Know the packages of `repository`."""
        self._oids = Oids(repository)
        self._found: dict[str, str | None] = {}

    def canonical(self, oid: str) -> str | None:
        """Give the URL of a code system; one that nobody knows keeps its OID, if it is one."""
        if oid not in self._found:
            known = canonicals().get(oid) or _MORE.get(oid) or self._oids.canonical(oid)
            self._found[oid] = known or uri(oid)
        return self._found[oid]


class Words:
    """What the references of a document mean: coded values and their words."""

    def __init__(self, root: etree._Element, systems: Systems) -> None:
        """Know the narrative below `root`."""
        self._root = root
        self._systems = systems

    @cached_property
    def _narrative(self) -> dict[str, etree._Element]:
        found: Any = self._root.xpath("//*[@ID]")
        return {str(element.get("ID")): element for element in found}

    def text(self, node: Node | None) -> str:
        """Give an element's own words, or those of the narrative it refers to."""
        if node is None:
            return ""
        pointer = next((row for row in node.all("reference")), None)
        node.whole()
        if pointer is None:
            return node.words()
        told = self._narrative.get(pointer.get("value").removeprefix("#"))
        return _cells(told) if told is not None else ""

    def column(self, node: Node | None, heading: str) -> str | None:
        """Give the cell under a heading where an element refers to a line of a table."""
        pointer = next(iter(node.all("reference")), None) if node is not None else None
        told = self._narrative.get(pointer.get("value").removeprefix("#")) if pointer else None
        if told is None or etree.QName(told).localname != "tr":
            return None
        table = next(told.iterancestors("{*}table"), None)
        heads = [] if table is None else list(table.iterfind("{*}thead/{*}tr/{*}th"))
        cells = list(told.iterchildren(etree.Element))
        for head, cell in zip(heads, cells, strict=False):
            if heading in text_of(head).casefold():
                return text_of(cell)
        return None

    def coding(self, node: Node) -> dict[str, str] | None:
        """Give the code of an element; None when it has none."""
        code = " ".join(node.get("code").split())
        if not code:
            return None
        made = {"code": code}
        oid = node.get("codeSystem")
        if oid and (system := self._systems.canonical(oid)):
            made = {"system": system, **made}
        if display := " ".join(node.get("displayName").split()):
            made["display"] = display
        return made

    def concept(self, node: Node | None) -> dict[str, Any] | None:
        """Give a coded value, translations too; None when it says nothing at all."""
        if node is None:
            return None
        rows = (node, *node.all("translation"))
        codings = [found for row in rows if (found := self.coding(row))]
        text = self.text(node.one("originalText"))
        qualifiers = node.all("qualifier")
        if not qualifiers:
            node.whole()
        made: dict[str, Any] = {"coding": codings} if codings else {}
        # Words that repeat the code add nothing.
        if text and text not in {row.get("display") for row in codings}:
            made["text"] = text
        return made or None

    def named(self, node: Node) -> dict[str, Any]:
        """Give the code of an entry; without one its words, or that there are none."""
        found = self.concept(node.one("code"))
        text = self.text(node.one("text"))
        if found is None:
            return {"text": text or "Non renseigné"}
        return found


def _cells(element: etree._Element) -> str:
    """Give the words of a narrative element; of a line of a table, those of its first cell."""
    if etree.QName(element).localname == "tr":
        first = next(element.iterchildren(etree.Element), None)
        element = element if first is None else first
    return text_of(element)


def number(text: str) -> Decimal | None:
    """Give a decimal as it is written; None for what is none."""
    plain = text.strip().replace(",", ".")
    sign = "-" if plain.startswith("-") else ""
    plain = sign + _SIGNED.sub("", plain, count=1)
    return Decimal(plain) if _NUMBER.fullmatch(plain) else None


def quantity(node: Node | None) -> dict[str, Any] | None:
    """Give a physical quantity (PQ); None without a number."""
    value = number(node.get("value")) if node is not None else None
    if node is None or value is None:
        return None
    made: dict[str, Any] = {"value": value}
    unit = " ".join(node.get("unit").split())
    if unit:
        made["unit"] = unit
        if " " not in unit:
            made |= {"system": UCUM, "code": unit}
    node.whole()
    return made


def numbers(node: Node) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the bounds of an interval of quantities: low, high."""
    for name in ("low", "high"):
        found = quantity(node.one(name))
        if found is not None:
            yield name, found
