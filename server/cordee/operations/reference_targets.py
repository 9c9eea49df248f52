"""The stored resources that a resource refers to, read beforehand so that a rule can look at them.

https://hl7.org/fhir/R4/references.html#literal
"""

from cordee.interactions import visibility
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.reference import Reference, holders
from cordee.resource.types import Resource
from cordee.validation.options import Resolve

MOST = 500
"""Targets read for one resource; references beyond are as those that lead elsewhere."""


async def resolver(services: Services, request: Request, resource: Resource) -> Resolve:
    """Read what the resource refers to on this server, as far as the caller may see it.

    What is given finds a target by its reference, and nothing for what leads elsewhere.
    """
    base = request.base_url
    texts = dict.fromkeys(str(holder["reference"]) for holder in holders(resource))
    found = [Reference.parse(text).relative_to(base) for text in texts]
    keys = dict.fromkeys(
        (row.type, row.id) for row in found if row.kind == "relative" and row.type and row.id
    )
    known = {key for key in keys if services.repository.is_resource(key[0])}
    wanted = [key for key in keys if key in known][:MOST]
    versions = await visibility.living(services, services.store, request.caller, wanted)
    read: dict[tuple[str | None, str | None], Resource] = {}

    def resolve(text: str) -> Resource | None:
        target = Reference.parse(text).relative_to(base)
        key = target.type, target.id
        version = versions.get((target.type or "", target.id or ""))
        if version is None or version.deleted or target.kind != "relative":
            return None
        if key not in read:
            read[key] = json.parse(version.body)
        return read[key]

    return resolve
