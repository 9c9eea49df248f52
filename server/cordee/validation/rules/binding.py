"""A code from a value set, as firmly as the binding says.

https://hl7.org/fhir/R4/terminologies.html#binding
"""

from typing import Any

from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.profile import NodeRule
from cordee.validation.run import Check, Run
from cordee.validation.vocabulary import Membership, codings

STRENGTHS = frozenset({"required", "extensible", "preferred"})
"""Binding strengths that ask something; an example binding does not."""


def bound_code(strength: str, value_set: Membership, source: str) -> Check:
    """Ask that a plain code is in the value set."""
    has_code = value_set.has_code

    def check(value: Any, place: Place, run: Run) -> None:
        if type(value) is not str:
            return
        found = has_code(value)
        if not found:
            _say(found, strength, value_set, excerpt(value), place, run=run, source=source)

    return check


def bound_concept(strength: str, type_name: str, value_set: Membership, source: str) -> Check:
    """Ask that a Coding, a CodeableConcept or a Quantity's unit is in the value set."""

    def check(value: Any, place: Place, run: Run) -> None:
        if type(value) is not dict:
            return
        pairs = codings(value)
        if not pairs:
            if strength == "required" and type_name != "Quantity":
                run.add("binding-no-code", place, source=source, value_set=value_set.url)
            return
        found = value_set.has(type_name, value)
        if not found:
            if value_set.tolerated and any(system in value_set.tolerated for system, _ in pairs):
                run.add("binding-tolerated", place, source=source, value_set=value_set.url)
                return
            bare = next((code for system, code in pairs if system is None), None)
            if bare is not None and value_set.has_code(bare):
                run.add(
                    "binding-no-system", place, source=source, value=bare, value_set=value_set.url
                )
                return
            text = ", ".join(f"{system or ''}#{code}" for system, code in pairs)
            _say(found, strength, value_set, text, place, run=run, source=source)

    return check


def at_node(check: Check) -> NodeRule:
    """Use a check of plain values on the elements of a profile that have one."""

    def rule(node: Node, run: Run) -> None:
        if node.value is not None:
            check(node.value, node.place, run)

    return rule


def _say(
    found: bool | None,
    strength: str,
    value_set: Membership,
    text: str,
    place: Place,
    *,
    run: Run,
    source: str,
) -> None:
    message_id = "binding-unknown" if found is None else f"binding-{strength}"
    run.add(message_id, place, source=source, value=text, value_set=value_set.url)
