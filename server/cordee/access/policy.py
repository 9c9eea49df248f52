"""Who may see and do what: the one port that every interaction asks.

A policy restricts reads by narrowing the search's own filter tree, never by filtering results
afterwards, and judges writes on the index values of the resource before and after.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from cordee.access.caller import Caller
from cordee.search.filter import Filter
from cordee.search.values import Extraction
from cordee.store.port import Reader
from cordee.store.witness import Witness

Action = Literal["create", "update", "patch", "delete"]

States: TypeAlias = Callable[[], Sequence[Extraction]]
"""Gives the index values of a resource as it is and as it would become; called only if needed."""


class Veil(Protocol):
    """What hides parts of resources from a caller who may see the rest."""

    @property
    def sorting(self) -> frozenset[str]:
        """Give the indexes that no search may be sorted by: their order tells what is hidden."""
        ...

    def hide(self, body: bytes) -> bytes:
        """Give JSON of a resource or a Bundle without the hidden parts."""
        ...


@dataclass(frozen=True, slots=True)
class Provisional:
    """A caller as last prepared, and what asks whether that still holds.

    It need not ask the database if `witness` came along with a page.
    """

    caller: Caller
    holds: Callable[[], Awaitable[bool]]
    witness: Witness


class Policy(Protocol):
    """The rules of access."""

    async def prepare(self, caller: Caller) -> Caller:
        """Give the caller with what `narrow` and `may` need to know of them, read once a request.

        Returns `caller` itself where nothing need be known.
        """
        ...

    def provisional(self, caller: Caller) -> Provisional | None:
        """Give the caller as last prepared, if that is remembered: to be used once it is held."""
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

    async def opening(
        self, caller: Caller, reader: Reader, extraction: Extraction, fresh: Collection[str] = ()
    ) -> Caller:
        """Give the caller with the records that they may open by writing a resource.

        `fresh` are the patients ("Patient/1") that come into being in the same transaction.
        """
        ...

    def stamp(self, caller: Caller, type: str, extraction: Extraction) -> str | None:
        """Give what a new resource is stamped with, so that its author keeps seeing it."""
        ...

    def veil(self, caller: Caller) -> Veil | None:
        """Give what hides parts of resources from the caller; None where nothing is hidden."""
        ...


class OpenPolicy:
    """Everyone may do everything."""

    async def prepare(self, caller: Caller) -> Caller:
        """Read nothing."""
        return caller

    def provisional(self, caller: Caller) -> Provisional | None:  # noqa: ARG002 - the port's shape
        """Remember nothing."""
        return None

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

    async def opening(
        self,
        caller: Caller,
        reader: Reader,  # noqa: ARG002 - the port's shape
        extraction: Extraction,  # noqa: ARG002
        fresh: Collection[str] = (),  # noqa: ARG002
    ) -> Caller:
        """Read nothing."""
        return caller

    def stamp(
        self,
        caller: Caller,  # noqa: ARG002 - the port's shape
        type: str,  # noqa: ARG002
        extraction: Extraction,  # noqa: ARG002
    ) -> str | None:
        """Stamp nothing."""
        return None

    def veil(self, caller: Caller) -> Veil | None:  # noqa: ARG002 - the port's shape
        """Hide nothing."""
        return None
