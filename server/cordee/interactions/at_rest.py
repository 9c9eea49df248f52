"""Callers of work that goes on while nobody calls: subscriptions, exports, what is sent later."""

from cordee.access.caller import Caller
from cordee.interactions.services import Services


async def roused(services: Services, caller: Caller) -> Caller:
    """Give a caller that was kept (`Caller.at_rest`), prepared with the rights they have now."""
    return await services.policy.prepare(await services.authentication.still(caller))
