"""The header by its table: which elements there are, how often, and what their attributes hold.

The table `header.toml` is our own statement of the CI-SIS header ("structuration minimale").

https://esante.gouv.fr/volet-structuration-minimale-de-documents-de-sante
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from cordee.bridges.cda.checks.fault import Fault, find_all
from cordee.bridges.cda.document import Document

_TABLE = Path(__file__).with_name("header.toml")
_ROW = re.compile(r"(\S+) (\d+)\.\.(\d+|\*)( !)?")


@dataclass(frozen=True, slots=True)
class Member:
    """What an element has: a name, how often (`most` None: without end), nullFlavor or not."""

    where: str
    name: str
    least: int
    most: int | None
    filled: bool


@dataclass(frozen=True, slots=True)
class Value:
    """What an attribute of the elements at a path may be."""

    where: str
    attribute: str
    pattern: re.Pattern[str]


@cache
def table() -> dict[str, Any]:
    """Read the table once."""
    return tomllib.loads(_TABLE.read_text("utf-8"))


@cache
def members() -> tuple[Member, ...]:
    """Give the rows about elements."""
    found = []
    for where, rows in table()["elements"].items():
        for row in rows:
            match = _ROW.fullmatch(row)
            assert match, row
            name, least, most, filled = match.groups()
            found.append(
                Member(where, name, int(least), None if most == "*" else int(most), bool(filled))
            )
    return tuple(found)


@cache
def values() -> tuple[Value, ...]:
    """Give the rows about attributes."""
    rows = table()["value"]
    return tuple(Value(row["where"], row["attribute"], re.compile(row["pattern"])) for row in rows)


def check_elements(document: Document) -> Iterator[Fault]:
    """Tell what is missing, what stands there too often, what must not be null."""
    for member in members():
        for parent in find_all(document.root, member.where):
            if parent.get("nullFlavor") is None:
                yield from _counted(parent, member)


def _counted(parent: etree._Element, member: Member) -> Iterator[Fault]:
    rows = find_all(parent, member.name)
    owner = etree.QName(parent).localname
    if len(rows) < member.least:
        least = f"at least {member.least}" if member.most != member.least else str(member.least)
        text = f"{owner} needs {least} {member.name}, and has {len(rows) or 'none'}"
        yield Fault("header-missing", parent, text)
    if member.most is not None and len(rows) > member.most:
        text = f"{owner} has {len(rows)} {member.name}, of which there may be {member.most}"
        yield Fault("header-too-many", rows[member.most], text)
    for row in rows if member.filled else ():
        if row.get("nullFlavor") is not None:
            yield Fault("header-null", row, f"{member.name} must not have a nullFlavor here")


def check_values(document: Document) -> Iterator[Fault]:
    """Tell which attributes hold what they must not."""
    for value in values():
        for element in find_all(document.root, value.where):
            held = element.get(value.attribute)
            if element.get("nullFlavor") is None and not value.pattern.fullmatch(held or ""):
                name = etree.QName(element).localname
                told = f"is {held!r}, not" if held is not None else "is missing; it is"
                text = f"{name}/@{value.attribute} {told} {value.pattern.pattern}"
                yield Fault("header-value", element, text)


def check_templates(document: Document) -> Iterator[Fault]:
    """Tell whether the document names HL7 France, the CI-SIS header and a model."""
    roots = [root for root, _ in document.templates]
    for wanted, what in TEMPLATES.items():
        if wanted not in roots:
            text = f"The templateId {wanted} ({what}) is missing"
            yield Fault("header-template", document.root, text)


TEMPLATES = {"2.16.840.1.113883.2.8.2.1": "HL7 France", "1.2.250.1.213.1.1.1.1": "CI-SIS header"}
"""Templates that every document names → whose they are."""
