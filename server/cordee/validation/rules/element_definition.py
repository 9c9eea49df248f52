"""An ElementDefinition of a profile: its constraints can be evaluated, its limits fit the type.

https://hl7.org/fhir/R4/elementdefinition.html
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from cordee import fhirpath
from cordee.definitions.element import Schema
from cordee.definitions.structure import BASE
from cordee.fhirpath import FhirPathError
from cordee.resource.types import Resource
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.resolution import listed, word
from cordee.validation.run import Run

BINDABLE = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
"""Types that a value set can be bound to."""

WITH_LENGTH = frozenset(
    {"string", "code", "id", "uri", "url", "canonical", "oid", "uuid", "markdown", "base64Binary"}
)
"""Types whose values have a length."""

ORDERED = frozenset(
    {"date", "dateTime", "instant", "time", "decimal", "integer", "positiveInt", "unsignedInt"}
    | {"Quantity", "Age", "Duration", "Count", "Distance", "Money"}
)
"""Types whose values have an order, so that they can have a smallest and a largest."""

OPEN = frozenset({"*", "Element", "BackboneElement", "Resource", "DomainResource"})
"""Types that say little or nothing about what stands there."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One element of a differential: `full` is it with all that it inherits, `base` its base's."""

    own: Resource
    full: Resource
    base: Resource | None
    place: Place

    @property
    def codes(self) -> list[str]:
        """The type codes."""
        return codes(self.full)

    @property
    def is_slice(self) -> bool:
        """Tell whether this is a slice, or stands in one."""
        return ":" in word(self.own.get("id")) or "sliceName" in self.own


def codes(element: Resource) -> list[str]:
    """Give the type codes of an ElementDefinition."""
    return [word(of.get("code")).removeprefix(BASE) for of in listed(element.get("type"))]


Rule: TypeAlias = Callable[[Stated, Schema, Run], None]


def check_element(stated: Stated, schema: Schema, run: Run) -> None:
    """Apply all rules to one element."""
    for rule in RULES:
        rule(stated, schema, run)


def _constraints(stated: Stated, schema: Schema, run: Run) -> None:
    """Ask that each expression can be read and names elements that exist."""
    for index, row in enumerate(listed(stated.own.get("constraint"))):
        text = row.get("expression")
        if not isinstance(text, str):
            continue
        try:
            fhirpath.compile(text, schema, _context(stated, schema), strict=True)
        except FhirPathError as reason:
            at: Place = (stated.place, "constraint", index)
            key = excerpt(row.get("key"))
            run.add("structure-expression", at, key=key, reason=excerpt(reason, 200))


def _context(stated: Stated, schema: Schema) -> str | None:
    """Give the type that an expression is about, where there is one alone."""
    path = word(stated.full.get("path"))
    if schema.type(path) is not None:
        return path
    found = set(stated.codes)
    (code,) = found if len(found) == 1 else (None,)
    return code if code and code not in OPEN and schema.type(code) else None


def _values(stated: Stated, _schema: Schema, run: Run) -> None:
    """Ask that a fixed value, a pattern or an example is of the element's type."""
    allowed = {_suffix(code) for code in stated.codes if "://" not in code}
    if not allowed or not OPEN.isdisjoint(stated.codes):
        return
    for key in stated.own:
        for prefix in ("fixed", "pattern"):
            kind = key.removeprefix(prefix)
            if kind != key and kind[:1].isupper() and kind not in allowed:
                wanted = ", ".join(sorted(set(stated.codes)))
                run.add("structure-value-type", stated.place, name=key, wanted=wanted)


def _suffix(code: str) -> str:
    return code[:1].upper() + code[1:]


def _facets(stated: Stated, schema: Schema, run: Run) -> None:
    """Ask that bindings, lengths and bounds stand on types that know them."""
    found = set(stated.codes)
    if not found or not OPEN.isdisjoint(found) or any("://" in code for code in found):
        return
    named = ", ".join(sorted(found))
    for name, able in FACETS.items():
        keys = [key for key in stated.own if key == name or _is_typed(key, name)]
        if (
            keys
            and found.isdisjoint(able)
            and not any(_below(code, able, schema) for code in found)
        ):
            run.add("structure-facet", stated.place, name=keys[0], types=named)


FACETS: Mapping[str, frozenset[str]] = {
    "binding": BINDABLE,
    "maxLength": WITH_LENGTH,
    "minValue": ORDERED,
    "maxValue": ORDERED,
}
"""What may be said of an element → the types it may be said of."""


def _is_typed(key: str, name: str) -> bool:
    return name in ("minValue", "maxValue") and key.startswith(name)


def _below(code: str, able: frozenset[str], schema: Schema) -> bool:
    """Tell whether a type, or one it is derived from, is among some."""
    definition = schema.type(code)
    while definition is not None:
        if definition.name in able:
            return True
        definition = schema.type(definition.base) if definition.base else None
    return False


def _limits(stated: Stated, schema: Schema, run: Run) -> None:
    """Ask that a profile only narrows what its base allows."""
    base, own = stated.base, stated.own
    if base is None:
        return
    least, most = own.get("min"), own.get("max")
    floor = base.get("min")
    if type(least) is int and type(floor) is int and least < floor and not stated.is_slice:
        run.add("structure-min", stated.place, found=least, base=floor)
    if isinstance(most, str) and _number(most) > _number(str(base.get("max", "*"))):
        run.add("structure-max", stated.place, found=excerpt(most), base=base.get("max"))
    if _strength(base) == "required" and _strength(own) not in (None, "required"):
        run.add("structure-binding", stated.place, found=excerpt(_strength(own)))
    for code in _foreign(stated, schema):
        wanted = ", ".join(codes(base))
        run.add("structure-type", stated.place, found=excerpt(code), wanted=wanted)


def _strength(element: Resource) -> Any:
    binding = element.get("binding")
    return binding.get("strength") if isinstance(binding, dict) else None


def _number(most: str) -> float:
    return float("inf") if most == "*" else int(most) if most.isdecimal() else 0


def _foreign(stated: Stated, schema: Schema) -> Iterator[str]:
    """Give the types of an element that its base does not allow."""
    allowed = frozenset(codes(stated.base or {}))
    if not allowed or not OPEN.isdisjoint(allowed) or any("://" in code for code in allowed):
        return
    for code in codes(stated.own):
        if "://" not in code and not _below(code, allowed, schema) and schema.type(code):
            yield code


RULES: tuple[Rule, ...] = (_constraints, _values, _facets, _limits)
"""What is asked of each element; adding a rule adds a row."""
