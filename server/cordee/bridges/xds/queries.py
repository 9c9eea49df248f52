"""The stored queries that a registry answers (ITI-18): ids, parameters, how values are written.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-18.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from cordee.bridges.metadata.ebrim.places import slot
from cordee.bridges.metadata.hl7_types import LONGEST
from cordee.bridges.metadata.namespaces import QUERY, RIM, Element, element

Query: TypeAlias = Literal[
    "FindDocuments",
    "FindSubmissionSets",
    "GetDocuments",
    "GetAssociations",
    "GetDocumentsAndAssociations",
    "FindDocumentsByReferenceId",
    "GetSubmissionSetAndContents",
    "GetRelatedDocuments",
    "GetFolders",
]
IDS: Mapping[Query, str] = {
    "FindDocuments": "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d",
    "FindSubmissionSets": "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9",
    "GetDocuments": "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4",
    "GetAssociations": "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155",
    "GetDocumentsAndAssociations": "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a",
    "FindDocumentsByReferenceId": "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492",
    "GetSubmissionSetAndContents": "urn:uuid:e8e3cb2c-e39c-46b9-99e4-c12f57260b83",
    "GetRelatedDocuments": "urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6",
    "GetFolders": "urn:uuid:5737b14c-8a1a-4539-b659-e03a34a5e1e4",
}
Value: TypeAlias = str | Sequence[str]
"""One value, or several of which any may hold."""


def adhoc_query(query: Query, parameters: Mapping[str, Value]) -> Element:
    """Write a query for whole objects; parameters are named without their `$`."""
    asked = element(
        RIM,
        "AdhocQuery",
        *(slot(f"${key}", list(_written(value))) for key, value in parameters.items()),
        id=IDS[query],
    )
    option = element(QUERY, "ResponseOption", returnComposedObjects="true", returnType="LeafClass")
    return element(QUERY, "AdhocQueryRequest", option, asked)


def _written(value: Value) -> Iterator[str]:
    """Write a value, or lists of values, each as long as a slot may hold."""
    if isinstance(value, str):
        yield _quoted(value)
        return
    listed = ""
    for one in map(_quoted, value):
        if listed and len(listed) + len(one) + 3 > LONGEST:
            yield f"({listed})"
            listed = ""
        listed = f"{listed},{one}" if listed else one
    yield f"({listed})"


def _quoted(value: str) -> str:
    """Quote a value, which cannot end the quotation by itself."""
    return "'" + value.replace("'", "''") + "'"
