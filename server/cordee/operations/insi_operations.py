"""The operations on Patient that ask the national teleservice INSi.

They are offered without one too, and say then what is missing.

https://hl7.org/fhir/R4/operationslist.html
"""

from functools import partial

from cordee.definitions.repository import Repository
from cordee.interactions.services import OperationEntry
from cordee.operations.identity.teleservice import Teleservice
from cordee.operations.patient_ins_check import patient_ins_check
from cordee.operations.patient_ins_search import patient_ins_search
from cordee.operations.registry import OWN, entry


def insi_operations(
    repository: Repository, teleservice: Teleservice | None
) -> tuple[OperationEntry, ...]:
    """Give the operations over one teleservice."""
    return (
        entry(repository, OWN + "patient-ins-check", partial(patient_ins_check, teleservice)),
        entry(repository, OWN + "patient-ins-search", partial(patient_ins_search, teleservice)),
    )
