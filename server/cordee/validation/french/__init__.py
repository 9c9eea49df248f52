"""What French rules ask beyond FHIR: national numbers, INS and its traits, identity status.

They speak only where a French identifier system is used.
"""

from cordee.validation.french.billing_number import billing_number
from cordee.validation.french.birth_place import official_code
from cordee.validation.french.dates_in_order import dates_in_order
from cordee.validation.french.identifier_type import ins_type
from cordee.validation.french.identity_rules import identity_status
from cordee.validation.french.ins import ins_identity
from cordee.validation.french.national_number import national_number
from cordee.validation.run import Check

FRENCH: dict[str, tuple[Check, ...]] = {
    "Coding": (official_code,),
    "Identifier": (national_number, ins_type),
    "Patient": (ins_identity, identity_status, billing_number, dates_in_order),
}
"""Type → French rules; adding one adds a row."""
