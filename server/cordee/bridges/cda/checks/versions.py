"""The document among its versions: number, set, what it replaces, and its model's version."""

from collections.abc import Iterator

from cordee.bridges.cda.checks.fault import Fault, find
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.models import models
from cordee.errors import Severity


def check_version(document: Document) -> Iterator[Fault]:
    """Tell of a version number below 1."""
    row = find(document.root, "versionNumber")
    if row is not None and (row.get("value") or "").strip("0") == "" and row.get("value"):
        yield Fault("version-number", row, "The first version of a document is 1, not 0")


def check_replacement(document: Document) -> Iterator[Fault]:
    """Tell where id, setId, versionNumber and relatedDocument do not go together."""
    root = document.root
    parent = find(root, "relatedDocument/parentDocument/id")
    own = find(root, "id")
    if parent is not None and own is not None and parent.items() == own.items():
        yield Fault(
            "replaces-itself", parent, "A document cannot replace itself: the ids are equal"
        )
    number = find(root, "versionNumber")
    value = number.get("value") or "" if number is not None else ""
    if number is not None and parent is not None and value in {"0", "1"}:
        text = "A document that replaces another is version 2 or later of its set"
        yield Fault("version-replaces", number, text, Severity.WARNING)
    before, own_set = find(root, "relatedDocument/parentDocument/setId"), find(root, "setId")
    if before is not None and own_set is not None and before.items() != own_set.items():
        text = "The document replaced is of another set: setId stays the same over all versions"
        yield Fault("set-changed", before, text)


def check_model_version(document: Document) -> Iterator[Fault]:
    """Tell of a model's templateId that does not say which version of the model is meant."""
    known = models()
    for root, version in document.templates:
        if root.startswith("1.2.250.1.213.1.1.1.") and root in known and not version:
            text = f"The templateId {root} has no extension, which is the model's version"
            yield Fault("model-version", document.root, text, Severity.WARNING)


def check_language(document: Document) -> Iterator[Fault]:
    """Tell of a language that French producers do not write in."""
    row = find(document.root, "languageCode")
    if row is not None and row.get("code") not in {None, "fr-FR"}:
        text = f"Documents of French producers are fr-FR, this one says {row.get('code')}"
        yield Fault("language", row, text, Severity.WARNING)
