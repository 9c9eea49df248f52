"""`start` and `end` of `$everything`: the dates of care, not those of the record.

https://hl7.org/fhir/R4/patient-operation-everything.html
"""

from collections.abc import Iterable

from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.search.filter import AnyOf, Filter, TypeIs, all_of
from cordee.search.parse import parse_query

DATE = "date"
"""The parameter that most clinical types share (https://hl7.org/fhir/R4/searchparameter-registry.html#clinical-date)."""

PREFIXES = (("start", "ge"), ("end", "le"))


def within(services: Services, types: Iterable[str], arguments: Arguments) -> list[Filter]:
    """Give a filter that keeps resources dated within `start` and `end`, and undated types whole.

    Empty when neither is given. Raises INVALID for what is not a date.
    """
    pairs = [
        (DATE, prefix + str(value))
        for name, prefix in PREFIXES
        if (value := arguments.one(name)) is not None
    ]
    if not pairs:
        return []
    sides: list[Filter] = []
    for type in types:
        dated = services.registry.parameter(type, DATE) is not None
        limits = parse_query(services.registry, type, pairs, "strict").filter if dated else None
        sides.append(all_of((TypeIs((type,)), *([limits] if limits else []))))
    return [AnyOf(tuple(sides))]
