"""Who takes part: a person or a device, and the authorities of their identifiers."""

from collections.abc import Iterator

from cordee.bridges.cda.checks.fault import Fault, find, find_all
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import INS_ROOTS, PERSON
from cordee.errors import Severity

NATIONAL = frozenset({PERSON, *INS_ROOTS})
"""Authorities whose identifiers of authors can be looked up by anybody."""


def check_author(document: Document) -> Iterator[Fault]:
    """Tell of authors who are not exactly one of a person and a device, or whom nobody knows."""
    for author in find_all(document.root, "author/assignedAuthor"):
        person, device = find(author, "assignedPerson"), find(author, "assignedAuthoringDevice")
        if (person is None) == (device is None):
            text = "An author is a person (assignedPerson) or a device (assignedAuthoringDevice)"
            yield Fault("author-kind", author, text)
        roots = {row.get("root") for row in find_all(author, "id")}
        if person is not None and roots and not roots & NATIONAL:
            text = f"The author has no national identifier (root {PERSON}, or an INS)"
            yield Fault("author-id", author, text, Severity.WARNING)


def check_informant(document: Document) -> Iterator[Fault]:
    """Tell of informants who are not exactly one of a professional and somebody near."""
    for informant in find_all(document.root, "informant"):
        kinds = [find(informant, kind) for kind in ("assignedEntity", "relatedEntity")]
        if (kinds[0] is None) == (kinds[1] is None):
            text = "An informant is a professional (assignedEntity) or a relative (relatedEntity)"
            yield Fault("informant-kind", informant, text)


def check_recipient(document: Document) -> Iterator[Fault]:
    """Tell of recipients that no identifier leads to."""
    for recipient in find_all(document.root, "informationRecipient/intendedRecipient"):
        rows = find_all(recipient, "id") + find_all(recipient, "receivedOrganization/id")
        if not rows:
            text = "The recipient has no identifier: nobody can deliver the document"
            yield Fault("recipient-id", recipient, text, Severity.WARNING)
