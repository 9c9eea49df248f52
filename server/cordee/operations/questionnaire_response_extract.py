"""`QuestionnaireResponse/$extract`: the findings of a form, ready to be stored.

http://hl7.org/fhir/uv/sdc/STU3/OperationDefinition-QuestionnaireResponse-extract.html
"""

from cordee.coordination.form.extraction import Extraction
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.stored_instance import stored_instance
from cordee.resource.types import Resource


async def questionnaire_response_extract(services: Services, request: Request) -> Response:
    """Give a transaction of what the answers say; sending it twice stores once.

    Raises UNPROCESSABLE for a response that is not completed, or whose form is not known.
    """
    given = Arguments(request, QuestionnaireResponse="questionnaire-response")
    stored = await stored_instance(services, request)
    response = stored or given.resource("questionnaire-response", "QuestionnaireResponse")
    if response is None:
        text = "The parameter questionnaire-response is missing"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    _check_final(response)
    canonical = response.get("questionnaire", "")
    form = services.repository.find(canonical, "Questionnaire") if canonical else None
    if form is None:
        text = f"The form {canonical!r} is not known here"
        raise FhirError(
            Category.UNPROCESSABLE, text, expression="QuestionnaireResponse.questionnaire"
        )
    named = response if "id" in response else response | {"id": services.new_id()}
    entries = [_entry(services, made) for made in Extraction(form, named).resources()]
    bundle: Resource = {"resourceType": "Bundle", "type": "transaction"}
    return Response(200, resource=bundle | ({"entry": entries} if entries else {}))


def _check_final(response: Resource) -> None:
    if response.get("status") not in {"completed", "amended"}:
        text = f"A response is extracted when it is completed; this one is {response.get('status')}"
        raise FhirError(Category.UNPROCESSABLE, text, expression="QuestionnaireResponse.status")


def _entry(services: Services, made: Resource) -> Resource:
    type = made["resourceType"]
    [identifier] = made["identifier"]
    once = f"identifier={identifier['system']}|{identifier['value']}"
    return {
        "fullUrl": f"urn:uuid:{services.new_id()}",
        "resource": made,
        "request": {"method": "PUT", "url": f"{type}?{once}"},
    }
