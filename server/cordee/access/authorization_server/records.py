"""What the authorization server keeps in the database, so that several servers are one.

`store` implements both.
"""

from datetime import datetime
from typing import Protocol


class KeyRing(Protocol):
    """Sealed signing keys, at most one for each period of rotation."""

    async def keys(self) -> dict[int, str]:
        """Give period → sealed key."""
        ...

    async def add(self, period: int, sealed: str) -> None:
        """Keep a key for a period, unless another server has kept one already."""
        ...

    async def forget(self, before: int) -> None:
        """Delete the keys of periods before one."""
        ...


class UsedOnce(Protocol):
    """Names that may be used once."""

    async def first(self, name: str, until: datetime) -> bool:
        """Tell whether a name is used for the first time; it is remembered until then."""
        ...
