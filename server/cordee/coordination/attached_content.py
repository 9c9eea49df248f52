"""Who attaches stored content must see it: whoever sees a document sees the Binary it points to.

Otherwise anybody could point to another's Binary from a record of their own, and read it there.

https://hl7.org/fhir/R4/binary.html#security-context
https://hl7.org/fhir/R4/datatypes.html#Attachment
"""

from collections.abc import Sequence

from cordee.access.caller import Caller
from cordee.coordination.voice import is_trusted
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.attachment import attachments
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.port import Reader

BINARY = "Binary"


class SeenContent:
    """Refuses to attach content that its writer does not see, in the words for what is not there.

    What a document named before may stay.
    """

    async def check(
        self, services: Services, reader: Reader, request: Request, changes: Sequence[Change]
    ) -> None:
        """Raise UNPROCESSABLE naming the first Binary that is not there for the caller."""
        caller = request.caller
        if is_trusted(caller) or not visibility.restricted(services, caller, BINARY):
            return
        for change in changes:
            after = _named(change.after)
            before = _named(change.before) if after else {}
            for id, where in after.items():
                if id not in before and not await _seen(services, reader, caller, id):
                    text = f"{BINARY}/{id}, which is attached, is not known"
                    raise FhirError(Category.UNPROCESSABLE, text, expression=where)


def _named(document: Resource | None) -> dict[str, str]:
    """Give the ids of the Binaries that a document points to, each with where it does.

    Other ways to write such an address open nothing.
    """
    found = {}
    for where, attachment in attachments(document) if document is not None else ():
        type, _, id = str(attachment.get("url", "")).partition("/")
        if type == BINARY:
            found[id] = where
    return found


async def _seen(services: Services, reader: Reader, caller: Caller, id: str) -> bool:
    """Tell whether the caller wrote the content, or saw it before this write."""
    held = await reader.read(BINARY, id)
    if held is not None and not held.deleted:
        own = visibility.stamped(Extraction({}, type=BINARY, id=id), held.writer)
        if visibility.sees(services, caller, BINARY, own):
            return True
    # Not in the session of the write: what it stores would open the content by itself.
    return await visibility.current(services, services.store, caller, BINARY, id) is not None
