"""Whom the national record may be asked about: a patient whose INS is qualified, and nobody else.

Référentiel INS 2.1, EXI 04 and 06: an INS is used for health data once the identity is qualified.
https://hl7.fr/ig/fhir/core/
"""

from cordee.bridges.metadata.hl7_types import cx
from cordee.errors import Category, FhirError
from cordee.resource.check_digits import is_ins
from cordee.resource.types import Resource
from cordee.validation.french.identity_status import FORCING, Status, standing
from cordee.validation.french.systems import REAL_INS, TRIAL_INS
from cordee.validation.rules.resolution import listed

_OID = "urn:oid:"


def qualified_ins(patient: Resource) -> str:
    """Give the INS of a patient as a CX.

    Raises `FhirError` UNPROCESSABLE that says why the identity is not qualified.
    """
    told = standing(patient)
    doubts = sorted(row.value for row in told.attributes & FORCING)
    if doubts:
        raise _refused(f"it is doubtful or fictitious ({', '.join(doubts)})")
    if told.status is not Status.QUALIFIED:
        status = told.status.value if told.status is not None else "not told"
        raise _refused(f"its status is {status}, not qualified (VALI with an INS)")
    held = [
        (str(row["system"]), str(row.get("value", "")))
        for row in listed(patient.get("identifier"))
        if row.get("system") in REAL_INS | TRIAL_INS and row.get("use") != "old"
    ]
    if len(held) != 1:
        raise _refused(f"it has {len(held) or 'no'} INS in force")
    system, value = held[0]
    if not is_ins(value):
        raise _refused("its INS does not end in its key")
    if patient.get("active") is False:
        raise _refused("the Patient is not active")
    return cx(value, system.removeprefix(_OID), "NH")


def _refused(why: str) -> FhirError:
    text = f"The national record is only asked about a qualified identity: {why}"
    return FhirError(Category.UNPROCESSABLE, text, expression="Patient.identifier")
