"""`Patient/$ins-read-datamatrix`: the Patient that an INS datamatrix speaks of.

Nothing is asked of INSi and nothing is stored; the identity is as trustworthy as the document.

https://hl7.org/fhir/R4/operations.html
"""

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.identity import datamatrix
from cordee.operations.identity.certified import certified, with_status
from cordee.operations.identity.teleservice import Person
from cordee.operations.parameters import Arguments, answer
from cordee.validation.french.identity_status import Status


async def patient_ins_read_datamatrix(services: Services, request: Request) -> Response:
    """Give Parameters with `patient`. Raises INVALID, naming the block at fault."""
    content = Arguments(request).text("datamatrix")
    if content is None:
        raise FhirError(Category.INVALID, "The parameter datamatrix is missing")
    ins, traits = datamatrix.read(content)
    today = services.clock().date().isoformat()
    made = certified({"resourceType": "Patient"}, Person(ins, traits), today)
    patient = with_status(made, Status.RETRIEVED)
    return Response(200, resource=answer(patient=("resource", patient)))
