"""Extraction: resource → index values, compiled once per resource type.

Extraction never raises on a resource, however badly made: what has no meaning as a value of the
parameter is left out.

https://hl7.org/fhir/R4/search.html
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from cordee import fhirpath
from cordee.definitions.element import Schema
from cordee.resource.types import Resource
from cordee.search import traits
from cordee.search.kinds import SearchType, type_of
from cordee.search.marks import NOBODY, Marker, touched
from cordee.search.parameter import Parameter
from cordee.search.path import Branch, compile_paths
from cordee.search.shape import shape_of
from cordee.search.types import composite
from cordee.search.types.reference import normalize
from cordee.search.values import Extraction, IndexValues, distinct
from cordee.search.walk import Emit, Node, referenced_type
from cordee.search.words import Words

HELD_APART = frozenset({"_id", "_lastUpdated"})
"""Parameters whose values the store keeps beside the index values."""

_ROOT = "%resource."


class Extractor:
    """Extracts the index values of one resource type."""

    def __init__(
        self,
        resource_type: str,
        parameters: Iterable[Parameter],
        schema: Schema,
        members: Mapping[str, tuple[str, ...]],
        *,
        words: Words | None = None,
        base_urls: Sequence[str] = (),
    ) -> None:
        """Compile parameters; `members` maps compartment → codes of the parameters that place."""
        self._root = Node()
        self._computed: list[tuple[fhirpath.Expression, Parameter]] = []
        self._words = words
        self._compartments = _by_code(members)
        self._own = resource_type if resource_type in members else None
        self._marker = Marker(resource_type, members)
        self._base_urls = base_urls
        self._references: list[str] = []
        for parameter in parameters:
            if parameter.code not in HELD_APART:
                self._add(parameter, schema)

    def _add(self, parameter: Parameter, schema: Schema) -> None:
        if parameter.kind == "reference" and not parameter.canonical:
            self._references.append(parameter.code)
        if parameter.kind == "composite":
            self._add_composite(parameter, schema)
        elif parameter.computed is not None:
            self._computed.append((parameter.computed, parameter))
        else:
            attach(self._root, parameter.branches, type_of(parameter), parameter.code)

    def _add_composite(self, parameter: Parameter, schema: Schema) -> None:
        if not parameter.parts:
            return
        for branch in parameter.branches:
            elements = Node()
            elements.add(branch.steps, composite.collect, is_object=True)
            parts = tuple(
                _part(part, parameter.resource_type, schema, branch.type_name, str(position))
                for position, part in enumerate(parameter.parts)
            )
            self._root.add((), composite.emitter(parameter.code, elements, parts), is_object=True)

    def extract(self, resource: Resource) -> Extraction:
        """Give the index values and compartments of a resource."""
        values: IndexValues = {}
        self._root.run(resource, values)
        for expression, parameter in self._computed:
            _compute(expression, parameter, resource, values)
        if self._base_urls:
            self._make_relative(values)
        for index, rows in values.items():
            if len(rows) > 1:
                values[index] = distinct(rows)
        if self._words is not None:
            self._words.add(resource, values)
        meta = resource.get("meta")
        marks = self._marker.marks(resource, values)
        return Extraction(
            values,
            self._placed(resource, values),
            type=resource["resourceType"],
            id=resource.get("id"),
            last_updated=meta.get("lastUpdated") if isinstance(meta, dict) else None,
            marks=marks,
            traits=() if NOBODY in marks else traits.of(resource),
            touched=touched(resource),
        )

    def _make_relative(self, values: IndexValues) -> None:
        """References to our own base URLs are local references."""
        for code in self._references:
            if code in values:
                values[code] = [normalize(text, self._base_urls) or text for text in values[code]]

    def _placed(self, resource: Resource, values: IndexValues) -> tuple[str, ...]:
        found: dict[str, None] = {}
        if self._own is not None and isinstance(id := resource.get("id"), str):
            found[f"{self._own}/{id}"] = None
        for code, compartments in self._compartments:
            for target in values.get(code, ()):
                if target.partition("/")[0] in compartments:
                    found[target] = None
        return tuple(found)


def _by_code(members: Mapping[str, tuple[str, ...]]) -> list[tuple[str, frozenset[str]]]:
    codes: dict[str, set[str]] = {}
    for compartment, names in members.items():
        for name in names:
            codes.setdefault(name, set()).add(compartment)
    return [(code, frozenset(found)) for code, found in codes.items()]


def _part(
    part: Parameter, resource_type: str, schema: Schema, context: str, name: str
) -> composite.Part:
    expression = part.definition.expression or ""
    from_root = expression.startswith(_ROOT)
    start = resource_type if from_root else context
    branches = compile_paths(expression.removeprefix(_ROOT), schema, start)
    node = Node()
    attach(node, branches, type_of(part), name)
    return composite.Part(node, from_root)


def attach(node: Node, branches: Iterable[Branch], module: SearchType, index: str) -> None:
    """Emit at the end of each branch what a parameter type makes of the element type there."""
    for branch in branches:
        make, is_object = emitter_of(module, branch.type_name)
        if make is not None:
            node.add(branch.steps, make(index), is_object=is_object)


def emitter_of(module: SearchType, type_name: str) -> tuple[Callable[[str], Emit] | None, bool]:
    """Find what a parameter type emits for an element type, and whether that is a JSON object."""
    if type_name in module.OBJECTS:
        return module.OBJECTS[type_name], True
    return module.PLAIN.get(type_name), False


def _compute(
    expression: fhirpath.Expression, parameter: Parameter, resource: Resource, values: IndexValues
) -> None:
    environment = fhirpath.Environment(resource=resource, resolve=_stub)
    try:
        found = expression(resource, environment=environment)
    except fhirpath.FhirPathError:
        # The resource lacks what the expression needs: it has no value here.
        return
    for value in found:
        make, _ = emitter_of(type_of(parameter), shape_of(value, parameter.kind))
        if make is not None:
            make(parameter.code)(value, values)


def _stub(reference: str) -> Resource | None:
    """Give a resource of the type a reference names: search expressions only ask for the type."""
    type = referenced_type(reference)
    return {"resourceType": type} if type else None
