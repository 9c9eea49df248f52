"""The *cahier de liaison*: who may change a note, what of it stays, and what an answer needs.

Only documents that claim the national profile are notes; other documents stay free. The guide wants
imputability: a note is its author's, so nobody writes, changes or deletes one for somebody else. A
note that was answered is not deleted but put out of use, so that the thread stays readable.

CI-SIS Cahier de liaison 3.0.0; https://hl7.org/fhir/R4/documentreference.html
"""

from collections.abc import Sequence
from typing import Any

from cordee.access.caller import Caller
from cordee.coordination import thread_label
from cordee.coordination.closure import closed
from cordee.coordination.question import found, named
from cordee.coordination.voice import references, speaks_for
from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.change import Change
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.resource import canonical, json
from cordee.resource.types import Resource
from cordee.store.port import Reader, WriteSession

Element = dict[str, Any]

PROFILE = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-document-reference"
URGENT = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-ext-is-emergency"
ERROR = "entered-in-error"

LASTING = ("subject", "author", "masterIdentifier", "relatesTo")
"""Elements that a note keeps: about whom, by whom, which one, in answer to what."""

AFTER: dict[str, frozenset[str]] = {
    "current": frozenset({"superseded", ERROR}),
    "superseded": frozenset({ERROR}),
    ERROR: frozenset(),
}
"""Status of a note → where it may go from there."""


def is_note(document: Resource | None) -> bool:
    """Tell whether a document claims to be a note of the booklet."""
    claimed = (document or {}).get("meta", {}).get("profile", ())
    return any(canonical.split(url)[0] == PROFILE for url in claimed)


def is_urgent(note: Resource) -> bool:
    """Tell whether a note says that it is urgent."""
    return any(
        each.get("url") == URGENT and each.get("valueBoolean") is True
        for each in note.get("extension", ())
    )


class OpenBooklet:
    """Refuses notes in a closed dossier."""

    async def check(
        self, services: Services, reader: Reader, request: Request, changes: Sequence[Change]
    ) -> None:
        """Raise CONFLICT naming the dossier if it is closed; other documents are free."""
        states = [state for change in changes for state in (change.after, change.before)]
        notes = [state for state in states if state and is_note(state)]
        people = references(note.get("subject", {}) for note in notes)
        for person, episode in (await closed(reader, people)).items():
            which = await named(services, reader, request.caller, episode)
            text = f"The dossier of {person} is closed{which}: its booklet can be read, not changed"
            raise FhirError(Category.CONFLICT, text, expression="DocumentReference.subject")


class NoteRules:
    """Holds the rules of the booklet."""

    def concerns(self, change: Change) -> bool:
        """Look at what is a note, or was one."""
        return is_note(change.after) or is_note(change.before)

    async def follow(
        self, services: Services, session: WriteSession, request: Request, change: Change
    ) -> Sequence[Resource]:
        """Raise FORBIDDEN, CONFLICT or UNPROCESSABLE naming the element, or pass labels on."""
        before, after = change.before, change.after
        if await thread_label.inherits(services, session, change):
            return await thread_label.passed_on(services, session, change)
        if before is not None and is_note(before):
            _check_author(request.caller, before, change)
            if after is None:
                await _check_unanswered(services, session, change)
            else:
                _check_kept(before, after)
        elif after is not None:
            _check_author(request.caller, after, change)
        if after is not None and after.get("relatesTo") != (before or {}).get("relatesTo"):
            await _check_thread(services, session, request, after)
        if after is None:
            return ()
        await thread_label.check(services, session, change)
        return await thread_label.passed_on(services, session, change)


def _check_author(caller: Caller, note: Resource, change: Change) -> None:
    """Raise FORBIDDEN unless the caller is an author; a device's note is whose hands it came by."""
    authors = references(note.get("author", ()))
    if speaks_for(caller, authors):
        return
    if authors and all(name.startswith("Device/") for name in authors):
        writer = change.current.writer if change.current is not None else None
        if change.current is None or writer == f"{caller.issuer or ''}|{caller.subject}":
            return
    text = "A note of the liaison booklet is written, changed and deleted by its author alone"
    raise FhirError(Category.FORBIDDEN, text, expression="DocumentReference.author")


def _check_kept(before: Resource, after: Resource) -> None:
    """Raise UNPROCESSABLE where a note would lose what it keeps, CONFLICT for a step back."""
    if not is_note(after):
        text = f"A note of the liaison booklet stays one: it must claim {PROFILE}"
        raise FhirError(Category.UNPROCESSABLE, text, expression="DocumentReference.meta.profile")
    for name in LASTING:
        if before.get(name) != after.get(name):
            text = f"The {name} of a note does not change; write another one that answers it"
            raise FhirError(Category.UNPROCESSABLE, text, expression=f"DocumentReference.{name}")
    was, becomes = before.get("status", ""), after.get("status", "")
    if was == ERROR or (becomes != was and becomes not in AFTER.get(was, frozenset())):
        text = f"A note that is {was} cannot be changed to {becomes}"
        raise FhirError(Category.CONFLICT, text, expression="DocumentReference.status")


async def _check_unanswered(services: Services, session: WriteSession, change: Change) -> None:
    answers = await found(
        services, session, "DocumentReference", f"relatesto=DocumentReference/{change.id}", count=1
    )
    if answers:
        text = (
            "The note has answers and cannot be deleted: "
            f"put it out of use with the status {ERROR} instead"
        )
        raise FhirError(Category.CONFLICT, text, expression="DocumentReference.relatesTo")


async def _check_thread(
    services: Services, session: WriteSession, request: Request, note: Resource
) -> None:
    """Check what a note answers: known to its author, about the same person, still in use."""
    for place, link in enumerate(note.get("relatesTo", ())):
        name = link.get("target", {}).get("reference", "")
        key = local_key(services, name)
        if key is None:
            continue  # on another server: nothing can be said of it
        where = f"DocumentReference.relatesTo[{place}].target"
        seen = await visibility.living(services, session, request.caller, [key])
        if key not in seen:
            raise FhirError(Category.UNPROCESSABLE, f"{name} is not known", expression=where)
        mother = json.parse(seen[key].body)
        if mother.get("subject", {}).get("reference") != note["subject"].get("reference"):
            text = f"{name} is about somebody else"
            raise FhirError(Category.UNPROCESSABLE, text, expression=where)
        if link.get("code") != "appends":
            continue
        if not is_note(mother):
            text = f"{name} is no note of the liaison booklet"
            raise FhirError(Category.UNPROCESSABLE, text, expression=where)
        if mother.get("status") == ERROR:
            text = f"{name} is out of use and takes no answer"
            raise FhirError(Category.CONFLICT, text, expression=where)
