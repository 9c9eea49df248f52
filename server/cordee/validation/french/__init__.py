"""What French rules ask beyond FHIR: national numbers, INS and its traits, identity status.

They speak only where a French identifier system is used.
"""

from cordee.validation.french.dates_in_order import dates_in_order
from cordee.validation.french.identity_rules import identity_status
from cordee.validation.french.ins import ins_identity
from cordee.validation.french.national_number import national_number
from cordee.validation.run import Check

FRENCH: dict[str, tuple[Check, ...]] = {
    "Identifier": (national_number,),
    "Patient": (ins_identity, identity_status, dates_in_order),
}
"""Type → French rules; adding one adds a row."""
