"""A resource where one may stand: at the root, contained, in a Bundle entry, in Parameters.

https://hl7.org/fhir/R4/resource.html
https://hl7.org/fhir/R4/references.html#contained
"""

from typing import Any

from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt, json_kind
from cordee.validation.rules.unknown import hint
from cordee.validation.run import Check, Run
from cordee.validation.schema import Schemas, TypeRules


def any_resource(schemas: Schemas, *, contained: bool) -> Check:
    """Check a resource of any type; `contained` ones keep their container as root."""

    def check(value: Any, place: Place, run: Run) -> None:
        if contained and not run.options.contained:
            return
        rules = find(schemas, value, place, run)
        if rules is None:
            return
        with run.inside(value, place, contained=contained):
            rules(value, place, run)

    return check


def find(schemas: Schemas, value: Any, place: Place, run: Run) -> TypeRules | None:
    """Give the rules of a resource's type, or say why there are none."""
    if type(value) is not dict:
        run.add("resource-kind", place, found=json_kind(value))
        return None
    name = value.get("resourceType")
    if name is None:
        run.add("resource-type-missing", place)
        return None
    if not isinstance(name, str) or not schemas.is_resource(name):
        guess = hint(str(name), schemas.resource_types)
        run.add("resource-type-unknown", place, type=excerpt(name), hint=guess)
        return None
    return schemas.type(name)
