"""What `$meta-add` and `$meta-delete` share: change the sets of Meta, store a new version."""

from collections.abc import Callable

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import Services
from cordee.operations.meta import Meta
from cordee.operations.parameters import Arguments, answer
from cordee.operations.revision import revise
from cordee.resource import json

Change = Callable[[Meta, Meta], Meta]


async def change(services: Services, request: Request, apply: Change) -> Response:
    """Change the Meta of one resource by the `meta` parameter and give the new one.

    The change is a version like any other, so that history tells who labelled what.
    """
    given = Arguments(request).one("meta")
    if not isinstance(given, dict):
        raise FhirError(
            Category.INVALID, "The parameter meta (valueMeta) is missing", expression="Parameters"
        )
    stored = await revise(
        services,
        request,
        lambda resource: _with(resource, apply(resource.get("meta", {}), given)),
    )
    return Response(
        200,
        resource=answer(return_=("valueMeta", json.parse(stored.body or b"{}").get("meta", {}))),
    )


def _with(resource: dict[str, object], meta: Meta) -> dict[str, object]:
    return {**resource, "meta": meta}
