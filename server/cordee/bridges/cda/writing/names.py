"""Names, addresses and telecoms as CDA has them.

https://hl7.org/fhir/R4/datatypes.html#HumanName
https://hl7.org/fhir/R4/datatypes.html#Address
https://hl7.org/fhir/R4/datatypes.html#ContactPoint
"""

from collections.abc import Iterator, Mapping
from typing import Any

from cordee.bridges.cda.writing.element import Element, el, null
from cordee.bridges.cda.writing.record import current, rows

TITLES = frozenset({"DR", "PR", "ML"})
PREFIXES = frozenset({"M", "MME"})
ADDRESS_USES = {"home": "H", "work": "WP", "temp": "TMP"}
TELECOM_USES = {"home": "H", "work": "WP", "mobile": "MC"}
SCHEMES = {"phone": "tel", "fax": "fax", "email": "mailto", "sms": "tel", "url": ""}
"""System of a ContactPoint → scheme of its URL."""


def person_name(holder: Mapping[str, Any] | None) -> Element | None:
    """Write the first name of a professional or relative; None without a family name."""
    name = next(iter(current(holder, "name")), None)
    if name is None or not name.get("family"):
        return None
    # A civility or a title outside the national lists is left to the narrative.
    prefix = next((row for row in rows(name, "prefix") if row in PREFIXES), None)
    suffix = next((row for row in rows(name, "suffix") if row in TITLES), None)
    given = " ".join(rows(name, "given"))
    return el(
        "name",
        el("family", name["family"]),
        el("given", given) if given else None,
        el("prefix", prefix) if prefix else None,
        el("suffix", suffix) if suffix else None,
    )


def spoken_name(holder: Mapping[str, Any] | None) -> str:
    """Write somebody's name for people."""
    name = next(iter(current(holder, "name")), None)
    if isinstance(name, str):
        return name
    if name is None:
        return ""
    parts = (*rows(name, "suffix"), *rows(name, "given"), name.get("family", ""))
    return " ".join(part for part in parts if part) or name.get("text", "")


def address(holder: Mapping[str, Any] | None) -> Element:
    """Write the first address, line by line; say so when there is none."""
    found = next(iter(current(holder, "address")), None)
    if not found:
        return null("addr", "NAV")
    town = " ".join(part for part in (found.get("postalCode"), found.get("city")) if part)
    lines = [*rows(found, "line"), town, found.get("country", "")]
    written = [el("streetAddressLine", line) for line in lines if line][:7]
    if not written:
        return null("addr", "NAV")
    return el("addr", *written, use=ADDRESS_USES.get(found.get("use", "")))


def telecoms(holder: Mapping[str, Any] | None, most: int | None = None) -> list[Element]:
    """Write the ways to reach somebody; one that says so when there is none."""
    written = {element.get("value"): element for element in _telecoms(holder)}
    return list(written.values())[:most] or [null("telecom", "NAV")]


def _telecoms(holder: Mapping[str, Any] | None) -> Iterator[Element]:
    for point in current(holder, "telecom"):
        scheme = SCHEMES.get(point.get("system", ""))
        value = "".join(str(point.get("value", "")).split())
        if scheme is None or not value:
            continue
        url = f"{scheme}:{value.removeprefix(f'{scheme}:')}" if scheme else value
        if not url.startswith(("tel:", "fax:", "mailto:", "http:", "ftp:")):
            continue
        yield el("telecom", value=url, use=TELECOM_USES.get(point.get("use", "")))
