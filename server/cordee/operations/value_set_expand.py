"""`$expand`: the members of a value set.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

import asyncio

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.expansion import Shown, expansion
from cordee.operations.parameters import Arguments
from cordee.operations.value_set_scope import system_rules, unknown, value_set_scope
from cordee.resource.types import Resource
from cordee.terminology.expand import UNSUPPORTED, ExpandOptions
from cordee.terminology.system_rules import AS_STATED, SystemRules

DEFINITION = "http://hl7.org/fhir/OperationDefinition/ValueSet-expand"
DIRECTIONS = frozenset({None, "incoming", "outgoing"})
ELSEWHERE = frozenset({Category.NOT_FOUND, Category.UNPROCESSABLE})
"""Failures after which a terminology server elsewhere is asked."""


async def value_set_expand(services: Services, request: Request) -> Response:
    """Give the ValueSet with its expansion, and its definition where that is wanted.

    Raises `FhirError`: NOT_FOUND for an unknown value set, UNPROCESSABLE when its members are not
    known here or cannot be listed, TOO_COSTLY when there are too many.
    """
    arguments = Arguments(request, ValueSet="valueSet")
    arguments.check(request, services.repository.operation(DEFINITION))
    arguments.refuse(**UNSUPPORTED)
    if arguments.text("contextDirection") not in DIRECTIONS:
        raise FhirError(Category.INVALID, "contextDirection must be incoming or outgoing")
    shown = Shown.of(arguments)
    options, rules = _options(arguments, shown), system_rules(arguments)
    value_set = await value_set_scope(services, request, arguments)
    try:
        # Others go on meanwhile: a list may be long.
        found = await asyncio.to_thread(services.terminology.expand, value_set, options, rules)
    except FhirError as error:
        told = await _elsewhere(services, value_set, options, rules, error)
        return Response(200, resource=told)
    definition = value_set if isinstance(value_set, dict) else _definition(services, value_set)
    made = await asyncio.to_thread(expansion, services, definition, found, shown)
    return Response(200, resource=made)


def _options(arguments: Arguments, shown: Shown) -> ExpandOptions:
    return ExpandOptions(
        filter=arguments.text("filter"),
        offset=arguments.number("offset") or 0,
        count=arguments.number("count"),
        active_only=bool(arguments.flag("activeOnly")),
        display_language=arguments.text("displayLanguage"),
        include_designations=bool(arguments.flag("includeDesignations") or shown.designations),
        exclude_nested=bool(arguments.flag("excludeNested")),
        exclude_not_for_ui=bool(arguments.flag("excludeNotForUI")),
    )


def _definition(services: Services, canonical: str) -> Resource:
    found = services.terminology.value_set(canonical)
    assert found is not None, "what was expanded is known"
    return found


async def _elsewhere(
    services: Services,
    value_set: str | Resource,
    options: ExpandOptions,
    rules: SystemRules,
    error: FhirError,
) -> Resource:
    """Give the expansion of a server elsewhere, or raise the failure of this one."""
    remote = services.terminology.remote
    told = None
    if remote is not None and rules == AS_STATED and error.category in ELSEWHERE:
        told = await remote.expand(value_set, options)
    if told is not None:
        return told
    raise unknown(value_set) if error.category is Category.NOT_FOUND else error
