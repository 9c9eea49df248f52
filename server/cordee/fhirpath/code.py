"""Compiled expressions: closures together with what is known of their results before they run.

Every closure takes the item that `$this` is, and the environment. Items are bare JSON values whose
type is the static `Code.type`; a primitive with id or extensions, and every item when the static
type is None, is a `Node` instead. Lists that closures return may belong to the resource: they are
never changed.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.node import Node, plain
from cordee.fhirpath.types import ABSTRACT_RESOURCES, BOOLEAN, NOTHING, SYSTEM

One: TypeAlias = Callable[[Any, Environment], Any]
"""Gives the only item, or None when there is none; raises when there are several."""

Many: TypeAlias = Callable[[Any, Environment], list[Any]]
Some: TypeAlias = Callable[[Any, Environment], bool]
Truth: TypeAlias = Callable[[Any, Environment], bool | None]
Count: TypeAlias = Callable[[Any, Environment], int]
Narrow: TypeAlias = Callable[[str], "Code | None"]


class Code:
    """A compiled expression.

    `type` is the static type (see `types`). `single` tells that there is never more than one item;
    `ordered` that their order means something. `some` answers exists() without building a list.
    `path` lets the next step fuse with this one, `narrow` gives the same path to one type of a
    choice element, `constant` is the value of a literal (a tuple for a union of strings), `count`
    counts without building a list. `fixed` tells that the result does not depend on `$this`, so
    that loops need it once only.
    """

    __slots__ = (
        "constant",
        "count",
        "fixed",
        "many",
        "narrow",
        "one",
        "ordered",
        "path",
        "single",
        "some",
        "type",
    )

    def __init__(
        self,
        type: str | None,
        *,
        one: One | None = None,
        many: Many | None = None,
        some: Some | None = None,
        single: bool | None = None,
    ) -> None:
        """Fill in what is missing: give `one` for a single item, `many` for a list, or both."""
        self.type = type
        self.single = many is None if single is None else single
        self.one: One = one or _one_of(many or _nothing_many)
        self.many: Many = many or _many_of(self.one)
        self.some: Some = some or (_some_of_one(self.one) if many is None else _some_of(self.many))
        self.ordered = True
        self.path: Any = None
        self.narrow: Narrow | None = None
        self.constant: Any = None
        self.count: Count | None = None
        self.fixed = False


def _nothing_many(_this: Any, _env: Environment) -> list[Any]:
    return []


def _one_of(many: Many) -> One:
    def one(this: Any, env: Environment) -> Any:
        return single_item(many(this, env))

    return one


def _many_of(one: One) -> Many:
    def many(this: Any, env: Environment) -> list[Any]:
        item = one(this, env)
        return [] if item is None else [item]

    return many


def _some_of_one(one: One) -> Some:
    return lambda this, env: one(this, env) is not None


def _some_of(many: Many) -> Some:
    return lambda this, env: bool(many(this, env))


def single_item(items: list[Any]) -> Any:
    """Give the only item or None; raises FhirPathError when there are several."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathError(f"one item is needed here, and there are {len(items)}")
    return items[0]


def constant(value: Any, type_name: str) -> Code:
    """Give the code of a literal."""
    items = [value]
    code = Code(
        type_name,
        one=lambda _this, _env: value,
        many=lambda _this, _env: items,
        some=lambda _this, _env: True,
        single=True,
    )
    code.constant = value
    code.fixed = True
    return code


def nothing() -> Code:
    """Give the code of the empty collection."""
    return Code(
        NOTHING,
        one=lambda _this, _env: None,
        many=_nothing_many,
        some=lambda _this, _env: False,
        single=True,
    )


THIS = object()
"""The `path` of the code of `$this`, which is the cheapest base of a path."""


def this_code(type_name: str | None) -> Code:
    """Give the code of `$this`."""
    code = Code(
        type_name,
        one=lambda this, _env: this,
        many=lambda this, _env: [this],
        some=lambda _this, _env: True,
        single=True,
    )
    code.path = THIS
    return code


def boolean(truth: Truth) -> Code:
    """Give the code of something that is true, false or empty."""
    return Code(BOOLEAN, one=truth)


def truth(code: Code) -> Truth:
    """Read a code as a condition: empty is None, a single item of another type is true.

    http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections
    """
    one = code.one
    if code.type == BOOLEAN:
        return one

    def condition(this: Any, env: Environment) -> bool | None:
        value = plain(one(this, env))
        return value if value is None or value.__class__ is bool else True

    return condition


def bare(code: Code) -> One:
    """Give the only item as plain JSON."""
    one = code.one
    if code.type in SYSTEM:
        return one

    def value(this: Any, env: Environment) -> Any:
        item = one(this, env)
        return item.value if item.__class__ is Node else item

    return value


def text(code: Code, what: str) -> Callable[[Any, Environment], str | None]:
    """Give the only item as a string; raises FhirPathError when it is something else."""
    value = bare(code)

    def string(this: Any, env: Environment) -> str | None:
        item = value(this, env)
        if item is None or isinstance(item, str):
            return item
        raise FhirPathError(f"{what} needs a string")

    return string


def integer(code: Code, what: str) -> Callable[[Any, Environment], int | None]:
    """Give the only item as an integer; raises FhirPathError when it is something else."""
    value = bare(code)

    def number(this: Any, env: Environment) -> int | None:
        item = value(this, env)
        if item is None or item.__class__ is int:
            return item
        raise FhirPathError(f"{what} needs an integer")

    return number


def boxer(type_name: str | None) -> Callable[[Any], Any]:
    """Give the function that turns items of a static type into Nodes."""
    if type_name is None:
        return lambda item: item
    if type_name in ABSTRACT_RESOURCES:
        return lambda item: Node(str(item.get("resourceType", "")), item)
    return lambda item: item if item.__class__ is Node else Node(type_name, item)


def boxed(code: Code) -> Code:
    """Give the same code with every item as a Node; its static type is None."""
    if code.type is None:
        return code
    if code.type == NOTHING:
        return Code(None, one=code.one, many=code.many, some=code.some, single=True)
    box = boxer(code.type)
    one, many = code.one, code.many

    def box_one(this: Any, env: Environment) -> Any:
        item = one(this, env)
        return None if item is None else box(item)

    result = Code(
        None,
        one=box_one,
        many=lambda this, env: [box(item) for item in many(this, env)],
        some=code.some,
        single=code.single,
    )
    result.ordered = code.ordered
    result.fixed = code.fixed
    return result


def in_one_type(codes: list[Code]) -> tuple[list[Code], str | None]:
    """Give codes whose items can stand in one list, and their common static type."""
    types = {code.type for code in codes if code.type != NOTHING}
    if not types:
        return codes, NOTHING
    if len(types) == 1:
        return codes, types.pop()
    return [boxed(code) for code in codes], None
