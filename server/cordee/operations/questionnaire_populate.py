"""`Questionnaire/$populate`: a form filled beforehand with what the record knows.

http://hl7.org/fhir/uv/sdc/STU3/OperationDefinition-Questionnaire-populate.html
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from cordee.access.narrowing import narrow
from cordee.coordination.expressions import Expressions
from cordee.coordination.form.population import Element, Latest, Population
from cordee.coordination.pathway.schedule import shifted
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.parameters import Arguments, answer
from cordee.operations.stored_or_shipped import stored_or_shipped
from cordee.operations.subject import subject_of
from cordee.resource import json
from cordee.resource.canonical import join
from cordee.resource.types import Resource
from cordee.search.parse import parse_query
from cordee.store.port import Query

WAYS = ("questionnaire", "canonical", "questionnaireRef")


async def questionnaire_populate(services: Services, request: Request) -> Response:
    """Give the draft of a response about `subject`, as the parameter `response`.

    The form is that of the URL, sent as `questionnaire`, or named by `canonical`.
    """
    given = Arguments(request)
    form = await _form(services, request, given)
    patient = await subject_of(services, request, given)
    variables = {"patient": patient, "subject": patient, "questionnaire": form}
    expressions = Expressions(services.repository, patient, "Questionnaire.item", **variables)
    population = Population(expressions, _latest(services, request, patient))
    url = form.get("url")
    canonical = join(url, form.get("version")) if url else f"Questionnaire/{form.get('id')}"
    made = await population.response(form, f"Patient/{patient['id']}", canonical)
    made["authored"] = instant(services.clock())
    if request.caller.references:
        made["author"] = {"reference": request.caller.references[0]}
    return Response(200, resource=answer(response=("resource", made)))


async def _form(services: Services, request: Request, given: Arguments) -> Resource:
    if request.id is not None:
        return await stored_or_shipped(services, request, "Questionnaire", request.id)
    sent = given.one("questionnaire")
    if isinstance(sent, dict):
        return given.resource("questionnaire", "Questionnaire") or sent
    named = given.text("canonical") or sent
    reference = given.one("questionnaireRef")
    if isinstance(reference, dict):
        id = reference["reference"].rpartition("/")[2]
        return await stored_or_shipped(services, request, "Questionnaire", id)
    found = services.repository.find(named, "Questionnaire") if named else None
    if found is None:
        text = (
            f"Name the form by one of {', '.join(WAYS)}" if not named else f"{named} is not known"
        )
        raise FhirError(Category.INVALID, text, expression="Parameters")
    return found


def _latest(services: Services, request: Request, patient: Resource) -> Latest:
    zone = ZoneInfo(services.settings.timezone)

    async def latest(code: Element, period: Element) -> Resource | None:
        since: datetime = shifted(services.clock().astimezone(zone), period, -1)
        token = f"{code.get('system', '')}|{code['code']}"
        pairs = (
            ("subject", f"Patient/{patient['id']}"),
            ("code", token if "system" in code else code["code"]),
            ("date", f"ge{since.isoformat(timespec='seconds')}"),
            ("status:not", "entered-in-error,cancelled"),
            ("_sort", "-date"),
        )
        asked = parse_query(services.registry, "Observation", pairs, "strict")
        limited = narrow(services.policy, request.caller, ("Observation",), asked.filter)
        query = Query(("Observation",), limited, asked.sort, count=1)
        matches = (await services.store.search(query)).matches
        return json.parse(matches[0].body) if matches else None

    return latest
