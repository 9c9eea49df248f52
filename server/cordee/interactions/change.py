"""One resource as it was and as it becomes."""

from dataclasses import dataclass
from functools import cached_property

from cordee.resource import json
from cordee.resource.types import Resource
from cordee.store.port import Version


@dataclass(frozen=True)
class Change:
    """What a write does to one resource.

    `current` is the stored version it follows (None, or a deletion, where nothing lives); `after`
    is None for a deletion.
    """

    type: str
    id: str
    current: Version | None
    after: Resource | None

    @cached_property
    def before(self) -> Resource | None:
        """The resource as it was; None where nothing lived."""
        if self.current is None or self.current.deleted:
            return None
        return json.parse(self.current.body)
