"""A profile that can be used: its differential gives a snapshot, and keeps what the base fixes.

https://hl7.org/fhir/R4/profiling.html#snapshot
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from cordee.definitions.element import Schema
from cordee.definitions.snapshot import generate
from cordee.definitions.structure import BASE
from cordee.errors import FhirError
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.element_definition import Stated, check_element
from cordee.validation.rules.extension_definition import check_extension_definition
from cordee.validation.rules.fixed import equal
from cordee.validation.rules.obligations import check_inherited
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed, word
from cordee.validation.rules.target_profiles import check_targets
from cordee.validation.run import Check, Run

Structures: TypeAlias = Callable[[str], Resource | None]


def structure_definition(structures: Structures, schema: Schema) -> Check:
    """Check a StructureDefinition that constrains another one."""

    def check(value: Any, place: Place, run: Run) -> None:
        differential = value.get("differential")
        if value.get("derivation") != "constraint":
            return
        check_extension_definition(value, place, run)
        if not isinstance(differential, dict):
            return
        made = _snapshot(value, structures, place, run)
        base = _known(str(value.get("baseDefinition")), structures)
        full, before = _by_id(made), _by_id(base)
        elements = differential.get("element")
        for index, element in enumerate(elements if isinstance(elements, list) else []):
            if isinstance(element, dict):
                at: Place = ((place, "differential", -1), "element", index)
                _check_types(element, at, structures, run)
                id = word(element.get("id")) or word(element.get("path"))
                theirs = before.get(id) or before.get(word(element.get("path")))
                _check_fixed(element, before.get(id), at, run)
                stated = Stated(element, full.get(id, element), theirs, at)
                check_element(stated, schema, run)
                check_targets(stated, partial(_known, structures=structures), run)
        check_inherited(value, place, structures, run)

    return check


def _snapshot(
    structure: Resource, structures: Structures, place: Place, run: Run
) -> Resource | None:
    """Make the snapshot; say why when none can be made."""
    base = structure.get("baseDefinition")
    try:
        if not isinstance(base, str):
            return None
        if structures(base) is None:
            run.add("structure-base-unknown", (place, "baseDefinition", -1), base=excerpt(base))
            return None
        bare = {key: row for key, row in structure.items() if key != "snapshot"}
        return generate(bare, structures)
    except FhirError as error:
        run.add("structure-snapshot", place, reason=excerpt(error, 200))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = excerpt(f"{type(error).__name__}: {error}", 200)
        run.add("structure-snapshot", place, reason=reason)
    return None


def _by_id(structure: Resource | None) -> dict[str, Resource]:
    snapshot = (structure or {}).get("snapshot") or {}
    rows = listed(snapshot.get("element"))
    return {word(row.get("id")) or word(row.get("path")): row for row in rows}


def _check_types(element: Resource, at: Place, structures: Structures, run: Run) -> None:
    """Ask that the profiles an element's types name are for those types."""
    for index, of in enumerate(listed(element.get("type"))):
        code = word(of.get("code"))
        profiles = of.get("profile")
        for position, canonical in enumerate(profiles if isinstance(profiles, list) else []):
            found = _known(str(canonical), structures)
            wanted = str(found.get("type")).removeprefix(BASE) if found else code
            if found and wanted != code and not _is_any(code):
                where: Place = ((at, "type", index), "profile", position)
                run.add(
                    "structure-type-profile", where, profile=canonical, wanted=wanted, code=code
                )


def _is_any(code: str) -> bool:
    return code in {"Resource", "DomainResource", "Element", "BackboneElement"}


def _check_fixed(element: Resource, base: Resource | None, at: Place, run: Run) -> None:
    """Refuse a fixed value where the base already fixes another."""
    mine, theirs = _fixed(element), _fixed(base)
    if mine is not None and theirs is not None and not equal(theirs, mine):
        run.add("structure-fixed", at, fixed=excerpt(theirs), found=excerpt(mine))


def _fixed(row: Any) -> Any:
    if not isinstance(row, dict):
        return None
    return next((value for key, value in row.items() if key.startswith("fixed")), None)


def _known(canonical: str, structures: Structures) -> Resource | None:
    try:
        return structures(canonical)
    except FhirError:
        return None
