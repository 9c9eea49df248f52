"""Which operations this server offers: our code joined with the official definitions.

Adding one takes a module and a row here; its levels and types come from its OperationDefinition.

https://hl7.org/fhir/R4/operationslist.html
"""

from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.interactions.services import Interaction, OperationEntry
from cordee.operations.activity_definition_apply import activity_definition_apply
from cordee.operations.bulk_export import EXPORTS
from cordee.operations.care_plan_progress import care_plan_progress
from cordee.operations.care_plan_sign import care_plan_sign
from cordee.operations.care_team_free_slots import care_team_free_slots
from cordee.operations.care_team_invite import care_team_invite
from cordee.operations.care_team_membership import care_team_join, care_team_leave
from cordee.operations.care_team_unread import care_team_unread
from cordee.operations.code_system_lookup import code_system_lookup
from cordee.operations.code_system_subsumes import code_system_subsumes
from cordee.operations.code_system_validate_code import code_system_validate_code
from cordee.operations.communication_read import communication_read
from cordee.operations.composition_document import composition_document
from cordee.operations.concept_map_translate import concept_map_translate
from cordee.operations.form_operations import FORM_OPERATIONS
from cordee.operations.patient_dossier import patient_dossier
from cordee.operations.patient_everything import patient_everything
from cordee.operations.patient_ins_read_datamatrix import patient_ins_read_datamatrix
from cordee.operations.patient_match import patient_match
from cordee.operations.patient_merge import patient_merge
from cordee.operations.patient_unmerge import patient_unmerge
from cordee.operations.plan_definition_apply import plan_definition_apply
from cordee.operations.practitioner_role_calendar_link import (
    practitioner_role_calendar_link,
)
from cordee.operations.resource_meta import resource_meta
from cordee.operations.resource_meta_add import resource_meta_add
from cordee.operations.resource_meta_delete import resource_meta_delete
from cordee.operations.resource_validate import resource_validate
from cordee.operations.value_set_expand import value_set_expand
from cordee.operations.value_set_validate_code import value_set_validate_code

BASE = "http://hl7.org/fhir/OperationDefinition/"
OWN = "https://cordee.example/fhir/OperationDefinition/"

DEFINED: dict[str, Interaction] = {
    BASE + "ActivityDefinition-apply": activity_definition_apply,
    BASE + "CodeSystem-lookup": code_system_lookup,
    BASE + "CodeSystem-subsumes": code_system_subsumes,
    BASE + "CodeSystem-validate-code": code_system_validate_code,
    BASE + "Composition-document": composition_document,
    BASE + "ConceptMap-translate": concept_map_translate,
    BASE + "Patient-everything": patient_everything,
    OWN + "patient-ins-read-datamatrix": patient_ins_read_datamatrix,
    BASE + "Patient-match": patient_match,
    OWN + "patient-merge": patient_merge,
    OWN + "patient-unmerge": patient_unmerge,
    BASE + "PlanDefinition-apply": plan_definition_apply,
    BASE + "Resource-meta": resource_meta,
    BASE + "Resource-meta-add": resource_meta_add,
    BASE + "Resource-meta-delete": resource_meta_delete,
    BASE + "Resource-validate": resource_validate,
    BASE + "ValueSet-expand": value_set_expand,
    BASE + "ValueSet-validate-code": value_set_validate_code,
    OWN + "CarePlan-progress": care_plan_progress,
    OWN + "CarePlan-sign": care_plan_sign,
    OWN + "CareTeam-free-slots": care_team_free_slots,
    OWN + "CareTeam-invite": care_team_invite,
    OWN + "CareTeam-join": care_team_join,
    OWN + "CareTeam-leave": care_team_leave,
    OWN + "CareTeam-unread": care_team_unread,
    OWN + "Communication-read": communication_read,
    OWN + "Patient-dossier": patient_dossier,
    OWN + "PractitionerRole-calendar-link": practitioner_role_calendar_link,
}
"""Canonical of the OperationDefinition → what runs."""

WRITING = frozenset({plan_definition_apply, resource_meta_add, resource_meta_delete})
"""Operations that change resources although R4 does not mark them `affectsState`: POST only."""

LENIENT = frozenset({resource_validate})
"""Operations that tell of the faults of what they are sent, instead of being spared them."""


def operations(repository: Repository) -> tuple[OperationEntry, ...]:
    """Give all operations offered. Raises `FhirError` BUG when a definition is missing."""
    return (*(entry(repository, *row) for row in DEFINED.items()), *EXPORTS, *FORM_OPERATIONS)


def entry(repository: Repository, canonical: str, run: Interaction) -> OperationEntry:
    """Join an official definition and what runs. Raises `FhirError` BUG when it is missing."""
    found = repository.operation(canonical)
    if found is None:
        raise FhirError(Category.BUG, f"The OperationDefinition {canonical} is not loaded")
    everywhere = "Resource" in found.resource
    return OperationEntry(
        code=found.code,
        definition=found.url,
        run=run,
        types=repository.resource_types if everywhere else found.resource,
        system=found.system,
        type_level=found.type_level,
        instance_level=found.instance,
        affects_state=found.affects_state or run in WRITING,
        lenient=run in LENIENT,
    )
