"""A page of search results: matches have ids and are of the type that was searched.

https://hl7.org/fhir/R4/http.html#search
"""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Run

_TYPE = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)(?:/_search)?$")


def search_set(bundle: Any, place: Place, run: Run) -> None:
    """Check a Bundle that is a page of search results."""
    if bundle.get("type") != "searchset":
        return
    wanted = _searched(bundle, run)
    rows = bundle.get("entry")
    for index, entry in enumerate(rows if isinstance(rows, list) else []):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict):
            search = entry.get("search")
            mode = search.get("mode") if isinstance(search, dict) else None
            at: Place = ((place, "entry", index), "resource", -1)
            _check(resource, mode, wanted, at, run)


def _check(resource: Resource, mode: object, wanted: set[str], at: Place, run: Run) -> None:
    found = str(resource.get("resourceType"))
    if mode == "outcome":
        if found != "OperationOutcome":
            run.add("bundle-search-outcome", at, found=found)
        return
    if not resource.get("id"):
        run.add("bundle-search-id", at)
    if mode == "match" and wanted and found not in wanted:
        names = ", ".join(sorted(wanted))
        run.add("bundle-search-type", at, found=found, wanted=names)


def _searched(bundle: Resource, run: Run) -> set[str]:
    """Give the types that the self link says were searched; none when it does not say."""
    for link in listed(bundle.get("link")):
        url = link.get("url")
        if link.get("relation") != "self" or not isinstance(url, str):
            continue
        parts = urlsplit(url)
        named = dict(parse_qsl(parts.query)).get("_type", "")
        types = {name for name in named.split(",") if name in run.resource_types}
        match = _TYPE.search(parts.path)
        if not types and match and match[1] in run.resource_types:
            types = {match[1]}
        return types
    return set()
