"""StructureDefinition → type tables (`cordee.definitions.element`).

Only what R4 itself defines becomes a table: resource types, data types and the backbone elements
inside them. Profiles are the validator's.

https://hl7.org/fhir/R4/structuredefinition.html
"""

from collections.abc import Iterator

import msgspec

from cordee.definitions.element import Binding, Element, TypeDefinition, TypeReference

BASE = "http://hl7.org/fhir/StructureDefinition/"
"""Canonical prefix of the types the specification defines."""

_SYSTEM = "http://hl7.org/fhirpath/System."
_FHIR_TYPE = BASE + "structuredefinition-fhir-type"
_REGEX = BASE + "regex"
_MAX_VALUE_SET = BASE + "elementdefinition-maxValueSet"
_BACKBONES = frozenset({"BackboneElement", "Element"})


class _Extension(msgspec.Struct, rename="camel"):
    url: str = ""
    value_url: str | None = None
    value_string: str | None = None
    value_canonical: str | None = None
    value_uri: str | None = None

    @property
    def value(self) -> str | None:
        return self.value_url or self.value_string or self.value_canonical or self.value_uri


class _Type(msgspec.Struct, rename="camel"):
    code: str = ""
    profile: tuple[str, ...] = ()
    target_profile: tuple[str, ...] = ()
    extension: tuple[_Extension, ...] = ()


class _Binding(msgspec.Struct, rename="camel"):
    strength: str = ""
    value_set: str | None = None
    extension: tuple[_Extension, ...] = ()


class _Base(msgspec.Struct):
    path: str = ""


class _Element(msgspec.Struct, rename="camel"):
    path: str
    min: int = 0
    max: str = "*"
    type: tuple[_Type, ...] = ()
    base: _Base | None = None
    representation: tuple[str, ...] = ()
    content_reference: str | None = None
    is_modifier: bool = False
    is_summary: bool = False
    binding: _Binding | None = None


class _Snapshot(msgspec.Struct):
    element: list[_Element]


class _Structure(msgspec.Struct, rename="camel"):
    type: str
    kind: str
    snapshot: _Snapshot
    abstract: bool = False
    base_definition: str | None = None


_DECODER = msgspec.json.Decoder(_Structure)


def compile_types(json: bytes) -> Iterator[TypeDefinition]:
    """Compile a specialisation's JSON: its own type first, then each backbone element by path.

    The text must hold a snapshot; msgspec.ValidationError says what is wrong with it otherwise.
    """
    structure = _DECODER.decode(json)
    rows = {row.path: row for row in structure.snapshot.element}
    children: dict[str, list[_Element]] = {}
    for row in structure.snapshot.element[1:]:
        children.setdefault(row.path.rpartition(".")[0], []).append(row)
    for path, found in children.items():
        elements = {e.name: e for e in (_element(row, rows, children) for row in found)}
        is_root = path == structure.type
        yield TypeDefinition(
            name=path,
            kind=structure.kind if is_root else "backbone",
            base=_base_name(structure) if is_root else rows[path].type[0].code,
            abstract=is_root and structure.abstract,
            elements=elements,
            properties=_properties(elements, primitive=structure.kind == "primitive-type"),
            pattern=_pattern(rows.get(f"{path}.value")) if is_root else None,
        )


def _base_name(structure: _Structure) -> str | None:
    return structure.base_definition and structure.base_definition.removeprefix(BASE)


def _properties(elements: dict[str, Element], *, primitive: bool) -> dict[str, tuple[Element, str]]:
    """JSON spells a primitive's value as the property itself, so "value" is no property of it."""
    return {
        name: (element, type_name)
        for element in elements.values()
        if not (primitive and element.name == "value")
        for name, type_name in element.properties.items()
    }


def _element(
    row: _Element, rows: dict[str, _Element], children: dict[str, list[_Element]]
) -> Element:
    last = row.path.rpartition(".")[2]
    name = last.removesuffix("[x]")
    target = row.content_reference and row.content_reference.rpartition("#")[2]
    types = tuple(_type(of, row) for of in (rows[target] if target else row).type)
    is_choice = last.endswith("[x]")
    if is_choice:
        type_name = ""
        properties = {name + of.code[0].upper() + of.code[1:]: of.code for of in types}
    else:
        backbone = target or (row.path if row.path in children else None)
        type_name = backbone or (types[0].code if types else "Element")
        properties = {name: type_name}
    return Element(
        path=row.path,
        name=name,
        min=row.min,
        max=None if row.max == "*" else int(row.max),
        types=types,
        type_name=type_name,
        is_choice=is_choice,
        is_attribute="xmlAttr" in row.representation,
        is_modifier=row.is_modifier,
        is_summary=row.is_summary,
        binding=_binding(row.binding),
        properties=properties,
    )


def _type(of: _Type, row: _Element) -> TypeReference:
    code = of.code
    if code.startswith(_SYSTEM):
        # Resource.id is declared a string in R4, but resource.html#id says that it is an id.
        if row.base is not None and row.base.path == "Resource.id":
            code = "id"
        else:
            code = _extension(of.extension, _FHIR_TYPE) or "string"
    return TypeReference(code.removeprefix(BASE), of.profile, of.target_profile)


def _binding(row: _Binding | None) -> Binding | None:
    if row is None:
        return None
    return Binding(row.strength, row.value_set, _extension(row.extension, _MAX_VALUE_SET))


def _pattern(value: _Element | None) -> str | None:
    if value is None or not value.type:
        return None
    return _extension(value.type[0].extension, _REGEX)


def _extension(extensions: tuple[_Extension, ...], url: str) -> str | None:
    return next((found.value for found in extensions if found.url == url), None)
