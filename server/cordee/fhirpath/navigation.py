"""Path selection: steps into children, fused so that a whole path is one closure.

http://hl7.org/fhirpath/N1/#path-selection and
https://hl7.org/fhir/R4/fhirpath.html#polymorphism
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cordee.fhirpath.code import THIS, Code, One, boxed, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import SemanticError
from cordee.fhirpath.model import Member, Model
from cordee.fhirpath.node import Node
from cordee.fhirpath.types import (
    ABSTRACT_RESOURCES,
    NOTHING,
    PRIMITIVES,
    STRING,
    SYSTEM_MEMBERS,
    UNKNOWN,
    type_of,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One fused step: the JSON property to read and what it holds."""

    key: str
    type: str
    repeats: bool

    @property
    def is_primitive(self) -> bool:
        """Tell whether a `_name` sibling may stand beside the property."""
        return self.type in PRIMITIVES


@dataclass(frozen=True, slots=True)
class Path:
    """Fused steps from a base."""

    base: Code
    steps: tuple[Step, ...]


def member(model: Model, focus: Code, name: str, *, strict: bool) -> Code:
    """Compile the step to the children called `name`.

    Raises SemanticError in strict mode when no such child exists.
    """
    if focus.type == NOTHING:
        return nothing()
    if focus.type is None:
        return _dynamic(model, focus, name)
    if focus.type in SYSTEM_MEMBERS:
        return _system_member(focus, name, strict=strict)
    if focus.type in PRIMITIVES:
        return _primitive_member(focus, name, strict=strict)
    found = model.member(focus.type, name)
    if found is not None:
        return _static(model, focus, found)
    if focus.type in ABSTRACT_RESOURCES or focus.type == UNKNOWN:
        return _dynamic(model, boxed(focus), name)
    if strict:
        raise SemanticError(f"{focus.type} has no element called {name}")
    return nothing()


def _static(model: Model, focus: Code, found: Member) -> Code:
    if len(found.properties) == 1:
        ((key, type_name),) = found.properties.items()
        return extend(focus, Step(key, type_name, found.repeats))
    return _choice(model, focus, found.properties)


def extend(focus: Code, step: Step) -> Code:
    """Add a step to a path, fusing it with the steps before."""
    known = focus.path
    path = (
        Path(known.base, (*known.steps, step)) if isinstance(known, Path) else Path(focus, (step,))
    )
    code = _single_path(path) if _is_single(path) else _list_path(path)
    code.path = path
    code.ordered = focus.ordered
    code.fixed = focus.fixed
    return code


def _is_single(path: Path) -> bool:
    return path.base.single and not any(step.repeats for step in path.steps)


def _single_path(path: Path) -> Code:
    last = path.steps[-1]
    read = _primitive_reader(last) if last.is_primitive else _reader(last.key)
    inner = [step.key for step in path.steps[:-1]]
    base = path.base.one
    if not inner:
        if _is_this(path.base):
            return Code(last.type, one=read)

        def from_base(this: Any, env: Environment) -> Any:
            item = base(this, env)
            return None if item is None else read(item, env)

        return Code(last.type, one=from_base)

    def along(this: Any, env: Environment) -> Any:
        item = base(this, env)
        if item is None:
            return None
        for key in inner:
            item = item.get(key)
            if item is None:
                return None
        return read(item, env)

    return Code(last.type, one=along)


def _is_this(code: Code) -> bool:
    return code.path is THIS


def _reader(key: str) -> One:
    return lambda this, _env: this.get(key)


def _primitive_reader(step: Step) -> One:
    key, shadow, type_name = step.key, f"_{step.key}", step.type

    def read(this: Any, _env: Environment) -> Any:
        if shadow in this:
            return Node(type_name, this.get(key), this[shadow])
        return this.get(key)

    return read


