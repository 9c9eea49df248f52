"""A medicine (FR-Produit-de-sante): its codes, and what is told beyond them.

https://hl7.org/fhir/R4/medication.html
"""

from dataclasses import dataclass
from typing import Any

from cordee.bridges.cda.reading.concepts import quantity
from cordee.bridges.cda.reading.node import Node
from cordee.bridges.cda.reading.reading import Reading
from cordee.bridges.cda.reading.times import time_of

_ID = "product"


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine: what it is called, and a Medication where more is told."""

    code: dict[str, Any]
    details: dict[str, Any]

    @property
    def lot(self) -> dict[str, str]:
        """Lot number and date of expiry."""
        return dict(self.details.get("batch", {}))

    def as_medication(self) -> dict[str, Any]:
        """Give the elements that name the medicine in a treatment."""
        if not self.details:
            return {"medicationCodeableConcept": self.code}
        held = {"resourceType": "Medication", "id": _ID, "code": self.code, **self.details}
        return {"contained": [held], "medicationReference": {"reference": f"#{_ID}"}}


def product(reading: Reading, node: Node) -> Product | None:
    """Read the product of a treatment; None when it has none, or one that nothing is said of."""
    made = node.at("consumable", "manufacturedProduct")
    held = None
    if made is not None:
        held = made.one("manufacturedMaterial") or made.one("manufacturedLabeledDrug")
    return _material(reading, held) if held is not None else None


def _material(reading: Reading, node: Node) -> Product | None:
    code = reading.words.concept(node.one("code")) or {}
    general = node.at("asSpecializedKind", "generalizedMedicineClass")
    if general is not None:
        found = general.one("code")
        extra = reading.words.coding(found) if found is not None else None
        if extra is not None and extra not in code.get("coding", ()):
            code = code | {"coding": [*code.get("coding", ()), extra]}
        general.whole()
    name = node.one("name")
    text = name.words() if name is not None else ""
    displays = {row.get("display") for row in code.get("coding", ())}
    if text and text not in displays:
        code = code | {"text": text}
    if not code:
        return None
    return Product(code, _details(reading, node))


def _details(reading: Reading, node: Node) -> dict[str, Any]:
    form = reading.words.concept(node.one("formCode"))
    lot, until = node.one("lotNumberText"), time_of(node.one("expirationTime"))
    batch = {
        "lotNumber": lot.words() if lot is not None else "",
        "expirationDate": until,
    }
    told = {
        "form": form,
        "batch": {name: value for name, value in batch.items() if value},
        "ingredient": [row for one in node.all("ingredient") if (row := _part(reading, one))],
    }
    return {name: value for name, value in told.items() if value}


def _part(reading: Reading, node: Node) -> dict[str, Any] | None:
    """Read a substance and how much of it there is."""
    held = node.one("ingredient")
    if held is None:
        return None
    concept = reading.words.concept(held.one("code")) or {}
    name = held.one("name")
    if name is not None and name.words() and not concept.get("text"):
        concept = concept | {"text": name.words()}
    if not concept:
        return None
    made: dict[str, Any] = {"itemCodeableConcept": concept}
    if node.get("classCode") == "ACTI":
        made["isActive"] = True
    strength = ratio(node.one("quantity"))
    return made | ({"strength": strength} if strength else {})


def ratio(node: Node | None) -> dict[str, Any] | None:
    """Give a ratio of quantities; None unless both are there."""
    if node is None:
        return None
    over, under = quantity(node.one("numerator")), quantity(node.one("denominator"))
    return {"numerator": over, "denominator": under} if over and under else None
