"""Mailboxes of MSSanté: of professionals and structures as the directory tells, of patients by INS.

https://interop.esante.gouv.fr/ig/fhir/annuaire/
"""

from collections.abc import Iterable, Iterator
from typing import Any

from cordee.bridges.mssante.mail import addresses
from cordee.errors import Category, FhirError
from cordee.resource.check_digits import is_ins
from cordee.resource.types import Resource
from cordee.validation.french.identity_status import Status, standing
from cordee.validation.french.systems import REAL_INS, TRIAL_INS

PATIENTS = "patient.mssante.fr"
"""Domain of the mailboxes of Mon espace santé."""
_EMAIL_TYPE = "fr-core-contact-point-email-type"
_SECURED = "MSSANTE"


def within(address: str, domains: Iterable[str]) -> bool:
    """Tell whether an address is of a domain, or of one below it."""
    domain = address.rpartition("@")[2].lower()
    return any(domain == row.lower() or domain.endswith(f".{row.lower()}") for row in domains)


def is_patient(address: str) -> bool:
    """Tell whether a mailbox is a patient's."""
    return within(address, (PATIENTS,))


def matricule_of(address: str) -> str | None:
    """Give the INS in a patient's address; None for what is none."""
    local = address.rpartition("@")[0].upper()
    return local if is_patient(address) and is_ins(local) else None


def mailboxes(holder: Resource, domains: Iterable[str]) -> list[str]:
    """Give the secured mailboxes of a professional, a role or a structure, those in force."""
    allowed = tuple(domains)
    found = [address for row in _contacts(holder) for address in addresses(_bare(row))]
    return [row for row in dict.fromkeys(found) if within(row, allowed) and not is_patient(row)]


def _contacts(holder: Resource) -> Iterator[dict[str, Any]]:
    """Give the e-mail contacts, those that are marked as secured first."""
    rows = holder.get("telecom") or ()
    mails = [row for row in rows if row.get("system") == "email" and row.get("use") != "old"]
    yield from sorted(mails, key=lambda row: (not _secured(row), row.get("rank", 1)))


def _bare(contact: dict[str, Any]) -> str:
    return str(contact.get("value", "")).removeprefix("mailto:")


def _secured(contact: dict[str, Any]) -> bool:
    for row in contact.get("extension") or ():
        if str(row.get("url", "")).endswith(_EMAIL_TYPE):
            held = row.get("valueCoding") or {}
            coded = (row.get("valueCodeableConcept") or {}).get("coding") or ()
            return any(one.get("code") == _SECURED for one in (held, *coded))
    return False


def patient_mailbox(patient: Resource) -> str:
    """Give the mailbox of a patient, which follows from the INS.

    Raises `FhirError` UNPROCESSABLE unless the INS is qualified: what one wrongly attributed INS
    leads to is somebody else's mailbox.
    """
    if standing(patient).status is not Status.QUALIFIED:
        raise _without("whose identity is not qualified (INS retrieved and identity validated)")
    for row in patient.get("identifier") or ():
        if row.get("system") in REAL_INS | TRIAL_INS and row.get("use") != "old":
            value = str(row.get("value", ""))
            if is_ins(value):
                return f"{value}@{PATIENTS}"
            raise _without("whose INS is not 15 characters that end in its key")
    raise _without("without an INS")


def _without(why: str) -> FhirError:
    text = f"There is no mailbox for a patient {why}"
    return FhirError(Category.UNPROCESSABLE, text, expression="Communication.recipient")
