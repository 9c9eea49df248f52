"""A dossier that closes leaves an archive: all of it as a FHIR document, which nobody changes.

The document is stored with the change that closes the last episode, as a DocumentReference and its
content. What is masked from anybody, messages to named people, and what the person denies to
somebody are not in it but stay where they were, to be read by whom they are for; nor is what was an
error. A large dossier is several documents.

https://hl7.org/fhir/R4/documents.html
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cordee.access.criteria import Criterion, criteria
from cordee.coordination.closure import OVER, closed, whose
from cordee.coordination.dossier import SECTIONS
from cordee.coordination.dossier_document import TYPE, Contents, Cover, document
from cordee.coordination.question import found
from cordee.coordination.voice import is_trusted
from cordee.errors import Category, FhirError
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource import json
from cordee.resource.reference import references
from cordee.resource.types import Resource
from cordee.search.filter import EVERYTHING
from cordee.search.marks import ADDRESSED, LABELS, provisions
from cordee.search.matching import matches
from cordee.store.port import Reader, WriteSession

SYSTEM = "https://cordee.example/fhir/NamingSystem/dossier-archive"
"""System of the identifier by which an archive knows the episode that closed."""
TITLE = "Dossier de coordination archivé"
KIND = "application/fhir+json"
LARGEST = 6_000_000
"""Bytes of resources in one document: stored, it must be less than MongoDB's 16 MiB."""
CITED = frozenset({"Location", "Organization", "Practitioner", "PractitionerRole", "RelatedPerson"})
NAMED_BY_NAMED = 2
"""Times that what is cited is looked at for what it cites: roles name people and structures."""
ERROR = "entered-in-error"
_SHOWN = ("Patient", "DocumentReference")
"""Whom an archive is about, and what it is itself."""


def is_archive(document: Resource | None) -> bool:
    """Tell whether a DocumentReference is the archive of a dossier."""
    rows = (document or {}).get("identifier", ())
    return any(row.get("system") == SYSTEM for row in rows)


