"""Whose mailbox an address is, as far as this server knows.

https://interop.esante.gouv.fr/ig/fhir/annuaire/
"""

from typing import Any
from urllib.parse import quote

from cordee.bridges.mssante.address import matricule_of
from cordee.bridges.mssante.mail import addresses
from cordee.coordination.question import found
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.validation.french.systems import REAL_INS, TRIAL_INS

_HOLDERS = ("PractitionerRole", "Practitioner", "Organization", "HealthcareService")
_PARAMETERS = ("email", "mailbox-mss")
"""Search parameters that find an address; the first that a type has is used."""
_MOST = 20


async def holder_of(services: Services, address: str, name: str = "") -> dict[str, Any]:
    """Give a Reference to the one whose mailbox it is; in words where nobody or several have it."""
    patient = await patient_of(services, address)
    if patient is not None:
        return {"reference": f"Patient/{patient['id']}"}
    for type in _HOLDERS:
        rows = await _holders(services, type, address)
        if len(rows) == 1:
            return {"reference": f"{type}/{rows[0]['id']}"}
    told = {"system": "urn:ietf:rfc:3986", "value": f"mailto:{address}"}
    return {"identifier": told, "display": name or address}


async def patient_of(services: Services, address: str) -> Resource | None:
    """Give the patient whose mailbox it is, by the INS in it."""
    matricule = matricule_of(address)
    if matricule is None:
        return None
    systems = sorted(REAL_INS | TRIAL_INS)
    query = "identifier=" + ",".join(f"{quote(system)}|{matricule}" for system in systems)
    rows = await found(services, services.store, "Patient", query, count=_MOST)
    living = [row for row in rows if row.get("active", True)]
    return living[0] if len(living) == 1 else None


async def _holders(services: Services, type: str, address: str) -> list[Resource]:
    code = next(
        (one for one in _PARAMETERS if services.registry.parameter(type, one) is not None), None
    )
    if code is None:
        return []
    rows = await found(services, services.store, type, f"{code}={quote(address)}", count=_MOST)
    return [row for row in rows if address in _mails(row)]


def _mails(holder: Resource) -> set[str]:
    rows = holder.get("telecom") or ()
    told = (str(row.get("value", "")) for row in rows if row.get("system") == "email")
    return {address for row in told for address in addresses(row.removeprefix("mailto:"))}