def _list_path(path: Path) -> Code:
    last = path.steps[-1]
    if _is_this(path.base) and len(path.steps) == 1:
        return _list_step(last)
    collect = _collector(last)
    inner = [step.key for step in path.steps[:-1]]
    base, starts = path.base, path.base.many

    if _is_this(base):

        def start(this: Any, _env: Environment) -> list[Any]:
            return [this]

        starts = start

    def many(this: Any, env: Environment) -> list[Any]:
        items = starts(this, env)
        for key in inner:
            found: list[Any] = []
            for item in items:
                value = item.get(key)
                if value.__class__ is list:
                    found += value
                elif value is not None:
                    found.append(value)
            if not found:
                return found
            items = found
        result: list[Any] = []
        for item in items:
            collect(item, result)
        return result

    return Code(last.type, many=many)


def _list_step(step: Step) -> Code:
    """Compile one repeating step from `$this`, the commonest of all."""
    key, shadow = step.key, f"_{step.key}"
    if not step.is_primitive:
        return Code(
            step.type,
            many=lambda this, _env: _as_list(this.get(key)),
            some=lambda this, _env: bool(this.get(key)),
        )
    collect = _collector(step)

    def many(this: Any, _env: Environment) -> list[Any]:
        found: list[Any] = []
        collect(this, found)
        return found

    return Code(step.type, many=many, some=lambda this, _env: bool(this.get(key)) or shadow in this)


def _as_list(value: Any) -> list[Any]:
    if value.__class__ is list:
        return value  # type: ignore[no-any-return]
    return [] if value is None else [value]


Collect = Callable[[Any, list[Any]], None]


def _collector(step: Step) -> Collect:
    """Give the function that appends the children of one item to a list."""
    key, shadow, type_name = step.key, f"_{step.key}", step.type

    def collect(item: Any, found: list[Any]) -> None:
        value = item.get(key)
        if value.__class__ is list:
            found += value
        elif value is not None:
            found.append(value)

    if not step.is_primitive:
        return collect

    def collect_primitive(item: Any, found: list[Any]) -> None:
        if shadow in item:
            found += paired(type_name, item.get(key), item[shadow])
        else:
            collect(item, found)

    return collect_primitive


def paired(type_name: str, value: Any, extra: Any) -> Iterator[Node]:
    """Join primitives with the ids and extensions beside them, one or many."""
    values = value if value.__class__ is list else [value]
    extras = extra if extra.__class__ is list else [extra]
    for position in range(max(len(values), len(extras))):
        one = values[position] if position < len(values) else None
        other = extras[position] if position < len(extras) else None
        if one is not None or other is not None:
            yield Node(type_name, one, other)


def _choice(model: Model, focus: Code, properties: dict[str, str]) -> Code:
    steps = {key: Step(key, type_name, repeats=False) for key, type_name in properties.items()}
    starts = focus.many
    shadows = {f"_{key}" for key, step in steps.items() if step.is_primitive}

    def read(item: Any) -> Node | None:
        for key in item:
            if key in properties:
                value, extra = item[key], item.get(f"_{key}")
                return None if value is None else Node(properties[key], value, extra)
        for key in item:
            if key in shadows:
                return Node(properties[key[1:]], None, item[key])
        return None

    def one(this: Any, env: Environment) -> Any:
        item = focus.one(this, env)
        return None if item is None else read(item)

    def many(this: Any, env: Environment) -> list[Any]:
        nodes = [read(item) for item in starts(this, env)]
        return [node for node in nodes if node is not None]

    code = Code(None, one=one) if focus.single else Code(None, many=many)
    if _is_this(focus):
        code.one = lambda this, _env: read(this)
        keys = properties.keys() | shadows
        code.some = lambda this, _env: not keys.isdisjoint(this)
    code.ordered = focus.ordered
    by_type = {step.type: step for step in steps.values()}

    def narrow(type_name: str) -> Code | None:
        related = [known for known in by_type if model.is_kind_of(known, type_name)]
        if related == [type_name]:
            return extend(focus, by_type[type_name])
        return None if related else nothing()

    code.narrow = narrow
    return code


def _system_member(focus: Code, name: str, *, strict: bool) -> Code:
    type_name = SYSTEM_MEMBERS[focus.type or ""].get(name)
    if type_name is None:
        if strict:
            raise SemanticError(f"{focus.type} has no element called {name}")
        return nothing()
    return extend(focus, Step(name, type_name, repeats=False))


_PRIMITIVE_MEMBERS = {"id": ("string", False), "extension": ("Extension", True)}


