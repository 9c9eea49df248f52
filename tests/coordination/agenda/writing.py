"""Agendas with availabilities, written short."""

from typing import Any

AVAILABILITY = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-schedule-availability-time"
DURATION = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-service-type-duration"
HOLIDAYS = "https://cordee.example/fhir/StructureDefinition/schedule-public-holidays"
TYPES = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-schedule-type"
RFC = "https://www.ietf.org/rfc/rfc2445"


def availability(
    start: str, end: str, kind: str = "free", *, priority: int | None = None, **rule: Any
) -> dict[str, Any]:
    """One availability; `rule` is such as freq="WEEKLY", byDay=["MO"]."""
    parts: list[dict[str, Any]] = [
        {"url": "type", "valueCoding": {"system": TYPES, "code": kind}},
        {"url": "start", "valueDateTime": start},
        {"url": "end", "valueDateTime": end},
        {"url": "identifier", "valueIdentifier": {"value": f"{start}/{end}"}},
    ]
    if priority is not None:
        parts.append({"url": "priority", "valueInteger": priority})
    if rule:
        said = [part for name, value in rule.items() for part in _parts(name, value)]
        parts.append({"url": "rrule", "extension": said})
    return {"url": AVAILABILITY, "extension": parts}


def _parts(name: str, value: Any) -> list[dict[str, Any]]:
    if name == "freq":
        return [{"url": name, "valueCoding": {"system": RFC, "code": value}}]
    if name == "until":
        return [{"url": name, "valueDateTime": value}]
    if isinstance(value, list):
        kind = "valueString" if isinstance(value[0], str) else "valueInteger"
        return [{"url": name, kind: each} for each in value]
    return [{"url": name, "valueInteger": value}]


def service(minutes: int) -> dict[str, Any]:
    """A service and how long it takes."""
    lasting = {"value": minutes, "unit": "min", "system": "http://unitsofmeasure.org"}
    parts = [
        {"url": "serviceType", "valueCodeableConcept": {"text": "Soins"}},
        {"url": "duration", "valueDuration": lasting | {"code": "min"}},
    ]
    return {"url": DURATION, "extension": parts}


def schedule(*extensions: dict[str, Any], id: str = "a", **more: Any) -> dict[str, Any]:
    """An agenda of the nurse."""
    actor = [{"reference": "PractitionerRole/nurse"}]
    made: dict[str, Any] = {"resourceType": "Schedule", "id": id, "actor": actor}
    return made | ({"extension": list(extensions)} if extensions else {}) | more
