"""Criteria that follow references: chains (`subject.name`) and reverse chains (`_has`).

https://hl7.org/fhir/R4/search.html#chaining
https://hl7.org/fhir/R4/search.html#has
"""

from collections.abc import Sequence

from cordee.errors import Category, FhirError
from cordee.search import canonicals, contained, criterion
from cordee.search.context import Context
from cordee.search.filter import Chain, Filter, Has, Ids, Reference, any_of
from cordee.search.parameter import Parameter

HAS = "_has:"


class NeverReferredError(FhirError):
    """A type that no reference of that kind points to; a chain goes on to the other types."""


def parse(context: Context, type: str | None, name: str, value: str, depth: int = 0) -> Filter:
    """Read a criterion of any form on a resource type, or on all types when `type` is None."""
    if name.startswith(HAS):
        return _has(context, type, name, value, depth)
    head, dot, rest = name.partition(".")
    code, _, modifier = head.partition(":")
    if not dot:
        return criterion.of_type(context, type, code, modifier or None, value)
    found: list[Filter] = []
    unknown: FhirError | None = None
    for target in targets_of(context, type, code, modifier, depth):
        try:
            inner = parse(context, target, rest, value, depth + 1)
        except (criterion.UnknownParameterError, NeverReferredError) as error:
            unknown = error
        else:
            chained = follow(context, type, code, target, inner)
            found.append(contained.also(type, code, chained))
    return joined(context, name, found, unknown)


def joined(
    context: Context, name: str, found: Sequence[Filter], unknown: FhirError | None
) -> Filter:
    """Join the chains to all types that one may go on to; raises when there are none or too many.

    A chain from a reference to anything would be a search of everything.
    """
    if not found:
        raise FhirError(Category.INVALID, f"{name} cannot be followed: {unknown}")
    if len(found) > context.limits.chain_targets:
        raise FhirError(
            Category.TOO_COSTLY,
            f"{name} could go on to {len(found)} types; name one, as in subject:Patient.name",
        )
    return any_of(found)


def targets_of(
    context: Context, type: str | None, code: str, modifier: str, depth: int
) -> tuple[str, ...]:
    """Give the types that a chain from `code` goes on to, without `modifier` all it may point to.

    Raises UnknownParameterError, and FhirError when nothing can be followed.
    """
    if depth >= context.limits.chain_depth:
        raise _too_deep(context)
    if type is None:
        raise FhirError(Category.INVALID, f"{code}: chains need a search on one resource type")
    parameter = context.registry.parameter(type, code)
    if parameter is None:
        raise criterion.UnknownParameterError(code, type)
    return _targets(context, parameter, modifier)


def _too_deep(context: Context) -> FhirError:
    depth = context.limits.chain_depth
    return FhirError(
        Category.TOO_COSTLY,
        f"a search may follow at most {depth} references (CORDEE_MAX_CHAIN_DEPTH)",
    )


def _targets(context: Context, parameter: Parameter, modifier: str) -> tuple[str, ...]:
    """Give the types to follow a reference to; without a type in the URL, all it may point to."""
    if parameter.kind != "reference":
        raise FhirError(
            Category.INVALID, f"{parameter.code} is not a reference, so nothing can follow it"
        )
    if modifier:
        if not context.registry.is_resource(modifier):
            raise FhirError(Category.INVALID, f"{modifier} is not a resource type")
        if not criterion.may_refer_to(parameter, modifier):
            raise FhirError(
                Category.INVALID,
                f"{parameter.code} of {parameter.resource_type} is never a {modifier}",
            )
        return (modifier,)
    targets = parameter.targets
    if not targets or "Resource" in targets:
        targets = context.registry.resource_types
    if parameter.canonical:
        return tuple(type for type in targets if canonicals.named(context.registry, type))
    return targets


def follow(context: Context, type: str | None, index: str, target: str, inner: Filter) -> Filter:
    """Chain to a filter; ids at the end of a chain need no look at the target."""
    parameter = context.registry.parameter(type, index) if type else None
    if parameter is not None and parameter.canonical:
        return Chain(index, target, inner, canonical=True)
    if isinstance(inner, Ids):
        return Reference(index, tuple(f"{target}/{id}" for id in inner.ids))
    return Chain(index, target, inner)


def _has(context: Context, type: str | None, name: str, value: str, depth: int) -> Filter:
    if depth >= context.limits.chain_depth:
        raise _too_deep(context)
    parts = name.split(":", 3)
    if len(parts) != 4 or not parts[3]:
        raise FhirError(
            Category.INVALID, f"{name} is not of the form _has:Type:reference:parameter"
        )
    _, source, code, rest = parts
    if not context.registry.is_resource(source):
        raise FhirError(Category.INVALID, f"{name}: {source} is not a resource type")
    parameter = context.registry.parameter(source, code)
    if parameter is None or parameter.kind != "reference":
        raise FhirError(Category.INVALID, f"{name}: {source} has no reference parameter {code}")
    if type is not None and not criterion.may_refer_to(parameter, type):
        raise NeverReferredError(Category.INVALID, f"{name}: {code} of {source} is never a {type}")
    try:
        inner = parse(context, source, rest, value, depth + 1)
        return Has(source, code, inner, canonical=parameter.canonical)
    except criterion.UnknownParameterError as error:
        raise FhirError(Category.INVALID, f"{name}: {error}") from error
