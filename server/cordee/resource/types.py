"""Names for the shapes every layer passes around."""

from typing import Any, NewType, TypeAlias

Resource: TypeAlias = dict[str, Any]
"""A resource as parsed JSON; decimals are `decimal.Decimal` and keep their digits."""

Canonical = NewType("Canonical", str)
"""A canonical URL, perhaps with `|version`."""

ResourceType = NewType("ResourceType", str)
ResourceId = NewType("ResourceId", str)
