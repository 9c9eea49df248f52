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
    """Ask that a literal reference names an allowed type; an empty set allows all.

    Contained targets ("#id") must be there and are judged by their own type.
    """
    wanted = ", ".join(sorted(allowed))

    def check(value: Any, place: Place, run: Run) -> None:
        text = value.get("reference") if type(value) is dict else None
        if type(text) is not str:
            return
        target = Reference.parse(text)
        _check_form(target, place, run)
        found = _contained_type(target, place, run) if target.kind == "contained" else target.type
        if found and allowed and found not in allowed and found in run.resource_types:
            run.add("reference-target-type", place, source=source, found=found, wanted=wanted)
        if target.kind != "contained" and (run.bundles or run.options.resolve):
            _check_target(value, target, place, run)
        stated = value.get("type")
        if found and type(stated) is str and stated != found and found in run.resource_types:
            run.add("reference-type-mismatch", place, stated=excerpt(stated), found=found)

    return check


_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?\S+=")
"""A search in place of a reference, as transactions may use."""

MUST_EXIST = frozenset({"exists", "valid"})


def _check_target(value: Any, target: Reference, place: Place, run: Run) -> None:
    """Compare the type that a reference names with its target's, where it is at hand."""
    found = resolve(Node(value, "Reference", place), run)
    text = excerpt(target.text)
    if found is None:
        if run.options.resolve and run.options.references in MUST_EXIST:
            run.add("reference-unresolved", place, reference=text)
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
