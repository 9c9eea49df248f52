"""Collections: `|`, `in` and `contains`.

http://hl7.org/fhirpath/N1/#collections-2
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cordee.fhirpath.code import Code, boolean, in_one_type, nothing
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.types import NOTHING, STRING, system_type
from cordee.fhirpath.values import keyer


def union(left: Code, right: Code) -> Code:
    """Compile `|`: both collections without duplicates."""
    for one, other in ((left, right), (right, left)):
        if one.type == NOTHING and other.single:
            return other
    codes, type_name = in_one_type([left, right])
    first, second = (code.many for code in codes)
    distinct = distinct_by(type_name)

    def many(this: Any, env: Environment) -> list[Any]:
        items = [*first(this, env), *second(this, env)]
        env.spend(len(items))
        return distinct(items)

    some_left, some_right = left.some, right.some
    code = Code(
        type_name, many=many, some=lambda this, env: some_left(this, env) or some_right(this, env)
    )
    if isinstance(left.constant, (str, tuple)) and isinstance(right.constant, str):
        before = left.constant if isinstance(left.constant, tuple) else (left.constant,)
        code.constant = (*before, right.constant)
    code.fixed = left.fixed and right.fixed
    return code


def distinct_by(type_name: str | None) -> Callable[[Iterable[Any]], list[Any]]:
    """Give the function that leaves duplicates out of a list, keeping the first of each."""
    key = keyer(type_name)

    def distinct(items: Iterable[Any]) -> list[Any]:
        seen: dict[Any, Any] = {}
        for item in items:
            seen.setdefault(key(item), item)
        return list(seen.values())

    return distinct


def membership(item: Code, collection: Code) -> Code:
    """Compile `in`: is the only item on the left equal to one of the collection?"""
    if item.type == NOTHING:
        return nothing()
    fixed = collection.constant
    if isinstance(fixed, tuple) and item.type and system_type(item.type) == STRING:
        return _fixed_membership(item, frozenset(fixed))
    (one_code, many_code), type_name = in_one_type([item, collection])
    if collection.fixed:
        return _remembered_membership(one_code, many_code, type_name)
    one, many, key = one_code.one, many_code.many, keyer(type_name)

    def truth(this: Any, env: Environment) -> bool | None:
        wanted = one(this, env)
        if wanted is None:
            return None
        sought = key(wanted)
        items = many(this, env)
        env.spend(len(items))
        return any(key(candidate) == sought for candidate in items)

    return boolean(truth)


def _remembered_membership(item: Code, collection: Code, type_name: str | None) -> Code:
    """Compile `in` for a collection that is the same for every `$this`: its keys are kept."""
    one, many, key, token = item.one, collection.many, keyer(type_name), object()

    def truth(this: Any, env: Environment) -> bool | None:
        wanted = one(this, env)
        if wanted is None:
            return None
        keys = env.remembered(token, lambda: frozenset(key(found) for found in many(this, env)))
        return key(wanted) in keys

    return boolean(truth)


def _fixed_membership(item: Code, values: frozenset[str]) -> Code:
    one, key = item.one, keyer(item.type)

    def truth(this: Any, env: Environment) -> bool | None:
        value = one(this, env)
        return None if value is None else key(value) in values

    return boolean(truth)


def containership(collection: Code, item: Code) -> Code:
    """Compile `contains`, which is `in` with its sides exchanged."""
    return membership(item, collection)


COLLECTIONS: Mapping[str, Callable[[Code, Code], Code]] = {
    "|": union,
    "in": membership,
    "contains": containership,
}
