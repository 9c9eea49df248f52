"""A reference: well formed, and to a type that the element allows.

https://hl7.org/fhir/R4/references.html
"""

from typing import Any

from cordee.resource.reference import Reference
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
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
        if target.kind == "other":
            run.add("reference-relative-form", place, reference=excerpt(text))
        found = _contained_type(target, place, run) if target.kind == "contained" else target.type
        if found and allowed and found not in allowed and found in run.resource_types:
            run.add("reference-target-type", place, source=source, found=found, wanted=wanted)
        stated = value.get("type")
        if found and type(stated) is str and stated != found and found in run.resource_types:
            run.add("reference-type-mismatch", place, stated=excerpt(stated), found=found)

    return check


def _contained_type(target: Reference, place: Place, run: Run) -> str | None:
    if not target.fragment:
        return str(run.root.get("resourceType"))
    for resource in run.root.get("contained") or ():
        if isinstance(resource, dict) and resource.get("id") == target.fragment:
            return str(resource.get("resourceType"))
    run.add("reference-contained-missing", place, reference=excerpt(target.text))
    return None
