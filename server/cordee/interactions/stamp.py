"""What the server writes into every resource: `id`, `meta.versionId`, `meta.lastUpdated`.

https://hl7.org/fhir/R4/resource.html#Meta
"""

from datetime import datetime, timedelta

from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Method, Version

TICK = timedelta(milliseconds=1)
_OWN = frozenset(("resourceType", "id", "meta"))
_OWN_META = frozenset(("versionId", "lastUpdated"))


def instant(moment: datetime) -> str:
    """Write a moment as a FHIR instant with milliseconds, in UTC."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def identified(resource: Resource, id: str) -> Resource:
    """Give the resource under an id, without touching the original."""
    return {"resourceType": resource["resourceType"], "id": id} | {
        name: value for name, value in resource.items() if name not in ("resourceType", "id")
    }


def stamped(resource: Resource, id: str, version: int, moment: datetime) -> Resource:
    """Give the resource with the server's own values first, whatever the client wrote there."""
    own = {"versionId": str(version), "lastUpdated": instant(moment)}
    kept = {name: v for name, v in resource.get("meta", {}).items() if name not in _OWN_META}
    made: Resource = {"resourceType": resource["resourceType"], "id": id, "meta": own | kept}
    made.update((name, value) for name, value in resource.items() if name not in _OWN)
    return made


def revision(
    resource: Resource, id: str, current: Version | None, moment: datetime, method: Method
) -> Version:
    """Make the version that follows `current` (None: the first), body included.

    Time never goes back within one resource, also when the machine's clock does.
    """
    number, moment = following(current, moment)
    body = json.serialize(stamped(resource, id, number, moment))
    writer = current.writer if current is not None and not current.deleted else None
    return Version(resource["resourceType"], id, number, moment, body, method, writer=writer)


def deletion(current: Version, moment: datetime) -> Version:
    """Make the deletion that follows `current`."""
    number, moment = following(current, moment)
    return Version(
        current.type,
        current.id,
        number,
        moment,
        b"",
        "DELETE",
        current.compartments,
        current.writer,
    )


def following(current: Version | None, moment: datetime) -> tuple[int, datetime]:
    """Give the number and the time of the version after `current`."""
    if current is None:
        return 1, moment
    return current.version + 1, max(moment, current.last_updated + TICK)
