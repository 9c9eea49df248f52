"""What FHIR adds: extensions, primitive values, references.

https://hl7.org/fhir/R4/fhirpath.html#functions
"""

import re
from typing import Any

from cordee.fhirpath.code import Code, boolean, boxed, constant, text
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import CannotEvaluateError
from cordee.fhirpath.invocation import Function, Functions, Invocation
from cordee.fhirpath.model import Model
from cordee.fhirpath.navigation import member
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import BOOLEAN, NOTHING, PRIMITIVES, SYSTEM, system_type


def extension(call: Invocation) -> Code:
    """Compile `extension`: the extensions of that url."""
    extensions = member(call.model, call.focus, "extension", strict=False)
    items, url = extensions.many, text(call.argument(0), "extension()")

    def many(this: Any, env: Environment) -> list[Any]:
        found = items(this, env)
        if not found:
            return []
        wanted = url(this, env)
        return [item for item in found if _url(item) == wanted]

    return Code(extensions.type, many=many)


def _url(item: Any) -> Any:
    return (item.value if item.__class__ is Node else item).get("url")


def has_extension(call: Invocation) -> Code:
    """Compile `hasExtension`, which R4's own search parameters use without defining it."""
    return boolean(extension(call).some)


def has_value(call: Invocation) -> Code:
    """Compile `hasValue`: is there one item, a primitive with a value?"""
    focus = call.focus
    if focus.type is not None and focus.type not in PRIMITIVES and focus.type not in SYSTEM:
        return constant(False, BOOLEAN)
    if focus.single:
        item = focus.one
        return boolean(lambda this, env: primitive_value(item(this, env)) is not None)
    items = focus.many

    def truth(this: Any, env: Environment) -> bool:
        found = items(this, env)
        return len(found) == 1 and primitive_value(found[0]) is not None

    return boolean(truth)


def primitive_value(item: Any) -> Any:
    """Give the value of a primitive item, None for anything else."""
    value = item.value if item.__class__ is Node else item
    return None if value.__class__ is dict else value


def get_value(call: Invocation) -> Code:
    """Compile `getValue`: the System value of the only primitive."""
    focus = call.focus
    items = boxed(focus).many
    type_name = None if focus.type is None else system_type(focus.type)
    known = type_name in SYSTEM

    def one(this: Any, env: Environment) -> Any:
        found = items(this, env)
        value = primitive_value(found[0]) if len(found) == 1 else None
        if value is None:
            return None
        return value if known else Node(system_type(found[0].type), value)

    return Code(type_name if known else None, one=one)


def resolve(call: Invocation) -> Code:
    """Compile `resolve`: the resources that references, canonicals and uris point to."""
    items = boxed(call.focus).many
    if call.focus.type == NOTHING:
        return call.focus

    def many(this: Any, env: Environment) -> list[Any]:
        found = [resolved(node, env) for node in items(this, env)]
        env.spend(len(found))
        return [resource for resource in found if resource is not None]

    return Code("Resource", many=many)


def resolved(node: Node, env: Environment) -> Any:
    """Give the resource a node refers to: contained, or from the service."""
    reference = reference_text(node)
    if reference is None:
        return None
    if reference.startswith("#"):
        found = contained(reference[1:], env)
        if found is not None or env.resolve is None:
            return found
        # An expression on a Bundle looks into entries, whose contained resources only they know.
        return env.ask(env.resolve, reference)
    if env.resolve is None:
        raise CannotEvaluateError(f"nothing here can resolve {reference}")
    return env.ask(env.resolve, reference)


def reference_text(node: Node) -> str | None:
    """Give the literal reference of a Reference, or the text of a uri or canonical."""
    value = node.value
    if value.__class__ is dict:
        value = value.get("reference")
    return value if isinstance(value, str) and value else None


def contained(identifier: str, env: Environment) -> Any:
    """Find a contained resource; an empty identifier is the container itself."""
    root = env.root
    if root is None or not identifier:
        return root
    return next((one for one in root.get("contained", ()) if one.get("id") == identifier), None)


_LITERAL = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[^/]+)?$")


def resolves_to(model: Model, focus: Code, wanted: str) -> Code:
    """Compile `resolve() is Type` without resolving when the reference itself tells the type.

    R4 restricts search parameters this way (`subject.where(resolve() is Patient)`), where a fetch
    for each reference would be waste. What cannot be told is empty.
    """
    one = boxed(focus).one

    def truth(this: Any, env: Environment) -> bool | None:
        node = one(this, env)
        found = None if node is None else referred_type(model, node, env)
        return None if found is None else model.is_a(found, wanted)

    return boolean(truth)


def referred_type(model: Model, node: Node, env: Environment) -> str | None:
    """Tell the resource type a reference points to, or None."""
    reference = reference_text(node)
    if reference is not None and not reference.startswith("#"):
        match = _LITERAL.search(reference)
        if match is not None and model.is_resource(match.group(1)):
            return match.group(1)
    written = node.value.get("type") if node.value.__class__ is dict else None
    if isinstance(written, str):
        return written.rpartition("/")[2]
    if reference is None or (env.resolve is None and not reference.startswith("#")):
        return None
    resource = resolved(node, env)
    return resource.get("resourceType") if isinstance(resource, dict) else None


FHIR: Functions = {
    "extension": Function(extension, 1, 1),
    "hasExtension": Function(has_extension, 1, 1),
    "hasValue": Function(has_value),
    "getValue": Function(get_value),
    "resolve": Function(resolve),
}
