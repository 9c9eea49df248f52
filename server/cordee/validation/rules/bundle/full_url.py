"""The fullUrl of an entry: there, absolute, and agreeing with the resource's type and id.

https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.fullUrl
"""

import re
from typing import Any

from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.bundle.entry import Entry
from cordee.validation.rules.primitive import excerpt
from cordee.validation.run import Run

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

OPTIONAL = frozenset({"transaction", "transaction-response", "batch", "batch-response"})
"""Types of Bundles whose entries need no fullUrl."""


def full_urls(bundle: Any, place: Place, run: Run) -> None:
    """Check the fullUrl of every entry."""
    optional = str(bundle.get("type")) in OPTIONAL
    found = bundle.get("entry")
    for index, entry in enumerate(found if isinstance(found, list) else []):
        if not isinstance(entry, dict):
            continue
        at: Place = (place, "entry", index)
        url, resource = entry.get("fullUrl"), entry.get("resource")
        if isinstance(url, str) and url:
            _check(url, resource if isinstance(resource, dict) else None, at, run)
        elif url is None and not optional and _is_result(entry):
            run.add("bundle-full-url-missing", at)


def _is_result(entry: Resource) -> bool:
    """Tell whether an entry holds a resource of its own; outcomes of a search have no identity."""
    search = entry.get("search")
    mode = search.get("mode") if isinstance(search, dict) else None
    return isinstance(entry.get("resource"), dict) and mode != "outcome"


def _check(url: str, resource: Resource | None, at: Place, run: Run) -> None:
    if not _ABSOLUTE.match(url):
        run.add("bundle-full-url-relative", at, url=excerpt(url))
        return
    link = Reference.parse(url)
    if resource is None or link.base is None or link.type not in run.resource_types:
        return
    entry = Entry(0, url, resource)
    if entry.id is None:
        run.add("bundle-full-url-no-id", at, url=excerpt(url))
    elif (link.type, link.id) != (entry.type, entry.id):
        wanted = f"{entry.type}/{entry.id}"
        run.add("bundle-full-url-differs", at, url=excerpt(url), wanted=wanted)
