"""`Composition/$document`: a Composition with all it refers to, as a document.

https://hl7.org/fhir/R4/composition-operation-document.html
"""

from dataclasses import replace

from cordee.errors import Category, FhirError
from cordee.interactions import visibility
from cordee.interactions.document_bundle import document_bundle
from cordee.interactions.exchange import Request, Response
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.operations.parameters import Arguments
from cordee.operations.stored_instance import stored_instance
from cordee.resource import json
from cordee.resource.reference import references
from cordee.resource.types import Resource


async def composition_document(services: Services, request: Request) -> Response:
    """Give the document, which is not stored.

    Raises what reading the Composition raises, INVALID where none is named, and UNPROCESSABLE when
    it refers to what is not here, or hidden from the caller: a document is whole.
    """
    given = Arguments(request)
    given.refuse(graph="a document holds what its Composition refers to")
    if given.flag("persist"):
        text = "The document is not stored: POST what is returned to /Bundle to keep it"
        raise FhirError(Category.INVALID, text, expression="persist")
    composition = await _composition(services, request, given.text("id"))
    base = request.base_url
    entries = [_entry(base, composition)]
    keys = _named(services, composition)
    found = await visibility.living(services, services.store, request.caller, list(keys))
    for key, path in keys.items():
        if key not in found:
            text = f"{'/'.join(key)}, which the Composition refers to, is not known"
            raise FhirError(Category.UNPROCESSABLE, text, expression=path)
        entries.append(_entry(base, json.parse(found[key].body)))
    return Response(200, resource=document_bundle(services, services.clock(), entries))


async def _composition(services: Services, request: Request, named: str | None) -> Resource:
    if request.id is not None and named is not None:
        text = "id is for a call on the type: this one names its Composition already"
        raise FhirError(Category.INVALID, text, expression="id")
    if named is not None:
        key = local_key(
            services, f"Composition/{named.removeprefix(f'{request.base_url}/Composition/')}"
        )
        if key is None:
            text = f"{named} is no Composition of this server"
            raise FhirError(Category.INVALID, text, expression="id")
        request = replace(request, id=key[1])
    found = await stored_instance(services, request)
    if found is None:
        raise FhirError(Category.INVALID, "Name the Composition: id is missing", expression="id")
    return found


def _named(services: Services, composition: Resource) -> dict[tuple[str, str], str]:
    """Give what a Composition refers to: (type, id) → where. Raises UNPROCESSABLE for elsewhere."""
    own = ("Composition", composition["id"])
    keys: dict[tuple[str, str], str] = {}
    for path, holder in references(composition):
        name = holder["reference"]
        key = local_key(services, name)
        if key is None and not name.startswith("#"):
            text = f"{name} is not on this server, and a document holds all it refers to"
            raise FhirError(Category.UNPROCESSABLE, text, expression=path)
        if key is not None and key != own:
            keys.setdefault(key, path)
    return keys


def _entry(base: str, resource: Resource) -> Resource:
    return {"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}", "resource": resource}
