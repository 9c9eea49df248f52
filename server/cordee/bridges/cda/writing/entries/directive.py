"""Advance directives (FR-Directive-anticipee), from Consent.

https://hl7.org/fhir/R4/consent.html
"""

from functools import partial

from cordee.bridges.cda.writing.concepts import text_of
from cordee.bridges.cda.writing.element import Element, coded, el, null
from cordee.bridges.cda.writing.entries.observation import made
from cordee.bridges.cda.writing.entries.vocabulary import CCD, FR, PCC, loinc
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource

_CODE = loinc("42348-3", "Directives anticipées")


def directives(record: Record) -> Content:
    """Give the advance directives a record tells of."""
    told = [row for row in record.all("Consent") if _is_directive(row)]
    return Content(
        ("Directive", "Date"),
        tuple(
            Row((_words(row), spoken(row.get("dateTime"))), partial(_entry, row)) for row in told
        ),
    )


def _is_directive(consent: Resource) -> bool:
    scope = consent.get("scope") or {}
    codes = {row.get("code") for row in scope.get("coding", ())}
    return "adr" in codes and consent.get("status") == "active"


def _words(consent: Resource) -> str:
    categories = filter(None, map(text_of, consent.get("category", ())))
    return ", ".join(categories) or "Directives anticipées"


def _entry(consent: Resource, anchor: Anchor) -> Element:
    return _directive(
        anchor, time(consent.get("dateTime")), el("value", xsi_type="BL", value="true")
    )


def unknown_directives(anchor: Anchor) -> Element:
    """Say that it is not known whether there are any."""
    return _directive(anchor, None, null("value", "UNK", xsi_type="BL"))


def _directive(anchor: Anchor, when: str | None, value: Element) -> Element:
    rules = (f"{CCD}17", f"{PCC}4.13", f"{PCC}4.13.7", f"{FR}3.54")
    return made(anchor, coded("code", _CODE), value, when, *rules)
