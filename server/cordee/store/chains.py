"""Chained parameters and `_has`: resolved to ids by searches of their own, innermost first.

https://hl7.org/fhir/R4/search.html#chaining
https://hl7.org/fhir/R4/search.html#has
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

from cordee.search import canonicals
from cordee.search import filter as tree

Finder: TypeAlias = Callable[[str, tree.Filter], Awaitable[list[str]]]
"""(type, filter) → the ids of the matches; too many of them is an error."""
Pointers: TypeAlias = Callable[[str, str, tree.Filter], Awaitable[list[str]]]
"""(type, index, filter) → what the matches refer to at `index`."""
Named: TypeAlias = Callable[[str, tree.Filter], Awaitable[list[tuple[str, str | None]]]]
"""(type, filter) → canonical url and version of the matches, definitions all."""


class TooManyError(Exception):
    """More matches than whoever asks can do with; never leaves the store."""


class Chains:
    """Replaces the chains in a filter by the references or ids they stand for."""

    def __init__(self, find: Finder, pointers: Pointers, named: Named) -> None:
        self._find = find
        self._pointers = pointers
        self._named = named

    async def resolve(self, type: str, node: tree.Filter) -> tree.Filter:
        """Resolve every chain in `node`, a filter on resources of `type`."""
        match node:
            case tree.AllOf() | tree.AnyOf():
                children = [await self.resolve(type, child) for child in node.children]
                return replace(node, children=tuple(children))
            case tree.Not():
                return tree.Not(await self.resolve(type, node.child))
            case tree.Chain():
                return await self._chain(node)
            case tree.Has():
                return await self._has(type, node)
        return node

    async def _chain(self, node: tree.Chain) -> tree.Filter:
        inner = await self.resolve(node.target_type, node.filter)
        if node.canonical:
            known = await self._named(node.target_type, inner)
            targets = [name for url, version in known for name in canonicals.names(url, version)]
        else:
            ids = await self._find(node.target_type, inner)
            targets = [f"{node.target_type}/{id}" for id in ids]
        return (
            tree.Reference(node.index, tuple(dict.fromkeys(targets))) if targets else tree.NOTHING
        )

    async def _has(self, type: str, node: tree.Has) -> tree.Filter:
        inner = await self.resolve(node.source_type, node.filter)
        found = await self._pointers(node.source_type, node.index, inner)
        if node.canonical:
            return canonicals.definitions(found)
        prefix = f"{type}/"
        ids = {value[len(prefix) :] for value in found if value.startswith(prefix)}
        return tree.Ids(tuple(sorted(ids))) if ids else tree.NOTHING


def has_chain(node: tree.Filter) -> bool:
    """Tell whether `node` must be resolved before it is translated."""
    match node:
        case tree.Chain() | tree.Has():
            return True
        case tree.AllOf() | tree.AnyOf():
            return any(has_chain(child) for child in node.children)
        case tree.Not():
            return has_chain(node.child)
    return False
