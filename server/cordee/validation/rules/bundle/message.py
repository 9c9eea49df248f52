"""A message: a MessageHeader first, and its focus in the Bundle.

https://hl7.org/fhir/R4/messaging.html
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.rules.bundle.document import must_hold
from cordee.validation.rules.bundle.entry import Web
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run


def message(bundle: Any, place: Place, run: Run) -> None:
    """Check a Bundle that is a message."""
    if bundle.get("type") != "message":
        return
    web = Web(bundle)
    first = web.entries[0] if web.entries else None
    if first is None or first.index != 0 or first.type != "MessageHeader":
        run.add("bundle-message-first", place)
        return
    at = first.resource_place(place)
    for index, focus in enumerate(listed(first.resource.get("focus"))):
        must_hold(focus.get("reference"), first, (at, "focus", index), web, run)
    reachable = web.reachable(first)
    for entry in web.entries:
        if entry.index not in reachable:
            name = entry.full_url or f"{entry.type}/{entry.id}"
            run.add("bundle-message-orphan", entry.place(place), entry=excerpt(name))
