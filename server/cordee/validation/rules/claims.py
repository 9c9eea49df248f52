"""The profiles that a resource says it conforms to.

https://hl7.org/fhir/R4/resource-definitions.html#Meta.profile
"""

from typing import Any

from cordee.definitions.structure import BASE
from cordee.validation.node import Node, resource_node
from cordee.validation.place import Place
from cordee.validation.rules.conformance import Finder
from cordee.validation.run import Check, Run


def claims(find: Finder) -> Check:
    """Check a resource against each profile in its `meta.profile`."""

    def check(value: Any, place: Place, run: Run) -> None:
        meta = value.get("meta")
        profiles = meta.get("profile") if isinstance(meta, dict) else None
        if not isinstance(profiles, list):
            return
        node = resource_node(value, place)
        for index, canonical in enumerate(profiles):
            if isinstance(canonical, str):
                at: Place = ((place, "meta", -1), "profile", index)
                claim(canonical, node, at, find, run)

    return check


def claim(canonical: str, node: Node, at: Place, find: Finder, run: Run) -> None:
    """Check a resource against one profile; `at` is where it was asked for."""
    if canonical.partition("|")[0] == BASE + node.type:
        return
    rules = find(canonical)
    if rules is None:
        run.add("profile-unknown", at, profile=canonical)
    else:
        rules(node, run)
