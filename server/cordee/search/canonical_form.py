"""One text for all searches that mean the same, whatever the order of their parameters.

Racing conditional interactions lock it, so that two of them never both find nothing.
"""

from dataclasses import fields
from typing import Any

from cordee.search.filter import AllOf, AnyOf, Filter


def canonical_form(filter: Filter) -> str:
    """Write a filter as text; alternatives and conditions stand in a fixed order, each once."""
    name = type(filter).__name__
    if isinstance(filter, AllOf | AnyOf):
        parts = sorted({canonical_form(child) for child in filter.children})
        return parts[0] if len(parts) == 1 else f"{name}({', '.join(parts)})"
    return f"{name}({', '.join(_write(getattr(filter, each.name)) for each in fields(filter))})"


def _write(value: Any) -> str:
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(repr, value)))}}}"
    if isinstance(value, tuple):
        # Parts of a composite have an order; so has nothing else that is a tuple of texts.
        texts = all(isinstance(item, str) for item in value)
        return f"({', '.join(sorted(map(repr, value)) if texts else map(_write, value))})"
    return canonical_form(value) if hasattr(value, "__dataclass_fields__") else repr(value)
