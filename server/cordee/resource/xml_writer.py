"""JSON values → XML elements, by the type tables.

https://hl7.org/fhir/R4/json.html#xml
"""

from typing import Any, NoReturn

from lxml import etree

from cordee.errors import Category, FhirError
from cordee.resource import xhtml
from cordee.resource.primitives import to_text
from cordee.resource.schema import Schema, TypeDefinition
from cordee.resource.types import Resource
from cordee.resource.xml_document import FHIR
from cordee.resource.xml_order import places

_NAMESPACES: Any = {None: FHIR}  # the stubs do not know default namespaces


class Writer:
    """Writes one resource; whatever XML has no place for is an error that names the element."""

    def __init__(self, schema: Schema) -> None:
        """Write by `schema`."""
        self._schema = schema

    def resource(self, resource: Resource) -> etree._Element:
        """Make the root element of a resource."""
        name, definition = self._type_of(resource, "Resource")
        root = etree.Element(f"{{{FHIR}}}{name}", nsmap=_NAMESPACES)
        self._fill(root, resource, definition, name)
        return root

    def _type_of(self, resource: Any, path: str) -> tuple[str, TypeDefinition]:
        if not isinstance(resource, dict):
            _refuse("is not a resource", path)
        name = resource.get("resourceType")
        if not isinstance(name, str) or not self._schema.is_resource(name):
            _refuse(f"has the unknown resource type {name}", path)
        definition = self._schema.type(name)
        assert definition is not None
        return name, definition

    def _fill(
        self, parent: etree._Element, value: dict[str, Any], definition: TypeDefinition, path: str
    ) -> None:
        for name in self._in_order(value, definition, path):
            element, type_name = definition.properties[name]
            where = f"{path}.{name}"
            plain, rest = value.get(name), value.get("_" + name)
            if element.is_attribute:
                if rest is not None:
                    _refuse("is an attribute in XML and cannot be extended", where)
                _set(parent, name, plain, where)
            elif type_name == "xhtml":
                self._div(parent, plain, where)
            else:
                items = _pairs(plain, rest, where) if element.repeats else [(plain, rest)]
                for index, (item, extra) in enumerate(items):
                    at = f"{where}[{index}]" if element.repeats else where
                    child = etree.SubElement(parent, f"{{{FHIR}}}{name}")
                    self._child(child, type_name, item, extra, at)

    def _child(
        self, child: etree._Element, type_name: str, value: Any, rest: Any, path: str
    ) -> None:
        definition = self._schema.type(type_name)
        if definition is None or type_name == "Resource":
            inner_name, inner = self._type_of(value, path)
            element = etree.SubElement(child, f"{{{FHIR}}}{inner_name}")
            self._fill(element, value, inner, path)
        elif definition.kind == "primitive-type":
            if isinstance(value, dict | list):
                _refuse("is not a primitive value", path)
            if value is not None:
                _set(child, "value", value, path)
            if isinstance(rest, dict):
                self._fill(child, rest, definition, path)
            elif rest is not None:
                _refuse("must be an object beside the value", path)
        elif isinstance(value, dict) and rest is None:
            self._fill(child, value, definition, path)
        else:
            _refuse("is not an object", path)

    def _in_order(self, value: dict[str, Any], definition: TypeDefinition, path: str) -> list[str]:
        """Give the properties of `value` (without underscores) in the order of the definition."""
        names = {name.removeprefix("_"): None for name in value}
        if definition.kind == "resource":
            del names["resourceType"]
        for name in names:
            if name not in definition.properties:
                _refuse(f"is not an element of {definition.name}", f"{path}.{name}")
        return sorted(names, key=places(self._schema, definition.name).__getitem__)

    def _div(self, parent: etree._Element, text: Any, path: str) -> None:
        try:
            parent.append(xhtml.to_element(text))
        except (etree.XMLSyntaxError, ValueError, TypeError, AttributeError):
            _refuse("is not well-formed XHTML", path)


def _pairs(values: Any, rests: Any, path: str) -> list[tuple[Any, Any]]:
    """Join an array and its `_` sibling by position."""
    for part in (values, rests):
        if part is not None and not isinstance(part, list):
            _refuse("must be an array", path)
    values, rests = values or [], rests or []
    count = max(len(values), len(rests))
    return [
        (values[i] if i < len(values) else None, rests[i] if i < len(rests) else None)
        for i in range(count)
    ]


def _set(element: etree._Element, name: str, value: Any, path: str) -> None:
    try:
        element.set(name, value if isinstance(value, str) else to_text(value))
    except ValueError:
        _refuse("holds characters that XML cannot carry", path)


def _refuse(reason: str, path: str) -> NoReturn:
    raise FhirError(Category.UNPROCESSABLE, f"{path} {reason}", expression=path)
