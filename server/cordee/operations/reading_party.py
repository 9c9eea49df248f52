"""In whose name an operation on messages is called.

https://hl7.org/fhir/R4/communication.html
"""

from cordee.access.caller import Caller
from cordee.coordination.voice import is_trusted, names, speaks_for
from cordee.errors import Category, FhirError
from cordee.operations.parameters import Arguments


def reading_party(caller: Caller, given: Arguments) -> tuple[str, ...]:
    """Give the references under which somebody receives messages: `reader`, else the caller's own.

    Raises INVALID where nobody is named, FORBIDDEN for somebody else than the caller.
    """
    found = given.one("reader")
    reader = found.get("reference") if isinstance(found, dict) else found
    if reader is None and not is_trusted(caller):
        return names(caller)
    if not isinstance(reader, str):
        text = "reader must be a Reference to who reads: this caller stands for nobody"
        raise FhirError(Category.INVALID, text, expression="Parameters")
    if not speaks_for(caller, (reader,)):
        text = f"{reader} alone can say what they have read"
        raise FhirError(Category.FORBIDDEN, text, expression="Parameters")
    return (reader,)
