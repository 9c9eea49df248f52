"""Types: `is` and `as`, and what they share with `ofType`.

http://hl7.org/fhirpath/N1/#types and https://hl7.org/fhir/R4/fhirpath.html#types
"""

from collections.abc import Callable
from typing import Any

from cordee.fhirpath.code import Code, boolean, boxed, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.model import Model
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import ABSTRACT_RESOURCES, NOTHING, PRIMITIVES


def is_type(model: Model, focus: Code, wanted: str) -> Code:
    """Compile `is`: subtypes count."""
    if focus.type == NOTHING:
        return nothing()
    if focus.type is None or focus.type in ABSTRACT_RESOURCES:
        return _is_at_run_time(model, focus, wanted)
    answer = model.is_a(focus.type, wanted)
    one = focus.one
    return boolean(lambda this, env: None if one(this, env) is None else answer)


def _is_at_run_time(model: Model, focus: Code, wanted: str) -> Code:
    one = boxed(focus).one

    def truth(this: Any, env: Environment) -> bool | None:
        node = one(this, env)
        return None if node is None else model.is_a(node.type, wanted)

    return boolean(truth)


def as_type(model: Model, focus: Code, wanted: str, *, strict: bool) -> Code:
    """Compile `as`.

    The specification wants one item at most, and R4's own search parameters apply `as` to many:
    only strict mode insists.
    """
    if strict and not focus.single:
        return of_type(model, _at_most_one(focus), wanted)
    return of_type(model, focus, wanted)


def _at_most_one(focus: Code) -> Code:
    items = focus.many

    def one(this: Any, env: Environment) -> Any:
        found = items(this, env)
        if len(found) > 1:
            raise FhirPathError(f"`as` needs one item, and there are {len(found)}")
        return found[0] if found else None

    return Code(focus.type, one=one)


def of_type(model: Model, focus: Code, wanted: str) -> Code:
    """Compile `ofType`: the items of a type."""
    if focus.type == NOTHING:
        return nothing()
    if focus.narrow is not None:
        narrowed = focus.narrow(wanted)
        if narrowed is not None:
            return narrowed
    if focus.type is None or focus.type in ABSTRACT_RESOURCES:
        return _filtered(model, boxed(focus), wanted)
    return focus if model.is_kind_of(focus.type, wanted) else nothing()


def _filtered(model: Model, focus: Code, wanted: str) -> Code:
    """Keep the Nodes of a type; their type is static from here on when it has no subtypes."""
    unbox, passes = _unboxer(wanted), _filter(model, wanted)
    one, many = focus.one, focus.many

    def filtered_one(this: Any, env: Environment) -> Any:
        node = one(this, env)
        return unbox(node) if node is not None and passes(node.type) else None

    def filtered_many(this: Any, env: Environment) -> list[Any]:
        return [unbox(node) for node in many(this, env) if passes(node.type)]

    type_name = wanted if _has_no_subtypes(model, wanted) else None
    if focus.single:
        return Code(type_name, one=filtered_one)
    code = Code(type_name, many=filtered_many)
    code.ordered = focus.ordered
    code.fixed = focus.fixed
    return code


def _filter(model: Model, wanted: str) -> Callable[[str], bool]:
    if wanted in PRIMITIVES:
        return wanted.__eq__
    return lambda type_name: model.is_kind_of(type_name, wanted)


_OPEN = frozenset(("Element", "BackboneElement", "Quantity", "System.Quantity"))


def _has_no_subtypes(model: Model, type_name: str) -> bool:
    return type_name not in _OPEN and model.is_type(type_name)


def _unboxer(wanted: str) -> Any:
    if wanted in _OPEN or wanted.startswith("System."):
        return _same
    return _bare_primitive if wanted in PRIMITIVES else _value


def _same(node: Node) -> Any:
    return node


def _value(node: Node) -> Any:
    return node.value


def _bare_primitive(node: Node) -> Any:
    return node if node.extra is not None or node.value is None else node.value