def _primitive_member(focus: Code, name: str, *, strict: bool) -> Code:
    """Compile `id` and `extension` of a primitive, which JSON keeps in the `_name` sibling."""
    if name not in _PRIMITIVE_MEMBERS:
        if strict:
            raise SemanticError(f"{focus.type} has no element called {name}")
        return nothing()
    type_name, repeats = _PRIMITIVE_MEMBERS[name]
    items = focus.many

    def many(this: Any, env: Environment) -> list[Any]:
        found: list[Any] = []
        for item in items(this, env):
            if item.__class__ is Node and item.extra:
                found += _as_list(item.extra.get(name))
        return found

    if focus.single and not repeats:
        one = Code(type_name, many=many).one
        return Code(type_name, one=one)
    return Code(type_name, many=many)


def _dynamic(model: Model, focus: Code, name: str) -> Code:
    """Compile a step whose type only the items themselves can tell."""
    items = focus.many

    def many(this: Any, env: Environment) -> list[Any]:
        found: list[Any] = []
        for node in items(this, env):
            found += named_children(model, node, name)
        env.spend(len(found))
        return found

    code = Code(None, many=many)
    code.ordered = focus.ordered
    code.fixed = focus.fixed
    return code


def named_children(model: Model, node: Node, name: str) -> list[Node]:
    """Give the children of a node called `name`, as Nodes."""
    if node.type in PRIMITIVES:
        if node.extra is None or name not in _PRIMITIVE_MEMBERS:
            return []
        type_name = _PRIMITIVE_MEMBERS[name][0]
        return [Node(type_name, value) for value in _as_list(node.extra.get(name))]
    if node.value.__class__ is not dict:
        return []
    if node.type in SYSTEM_MEMBERS:
        value = node.value.get(name)
        return [] if value is None else [Node(SYSTEM_MEMBERS[node.type].get(name, STRING), value)]
    found = model.member(node.type, name)
    if found is None:
        return _undefined_children(node, name) if node.type == UNKNOWN else []
    children: list[Node] = []
    for key, type_name in found.properties.items():
        children += property_children(node.value, key, type_name)
    return children


def property_children(value: dict[str, Any], key: str, type_name: str) -> list[Node]:
    """Give the values of one JSON property as Nodes."""
    shadow = f"_{key}"
    if shadow in value and type_name in PRIMITIVES:
        return list(paired(type_name, value.get(key), value[shadow]))
    items = _as_list(value.get(key))
    if type_name in ABSTRACT_RESOURCES:
        return [Node(str(item.get("resourceType", "")), item) for item in items]
    return [Node(type_name, item) for item in items if item is not None]


def _undefined_children(node: Node, name: str) -> list[Node]:
    return [Node(type_of(value), value) for value in _as_list(node.value.get(name))]


def children(model: Model, node: Node) -> list[Node]:
    """Give all children of a node, in the order of the JSON."""
    value = node.value
    if node.extra is not None:
        return [child for name in _PRIMITIVE_MEMBERS for child in named_children(model, node, name)]
    if value.__class__ is not dict:
        return []
    properties = model.properties(node.type)
    if not properties:
        return [child for name in value for child in _undefined_children(node, name)]
    found: list[Node] = []
    for key, child in value.items():
        type_name = properties.get(key)
        if type_name is None:
            if key[:1] == "_" and key[1:] in properties and key[1:] not in value:
                found += property_children(value, key[1:], properties[key[1:]])
        elif type_name in ABSTRACT_RESOURCES or "_" + key in value:
            found += property_children(value, key, type_name)
        elif child.__class__ is list:
            found += [Node(type_name, item) for item in child]
        else:
            found.append(Node(type_name, child))
    return found


def count_children(model: Model, type_name: str) -> Callable[[Any], int]:
    """Give a function that counts the children of a complex value without making Nodes."""
    properties = model.properties(type_name)

    def count(value: Any) -> int:
        total = 0
        for key, child in value.items():
            if key in properties:
                if child.__class__ is list:
                    total += max(len(child), len(value.get(f"_{key}", ())))
                else:
                    total += 1
            elif key[0] == "_" and key[1:] in properties and key[1:] not in value:
                total += len(child) if child.__class__ is list else 1
        return total

    return count
