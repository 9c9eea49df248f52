"""What resources of a record cite outside it: people, places, drugs.

https://hl7.org/fhir/R4/patient-operation-everything.html
"""

from collections.abc import Collection, Sequence

from cordee.interactions import visibility
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.operations.patient_compartment import member_types
from cordee.resource import json
from cordee.resource.reference import references
from cordee.store.port import Version


async def cited(
    services: Services, request: Request, matches: Sequence[Version], types: Collection[str] = ()
) -> list[Version]:
    """Give what `matches` refer to that no patient's record holds; of some types only, if named."""
    inside = set(member_types(services)) | {(match.type, match.id) for match in matches}
    keys: dict[tuple[str, str], None] = {}
    for match in matches:
        for _, holder in references(json.parse(match.body)):
            key = local_key(services, holder["reference"])
            if key and key[0] not in inside and (not types or key[0] in types):
                keys[key] = None
    found = await visibility.living(services, services.store, request.caller, list(keys))
    return [found[key] for key in keys if key in found]
