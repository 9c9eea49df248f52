"""A reference: well formed, and to a type that the element allows.

https://hl7.org/fhir/R4/references.html
"""

import re
from typing import Any

from cordee.errors import Severity
from cordee.resource.reference import Reference
from cordee.validation.node import Node
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import target as resolve
from cordee.validation.run import Check, Run


def reference_target(allowed: frozenset[str], source: str) -> Check:
    """Ask that a reference names an allowed type; an empty set allows all.

    A contained target ("#id") and one at hand that a URN names are judged by their own type, one
    that only an identifier names by the type that the reference states.
    """
    wanted = ", ".join(sorted(allowed))

    def check(value: Any, place: Place, run: Run) -> None:
        if type(value) is not dict:
            return
        text, stated = value.get("reference"), value.get("type")
        found = None
        if type(text) is str:
            target = Reference.parse(text)
            _check_form(target, place, run)
            if target.kind == "contained" or run.bundles or run.options.resolve:
                found = _type(value, target, place, run)
            else:
                found = target.type or _searched(target)
        if found is None and type(stated) is str:
            found = stated
        if found and allowed and found not in allowed and found in run.resource_types:
            run.add("reference-target-type", place, source=source, found=found, wanted=wanted)
        if found and type(stated) is str and stated != found and found in run.resource_types:
            run.add("reference-type-mismatch", place, stated=excerpt(stated), found=found)

    return check


_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?\S+=")
"""A search in place of a reference, as transactions may use."""

URNS = frozenset({"uuid", "oid"})
"""Kinds of references that lead nowhere outside their Bundle."""

MUST_EXIST = frozenset({"exists", "valid"})


def _type(value: Any, target: Reference, place: Place, run: Run) -> str | None:
    """Give the type of a reference's target: the one it names, else that of what it leads to."""
    if target.kind == "contained":
        return _contained_type(target, place, run)
    found = resolve(Node(value, "Reference", place), run)
    _check_target(found, target, place, run)
    return target.type or (found.type if found else _searched(target))


def _searched(target: Reference) -> str | None:
    """Give the type that a search in place of a reference is for."""
    conditional = target.kind == "other" and _CONDITIONAL.match(target.text)
    return target.text.partition("?")[0] if conditional else None


def _check_target(found: Node | None, target: Reference, place: Place, run: Run) -> None:
    """Compare the type that a reference names with its target's, where it is at hand."""
    text = excerpt(target.text)
    if found is None:
        if run.options.resolve and run.options.references in MUST_EXIST:
            run.add("reference-unresolved", place, reference=text)
        elif target.kind in URNS and run.bundles:
            whole = run.bundles[-1][0].get("type") == "transaction"
            weight = Severity.ERROR if whole else Severity.WARNING
            run.add("reference-urn-unresolved", place, severity=weight, reference=text)
    elif target.type in run.resource_types and found.type != target.type:
        run.add("reference-bundle-type", place, reference=text, found=found.type)


def _check_form(target: Reference, place: Place, run: Run) -> None:
    """Ask for `[type]/[id]` of relative references; in a Bundle others cannot be followed."""
    text = excerpt(target.text)
    if target.kind == "other" and not _CONDITIONAL.match(target.text):
        weight = Severity.ERROR if run.bundles else Severity.WARNING
        run.add("reference-relative-form", place, severity=weight, reference=text)
    elif target.type and target.type not in run.resource_types and _is_local(target, run):
        run.add("reference-type-unknown", place, type=target.type, reference=text)


def _is_local(target: Reference, run: Run) -> bool:
    return target.kind == "relative" or run.options.rest_references


def _contained_type(target: Reference, place: Place, run: Run) -> str | None:
    if not target.fragment:
        return str(run.root.get("resourceType"))
    contained = run.root.get("contained")
    for resource in contained if isinstance(contained, list) else ():
        if isinstance(resource, dict) and resource.get("id") == target.fragment:
            return str(resource.get("resourceType"))
    run.add("reference-contained-missing", place, reference=excerpt(target.text))
    return None
