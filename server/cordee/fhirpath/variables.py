"""Environment variables, and `$this`, `$index`, `$total`.

http://hl7.org/fhirpath/N1/#environment-variables and
https://hl7.org/fhir/R4/fhirpath.html#vars
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from cordee.fhirpath.code import Code, boxer, constant
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import INTEGER, STRING, type_of

_FIXED: Final[Mapping[str, str]] = {
    "ucum": "http://unitsofmeasure.org",
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
}
_PREFIXES: Final[Mapping[str, str]] = {
    "vs-": "http://hl7.org/fhir/ValueSet/",
    "ext-": "http://hl7.org/fhir/StructureDefinition/",
}

_RESOURCES: Final[Mapping[str, Callable[[Environment], Any]]] = {
    "resource": lambda env: env.resource,
    "rootResource": lambda env: env.root,
}


def variable(name: str, context_type: str | None) -> Code:
    """Compile `%name`; `context_type` is the static type of `%context`."""
    if name in _FIXED:
        return constant(_FIXED[name], STRING)
    for prefix, url in _PREFIXES.items():
        if name.startswith(prefix):
            return constant(url + name.removeprefix(prefix), STRING)
    if name in _RESOURCES:
        read = _RESOURCES[name]
        return _fixed(Code("Resource", one=lambda _this, env: read(env)))
    if name == "context":
        box = boxer(context_type)
        return _fixed(Code(context_type, one=lambda _this, env: _context(env, context_type, box)))
    return _fixed(Code(None, many=_named(name)))


def _fixed(code: Code) -> Code:
    code.fixed = True
    return code


def _context(env: Environment, type_name: str | None, box: Callable[[Any], Any]) -> Any:
    context = env.focus if env.context is None else env.context
    if type_name is None and context.__class__ is not Node:
        return Node(type_of(context), context)
    return box(context) if type_name is None else context


def _named(name: str) -> Callable[[Any, Environment], list[Any]]:
    def many(_this: Any, env: Environment) -> list[Any]:
        if name not in env.variables:
            raise FhirPathError(f"%{name} has no value here")
        value = env.variables[name]
        values = value if isinstance(value, list) else [value]
        return [
            item if item.__class__ is Node else Node(type_of(item), item)
            for item in values
            if item is not None
        ]

    return many


def index() -> Code:
    """Compile `$index`."""
    return Code(INTEGER, one=lambda _this, env: env.index)


def total() -> Code:
    """Compile `$total`, the result so far of aggregate()."""
    return Code(None, many=lambda _this, env: env.total)
