"""A completed response is stored with its scores.

https://hl7.org/fhir/R4/questionnaireresponse-definitions.html#QuestionnaireResponse.status
"""

from cordee.coordination.form.calculation import calculated, has_scores
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource

FINAL = frozenset({"completed", "amended"})


def scored(services: Services, request: Request, response: Resource) -> Resource:
    """Give a response with the scores of its form; drafts, and those of unknown forms, as is."""
    del request
    canonical = response.get("questionnaire")
    if canonical is None or response.get("status") not in FINAL:
        return response
    form = services.repository.find(canonical, "Questionnaire")
    if form is None or not has_scores(form):
        return response
    return calculated(services.repository, form, response)
