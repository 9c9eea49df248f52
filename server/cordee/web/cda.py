"""`POST /cda/$validate`, beside the FHIR base: a CDA document in, an OperationOutcome out."""

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from cordee.bridges.cda.validator import CdaValidator
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Response
from cordee.interactions.services import Services
from cordee.outcome import operation_outcome
from cordee.web import body, callers, errors
from cordee.web.admission import Admission
from cordee.web.call import Call
from cordee.web.respond import render
from cordee.web.routes import not_allowed

PATH = "/cda/$validate"


class CdaValidation:
    """The endpoint as an ASGI application."""

    def __init__(self, services: Services, validator: CdaValidator, admission: Admission) -> None:
        """Keep what it works with; `admission` is that of the whole server."""
        self._services = services
        self._admission = admission
        self._validator = validator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: 200 with the findings whatever they are."""
        call = Call(scope)
        scope["cordee.interaction"] = "cda-validate"
        try:
            with self._admission.inside():
                response = await self._answer(call, receive)
        except Exception as error:  # noqa: BLE001 - the one place where errors become answers
            response = errors.response(error, call.request_id)
        reply = render(response, call, self._services.repository, "")
        await reply.send(send, head=call.method == "HEAD")

    async def _answer(self, call: Call, receive: Receive) -> Response:
        call.open()
        if call.method != "POST":
            raise not_allowed(call.method, ["POST"])
        await callers.admitted(self._services, self._admission, call)
        data = await body.read(receive, call.headers, self._services.settings.max_body_bytes)
        if not data:
            raise FhirError(Category.INVALID, "There is no document to validate in this request")
        return Response(200, resource=operation_outcome(await self._validator.validate(data)))


def routes(
    services: Services, validator: CdaValidator, admission: Admission | None = None
) -> list[Route]:
    """Give the endpoint's route."""
    door = admission or Admission.of(services)
    return [Route(PATH, CdaValidation(services, validator, door))]
