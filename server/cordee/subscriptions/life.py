"""The status of a Subscription, written into the resource by the server.

requested → active → error → active or off; the next version of the resource says so, and why.

https://hl7.org/fhir/R4/subscription.html#Subscription.status
"""

from dataclasses import replace

import structlog

from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.interactions.stamp import revision
from cordee.operations.subscription_terms import Terms
from cordee.resource import json
from cordee.store.port import WriteSession

log = structlog.get_logger("cordee.subscriptions")


async def turn(services: Services, terms: Terms, status: str, error: str | None = None) -> Terms:
    """Write a status, unless somebody wrote the Subscription since; give the terms then in force.

    The follower learns of the version as of any other.
    """

    async def work(session: WriteSession) -> Terms:
        current = await session.read("Subscription", terms.id)
        if current is None or current.deleted or current.version != terms.version:
            return terms
        resource = json.parse(current.body)
        resource["status"] = status
        resource.pop("error", None)
        if error is not None:
            resource["error"] = error
        made = revision(resource, terms.id, current, services.clock(), "PUT")
        await session.put(made, services.registry.extract(json.parse(made.body)))
        return replace(terms, status=status, version=made.version)

    try:
        written = await services.store.write(work)
    except FhirError as failure:
        log.warning("status not written", subscription=terms.id, reason=str(failure))
        return terms
    if written is not terms:
        log.info("subscription", subscription=terms.id, status=status, error=error)
    return written
