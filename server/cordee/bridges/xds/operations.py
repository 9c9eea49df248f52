"""The operations of this bridge, joined with their definitions.

https://hl7.org/fhir/R4/operations.html
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeAlias

from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.reading.concepts import Systems
from cordee.bridges.exchange import ExchangeQueue
from cordee.bridges.xds.client import DmpClient
from cordee.bridges.xds.desk import Desk
from cordee.bridges.xds.dmp_retrieve import dmp_retrieve
from cordee.bridges.xds.dmp_search import dmp_search
from cordee.bridges.xds.dmp_submit import dmp_submit
from cordee.bridges.xds.dmp_update import dmp_update
from cordee.definitions.repository import Repository
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from cordee.operations.registry import OWN, entry

Run: TypeAlias = Callable[[Desk, Services, Request], Awaitable[Response]]
DEFINED: Mapping[str, Run] = {
    "DocumentReference-dmp-submit": dmp_submit,
    "DocumentReference-dmp-update": dmp_update,
    "Patient-dmp-search": dmp_search,
    "Patient-dmp-retrieve": dmp_retrieve,
}


def dmp_operations(
    repository: Repository, client: DmpClient | None, queue: ExchangeQueue
) -> tuple[OperationEntry, ...]:
    """Give the operations, which say what is missing where no DMP is configured."""
    desk = Desk(client, queue, CodeTables(repository), Systems(repository))
    return tuple(entry(repository, OWN + name, partial(run, desk)) for name, run in DEFINED.items())
