"""What FHIR adds and only the caller can answer: terminology, profiles, definitions.

https://hl7.org/fhir/R4/fhirpath.html#functions

Each needs a service of the `Environment`. Without it, or when it does not know, the evaluation
ends in CannotEvaluateError: nothing here is ever silently true.
"""

from collections.abc import Callable
from typing import Any

from cordee.fhirpath.code import Code, boolean, boxed, text
from cordee.fhirpath.environment import Answer, Environment
from cordee.fhirpath.errors import CannotEvaluateError, FhirPathError
from cordee.fhirpath.functions.narrative import is_narrative
from cordee.fhirpath.invocation import Build, Function, Functions, Invocation
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import STRING
from cordee.fhirpath.values import kind


def _answered(
    env: Environment, service: Callable[..., Answer | None] | None, name: str, *about: Any
) -> Answer:
    if service is None:
        raise CannotEvaluateError(f"{name}() cannot be evaluated here")
    answer = env.ask(service, *about)
    if answer is None:
        raise CannotEvaluateError(f"{name}({about[-1]!r}) is not known here")
    return answer


def member_of(call: Invocation) -> Code:
    """Compile `memberOf`: is the code, Coding or CodeableConcept in the value set?"""
    item, value_set = boxed(call.focus).one, text(call.argument(0), "memberOf()")

    def truth(this: Any, env: Environment) -> bool | None:
        node, url = item(this, env), value_set(this, env)
        if node is None or url is None:
            return None
        return _answered(env, env.member_of, "memberOf", node.type, node.value, url)

    return boolean(truth)


def _subsumption(name: str, *, swapped: bool) -> Build:
    def build(call: Invocation) -> Code:
        left, right = boxed(call.focus).one, boxed(call.argument(0)).one

        def truth(this: Any, env: Environment) -> bool | None:
            one, other = left(this, env), right(this, env)
            if one is None or other is None:
                return None
            pair = (other, one) if swapped else (one, other)
            return any(
                _answered(env, env.subsumes, name, broad, narrow)
                for broad in _codings(pair[0])
                for narrow in _codings(pair[1])
            )

        return boolean(truth)

    return build


def _codings(node: Node) -> list[Any]:
    if node.value.__class__ is not dict:
        raise FhirPathError("subsumption needs Codings or CodeableConcepts")
    if node.type == "CodeableConcept":
        return list(node.value.get("coding", ()))
    return [node.value]


def conforms_to(call: Invocation) -> Code:
    """Compile `conformsTo`: is the item valid against the profile?"""
    item, profile = boxed(call.focus).one, text(call.argument(0), "conformsTo()")

    def truth(this: Any, env: Environment) -> bool | None:
        node, url = item(this, env), profile(this, env)
        if node is None or url is None:
            return None
        return _answered(env, env.conforms_to, "conformsTo", node.type, node.value, url)

    return boolean(truth)


def element_definition(call: Invocation) -> Code:
    """Compile `elementDefinition`: the definition of each item."""
    items = boxed(call.focus).many

    def many(this: Any, env: Environment) -> list[Any]:
        nodes = items(this, env)
        return [
            _answered(env, env.element_definition, "elementDefinition", node.type, node.value)
            for node in nodes
        ]

    return Code("ElementDefinition", many=many)


def in_slice(call: Invocation) -> Code:
    """Compile `slice`: the items that are in the slice of a profile."""
    items = boxed(call.focus).many
    structure, name = (text(call.argument(place), "slice()") for place in (0, 1))

    def many(this: Any, env: Environment) -> list[Any]:
        url, wanted = structure(this, env), name(this, env)
        return [
            node
            for node in items(this, env)
            if _answered(env, env.in_slice, "slice", node.type, node.value, url, wanted)
        ]

    return Code(None, many=many)


def check_modifiers(call: Invocation) -> Code:
    """Compile `checkModifiers`: an error when an item has any other modifier."""
    focus, items = call.focus, boxed(call.focus).many
    known = [text(call.argument(place), call.name + "()") for place in range(len(call.arguments))]

    def many(this: Any, env: Environment) -> list[Any]:
        urls = {url(this, env) for url in known}
        for node in items(this, env):
            modifiers = node.value.get("modifierExtension", ()) if _is_object(node) else ()
            for modifier in modifiers:
                if modifier.get("url") not in urls:
                    raise FhirPathError(f"the modifier {modifier.get('url')} is not understood")
        return focus.many(this, env)

    return Code(focus.type, many=many)


def _is_object(node: Node) -> bool:
    return node.value.__class__ is dict


def html_checks(call: Invocation) -> Code:
    """Compile `htmlChecks`: does the narrative hold only what a narrative may hold?"""
    item = boxed(call.focus).one

    def truth(this: Any, env: Environment) -> bool | None:
        node = item(this, env)
        if node is None or node.value is None:
            return None
        if kind(node) != STRING:
            raise FhirPathError("htmlChecks() needs XHTML")
        return is_narrative(node.value)

    return boolean(truth)


SERVICES: Functions = {
    "memberOf": Function(member_of, 1, 1),
    "subsumes": Function(_subsumption("subsumes", swapped=False), 1, 1),
    "subsumedBy": Function(_subsumption("subsumedBy", swapped=True), 1, 1),
    "conformsTo": Function(conforms_to, 1, 1),
    "elementDefinition": Function(element_definition),
    "slice": Function(in_slice, 2, 2),
    "checkModifiers": Function(check_modifiers, 1, 99),
    "htmlChecks": Function(html_checks),
}
