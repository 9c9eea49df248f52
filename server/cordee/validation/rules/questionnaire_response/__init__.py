"""A QuestionnaireResponse answers its Questionnaire: items, types, options, limits, conditions.

https://hl7.org/fhir/R4/questionnaireresponse.html#link
"""

from cordee.validation.rules.questionnaire_response.response import questionnaire_response

__all__ = ["questionnaire_response"]
"""The rule of QuestionnaireResponses."""
