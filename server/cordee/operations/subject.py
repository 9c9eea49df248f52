"""The person whom an operation is about, when a parameter names them.

https://hl7.org/fhir/R4/plandefinition-operation-apply.html
"""

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.resource import json
from cordee.resource.types import Resource


async def subject_of(services: Services, request: Request, given: Arguments) -> Resource:
    """Read the Patient named by `subject`, as text or as a Reference.

    Raises INVALID when it names nobody, several, or something else, and what reading raises.
    """
    named = given.one("subject")
    reference = named.get("reference") if isinstance(named, dict) else named
    if not isinstance(reference, str):
        text = "The parameter subject is missing: the person, such as Patient/1"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    type, _, id = reference.removeprefix(f"{request.base_url}/").partition("/")
    if type != "Patient" or not id:
        text = f"The subject {reference!r} must be a Patient of this server, such as Patient/1"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    plain = Request(request.base_url, "Patient", id, caller=request.caller)
    return json.parse((await read(services, plain)).body or b"{}")
