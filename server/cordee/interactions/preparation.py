"""The resources of a transaction made ready: links resolved, checked, index values extracted.

https://hl7.org/fhir/R4/http.html#trules
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace

from cordee.errors import Category, FhirError
from cordee.interactions import identity
from cordee.interactions.candidate import Candidate, admit, body_of
from cordee.interactions.entry import at
from cordee.interactions.identity import Write
from cordee.interactions.linking import links
from cordee.interactions.services import Services
from cordee.resource.reference import unbundled
from cordee.resource.rewriting import rewrite, rewritten
from cordee.resource.types import Resource


def prepare(
    services: Services, writes: Iterable[Write], found: Mapping[str, str] | None = None
) -> dict[int, Candidate]:
    """Make a candidate of every resource to be written, by entry index; patches come later.

    Links change in place. With `found` (what conditional references point to) the bodies are copied
    first, since the next attempt of the transaction may find something else.
    """
    writes = tuple(writes)
    mapping = {**identity.links(writes), **(found or {})}
    made: dict[int, Candidate] = {}
    for write in writes:
        if write.matched is None:
            with at(write.entry):
                if write.entry.method == "PATCH":
                    _prepare_patch(services, write, mapping, copied=found is not None)
                    continue
                assert write.id is not None
                body = body_of(write.request, write.type)
                body = _linked(services, body, mapping, copied=found is not None)
                made[write.entry.index] = admit(services, write.request, body, write.id)
    return made


def _prepare_patch(
    services: Services, write: Write, mapping: Mapping[str, str], *, copied: bool
) -> None:
    body = write.request.body
    if isinstance(body, dict):
        body = _linked(services, body, mapping, copied=copied)
    elif isinstance(body, list):
        body = list(body) if copied else body
        body[:] = rewritten(body, mapping)
        _check_known(body)
    write.request = replace(write.request, body=body)


def _linked(
    services: Services, body: Resource, mapping: Mapping[str, str], *, copied: bool
) -> Resource:
    body = deepcopy(body) if copied else body
    rewrite(unbundled(body), mapping, services.repository)
    _check_known(body)
    return body


def _check_known(body: Resource | list[object]) -> None:
    """Raise INVALID for a link to an entry that the transaction does not have."""
    for path, holder in links(body):
        text = holder["reference"]
        if text.startswith("urn:uuid:"):
            message = f"No entry of the Bundle has the fullUrl {text}"
            raise FhirError(Category.INVALID, message, expression=path)
