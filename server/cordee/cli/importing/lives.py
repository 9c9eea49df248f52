"""Histories on their way in: Bundles of type history, whose versions keep their numbers and times.

That is how `cordee export --history` writes a record. What was stored once is not judged again;
nothing is ever put over an id that has other versions here.

https://hl7.org/fhir/R4/http.html#history
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from cordee.cli.importing.sources import Item
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.primitives import interval
from cordee.resource.types import Resource
from cordee.search.values import Extraction
from cordee.store.lives import Key, Told
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Method, Version
from cordee.store.reindex import STORED_DEPTH

WRITER = "https://cordee.example/fhir/StructureDefinition/writer"
"""The extension of an entry that says who keeps seeing the version because they wrote it."""
MOST = 500
"""Versions of one transaction, unless a single life has more."""

_ETAG = re.compile(r'W/"([1-9]\d{0,8})"')
_PLACE = re.compile(r"(?:.*/)?([A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")
_METHODS: dict[str, Method] = {"POST": "POST", "PUT": "PUT", "PATCH": "PATCH", "DELETE": "DELETE"}


@dataclass(slots=True)
class Past:
    """What became of the histories among some documents."""

    stored: Counter[str] = field(default_factory=Counter)
    """Type → how many of it came in with all their versions."""
    unchanged: int = 0
    refused: list[tuple[Item, FhirError]] = field(default_factory=list)
    rest: list[Item] = field(default_factory=list)
    """The documents that are no histories."""


async def store(services: Services, items: Sequence[Item]) -> Past:
    """Store the histories among some documents."""
    past, waiting = Past(), _Waiting()
    for item in items:
        bundle = _history(item)
        if bundle is None:
            past.rest.append(item)
            continue
        try:
            lives = _lives(services, bundle)
        except FhirError as error:
            past.refused.append((item, error))
            continue
        for life in lives:
            if waiting.full(life):
                await _put(services, waiting, past)
                waiting = _Waiting()
            waiting.add(life, item)
    await _put(services, waiting, past)
    return past


@dataclass(slots=True)
class _Waiting:
    """Lives of different ids, for one transaction."""

    lives: dict[Key, tuple[Told, Item]] = field(default_factory=dict)
    versions: int = 0

    def full(self, life: Told) -> bool:
        return _key(life) in self.lives or (self.versions + len(life) > MOST and bool(self.lives))

    def add(self, life: Told, item: Item) -> None:
        self.lives[_key(life)] = (life, item)
        self.versions += len(life)


def _key(life: Told) -> Key:
    return (life[0][0].type, life[0][0].id)


async def _put(services: Services, waiting: _Waiting, past: Past) -> None:
    if not waiting.lives:
        return
    assert isinstance(services.store, MongoStore)
    fates = await services.store.put_lives([life for life, _ in waiting.lives.values()])
    for key, fate in fates.items():
        if fate == "stored":
            past.stored[key[0]] += 1
        elif fate == "unchanged":
            past.unchanged += 1
        else:
            text = f"{key[0]}/{key[1]} has other versions here; a history is put over nothing"
            past.refused.append((waiting.lives[key][1], FhirError(Category.CONFLICT, text)))


def _history(item: Item) -> Resource | None:
    """Read a Bundle of type history; None for everything else, faulty documents included."""
    if item.xml or b'"history"' not in item.data:
        return None
    try:
        found = json.parse(item.data, max_depth=STORED_DEPTH)
    except FhirError:
        return None
    history = found["resourceType"] == "Bundle" and found.get("type") == "history"
    return found if history else None


def _lives(services: Services, bundle: Resource) -> list[Told]:
    """Read the lives of a history, each from its oldest version on."""
    found: dict[Key, list[tuple[Version, Resource | None]]] = {}
    entries = bundle.get("entry", [])
    for row in entries if isinstance(entries, list) else [None]:
        version, resource = _version(services, row)
        found.setdefault((version.type, version.id), []).append((version, resource))
    return [_extracted(services, rows) for rows in found.values()]


def _extracted(services: Services, rows: list[tuple[Version, Resource | None]]) -> Told:
    rows.sort(key=lambda row: row[0].version)
    told: list[tuple[Version, Extraction]] = []
    last = Extraction({}, type=rows[0][0].type)
    for before, after in pairwise(rows):
        later = after[0].last_updated > before[0].last_updated
        if after[0].version == before[0].version or not later:
            raise _wrong(after[0], "comes twice, or is not later than the one before")
    for version, resource in rows:
        if resource is not None:
            last = services.registry.extract(resource)
        told.append((version, last))
    return told


def _version(services: Services, row: Any) -> tuple[Version, Resource | None]:
    entry = row if isinstance(row, dict) else {}
    request, response = _part(entry, "request"), _part(entry, "response")
    resource = entry.get("resource")
    method = _METHODS.get(str(request.get("method")), "PUT")
    if isinstance(resource, dict):
        type, id = resource.get("resourceType"), resource.get("id")
        meta = _part(resource, "meta")
    else:
        resource, meta, method = None, {}, "DELETE"
        place = _PLACE.fullmatch(str(request.get("url")))
        type, id = place.groups() if place else (None, None)
    number = _ETAG.fullmatch(str(response.get("etag") or f'W/"{meta.get("versionId")}"'))
    moment = interval(str(response.get("lastModified") or meta.get("lastUpdated")))
    if not (isinstance(type, str) and services.repository.is_resource(type)):
        raise FhirError(Category.INVALID, "An entry of the history names no resource type of R4")
    if not isinstance(id, str) or number is None or moment is None:
        text = f"A version of {type}/{id} has no id, no number or no time"
        raise FhirError(Category.INVALID, text)
    made = Version(
        type,
        id,
        int(number[1]),
        datetime.fromtimestamp(moment[0] / 1000, UTC),
        b"" if resource is None else json.serialize(resource),
        method,
        writer=_writer(entry),
    )
    if resource is not None and str(meta.get("versionId")) != str(made.version):
        raise _wrong(made, "says another meta.versionId")
    return made, resource


def _wrong(version: Version, what: str) -> FhirError:
    text = f"Version {version.version} of {version.type}/{version.id} {what}"
    return FhirError(Category.INVALID, text)


def _part(of: dict[str, Any], name: str) -> dict[str, Any]:
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def _writer(entry: dict[str, Any]) -> str | None:
    rows = entry.get("extension")
    values = (
        row.get("valueString")
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and row.get("url") == WRITER
    )
    return next((value for value in values if isinstance(value, str)), None)
