"""The operations of the SDC guide that are offered here.

http://hl7.org/fhir/uv/sdc/STU3/artifacts.html
"""

from cordee.interactions.services import OperationEntry
from cordee.operations.questionnaire_populate import questionnaire_populate
from cordee.operations.questionnaire_response_extract import questionnaire_response_extract

SDC = "http://hl7.org/fhir/uv/sdc/OperationDefinition/"

FORM_OPERATIONS = (
    OperationEntry(
        "populate",
        f"{SDC}Questionnaire-populate",
        questionnaire_populate,
        ("Questionnaire",),
        type_level=True,
        instance_level=True,
    ),
    OperationEntry(
        "extract",
        f"{SDC}QuestionnaireResponse-extract",
        questionnaire_response_extract,
        ("QuestionnaireResponse",),
        type_level=True,
        instance_level=True,
    ),
)
