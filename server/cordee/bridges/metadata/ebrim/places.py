"""The places where a registry object keeps attributes: how each is written and read.

A place writes any number of values and gives all that it finds; the tables say how many there are.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.metadata.lot import Author
from cordee.bridges.metadata.namespaces import RIM, Element, element, name

_N = {"r": RIM}


class Place(Protocol):
    """One place; `order` is that of the schema among its siblings."""

    @property
    def order(self) -> int:
        """Give the rank among siblings."""
        ...

    def write(self, owner: str, values: Sequence[Any]) -> Iterator[Element]:
        """Write values of the object whose id is `owner`."""
        ...

    def read(self, held: Element) -> tuple[Any, ...]:
        """Give what an object keeps there."""
        ...


def slot(key: str, values: Sequence[str]) -> Element:
    """Make a Slot."""
    rows = [element(RIM, "Value", value) for value in values]
    return element(RIM, "Slot", element(RIM, "ValueList", *rows), name=key)


def slot_values(held: Element, key: str) -> tuple[str, ...]:
    """Give the values of a Slot; none when there is none."""
    for row in held.iterfind("r:Slot", _N):
        if row.get("name") == key:
            values = (" ".join((one.text or "").split()) for one in row.iterfind(".//r:Value", _N))
            return tuple(value for value in values if value)
    return ()


def _told(local: str, text: str) -> Element:
    return element(RIM, local, element(RIM, "LocalizedString", value=text, charset="UTF-8"))


def _tells(held: Element, local: str) -> str | None:
    found = held.find(f"r:{local}/r:LocalizedString", _N)
    return found.get("value") or None if found is not None else None


@dataclass(frozen=True, slots=True)
class Slotted:
    """A Slot; long ones hold several values."""

    key: str
    order: ClassVar[int] = 1

    def write(self, owner: str, values: Sequence[str]) -> Iterator[Element]:
        """Write one Slot with all values."""
        del owner
        yield slot(self.key, values)

    def read(self, held: Element) -> tuple[str, ...]:
        """Give the values."""
        return slot_values(held, self.key)


@dataclass(frozen=True, slots=True)
class Text:
    """Name or Description."""

    local: str

    @property
    def order(self) -> int:
        """Give the rank: the name comes first."""
        return 2 if self.local == "Name" else 3

    def write(self, owner: str, values: Sequence[str]) -> Iterator[Element]:
        """Write a text in no particular language."""
        del owner
        yield from (_told(self.local, value) for value in values)

    def read(self, held: Element) -> tuple[str, ...]:
        """Give the first text."""
        found = _tells(held, self.local)
        return (found,) if found else ()


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """The version of the object's metadata."""

    order: ClassVar[int] = 4

    def write(self, owner: str, values: Sequence[str]) -> Iterator[Element]:
        """Write the version."""
        del owner
        yield from (element(RIM, "VersionInfo", versionName=value) for value in values)

    def read(self, held: Element) -> tuple[str, ...]:
        """Give the version."""
        found = held.find("r:VersionInfo", _N)
        value = found.get("versionName") if found is not None else None
        return (value,) if value else ()


@dataclass(frozen=True, slots=True)
class Coded:
    """A Classification by a code: its system in a Slot, its label as its name."""

    scheme: str
    order: ClassVar[int] = 5

    def write(self, owner: str, values: Sequence[Code]) -> Iterator[Element]:
        """Write one Classification for each code."""
        for number, code in enumerate(values, 1):
            yield element(
                RIM,
                "Classification",
                slot("codingScheme", [code.system]),
                _told("Name", code.display or code.code),
                id=part(owner, self.scheme, number),
                classificationScheme=self.scheme,
                classifiedObject=owner,
                nodeRepresentation=code.code,
            )

    def read(self, held: Element) -> tuple[Code, ...]:
        """Give all codes."""
        return tuple(
            Code(
                row.get("nodeRepresentation", ""),
                next(iter(slot_values(row, "codingScheme")), ""),
                _tells(row, "Name") or "",
            )
            for row in _classified(held, self.scheme)
        )


@dataclass(frozen=True, slots=True)
class Authored:
    """A Classification that is an author."""

    scheme: str
    order: ClassVar[int] = 5

    def write(self, owner: str, values: Sequence[Author]) -> Iterator[Element]:
        """Write one Classification for each author."""
        for number, author in enumerate(values, 1):
            slots = (
                ("authorInstitution", (author.institution,) if author.institution else ()),
                ("authorPerson", (author.person,)),
                ("authorRole", author.roles),
                ("authorSpecialty", (author.specialty,) if author.specialty else ()),
            )
            yield element(
                RIM,
                "Classification",
                *(slot(key, held) for key, held in slots if held),
                id=part(owner, self.scheme, number),
                classificationScheme=self.scheme,
                classifiedObject=owner,
                nodeRepresentation="",
            )

    def read(self, held: Element) -> tuple[Author, ...]:
        """Give all authors."""
        return tuple(
            Author(
                next(iter(slot_values(row, "authorPerson")), ""),
                next(iter(slot_values(row, "authorInstitution")), None),
                slot_values(row, "authorRole"),
                next(iter(slot_values(row, "authorSpecialty")), None),
            )
            for row in _classified(held, self.scheme)
        )


@dataclass(frozen=True, slots=True)
class Identified:
    """An ExternalIdentifier; `label` is the name the specification gives it."""

    scheme: str
    label: str
    order: ClassVar[int] = 6

    def write(self, owner: str, values: Sequence[str]) -> Iterator[Element]:
        """Write the identifier."""
        for number, value in enumerate(values, 1):
            yield element(
                RIM,
                "ExternalIdentifier",
                _told("Name", self.label),
                id=part(owner, self.scheme, number),
                registryObject=owner,
                identificationScheme=self.scheme,
                value=value,
            )

    def read(self, held: Element) -> tuple[str, ...]:
        """Give the identifier."""
        return tuple(
            row.get("value", "")
            for row in held.iterfind("r:ExternalIdentifier", _N)
            if row.get("identificationScheme") == self.scheme
        )


@dataclass(frozen=True, slots=True)
class Attribute:
    """An XML attribute of the object itself, which is set when the object is made."""

    key: str
    order: ClassVar[int] = 0

    def write(self, owner: str, values: Sequence[str]) -> Iterator[Element]:
        """Write no element."""
        del owner, values
        return iter(())

    def read(self, held: Element) -> tuple[str, ...]:
        """Give the value."""
        value = held.get(self.key)
        return (value,) if value else ()


def part(owner: str, scheme: str, number: int) -> str:
    """Make the id of a part of an object: a name within the message."""
    return f"{owner.removeprefix('urn:uuid:')}.{scheme.removeprefix('urn:uuid:')[:8]}.{number}"


def _classified(held: Element, scheme: str) -> Iterator[Element]:
    for row in held.iterfind(name(RIM, "Classification")):
        if row.get("classificationScheme") == scheme:
            yield row
