"""Whose mailbox is whose: only secured domains, only the right patient."""

from typing import Any

import pytest

from bridges.cda.conftest import people
from cordee.bridges.mssante.address import mailboxes, matricule_of, patient_mailbox, within
from cordee.errors import FhirError

SECURED = {
    "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type",
    "valueCoding": {"code": "MSSANTE"},
}


def contact(value: str, **more: Any) -> dict[str, Any]:
    """Make an e-mail contact."""
    return {"system": "email", "value": value, **more}


def patient() -> dict[str, Any]:
    """Give the territory's patient, whose identity is qualified."""
    return dict(next(row for row in people() if row["resourceType"] == "Patient"))


def test_secured_mailboxes_come_first_and_others_never() -> None:
    """What is marked as secured but lies elsewhere is not written to; nor what is out of use."""
    holder = {
        "telecom": [
            contact("doc@gmail.com", extension=[SECURED]),
            contact("mailto:Second@pro.mssante.fr"),
            contact("old@pro.mssante.fr", use="old", extension=[SECURED]),
            contact("first@pro.mssante.fr", extension=[SECURED]),
            contact("doc@mssante.fr.evil.com"),
            contact("doc@notmssante.fr"),
            contact("233021220260160@patient.mssante.fr"),
            {"system": "phone", "value": "0102030405"},
        ]
    }
    found = mailboxes(holder, ["mssante.fr"])
    assert found == ["first@pro.mssante.fr", "second@pro.mssante.fr"]


def test_domains_are_those_and_those_below() -> None:
    """An address that only looks like one is not."""
    assert within("a@mssante.fr", ["mssante.fr"])
    assert within("a@chu.MSSANTE.fr", ["mssante.FR"])
    assert not within("a@xmssante.fr", ["mssante.fr"])
    assert not within("mssante.fr@evil.fr", ["mssante.fr"])


def test_a_patient_is_written_to_by_the_qualified_ins() -> None:
    """The matricule with its key, at the domain of Mon espace santé; and back again."""
    address = patient_mailbox(patient())
    assert address == "233021220260160@patient.mssante.fr"
    assert matricule_of(address) == "233021220260160"
    assert matricule_of("233021220260161@patient.mssante.fr") is None
    assert matricule_of("233021220260160@pro.mssante.fr") is None


def unqualified(who: dict[str, Any]) -> None:
    """Take the status of the identity away."""
    who["extension"] = who["extension"][1:]


def wrong_key(who: dict[str, Any]) -> None:
    """Give the INS a wrong key."""
    who["identifier"] = [who["identifier"][0] | {"value": "233021220260161"}]


def former(who: dict[str, Any]) -> None:
    """Make the INS a former one."""
    who["identifier"] = [who["identifier"][0] | {"use": "old"}]


@pytest.mark.parametrize("change", [unqualified, wrong_key, former])
def test_nobody_else_is_written_to(change: Any) -> None:
    """Without a qualified INS there is no mailbox, whatever the record says."""
    who = patient()
    change(who)
    with pytest.raises(FhirError, match="no mailbox"):
        patient_mailbox(who)