class ArchivedDossier:
    """The guard of EpisodeOfCare that makes the archive."""

    def concerns(self, change: Change) -> bool:
        """Look at episodes that end."""
        before, after = change.before, change.after
        if before is None or after is None:
            return False
        return after.get("status") in OVER and before.get("status") not in OVER

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Give the archive if this was the last open episode of the person."""
        assert change.after is not None
        person = whose(change.after)
        await session.lock(f"dossier {person}")
        version = await session.read("Patient", person.partition("/")[2])
        if version is None or version.deleted or person not in await closed(session, [person]):
            return ()
        episode = f"EpisodeOfCare/{change.id}"
        base = request.base_url or services.settings.base_url or "https://cordee.example/fhir"
        author = next(iter(request.caller.references), None)
        cover = Cover(base, services.clock(), author, TITLE)
        patient = json.parse(version.body)
        contents, left = await _contents(services, session, person)
        documents = []
        for part in _parts(contents):
            outside = await _cited(services, session, [patient, *_held(part)], author)
            documents.append(json.serialize(document(services, cover, patient, part, outside)))
        binaries = [_binary(services, content) for content in documents]
        told = _told(services, cover, (person, episode), left)
        attached = zip(binaries, documents, strict=True)
        content = [{"attachment": _attachment(cover, *each)} for each in attached]
        return [*binaries, told | {"content": content}]


class KeptArchive:
    """Refuses to change or remove an archive, and to make one up."""

    async def check(
        self, services: Services, reader: Reader, request: Request, changes: Sequence[Change]
    ) -> None:
        """Raise CONFLICT; software that brings in what another server had may make one."""
        for change in changes:
            if change.type == "Binary":
                kept = await _is_content(services, reader, change)
            else:
                kept = is_archive(change.before) or is_archive(change.after)
            if kept and (change.before is not None or not is_trusted(request.caller)):
                text = "The archive of a dossier is made by the server and stays as it is"
                raise FhirError(Category.CONFLICT, text, expression=change.type)


async def _is_content(services: Services, reader: Reader, change: Change) -> bool:
    """Tell whether a stored Binary is what an archive holds."""
    if change.before is None:
        return False
    query = f"location=Binary/{change.id}"
    return any(map(is_archive, await found(services, reader, "DocumentReference", query)))


async def _contents(services: Services, reader: Reader, person: str) -> tuple[Contents, int]:
    """Give all of a dossier but what somebody must not see, and how much that is."""
    denials = await _denials(services, reader, person)
    contents, left = [], 0
    for section in SECTIONS:
        query = section.whole.format(patient=person)
        rows = await found(services, reader, section.type, query)
        right = [row for row in rows if not is_archive(row) and ERROR not in _statuses(row)]
        open = [row for row in right if _for_all(services, row, denials)]
        contents.append((section, open))
        left += len(right) - len(open)
    return contents, left


async def _denials(services: Services, reader: Reader, person: str) -> list[Criterion]:
    """Give what the person denies to anybody; who is denied all does not see the archive either."""
    consents = await found(services, reader, "Consent", f"patient={person}&status=active")
    rules = [rule for consent in consents for rule in provisions(consent)]
    families = services.terminology.family
    denied = [criteria(rule, families) for rule in rules if rule["type"] == "deny"]
    return [each for each in denied if any(each(type).wide != EVERYTHING for type in _SHOWN)]


def _statuses(resource: Resource) -> set[Any]:
    codings = resource.get("verificationStatus", {}).get("coding", ())
    said = {row.get("code") for row in codings}
    return {resource.get("status"), resource.get("lifecycleStatus"), *said}


def _for_all(services: Services, resource: Resource, denials: Sequence[Criterion]) -> bool:
    extraction = services.registry.extract(resource)
    if not LABELS.isdisjoint(extraction.marks) or ADDRESSED in extraction.marks:
        return False
    wide = (each(extraction.type).wide for each in denials)
    return all(matches(each, extraction) is False for each in wide)


def _parts(contents: Contents) -> Iterator[Contents]:
    """Divide what one document cannot hold."""
    part: list[tuple[Any, list[Resource]]] = []
    size = 0
    for section, rows in contents:
        part.append((section, []))
        for row in rows:
            own = len(json.serialize(row))
            if size and size + own > LARGEST:
                yield part
                part, size = [(section, [])], 0
            part[-1][1].append(row)
            size += own
    yield part


def _held(contents: Contents) -> list[Resource]:
    return [row for _, rows in contents for row in rows]


async def _cited(
    services: Services, reader: Reader, resources: Sequence[Resource], author: str | None
) -> list[Resource]:
    """Give author, people and structures that resources name, and those that these name."""
    known: dict[tuple[str, str], Resource] = {}
    inside = {(row["resourceType"], row["id"]) for row in resources}
    named = {author, *_references(resources)}
    for _ in range(NAMED_BY_NAMED):
        keys = {local_key(services, name) for name in named if name}
        new = {key for key in keys if key and key[0] in CITED} - inside - known.keys()
        stored = await reader.read_many(sorted(new)) if new else {}
        found = {key: json.parse(row.body) for key, row in stored.items() if not row.deleted}
        known |= found
        named = set(_references(found.values()))
    return list(known.values())


def _references(resources: Iterable[Resource]) -> Iterator[str]:
    for resource in resources:
        yield from (holder["reference"] for _, holder in references(resource))


def _binary(services: Services, content: bytes) -> Resource:
    data = base64.b64encode(content).decode()
    return {
        "resourceType": "Binary",
        "id": services.new_id(),
        "contentType": KIND,
        "data": data,
    }


def _attachment(cover: Cover, binary: Resource, content: bytes) -> Resource:
    digest = hashlib.sha1(content, usedforsecurity=False).digest()
    return {
        "contentType": KIND,
        "url": f"Binary/{binary['id']}",
        "size": len(content),
        "hash": base64.b64encode(digest).decode(),
        "title": cover.title,
        "creation": instant(cover.moment),
    }


def _told(services: Services, cover: Cover, about: tuple[str, str], left: int) -> Resource:
    person, episode = about
    masked = f" ; {left} masqués ou adressés à certains restent au dossier" if left else ""
    made = {
        "resourceType": "DocumentReference",
        "masterIdentifier": {
            "system": "urn:ietf:rfc:3986",
            "value": f"urn:uuid:{services.new_id()}",
        },
        "identifier": [{"system": SYSTEM, "value": episode}],
        "status": "current",
        "docStatus": "final",
        "type": {"coding": [TYPE]},
        "subject": {"reference": person},
        "date": instant(cover.moment),
        "author": [{"reference": cover.author}] if cover.author else None,
        "description": f"Archive faite à la clôture du dossier{masked}",
        "context": {"encounter": [{"reference": episode}]},
    }
    return {name: value for name, value in made.items() if value is not None}
