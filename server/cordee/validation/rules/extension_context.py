"""Where an extension may stand.

https://hl7.org/fhir/R4/defining-extensions.html#context
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from cordee.definitions.element import Element, Schema
from cordee.fhirpath.errors import FhirPathError
from cordee.validation.expressions import Condition, Expressions
from cordee.validation.place import Place
from cordee.validation.rules.extension import Allowed
from cordee.validation.run import Run

_EXTENSIONS = frozenset({"extension", "modifierExtension"})


def context(
    contexts: Sequence[dict[str, Any]], schema: Schema, expressions: Expressions
) -> Allowed:
    """Make the test of a place; no context at all allows every place.

    Contexts by FHIRPath are evaluated on the resource, and the element must be among the items.
    """
    elements = {str(row.get("expression")) for row in contexts if row.get("type") == "element"}
    urls = {str(row.get("expression")) for row in contexts if row.get("type") == "extension"}
    paths = [str(row.get("expression")) for row in contexts if row.get("type") == "fhirpath"]

    def allowed(place: Place, run: Run) -> bool:
        if not contexts or "Element" in elements or "*" in elements:
            return True
        holder = place[0]
        if holder is None:
            return True
        if urls and _url_around(holder, run) in urls:
            return True
        if elements:
            labels = tuple(label for label, _ in _steps(holder, run.place))
            if not elements.isdisjoint(
                names(str(run.resource.get("resourceType")), labels, schema)
            ):
                return True
        return any(_selects(path, holder, run, expressions) for path in paths)

    return allowed


def context_invariant(condition: Condition, schema: Schema) -> Allowed:
    """Make the test of a condition on the element that an extension stands on."""

    def met(place: Place, run: Run) -> bool:
        holder = place[0]
        value = at(holder, run) if holder else None
        if holder is None or value is None:
            return True
        try:
            return condition.holds_of(type_at(holder, run, schema), value, run)
        except FhirPathError:
            return True

    return met


@lru_cache(maxsize=4096)
def names(type_name: str, labels: tuple[str, ...], schema: Schema) -> frozenset[str]:
    """Give every name an element goes by: its paths and its types, with their ancestors.

    `labels` are the steps to it from a resource of the type, each as a place has them.
    """
    paths = [type_name]
    for label in labels:
        found = _below(type_name, label, schema)
        if found is None:
            return frozenset()
        element, below = found
        step = f"{element.name}[x]" if element.is_choice else element.name
        owners = [*paths, *_lineage(type_name, schema)]
        paths = [*dict.fromkeys([*(f"{owner}.{step}" for owner in owners), element.path]), below]
        type_name = below
    shorter = (path.removesuffix("[x]") for path in paths)
    interfaces = () if labels else _interfaces(type_name, schema)
    return frozenset((*paths, *shorter, *_lineage(type_name, schema), *interfaces))


def type_at(holder: Place, run: Run, schema: Schema) -> str:
    """Give the type of the element at a place inside the resource being checked."""
    type_name = str(run.resource.get("resourceType"))
    for label, _ in _steps(holder, run.place):
        found = _below(type_name, label, schema)
        type_name = found[1] if found else "Element"
    return type_name


def _below(type_name: str, label: str, schema: Schema) -> tuple[Element, str] | None:
    name, _, chosen = label.partition(".ofType(")
    definition = schema.type(type_name)
    element = definition.elements.get(name) if definition else None
    return (element, chosen.rstrip(")") or element.type_name) if element else None


def _interfaces(type_name: str, schema: Schema) -> Iterator[str]:
    """Give the names later versions have for resources that share elements."""
    definition = schema.type(type_name)
    if definition and "url" in definition.elements and "status" in definition.elements:
        yield "CanonicalResource"
        yield "MetadataResource"


def _lineage(type_name: str, schema: Schema) -> Iterator[str]:
    definition = schema.type(type_name)
    while definition is not None:
        yield definition.name
        definition = schema.type(definition.base) if definition.base else None


def _steps(holder: Place, top: Place) -> list[tuple[str, int]]:
    """Give the labels and indices from a resource's place down to an element's."""
    steps: list[tuple[str, int]] = []
    here: Place | None = holder
    while here is not None and here != top:
        steps.append((here[1], here[2]))
        here = here[0]
    return list(reversed(steps))


def at(holder: Place, run: Run) -> Any:
    """Give the JSON value at a place inside the resource being checked."""
    value: Any = run.resource
    for label, index in _steps(holder, run.place):
        name, _, chosen = label.partition(".ofType(")
        kind = chosen.rstrip(")")
        key = name + kind[:1].upper() + kind[1:]
        value = value.get(key, value.get("_" + key)) if isinstance(value, dict) else None
        if index >= 0:
            value = value[index] if isinstance(value, list) and index < len(value) else None
    return value


def _url_around(holder: Place, run: Run) -> Any:
    """Give the url of the extension that a place is, or whose value it is."""
    if holder[1] not in _EXTENSIONS and holder[0] is not None:
        holder = holder[0]
    value = at(holder, run) if holder[1] in _EXTENSIONS else None
    return value.get("url") if isinstance(value, dict) else None


def _selects(path: str, holder: Place, run: Run, expressions: Expressions) -> bool:
    try:
        condition = expressions.compile(path, str(run.resource.get("resourceType")))
        found = condition.items(run.resource, run)
    except FhirPathError:
        return False
    value = at(holder, run)
    return any(item is value for item in found) or found == [True]
