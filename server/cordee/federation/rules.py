"""What federation adds to a server that has peers: guards, and what peers may call."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cordee.federation.circle_record import OwnRecord
from cordee.federation.meeting import federation_operations
from cordee.federation.peer import Federation
from cordee.federation.resolution import Resolution
from cordee.federation.shared_circle import SharedCircle
from cordee.federation.withdrawal import Doubt, Withdrawal
from cordee.interactions.services import Guard, Requirement, Services

GUARDS: Mapping[str, Guard] = {
    "CareTeam": SharedCircle(),
    "Consent": Withdrawal(),
    "Patient": Doubt(),
    "Task": Resolution(),
}
REQUIREMENTS: Mapping[str, Requirement] = {"Basic": OwnRecord()}


def federated(services: Services) -> Services:
    """Give the services of a server among its peers; the same where it has none.

    Raises `FhirError` INVALID for a file of peers that cannot be used.
    """
    federation = Federation.of(services.settings)
    if federation is None:
        return services
    guards: dict[str, Sequence[Guard]] = dict(services.guards)
    requirements: dict[str, Sequence[Requirement]] = dict(services.requirements)
    for type, guard in GUARDS.items():
        guards[type] = (*guards.get(type, ()), guard)
    for type, requirement in REQUIREMENTS.items():
        requirements[type] = (*requirements.get(type, ()), requirement)
    more = federation_operations(services.repository, federation)
    return replace(
        services,
        guards=guards,
        requirements=requirements,
        operations=(*services.operations, *more),
    )
