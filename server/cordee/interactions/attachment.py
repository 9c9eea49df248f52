"""Attached content: not too large, nothing that runs, and what it says it is.

It holds for Binary, and for what is attached inline to documents and messages.

https://hl7.org/fhir/R4/binary.html
https://hl7.org/fhir/R4/datatypes.html#Attachment
"""

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.content_type import HEAD, harm, mismatch
from cordee.resource.types import Resource

HEAD_TEXT = (HEAD + 2) // 3 * 4
"""Characters of base64 that hold the bytes looked at."""


def checked(services: Services, request: Request, resource: Resource) -> Resource:
    """Give the resource as it is. Raises TOO_LARGE or UNPROCESSABLE naming the element."""
    del request
    for where, attachment in attachments(resource):
        data = attachment.get("data")
        if isinstance(data, str):
            _check(data, attachment.get("contentType", ""), where, services)
    return resource


def attachments(resource: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what is attached to a resource of these types, each with where it stands."""
    match resource["resourceType"]:
        case "Binary":
            yield "Binary.data", resource
        case "Communication":
            for place, payload in enumerate(resource.get("payload", ())):
                if "contentAttachment" in payload:
                    where = f"Communication.payload[{place}].content"
                    yield where, payload["contentAttachment"]
        case "DocumentReference":
            for place, content in enumerate(resource.get("content", ())):
                if "attachment" in content:
                    where = f"DocumentReference.content[{place}].attachment"
                    yield where, content["attachment"]


def _check(data: str, content_type: str, where: str, services: Services) -> None:
    most = services.settings.attachment_max_bytes
    if len(data) * 3 // 4 - data[-2:].count("=") > most:
        text = f"An attachment may have {most} bytes, this one has more"
        raise FhirError(Category.TOO_LARGE, text, expression=where)
    declared = content_type.partition(";")[0].strip().lower()
    head = _head(data)
    if (what := harm(head, declared)) is not None:
        text = f"This attachment is refused: {what} may do harm to who opens it"
        raise FhirError(Category.UNPROCESSABLE, text, expression=where)
    if head and (found := mismatch(head, declared)) is not None:
        text = f"The attachment says it is {declared}, but begins like {found}"
        raise FhirError(Category.UNPROCESSABLE, text, expression=where)


def _head(data: str) -> bytes:
    """Decode the beginning; white space may stand anywhere in base64."""
    begun = data[:HEAD_TEXT]
    if len(begun.split()) > 1 or begun[:1].isspace():
        begun = "".join(data.split())[:HEAD_TEXT]
    try:
        return base64.b64decode(begun[: len(begun) // 4 * 4])
    except binascii.Error:
        return b""
