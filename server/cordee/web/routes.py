"""Which interaction answers which method at which place.

https://hl7.org/fhir/R4/http.html#summary
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from cordee.errors import Category, FhirError
from cordee.interactions.batch import batch
from cordee.interactions.capabilities import capabilities
from cordee.interactions.create import create
from cordee.interactions.delete import delete
from cordee.interactions.exchange import Request, Response
from cordee.interactions.history import history
from cordee.interactions.patch import patch
from cordee.interactions.read import read
from cordee.interactions.search import search
from cordee.interactions.services import Interaction, OperationEntry, Services
from cordee.interactions.smart_configuration import smart_configuration
from cordee.interactions.transaction import transaction
from cordee.interactions.update import update
from cordee.interactions.vread import vread
from cordee.operations import bulk_export
from cordee.web.place import Kind, Place

BodyKind = Literal["none", "resource", "patch", "form", "optional", "lenient", "raw"]

READING = frozenset(("read", "vread", "search", "history"))
"""Interactions that change nothing, and may be done twice."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What runs; `name` labels logs and metrics, `body` says what the request carries.

    `prefers` marks writes, whose answers follow `Prefer: return=…`, `affects_state` operations that
    change something, `open` what answers to everybody.
    """

    name: str
    run: Interaction
    body: BodyKind = "none"
    prefers: bool = False
    affects_state: bool = False
    open: bool = False

    @property
    def reads(self) -> bool:
        """Tell whether it only reads, be it as an operation."""
        if self.name.startswith("$"):
            return not self.affects_state
        return self.name in READING


async def _bundle(services: Services, request: Request) -> Response:
    """Run a Bundle as what it says it is."""
    body = request.body if isinstance(request.body, dict) else {}
    run = BUNDLES.get(str(body.get("type"))) if body.get("resourceType") == "Bundle" else None
    if run is None:
        raise FhirError(
            Category.INVALID,
            "The base accepts a Bundle whose type is batch or transaction",
            expression="Bundle.type",
        )
    return await run(services, request)


BUNDLES: dict[str, Interaction] = {"batch": batch, "transaction": transaction}

SEARCH = Endpoint("search", search)
SEARCH_FORM = Endpoint("search", search, "form")
HISTORY = Endpoint("history", history)
EXPORT_FILE = Endpoint("export-file", bulk_export.status)
"""A file of an export, which is sent as a stream instead of run."""

TABLE: dict[Kind, dict[str, Endpoint]] = {
    "base": {"GET": SEARCH, "POST": Endpoint("bundle", _bundle, "resource")},
    "metadata": {"GET": Endpoint("capabilities", capabilities, open=True)},
    "smart-configuration": {"GET": Endpoint("smart-configuration", smart_configuration, open=True)},
    "type": {
        "GET": SEARCH,
        "POST": Endpoint("create", create, "resource", prefers=True),
        "PUT": Endpoint("conditional-update", update, "resource", prefers=True),
        "PATCH": Endpoint("conditional-patch", patch, "patch", prefers=True),
        "DELETE": Endpoint("conditional-delete", delete),
    },
    "instance": {
        "GET": Endpoint("read", read),
        "PUT": Endpoint("update", update, "resource", prefers=True),
        "PATCH": Endpoint("patch", patch, "patch", prefers=True),
        "DELETE": Endpoint("delete", delete),
    },
    "version": {"GET": Endpoint("vread", vread)},
    "history-system": {"GET": HISTORY},
    "history-type": {"GET": HISTORY},
    "history-instance": {"GET": HISTORY},
    "search-system": {"GET": SEARCH, "POST": SEARCH_FORM},
    "search-type": {"GET": SEARCH, "POST": SEARCH_FORM},
    "compartment": {"GET": SEARCH},
    "search-compartment": {"GET": SEARCH, "POST": SEARCH_FORM},
    "export-job": {
        "GET": Endpoint("export-status", bulk_export.status),
        "DELETE": Endpoint("export-cancel", bulk_export.cancel),
    },
}


class Routes:
    """The way from a method and a place to an endpoint, for one server's types and operations."""

    def __init__(self, services: Services) -> None:
        """Index the operations by code."""
        self._is_resource = services.repository.is_resource
        self._operations: dict[str, list[OperationEntry]] = {}
        for entry in services.operations:
            self._operations.setdefault(entry.code, []).append(entry)

    def find(self, method: str, place: Place) -> Endpoint:
        """Give the endpoint.

        Raises `FhirError`: NOT_FOUND for an unknown type or operation, METHOD_NOT_ALLOWED with
        `Allow` where the place exists and the method does not.
        """
        self._check_types(place)
        offered = TABLE[place.kind] if place.kind != "operation" else self._operation(place)
        endpoint = offered.get("GET" if method == "HEAD" else method)
        if endpoint is None:
            raise not_allowed(method, offered)
        return endpoint

    def _check_types(self, place: Place) -> None:
        owner = place.owner.partition("/")[0] if place.owner else None
        for name in (place.type, owner):
            if name is not None and not self._is_resource(name):
                raise FhirError(
                    Category.NOT_FOUND, f"{name!r} is not a resource type of FHIR R4 (4.0.1)"
                )

    def _operation(self, place: Place) -> dict[str, Endpoint]:
        for entry in self._operations.get(place.operation or "", ()):
            if _offers(entry, place):
                changes = entry.affects_state
                body: BodyKind = "raw" if entry.raw else "lenient" if entry.lenient else "optional"
                endpoint = Endpoint(f"${entry.code}", entry.run, body, affects_state=changes)
                return {"POST": endpoint} | ({} if changes else {"GET": endpoint})
        level = place.type or "the whole server"
        raise FhirError(
            Category.NOT_FOUND,
            f"The operation ${place.operation} is not offered on "
            + (f"one {place.type}" if place.id else level),
        )


def _offers(entry: OperationEntry, place: Place) -> bool:
    if place.type is None:
        return entry.system
    level = entry.instance_level if place.id else entry.type_level
    return level and (place.type in entry.types or "Resource" in entry.types)


def not_allowed(method: str, offered: Collection[str]) -> FhirError:
    """Make the refusal of a method, naming those offered."""
    allow = ", ".join([*offered, "HEAD"] if "GET" in offered else offered)
    return FhirError(
        Category.METHOD_NOT_ALLOWED,
        f"{method} is not offered here; offered: {allow}",
        headers={"Allow": allow},
    )
