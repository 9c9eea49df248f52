"""Combining.

http://hl7.org/fhirpath/N1/#combining
"""

from typing import Any

from cordee.fhirpath.code import Code, in_one_type
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.invocation import Function, Functions, Invocation
from cordee.fhirpath.operators.collections import union


def union_function(call: Invocation) -> Code:
    """Compile `union`, the operator `|` written as a function."""
    return union(call.focus, call.argument(0))


def combine(call: Invocation) -> Code:
    """Compile `combine`: both collections, duplicates kept."""
    (one, other), type_name = in_one_type([call.focus, call.argument(0)])
    items, others = one.many, other.many

    def many(this: Any, env: Environment) -> list[Any]:
        found = [*items(this, env), *others(this, env)]
        env.spend(len(found))
        return found

    return Code(type_name, many=many)


COMBINING: Functions = {
    "union": Function(union_function, 1, 1),
    "combine": Function(combine, 1, 1),
}
