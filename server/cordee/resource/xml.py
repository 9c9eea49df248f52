"""XML in and out: the same resources as JSON, by the type tables.

https://hl7.org/fhir/R4/xml.html
"""

from lxml import etree

from cordee.errors import Category, FhirError, Issue
from cordee.resource import xml_document
from cordee.resource.schema import Schema
from cordee.resource.types import Resource
from cordee.resource.xml_document import FHIR
from cordee.resource.xml_faults import ORDER
from cordee.resource.xml_reader import Reader
from cordee.resource.xml_writer import Writer

DEFAULT_DEPTH = 100


def parse(data: bytes, schema: Schema, *, max_depth: int = DEFAULT_DEPTH) -> Resource:
    """Read one resource; elements out of order are tolerated, anything unknown is refused.

    Raises `FhirError`: MALFORMED for broken XML, a document type, a wrong namespace or too many
    levels; UNPROCESSABLE, with one issue for each, for elements, attributes and text that the
    type does not have.
    """
    resource, issues = read(data, schema, max_depth=max_depth)
    serious = [issue for issue in issues if issue.message_id != ORDER]
    if serious:
        raise FhirError(Category.UNPROCESSABLE, issues=serious)
    return resource


def read(
    data: bytes, schema: Schema, *, max_depth: int = DEFAULT_DEPTH
) -> tuple[Resource, tuple[Issue, ...]]:
    """Read one resource and say what was wrong, for validation: order is checked here too.

    Raises `FhirError` (MALFORMED) like `parse`. What an issue names is not in the resource, but for
    elements out of order.
    """
    root = xml_document.read(data)
    name = etree.QName(root)
    if name.namespace != FHIR:
        reason = f"The root element {name.localname} must be in the namespace {FHIR}"
        raise xml_document.malformed(reason, xml_document.line_of(root), 1)
    reader = Reader(schema, max_depth)
    resource = reader.resource(root)
    return resource, tuple(reader.faults.issues)


def serialize(resource: Resource, schema: Schema, *, pretty: bool = False) -> bytes:
    """Write a resource as UTF-8 with declaration; `pretty` indents all but the narrative.

    Raises `FhirError` (UNPROCESSABLE) naming the first element that XML cannot hold.
    """
    root = Writer(schema).resource(resource)
    if pretty:
        _indent(root, "\n")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _indent(element: etree._Element, margin: str) -> None:
    if len(element) == 0:
        return
    element.text = margin + "  "
    for child in element:
        if etree.QName(child).namespace == FHIR:
            _indent(child, margin + "  ")
        child.tail = margin + "  "
    element[-1].tail = margin
