"""`/explore`: the resources of the server, as its API gives them.

https://hl7.org/fhir/R4/search.html
https://hl7.org/fhir/R4/http.html#history
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from cordee.console import capabilities, tree
from cordee.console.api import RefusedError, known_id
from cordee.console.difference import Changed, difference
from cordee.console.page import Reader, text_of
from cordee.console.person import Person

COORDINATION = (
    "Patient",
    "CareTeam",
    "CarePlan",
    "Goal",
    "Task",
    "ServiceRequest",
    "Communication",
    "DocumentReference",
    "Appointment",
    "Flag",
    "PractitionerRole",
    "Organization",
    "Subscription",
    "AuditEvent",
)
"""Types that people of coordination look for first."""
ROWS = 4
"""Criteria that the form offers."""
OUR_OWN = frozenset({"lang"})


@dataclass(frozen=True, slots=True)
class Hit:
    """One result of a search."""

    type: str
    id: str
    title: str
    updated: str
    included: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One version in a history; `changes` is None for the first and for deletions."""

    number: str
    moment: str
    deleted: bool
    changes: list[Changed] | None


async def explore_home(reader: Reader) -> Response:
    """List the types."""
    known = await capabilities.known(reader.api)
    first = [name for name in COORDINATION if name in known.types]
    others = [name for name in known.types if name not in first]
    return reader.show("explore.html", first=first, others=others)


async def explore_type(reader: Reader) -> Response:
    """Search one type; a form's criteria become a search first."""
    type = reader.request.path_params["type"]
    known = await capabilities.known(reader.api)
    if type not in known.types:
        raise RefusedError(404, {"issue": [{"diagnostics": f"{type} is not a type of FHIR R4"}]})
    pairs = [pair for pair in reader.request.query_params.multi_items() if pair[0] not in OUR_OWN]
    if any(name == "p" for name, _ in pairs):
        return RedirectResponse(_built(type, pairs), 303)
    query = pairs if any(name == "_count" for name, _ in pairs) else [*pairs, ("_count", "20")]
    answer = await reader.api.get(f"/fhir/{type}", query)
    bundle = answer.parsed()
    problem = RefusedError(answer.status, bundle).reasons if answer.status >= 400 else []
    if answer.status in {401, 403}:
        raise RefusedError(answer.status, bundle)
    return reader.show(
        "search.html",
        answer.status if answer.status < 500 else 502,
        type=type,
        parameters=known.types[type],
        criteria=_criteria(pairs),
        hits=[_hit(row) for row in bundle.get("entry", ())] if not problem else [],
        total=bundle.get("total"),
        problem=problem,
        pages=_pages(bundle, type),
        asked=f"/fhir/{type}" + (f"?{urlencode(pairs, safe=':,/|')}" if pairs else ""),
        curl=_curl(reader, f"/fhir/{type}", pairs),
    )


async def explore_instance(reader: Reader) -> Response:
    """Show one resource, or one of its versions, as a tree and as text."""
    path = _path(reader)
    wanted = reader.request.query_params.get("view", "tree")
    answer = await reader.api.get(path)
    resource = answer.resource()
    text = ""
    if wanted in {"json", "xml"}:
        shown = await reader.api.get(
            path, [("_pretty", "true")], accept=f"application/fhir+{wanted}"
        )
        text = shown.content.decode("utf-8", "replace")
    return reader.show(
        "resource.html",
        type=reader.request.path_params["type"],
        id=reader.request.path_params["id"],
        version=reader.request.path_params.get("version"),
        resource=resource,
        title=title(resource),
        rows=tree.rows(resource),
        view=wanted,
        text=text,
        asked=path,
        curl=_curl(reader, path, []),
    )


async def explore_history(reader: Reader) -> Response:
    """Show the versions of a resource, newest first, each with what it changed."""
    path = _path(reader) + "/_history"
    bundle = (await reader.api.get(path, [("_count", "50")])).resource()
    rows = bundle.get("entry", [])
    return reader.show(
        "history.html",
        type=reader.request.path_params["type"],
        id=reader.request.path_params["id"],
        versions=[_version(row, rows[number + 1 :]) for number, row in enumerate(rows)],
        more=any(link.get("relation") == "next" for link in bundle.get("link", ())),
        asked=path,
        curl=_curl(reader, path, []),
    )


def title(resource: Mapping[str, Any]) -> str:
    """Give what people would call a resource."""
    if resource.get("resourceType") == "Patient":
        return Person.of(resource).name
    for name in ("title", "name", "description", "code", "type", "topic", "criteria"):
        value = resource.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            given = " ".join(str(one) for one in value.get("given", ()))
            said = text_of(value) or f"{given} {value.get('family', '')}".strip()
            if said:
                return said
    shown = resource.get("practitioner", {})
    return str(shown.get("display", "")) if isinstance(shown, dict) else ""


def _version(row: Mapping[str, Any], older: list[Mapping[str, Any]]) -> Version:
    resource = row.get("resource")
    before = next((one["resource"] for one in older if "resource" in one), None)
    etag = str(row.get("response", {}).get("etag", "")).removeprefix('W/"').rstrip('"')
    moment = str(row.get("response", {}).get("lastModified", ""))
    return Version(
        number=etag,
        moment=moment,
        deleted=resource is None,
        changes=difference(before, resource) if resource and before else None,
    )


def _hit(row: Mapping[str, Any]) -> Hit:
    resource = row.get("resource", {})
    return Hit(
        type=str(resource.get("resourceType", "")),
        id=str(resource.get("id", "")),
        title=title(resource),
        updated=str(resource.get("meta", {}).get("lastUpdated", "")),
        included=row.get("search", {}).get("mode") != "match",
    )


def _built(type: str, pairs: list[tuple[str, str]]) -> str:
    """Make the address of a search of the form's fields, where names and values alternate."""
    names = [value for name, value in pairs if name == "p"]
    values = [value.strip() for name, value in pairs if name == "v"]
    chosen = [(n, v) for n, v in zip(names, values, strict=False) if n and v]
    return f"/explore/{quote(type)}?" + urlencode(chosen, safe=":,/|")


def _criteria(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    given = [pair for pair in pairs if pair[0] != "_after"]
    return [*given, *([("", "")] * max(1, ROWS - len(given)))]


def _pages(bundle: Mapping[str, Any], type: str) -> dict[str, str]:
    """Give where the previous and the next page are."""
    found = {}
    for link in bundle.get("link", ()):
        if link.get("relation") in {"next", "previous"}:
            query = urlencode(parse_qsl(urlsplit(str(link["url"])).query))
            found[str(link["relation"])] = f"/explore/{quote(type)}?{query}"
    return found


def _path(reader: Reader) -> str:
    given = reader.request.path_params
    parts = ["/fhir", known_id(given["type"]), known_id(given["id"])]
    if "version" in given:
        parts += ["_history", known_id(given["version"])]
    return "/".join(parts)


def _curl(reader: Reader, path: str, pairs: list[tuple[str, str]]) -> str:
    """Write the request as a command."""
    url = f"{reader.request.url.scheme}://{reader.request.headers.get('host', '')}{path}"
    if pairs:
        url += "?" + urlencode(pairs, safe=":,/|")
    parts = ["curl", shlex.quote(url), "-H", "'Accept: application/fhir+json'"]
    if reader.api.token is not None or "authorization" in reader.request.headers:
        parts += ["-H", '"Authorization: Bearer $TOKEN"']
    return " ".join(parts)
