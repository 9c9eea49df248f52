"""How functions go over their items: counting the work, and `$index` when somebody asks for it.

http://hl7.org/fhirpath/N1/#this-and-index
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from cordee.fhirpath.environment import Environment
from cordee.fhirpath.invocation import Scope

Loop: TypeAlias = Callable[[list[Any], Environment], Iterable[Any]]


def loop(scope: Scope) -> Loop:
    """Give the loop for arguments compiled in a scope."""
    return _numbered if scope.uses_index else _counted


def _counted(items: list[Any], env: Environment) -> list[Any]:
    env.left -= len(items)
    if env.left < 0:
        env.spend(0)
    return items


def _numbered(items: list[Any], env: Environment) -> Iterator[Any]:
    env.spend(len(items))
    outside = env.index
    try:
        for position, item in enumerate(items):
            env.index = position
            yield item
    finally:
        env.index = outside
