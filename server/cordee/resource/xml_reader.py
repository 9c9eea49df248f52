"""XML elements → JSON values, by the type tables.

https://hl7.org/fhir/R4/json.html#xml
"""

from typing import Any

from lxml import etree

from cordee.resource import xhtml
from cordee.resource.primitives import from_text
from cordee.resource.schema import Schema, TypeDefinition
from cordee.resource.types import Resource
from cordee.resource.xml_document import FHIR, XHTML, XSI, attributes, line_of, malformed
from cordee.resource.xml_faults import ORDER, TYPE, Faults
from cordee.resource.xml_order import places

_PREFIX = f"{{{FHIR}}}"
_DIV = f"{{{XHTML}}}div"


class Reader:
    """Reads one document; `faults` gathers what has no place in the JSON form."""

    def __init__(self, schema: Schema, max_depth: int) -> None:
        """Read by `schema`, refusing more than `max_depth` levels of elements."""
        self.faults = Faults()
        self._schema = schema
        self._max_depth = max_depth

    def resource(self, element: etree._Element, depth: int = 1) -> Resource:
        """Read a resource element; an unknown type gives an issue and no content."""
        name = self._name(element)
        definition = self._schema.type(name) if self._schema.is_resource(name) else None
        if definition is None:
            self.faults.add(TYPE, element, type=name, hint="")
            return {"resourceType": name}
        return {"resourceType": name, **self._complex(element, definition, depth)}

    def _complex(
        self, element: etree._Element, definition: TypeDefinition, depth: int
    ) -> dict[str, Any]:
        if depth > self._max_depth:
            reason = f"The XML is nested more than {self._max_depth} levels deep"
            raise malformed(reason, line_of(element), 1)
        result = self._attributes(element, definition)
        self._refuse_text(element, element.text)
        order = places(self._schema, definition.name)
        previous = ""
        for child in element:
            self._refuse_text(child, child.tail)
            if not isinstance(child.tag, str):
                continue
            name = self._name(child)
            if name not in definition.properties or definition.properties[name][0].is_attribute:
                told = {"element": name, "type": definition.name, "hint": ""}
                self.faults.add("element-unknown", child, **told)
                continue
            if previous and order[name] < order[previous]:
                told = {"element": name, "other": previous, "type": definition.name}
                self.faults.add(ORDER, child, **told)
            previous = name
            self._add(result, child, name, definition, depth + 1)
        return result

    def _add(
        self,
        result: dict[str, Any],
        child: etree._Element,
        name: str,
        definition: TypeDefinition,
        depth: int,
    ) -> None:
        """Put one child into `result`, in an array where the element repeats."""
        element, type_name = definition.properties[name]
        repeats = element.repeats
        if not repeats and (name in result or "_" + name in result):
            self.faults.add("xml-element-twice", child, element=name, type=definition.name)
            return
        if type_name == "xhtml":
            result[name] = self._div(child)
            return
        child_type = self._schema.type(type_name)
        if child_type is None or type_name == "Resource":
            self._put(result, name, self._nested(child, depth), repeats=repeats)
        elif child_type.kind == "primitive-type":
            value, rest = self._primitive(child, child_type, depth)
            _put_primitive(result, name, value, rest, repeats=repeats)
        else:
            self._put(result, name, self._complex(child, child_type, depth), repeats=repeats)

    @staticmethod
    def _put(result: dict[str, Any], name: str, value: Any, *, repeats: bool) -> None:
        if repeats:
            result.setdefault(name, []).append(value)
        else:
            result[name] = value

    def _primitive(
        self, element: etree._Element, definition: TypeDefinition, depth: int
    ) -> tuple[Any, dict[str, Any] | None]:
        """Give the value, and what JSON keeps beside it (id, extension); one is not None."""
        text = element.get("value")
        value = None if text is None else from_text(definition.name, text)
        if len(element) == 0 and not element.text and len(element.attrib) == (text is not None):
            return value, ({} if text is None else None)
        return value, self._complex(element, definition, depth) or ({} if text is None else None)

    def _nested(self, element: etree._Element, depth: int) -> Resource:
        """Read the one resource inside `contained`, `resource` and the like."""
        inner = [child for child in element if isinstance(child.tag, str)]
        if len(inner) != 1:
            self.faults.add("xml-one-resource", element, element=self._name(element))
            return {}
        return self.resource(inner[0], depth + 1)

    def _div(self, element: etree._Element) -> str:
        if element.tag != _DIV:
            self.faults.add("xml-div-namespace", element, namespace=XHTML)
        return xhtml.to_string(element)

    def _attributes(self, element: etree._Element, definition: TypeDefinition) -> dict[str, Any]:
        result: dict[str, Any] = {}
        is_primitive = definition.kind == "primitive-type"
        for name, value in attributes(element):
            known = definition.elements.get(name)
            if is_primitive and name == "value":
                continue
            if known is not None and known.is_attribute:
                result[name] = value
            elif not name.startswith(f"{{{XSI}}}"):
                told = {"attribute": name, "type": definition.name}
                self.faults.add("xml-attribute-unknown", element, **told)
        return result

    def _name(self, element: etree._Element) -> str:
        """Give the element's name, reporting a namespace that is not FHIR's."""
        tag = str(element.tag)
        if tag.startswith(_PREFIX):
            return tag[len(_PREFIX) :]
        name = str(etree.QName(tag).localname)
        if tag != _DIV:
            self.faults.add("xml-namespace", element, element=name, namespace=FHIR)
        return name

    def _refuse_text(self, element: etree._Element, text: str | None) -> None:
        if text and not text.isspace():
            self.faults.add("xml-text", element, text=text.strip()[:40])


def _put_primitive(
    result: dict[str, Any], name: str, value: Any, rest: dict[str, Any] | None, *, repeats: bool
) -> None:
    if not repeats:
        if value is not None:
            result[name] = value
        if rest is not None:
            result["_" + name] = rest
        return
    values, rests = result.get(name), result.get("_" + name)
    count = len(values or rests or ())
    if value is not None and values is None:
        values = result[name] = [None] * count
    if rest is not None and rests is None:
        rests = result["_" + name] = [None] * count
    if values is not None:
        values.append(value)
    if rests is not None:
        rests.append(rest)
