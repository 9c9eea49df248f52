"""A profile that can be used: its differential gives a snapshot, and keeps what the base fixes.

https://hl7.org/fhir/R4/profiling.html#snapshot
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from cordee.definitions.snapshot import generate
from cordee.definitions.structure import BASE
from cordee.errors import FhirError
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.fixed import equal
from cordee.validation.rules.obligations import check_inherited
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Check, Run

Structures: TypeAlias = Callable[[str], Resource | None]


def structure_definition(structures: Structures) -> Check:
    """Check a StructureDefinition that constrains another one."""

    def check(value: Any, place: Place, run: Run) -> None:
        differential = value.get("differential")
        if value.get("derivation") != "constraint" or not isinstance(differential, dict):
            return
        for reason in _reasons(value, structures):
            run.add("structure-snapshot", place, reason=reason)
        elements = differential.get("element")
        for index, element in enumerate(elements if isinstance(elements, list) else []):
            if isinstance(element, dict):
                at: Place = ((place, "differential", -1), "element", index)
                _check_types(element, at, structures, run)
        _check_fixed(value, place, structures, run)
        check_inherited(value, place, structures, run)

    return check


def _reasons(structure: Resource, structures: Structures) -> Iterator[str]:
    """Give why no snapshot can be made; nothing when one can."""
    base = structure.get("baseDefinition")
    try:
        if not isinstance(base, str) or structures(base) is None:
            return
        generate({key: row for key, row in structure.items() if key != "snapshot"}, structures)
    except FhirError as error:
        yield excerpt(error, 200)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield excerpt(f"{type(error).__name__}: {error}", 200)


def _check_types(element: Resource, at: Place, structures: Structures, run: Run) -> None:
    """Ask that the profiles an element's types name are for those types."""
    for index, of in enumerate(listed(element.get("type"))):
        code = str(of.get("code"))
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


def _check_fixed(structure: Resource, place: Place, structures: Structures, run: Run) -> None:
    """Refuse a fixed value where the base already fixes another."""
    base = _known(str(structure.get("baseDefinition")), structures)
    before = {
        str(row.get("id")): _fixed(row)
        for row in listed(((base or {}).get("snapshot") or {}).get("element"))
    }
    elements = structure["differential"].get("element")
    for index, row in enumerate(elements if isinstance(elements, list) else []):
        mine = _fixed(row)
        theirs = None if mine is None else before.get(str(row.get("id") or row.get("path")))
        if mine is not None and theirs is not None and not equal(theirs, mine):
            at: Place = ((place, "differential", -1), "element", index)
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
