"""What `$meta-add` and `$meta-delete` share: read, change the sets of Meta, store a new version."""

from collections.abc import Callable
from dataclasses import replace

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Conditions, Request, Response
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.interactions.update import update
from cordee.operations.meta import Meta
from cordee.operations.parameters import Arguments, answer
from cordee.resource import json

Change = Callable[[Meta, Meta], Meta]

TRIES = 5
RACED = frozenset({Category.CONFLICT, Category.PRECONDITION_FAILED})


async def change(services: Services, request: Request, apply: Change) -> Response:
    """Change the Meta of one resource by the `meta` parameter and give the new one.

    The change is a version like any other, so that history tells who labelled what. An update that
    comes between reading and storing makes it start again.
    """
    given = Arguments(request).one("meta")
    if not isinstance(given, dict):
        raise FhirError(
            Category.INVALID, "The parameter meta (valueMeta) is missing", expression="Parameters"
        )
    for left in reversed(range(TRIES)):
        try:
            return await _once(services, request, given, apply)
        except FhirError as error:
            if error.category not in RACED or not left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


async def _once(services: Services, request: Request, given: Meta, apply: Change) -> Response:
    plain = Request(request.base_url, request.type, request.id, caller=request.caller)
    current = await read(services, plain)
    resource = json.parse(current.body or b"{}")
    before = resource.get("meta", {})
    after = apply(before, given)
    if after != before:
        unraced = Conditions(if_match=str(current.version))
        body = {**resource, "meta": after}
        stored = await update(services, replace(plain, body=body, conditions=unraced))
        after = json.parse(stored.body or b"{}").get("meta", {})
    return Response(200, resource=answer(return_=("valueMeta", after)))
