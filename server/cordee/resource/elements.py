"""`_elements`: a resource with only the elements that a client asks for.

https://hl7.org/fhir/R4/search.html#elements
"""

from collections.abc import Iterable

from cordee.resource.schema import Schema
from cordee.resource.subset import mark_subsetted
from cordee.resource.summary import always_kept, keep
from cordee.resource.types import Resource


def select(resource: Resource, names: Iterable[str], schema: Schema) -> Resource:
    """Give a copy with the named elements, tagged SUBSETTED; the original stays whole.

    `names` are top-level element names without `[x]` ("name", "value"), perhaps with a type
    ("Patient.name", which then holds for that type alone). Mandatory and modifier elements, id and
    meta are kept too. Names that the type does not have select nothing.
    """
    kind = str(resource.get("resourceType"))
    definition = schema.type(kind)
    if definition is None:
        return resource
    wanted = {_local(name, kind) for name in names}
    chosen = {
        spelled
        for spelled, (element, _) in definition.properties.items()
        if element.name in wanted or spelled in wanted
    }
    return mark_subsetted(keep(resource, always_kept(schema, kind) | chosen | {"id", "meta"}))


def _local(name: str, kind: str) -> str | None:
    owner, dot, rest = name.rpartition(".")
    if not dot:
        return name.removesuffix("[x]")
    return rest.removesuffix("[x]") if owner == kind else None
