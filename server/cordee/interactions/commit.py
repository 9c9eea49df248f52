"""The end of every write: one transaction of the store, then what follows from it.

https://hl7.org/fhir/R4/http.html
"""

from collections.abc import Awaitable, Callable

from cordee.interactions import conformance
from cordee.interactions.exchange import Response
from cordee.interactions.services import Services
from cordee.store.port import WriteSession


async def commit(
    services: Services, work: Callable[[WriteSession], Awaitable[Response]]
) -> Response:
    """Run a write and give its answer; definitions it stored are in force from here on."""
    answer = await services.store.write(work)
    learned(services, answer)
    return answer


def learned(services: Services, answer: Response) -> None:
    """Take in a definition that an answer says is stored."""
    conformance.learn(services, answer.type, answer.id, answer.version, answer.body)
