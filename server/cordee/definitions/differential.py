"""What a differential says of one element, laid over what its base says.

https://hl7.org/fhir/R4/profiling.html#snapshot
"""

from typing import Any

from cordee.definitions.element_tree import ElementDefinition

_APPENDED = frozenset({"definition", "comment", "requirements", "meaningWhenMissing"})
"""Texts that continue the base's text when they begin with three dots."""
_UNITED = {
    "alias": None,
    "code": None,
    "condition": None,
    "example": None,
    "mapping": ("identity", "map"),
    "extension": ("url",),
    "constraint": ("key",),
}
"""Lists that grow, with the parts that make two rows the same one; None compares whole rows."""
_EXCLUSIVE = ("fixed", "pattern", "defaultValue", "minValue", "maxValue")
"""Choice elements of ElementDefinition: a new value replaces one of another type."""
_PLACES = frozenset({"id", "path", "sliceName", "base"})


def overlay(base: ElementDefinition, stated: ElementDefinition, source: str) -> dict[str, Any]:
    """Give the element that results; `source` is the profile that adds constraints."""
    merged = dict(base)
    for name, value in stated.items():
        if name in _PLACES:
            continue
        if name in _UNITED:
            merged[name] = _unite(base.get(name, []), _rows(name, value, source), _UNITED[name])
        elif name in _APPENDED and isinstance(value, str) and value.startswith("..."):
            merged[name] = (base.get(name, "") + "\n" + value[3:]).lstrip("\n")
        elif name in _MERGED:
            merged[name] = _MERGED[name](base.get(name, {}), value)
        else:
            _forget_other_type(merged, name)
            merged[name] = value
    if "strength" not in merged.get("binding", {"strength"}):
        del merged["binding"]  # a remark on a binding that is not there binds nothing
    return merged


def _slicing(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """A derived profile cannot open what its base closed."""
    merged = {**old, **new}
    rules = {old.get("rules"), new.get("rules")}
    strictest = next((found for found in _STRICTNESS if found in rules), None)
    return merged | ({"rules": strictest} if strictest else {})


def _binding(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    return {**old, **new}


_STRICTNESS = ("closed", "openAtEnd", "open")
_MERGED = {"slicing": _slicing, "binding": _binding}


def _rows(name: str, value: list[Any], source: str) -> list[Any]:
    if name != "constraint":
        return value
    return [row if "source" in row else {**row, "source": source} for row in value]


def _unite(old: list[Any], new: list[Any], key: tuple[str, ...] | None) -> list[Any]:
    """Rows said again replace the old ones in their place."""

    def same(one: Any, other: Any) -> bool:
        if key is None:
            return bool(one == other)
        return all(one.get(part) == other.get(part) for part in key)

    kept = [next((n for n in new if same(n, o)), o) for o in old]
    return kept + [n for n in new if not any(same(n, o) for o in old)]


def _forget_other_type(merged: dict[str, Any], name: str) -> None:
    for stem in _EXCLUSIVE:
        if name.startswith(stem):
            for other in [k for k in merged if k.startswith(stem) and k != name]:
                del merged[other]
