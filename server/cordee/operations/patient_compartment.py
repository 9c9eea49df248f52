"""Which resources belong to patients: to one, or to any.

https://hl7.org/fhir/R4/compartmentdefinition-patient.html
"""

from collections.abc import Iterable

from cordee.interactions.services import Services
from cordee.resource import json
from cordee.search.filter import AnyOf, Filter, InCompartment, Present, Reference, TypeIs, all_of
from cordee.store.port import Version

PATIENT = "Patient"
BESIDES = "Task"
"""A type that R4 leaves out of the compartment, though each says for whom it is."""


def member_types(services: Services, asked: Iterable[str] = ()) -> tuple[str, ...]:
    """Give the types of the patient compartment, Patient included; of those asked for, if any."""
    members = {PATIENT, *services.repository.compartments()[PATIENT]}
    wanted = set(asked)
    return tuple(sorted(members & wanted if wanted else members))


def of_patient(id: str) -> Filter:
    """Match what is in one patient's compartment."""
    return InCompartment(f"{PATIENT}/{id}")


def of_patient_and_tasks(id: str) -> Filter:
    """Match what is in one patient's compartment, and the tasks that are for them."""
    tasks = all_of((TypeIs((BESIDES,)), Reference("patient", (f"{PATIENT}/{id}",))))
    return AnyOf((of_patient(id), tasks))


def of_any_patient(services: Services, types: Iterable[str]) -> Filter:
    """Match what may be in some patient's compartment: one of the placing parameters has a value.

    A placing parameter may point to something else than a patient, such as a message's recipient:
    `belongs` tells for sure.
    """
    members = services.repository.compartments()[PATIENT]
    sides: list[Filter] = []
    for type in types:
        placing = tuple(Present(code) for code in members.get(type, ()))
        sides.append(
            TypeIs((type,)) if type == PATIENT else all_of((TypeIs((type,)), AnyOf(placing)))
        )
    return AnyOf(tuple(sides))


def owners(services: Services, version: Version) -> set[str]:
    """Give the ids of the patients in whose compartments a resource is."""
    if version.type == PATIENT:
        return {version.id}
    compartments = services.registry.extract(json.parse(version.body)).compartments
    prefix = f"{PATIENT}/"
    return {owner.removeprefix(prefix) for owner in compartments if owner.startswith(prefix)}


def belongs(services: Services, version: Version) -> bool:
    """Tell whether a resource is in some patient's compartment."""
    return bool(owners(services, version))
