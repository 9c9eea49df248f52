"""`If-Match` and `If-None-Match` on writes.

https://hl7.org/fhir/R4/http.html#concurrency
"""

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Conditions
from cordee.store.port import Version


def check(conditions: Conditions, current: Version | None, name: str) -> None:
    """Raise PRECONDITION_FAILED unless the current version is the one the client knows.

    `If-None-Match: *` demands that there is no current version, as RFC 9110 has it.
    """
    living = current is not None and not current.deleted
    if "*" in conditions.if_none_match and living:
        text = f"{name} exists, but If-None-Match: * wants it not to"
        raise FhirError(Category.PRECONDITION_FAILED, text)
    wanted = conditions.if_match
    if wanted is None:
        return
    if current is None or not living:
        text = f"If-Match names version {wanted}, but {name} does not exist"
        raise FhirError(Category.PRECONDITION_FAILED, text)
    if wanted not in ("*", str(current.version)):
        text = f"If-Match names version {wanted}, but {name} is at version {current.version}"
        raise FhirError(Category.PRECONDITION_FAILED, text)
