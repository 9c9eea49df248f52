"""A code from a value set.

https://hl7.org/fhir/R4/terminologies.html#binding
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Check, Run

Members: TypeAlias = frozenset[tuple[str, str]]
"""The (system, code) pairs of a value set."""

Codes: TypeAlias = Callable[[str], Members | None]
"""Gives the members of a value set by canonical; None when they cannot be listed."""

Expansion: TypeAlias = Callable[[], Members | None]
"""Gives a value set's members; None when they cannot be listed here."""


def required_code(value_set: str, expansion: Expansion, source: str) -> Check:
    """Ask that a `code` (or other plain string) is one of the value set's codes."""
    codes: frozenset[str] | None = None

    def check(value: Any, place: Place, run: Run) -> None:
        nonlocal codes
        if codes is None:
            members = expansion()
            codes = frozenset(code for _, code in members or ())
        if codes and value not in codes and type(value) is str:
            text = excerpt(value)
            run.add("binding-required", place, source=source, value=text, value_set=value_set)

    return check


def required_coding(value_set: str, expansion: Expansion, source: str) -> Check:
    """Ask that a Coding, a CodeableConcept or a Quantity's unit is in the value set."""

    def check(value: Any, place: Place, run: Run) -> None:
        members = expansion()
        if not members or type(value) is not dict:
            return
        found = list(codings(value))
        if not found or members.intersection(found):
            return
        text = ", ".join(f"{system or ''}#{code}" for system, code in found)
        run.add("binding-required", place, source=source, value=text, value_set=value_set)

    return check


def codings(value: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """Give the (system, code) pairs of a CodeableConcept, a Coding or a Quantity."""
    rows = value.get("coding") if "coding" in value else [value]
    if not isinstance(rows, list):
        return []
    return [
        (row.get("system"), row.get("code"))
        for row in rows
        if isinstance(row, dict) and ("code" in row or "system" in row)
    ]


def bound(strength: str, value_set: str, expansion: Expansion, source: str) -> NodeRule:
    """Ask that a coded element takes its code from a value set, as firmly as `strength` says."""

    def check(node: Node, run: Run) -> None:
        members = expansion()
        value = node.value
        if members is None or value is None:
            return
        if isinstance(value, dict):
            found = codings(value)
            good = bool(members.intersection(found)) or (not found and strength != "required")
            text = ", ".join(f"{system or ''}#{code}" for system, code in found)
        else:
            good = any(code == value for _, code in members)
            text = excerpt(value)
        if not good:
            run.add(
                f"binding-{strength}", node.place, source=source, value=text, value_set=value_set
            )

    return check
