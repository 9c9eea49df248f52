"""A ValueSet with its expansion, as `$expand` gives it.

https://hl7.org/fhir/R4/valueset.html#expansion
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.operations.parameters import Arguments
from cordee.operations.value_set_scope import ALSO
from cordee.resource.types import Resource
from cordee.terminology.results import Designation, Expansion, Member

DEFINITION = frozenset({"compose", "contained", "immutable", "meta", "text"})
"""Elements left out unless the definition is wanted."""
LANGUAGES = "urn:ietf:bcp:47"
URIS = frozenset({"version", *ALSO})
"""Parameters whose values are URIs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a value set to show: its definition, and which designations (all if none named).

    `parameters` are those that the terminology does not report by itself.
    """

    definition: bool
    designations: tuple[str, ...]
    parameters: tuple[tuple[str, str | bool], ...]

    @classmethod
    def of(cls, arguments: Arguments) -> "Shown":
        """Read it from the arguments of `$expand`."""
        definition = bool(arguments.flag("includeDefinition"))
        designations = arguments.texts("designation")
        named: list[tuple[str, str | bool]] = [("designation", token) for token in designations]
        if "includeDefinition" in arguments:
            named.append(("includeDefinition", definition))
        if "excludePostCoordinated" in arguments:
            named.append(("excludePostCoordinated", bool(arguments.flag("excludePostCoordinated"))))
        named += [(name, canonical) for name in ALSO for canonical in arguments.texts(name)]
        return cls(definition, designations, tuple(named))

    def shows(self, designation: Designation) -> bool:
        """Tell whether a designation is wanted, by its language or its use."""
        return not self.designations or any(
            _is_meant(token, designation) for token in self.designations
        )


def expansion(services: Services, definition: Resource, found: Expansion, shown: Shown) -> Resource:
    """Make the ValueSet."""
    made = {
        key: value
        for key, value in definition.items()
        if key != "expansion" and (shown.definition or key not in DEFINITION)
    }
    # Servers and clients rely on it, and not every package keeps to the specification.
    made.setdefault("status", "unknown")
    rows: dict[str, Any] = {
        "identifier": f"urn:uuid:{uuid4()}",
        "timestamp": instant(services.clock()),
        "total": found.total,
    }
    if found.offset or any(name == "count" for name, _ in found.parameters):
        rows["offset"] = found.offset
    parameters = [_parameter(*each) for each in (*found.parameters, *shown.parameters)]
    contains = [_contains(member, shown) for member in found.members]
    if parameters:
        rows["parameter"] = parameters
    if contains:
        rows["contains"] = contains
    return made | {"expansion": rows}


def _parameter(name: str, value: str | int | bool) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"name": name, "valueBoolean": value}
    if isinstance(value, int):
        return {"name": name, "valueInteger": value}
    property = "valueUri" if name in URIS else "valueString"
    return {"name": name, "valueCode" if name == "displayLanguage" else property: value}


def _contains(member: Member, shown: Shown) -> dict[str, Any]:
    designations = [
        _designation(each) for each in member.designations if each.value and shown.shows(each)
    ]
    made: dict[str, Any] = {
        "system": member.system,
        "abstract": member.abstract or None,
        "inactive": member.inactive or None,
        "version": member.version,
        "code": member.code,
        "display": member.display,
        "designation": designations,
        "contains": [_contains(below, shown) for below in member.contains],
    }
    return {key: value for key, value in made.items() if value not in (None, "", [])}


def _designation(designation: Designation) -> dict[str, Any]:
    made = {
        "language": designation.language,
        "use": designation.use,
        "value": designation.value,
    }
    return {key: value for key, value in made.items() if value is not None}


def _is_meant(token: str, designation: Designation) -> bool:
    system, bar, code = token.rpartition("|")
    if not bar or system == LANGUAGES:
        language = (designation.language or "").lower()
        if language == code.lower() or language.startswith(code.lower() + "-"):
            return True
    use = designation.use or {}
    return use.get("code") == code and (not bar or use.get("system", "") == system)
