"""Names, addresses and telecoms as FHIR has them.

https://hl7.org/fhir/R4/datatypes.html#HumanName
https://hl7.org/fhir/R4/datatypes.html#Address
https://hl7.org/fhir/R4/datatypes.html#ContactPoint
"""

import re
from collections.abc import Iterator
from typing import Any

from cordee.bridges.cda.reading.node import Node

_ADDRESS_USES = {"H": "home", "HP": "home", "HV": "home", "WP": "work", "DIR": "work"}
_ADDRESS_USES |= {"PUB": "work", "TMP": "temp"}
_TELECOM_USES = _ADDRESS_USES | {"MC": "mobile"}
_SYSTEMS = {"tel": "phone", "fax": "fax", "mailto": "email", "http": "url", "https": "url"}
_STREET = ("houseNumber", "houseNumberNumeric", "streetNameType", "streetName")
_LINES = ("additionalLocator", "unitID", "precinct", "postBox", "deliveryAddressLine")
_PARTS = {"postalCode": "postalCode", "city": "city", "state": "state", "country": "country"}
_TOWN = re.compile(r"(\d{5}) (\S.*)")


def human_name(node: Node | None) -> dict[str, Any] | None:
    """Give a name of which nothing is qualified; None when nothing is in it."""
    if node is None:
        return None
    made: dict[str, Any] = {
        part: said
        for part in ("given", "prefix", "suffix")
        if (said := [row.words() for row in node.all(part) if row.words()])
    }
    family = " ".join(row.words() for row in node.all("family") if row.words())
    if family:
        made["family"] = family
    if not made and node.words():
        made["text"] = node.words()
        node.whole()
    return made or None


def spoken(name: dict[str, Any] | None) -> str:
    """Give a name for people."""
    held = name or {}
    parts = (*held.get("given", ()), held.get("family", ""))
    return " ".join(part for part in parts if part) or str(held.get("text", ""))


def addresses(node: Node) -> list[dict[str, Any]]:
    """Give the addresses of an element."""
    found = [_address(row) for row in node.all("addr")]
    return [row for row in found if row]


def _address(node: Node) -> dict[str, Any]:
    lines = [row.words() for row in node.all("streetAddressLine") if row.words()]
    made: dict[str, Any] = _town(lines) if lines else {}
    street = " ".join(filter(None, (row.words() for part in _STREET for row in node.all(part))))
    lines += [street] if street else []
    lines += [row.words() for part in _LINES for row in node.all(part) if row.words()]
    if lines:
        made["line"] = lines
    for part, name in _PARTS.items():
        found = node.one(part)
        if found is not None and found.words():
            made[name] = found.words()
    district = node.one("county")
    if district is not None and district.words():
        made["district"] = district.words()
    if not made and node.words():
        made["text"] = node.words()
        node.whole()
    use = _ADDRESS_USES.get(node.get("use"))
    return made | ({"use": use} if made and use else {})


def _town(lines: list[str]) -> dict[str, Any]:
    """Take town and country out of the last lines, where a postal code tells the town."""
    for place in range(len(lines) - 1, max(len(lines) - 3, -1), -1):
        match = _TOWN.fullmatch(lines[place])
        if match:
            after = lines[place + 1 :]
            del lines[place:]
            made = {"postalCode": match[1], "city": match[2]}
            return made | ({"country": after[0]} if after else {})
    return {}


def telecoms(node: Node) -> list[dict[str, str]]:
    """Give the ways to reach somebody, each once."""
    found = list(_telecoms(node))
    return [row for n, row in enumerate(found) if row not in found[:n]]


def _telecoms(node: Node) -> Iterator[dict[str, str]]:
    for row in node.all("telecom"):
        scheme, colon, value = row.get("value").partition(":")
        if not colon:
            scheme, value = "", scheme
        if not value.strip():
            continue
        system = _SYSTEMS.get(scheme.lower(), "phone" if not scheme else "other")
        told = row.get("value") if system in {"url", "other"} else value.strip()
        use = _TELECOM_USES.get(row.get("use").split(" ")[0])
        yield {"system": system, "value": told} | ({"use": use} if use else {})
