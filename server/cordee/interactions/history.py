"""FHIR history: the versions of a resource, of a type, or of everything, newest first.

https://hl7.org/fhir/R4/http.html#history
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from cordee.access import scopes
from cordee.access.narrowing import narrow
from cordee.errors import Category, FhirError
from cordee.interactions import answer, bundle, paging, subset, target, visibility
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.primitives import interval
from cordee.search.filter import EVERYTHING, Filter, TypeIs, all_of
from cordee.store.port import HistoryQuery, Page, Reader, Version

_KNOWN = frozenset(("_since", "_at", "_count", "_total", "_summary", "_elements"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATUS = {"DELETE": "204 No Content"}


async def history(services: Services, request: Request) -> Response:
    """Give one page of versions as a Bundle of type history."""
    return await history_from(services, services.store, request)


async def history_from(services: Services, reader: Reader, request: Request) -> Response:
    """Read a history through `reader`."""
    await _check_target(services, reader, request)
    query, position = paging.split(request.query)
    part = subset.asked(query)
    given = {name: value for name, value in query if name in _KNOWN}
    counted = given.get("_summary") == "count"
    asked = HistoryQuery(
        type=request.type,
        id=request.id,
        since=_since(given.get("_since")),
        at=_at(given.get("_at")),
        count=0 if counted else paging.count(services.settings, given.get("_count")),
        after=position.after,
        before=position.before,
        filter=_limit(services, request),
    )
    page = await reader.history(asked) if asked.count else Page(())
    whole = position == paging.Position() and page.next is None and asked.count > 0
    wanted = request.id is not None or given.get("_total") == "accurate" or asked.count == 0
    total = len(page.matches) if whole else None
    if total is None and wanted:
        total = await reader.history_count(asked)
    used = tuple(pair for pair in query if pair[0] in _KNOWN) + paging.carried(query)
    address = "/".join(
        part for part in (request.base_url, request.type, request.id, "_history") if part
    )
    links = paging.links(address, used, position, next=page.next, previous=page.previous)
    versions = (_cut(services, part, version) for version in page.matches)
    entries = (entry(request.base_url, version) for version in versions)
    body = bundle.assemble("history", entries, total=total, links=links)
    return Response(200, body=body, concerns=answer.concerned(page.matches))


async def _check_target(services: Services, reader: Reader, request: Request) -> None:
    if request.type is None:
        return
    type = target.type_of(services, request)
    scopes.within(request.caller, "r" if request.id else "s", (type,))
    if request.id is not None:
        found = await visibility.current(services, reader, request.caller, type, request.id)
        if found is None:
            raise answer.not_found(type, request.id)


def _limit(services: Services, request: Request) -> Filter | None:
    types = (request.type,) if request.type else services.repository.resource_types
    seen = scopes.within(request.caller, "r" if request.id else "s", types)
    filter = narrow(services.policy, request.caller, seen, EVERYTHING)
    if seen != types:
        filter = all_of((TypeIs(seen), filter))
    return None if filter is EVERYTHING else filter


def _cut(services: Services, part: subset.Subset, version: Version) -> Version:
    if part.whole or version.deleted:
        return version
    return replace(version, body=subset.cut(services.repository, part, version.body))


def entry(base_url: str | None, version: Version, **further: Any) -> bytes:
    """Write one version as an entry of a history; without a base URL it has no `fullUrl`."""
    created = version.method == "POST"
    status = "201 Created" if version.version == 1 else "200 OK"
    url = version.type if created else f"{version.type}/{version.id}"
    return bundle.entry(
        None if base_url is None else f"{base_url}/{version.type}/{version.id}",
        version.body,
        request={"method": version.method, "url": url},
        response={
            "status": _STATUS.get(version.method, status),
            "etag": f'W/"{version.version}"',
            "lastModified": instant(version.last_updated),
        },
        **further,
    )


def _since(text: str | None) -> datetime | None:
    found = _interval("_since", text)
    return found[0] if found else None


def _at(text: str | None) -> tuple[datetime, datetime] | None:
    return _interval("_at", text)


def _interval(name: str, text: str | None) -> tuple[datetime, datetime] | None:
    if text is None:
        return None
    # An unescaped + of a time zone arrives as a space.
    found = interval(text.replace(" ", "+"))
    if found is None:
        told = f"{name} must be a date or time, not {text!r}"
        raise FhirError(Category.INVALID, told, expression=f"http.{name}")
    return _moment(found[0]), _moment(found[1])


def _moment(milliseconds: int) -> datetime:
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:  # the end of the year 9999
        return datetime.max.replace(tzinfo=UTC)
