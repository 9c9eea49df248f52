"""A policy applied to a whole search: its own type, and every type its chains pass through.

A chain through a resource that the caller may not see must not match, or it would tell what is in
there.
"""

from collections.abc import Sequence
from dataclasses import replace

from cordee.access.caller import Caller
from cordee.access.policy import Policy
from cordee.search.filter import (
    EVERYTHING,
    AllOf,
    AnyOf,
    Chain,
    Filter,
    Has,
    Not,
    TypeIs,
    all_of,
)


def narrow(policy: Policy, caller: Caller, types: Sequence[str], filter: Filter) -> Filter:
    """Restrict a search on `types` to what the caller may see, chains and `_has` included."""
    chained = narrow_chains(policy, caller, filter)
    if len(types) == 1:
        return policy.narrow(caller, types[0], chained)
    limits = {type: policy.narrow(caller, type, EVERYTHING) for type in types}
    if all(limit is EVERYTHING for limit in limits.values()):
        return chained
    seen = tuple(all_of((TypeIs((type,)), limit)) for type, limit in limits.items())
    return all_of((chained, AnyOf(seen)))


def narrow_chains(policy: Policy, caller: Caller, filter: Filter) -> Filter:
    """Restrict what chains and `_has` pass through, and nothing else."""
    match filter:
        case AllOf(children) | AnyOf(children):
            inner = tuple(narrow_chains(policy, caller, child) for child in children)
            same = all(new is old for new, old in zip(inner, children, strict=True))
            return filter if same else type(filter)(inner)
        case Not(child):
            inside = narrow_chains(policy, caller, child)
            return filter if inside is child else Not(inside)
        case Chain(_, stepped, child) | Has(stepped, _, child):
            limited = narrow(policy, caller, (stepped,), child)
            return filter if limited is child else replace(filter, filter=limited)
        case _:
            return filter
