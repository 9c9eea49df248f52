"""What first requests would wait for, made before they come.

Validators, extractors and the CapabilityStatement compile when first used. A server that has just
started compiles them between its requests: those of the types it holds, from a resource of each.
"""

import asyncio
from contextlib import suppress

from cordee.errors import FhirError
from cordee.interactions import capabilities
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING
from cordee.store.port import Query

SAMPLE: Resource = {
    "resourceType": "Patient",
    "meta": {"lastUpdated": "2000-01-01T00:00:00Z"},
    "text": {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml">-</div>'},
    "identifier": [{"system": "urn:oid:2.999", "value": "0", "type": {"text": "none"}}],
    "name": [{"family": "None", "given": ["None"], "period": {"start": "2000"}}],
    "telecom": [{"system": "phone", "value": "0"}],
    "gender": "unknown",
    "birthDate": "2000-01-01",
    "address": [{"line": ["None"], "city": "None"}],
    "maritalStatus": {"coding": [{"system": "urn:oid:2.999", "code": "none"}]},
    "generalPractitioner": [{"reference": "Practitioner/none"}],
}
"""Uses the data types that most resources are made of; for a server that holds nothing yet."""


async def warm(services: Services) -> None:
    """Compile what is likely to be asked for first, giving way to requests between two types."""
    _use(services, SAMPLE)
    with suppress(FhirError):  # the database is away: requests will say so themselves
        for type in await services.store.types():
            page = await services.store.search(Query((type,), EVERYTHING, count=1))
            for found in page.matches:
                _use(services, json.parse(found.body))
    for type in services.repository.resource_types:
        services.registry.parameters(type)
        await asyncio.sleep(0)
    await capabilities.prepare(services)


def _use(services: Services, resource: Resource) -> None:
    services.validator.validate(resource)
    services.registry.extract(resource)
