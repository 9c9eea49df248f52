"""Medical devices (FR-Dispositif-medical), from DeviceUseStatement and Device.

https://hl7.org/fhir/R4/deviceusestatement.html
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cordee.bridges.cda.writing.concepts import concept, text_of
from cordee.bridges.cda.writing.element import Element, el, null, reference, templates
from cordee.bridges.cda.writing.entries.vocabulary import CCD, FR
from cordee.bridges.cda.writing.record import Record
from cordee.bridges.cda.writing.section import Anchor, Content, Row
from cordee.bridges.cda.writing.times import spoken, time
from cordee.resource.types import Resource


def devices(record: Record) -> Content:
    """Give the devices a patient uses."""
    told = [row for row in record.all("DeviceUseStatement") if row.get("status") == "active"]
    return Content(
        ("Dispositif", "Depuis"),
        tuple(
            Row((text_of(_kind(record, row)), spoken(_since(row))), partial(_entry, record, row))
            for row in told
        ),
    )


def _kind(record: Record, use: Resource) -> Mapping[str, Any]:
    device = record.get(use.get("device"), "Device", owner=use) or {}
    held = device.get("type") or {"text": (use.get("device") or {}).get("display", "")}
    return dict(held)


def _since(use: Resource) -> object:
    return (use.get("timingPeriod") or {}).get("start") or use.get("recordedOn")


def _entry(record: Record, use: Resource, anchor: Anchor) -> Element:
    return _supply(anchor, concept("code", _kind(record, use), anchor.name), time(_since(use)))


def unknown_devices(anchor: Anchor) -> Element:
    """Say that nothing is known of devices."""
    return _supply(anchor, null("code", "UNK", reference("originalText", anchor.name)), None)


def _supply(anchor: Anchor, code: Element, since: str | None) -> Element:
    device = el("playingDevice", code, classCode="DEV", determinerCode="INSTANCE")
    role = el("participantRole", null("id"), device, classCode="MANU")
    low = el("low", value=since) if since else null("low")
    return el(
        "supply",
        *templates(f"{CCD}34", f"{FR}3.20"),
        anchor.id(),
        reference("text", anchor.name),
        el("effectiveTime", low, xsi_type="IVL_TS"),
        el("participant", role, typeCode="DEV"),
        classCode="SPLY",
        moodCode="EVN",
    )
