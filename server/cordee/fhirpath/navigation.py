"""Path selection: steps into children, fused so that a whole path is one closure.

http://hl7.org/fhirpath/N1/#path-selection and
https://hl7.org/fhir/R4/fhirpath.html#polymorphism
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cordee.fhirpath.children import PRIMITIVE_MEMBERS, as_list, named_children, paired
from cordee.fhirpath.code import THIS, Code, Narrow, One, boxed, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import SemanticError
from cordee.fhirpath.model import Member, Model
from cordee.fhirpath.node import Node, plain, plain_all
from cordee.fhirpath.types import (
    ABSTRACT_RESOURCES,
    NOTHING,
    PRIMITIVES,
    SYSTEM_MEMBERS,
    UNKNOWN,
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
    of = focus.type
    if of is None or of == UNKNOWN:
        return _dynamic(model, boxed(focus), name)
    if of in PRIMITIVES:
        found = _primitive_member(focus, name)
    elif of in SYSTEM_MEMBERS:
        found = _system_member(focus, SYSTEM_MEMBERS[of], name)
    else:
        known = model.member(of, name)
        found = None if known is None else _static(model, focus, known)
    if found is not None:
        return found
    if of in ABSTRACT_RESOURCES:
        return _dynamic(model, boxed(focus), name)
    if strict and of != NOTHING:
        raise SemanticError(f"{of} has no element called {name}")
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
    starts = path.base.many

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
            many=lambda this, _env: as_list(this.get(key)),
            some=lambda this, _env: bool(this.get(key)),
        )
    collect = _collector(step)

    def many(this: Any, _env: Environment) -> list[Any]:
        found: list[Any] = []
        collect(this, found)
        return found

    return Code(step.type, many=many, some=lambda this, _env: bool(this.get(key)) or shadow in this)


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


def _choice(model: Model, focus: Code, properties: dict[str, str]) -> Code:
    """Compile a step to `value[x]`; the items are Nodes, for each has its own type."""
    read = _choice_reader(properties)
    starts, start = focus.many, focus.one

    def one(this: Any, env: Environment) -> Any:
        item = start(this, env)
        return None if item is None else read(item)

    def many(this: Any, env: Environment) -> list[Any]:
        nodes = [read(item) for item in starts(this, env)]
        return [node for node in nodes if node is not None]

    code = Code(None, one=one) if focus.single else Code(None, many=many)
    if _is_this(focus):
        keys = properties.keys() | {f"_{key}" for key in properties}
        code.some = lambda this, _env: not keys.isdisjoint(this)
    code.ordered = focus.ordered
    code.fixed = focus.fixed
    code.narrow = _narrowing(model, focus, properties)
    return code


def _choice_reader(properties: dict[str, str]) -> Callable[[Any], Node | None]:
    def read(item: Any) -> Node | None:
        for key in item:
            if key in properties:
                value, extra = item[key], item.get(f"_{key}")
                absent = value is None and extra is None
                return None if absent else Node(properties[key], value, extra)
        for key in item:
            if key[0] == "_" and key[1:] in properties:
                return Node(properties[key[1:]], None, item[key])
        return None

    return read


def _narrowing(model: Model, focus: Code, properties: dict[str, str]) -> Narrow:
    """Give the function that compiles the step to one type of a choice element."""
    by_type = {
        type_name: Step(key, type_name, repeats=False) for key, type_name in properties.items()
    }

    def narrow(type_name: str) -> Code | None:
        related = [known for known in by_type if model.is_kind_of(known, type_name)]
        if related == [type_name]:
            return extend(focus, by_type[type_name])
        return None if related else nothing()

    return narrow


def _system_member(focus: Code, members: Mapping[str, str], name: str) -> Code | None:
    return extend(focus, Step(name, members[name], repeats=False)) if name in members else None


def _primitive_member(focus: Code, name: str) -> Code | None:
    """Compile `id` and `extension` of a primitive, which JSON keeps in the `_name` sibling.

    The definitions of primitives have a `value` too, which is the System value itself.
    """
    if name == "value" and focus.type in PRIMITIVES:
        return _primitive_value(focus, PRIMITIVES[focus.type])
    if name not in PRIMITIVE_MEMBERS:
        return None
    type_name, repeats = PRIMITIVE_MEMBERS[name]
    items = focus.many

    def many(this: Any, env: Environment) -> list[Any]:
        found: list[Any] = []
        for item in items(this, env):
            if item.__class__ is Node and item.extra:
                found += as_list(item.extra.get(name))
        return found

    if focus.single and not repeats:
        one = Code(type_name, many=many).one
        return Code(type_name, one=one)
    return Code(type_name, many=many)


def _primitive_value(focus: Code, type_name: str) -> Code:
    if focus.single:
        one = focus.one
        return Code(type_name, one=lambda this, env: plain(one(this, env)))
    many = focus.many
    return Code(type_name, many=lambda this, env: plain_all(many(this, env)))


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
