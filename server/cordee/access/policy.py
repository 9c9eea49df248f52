"""Who may see and do what: the one port that every interaction asks.

A policy restricts reads by narrowing the search's own filter tree, never by filtering results
afterwards, and judges writes on the index values of the resource before and after.
"""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeAlias

from cordee.access.caller import Caller
from cordee.search.filter import Filter
from cordee.search.values import Extraction

Action = Literal["create", "update", "patch", "delete"]

States: TypeAlias = Callable[[], Sequence[Extraction]]
"""Gives the index values of a resource as it is and as it would become; called only if needed."""


class Policy(Protocol):
    """The rules of access."""

    async def prepare(self, caller: Caller) -> Caller:
        """Give the caller with what `narrow` and `may` need to know of them, read once a request.

        Returns `caller` itself where nothing need be known.
        """
        ...

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:
        """Restrict a filter on one type to what the caller may see of it.

        Returns `filter` itself (the same object) where nothing is restricted.
        """
        ...

    def may(self, caller: Caller, action: Action, type: str, states: States) -> bool:
        """Tell whether the caller may do `action` to a resource of this type.

        A rule looks at both states, so that nobody moves a resource out of, or into, somebody
        else's record.
        """
        ...


class OpenPolicy:
    """Everyone may do everything."""

    async def prepare(self, caller: Caller) -> Caller:
        """Read nothing."""
        return caller

    def narrow(self, caller: Caller, type: str, filter: Filter) -> Filter:  # noqa: ARG002 - the port's shape
        """Restrict nothing."""
        return filter

    def may(
        self,
        caller: Caller,  # noqa: ARG002 - the port's shape
        action: Action,  # noqa: ARG002
        type: str,  # noqa: ARG002
        states: States,  # noqa: ARG002
    ) -> bool:
        """Allow everything."""
        return True
