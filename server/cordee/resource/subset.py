"""The tag of a resource that lacks some of its content.

https://hl7.org/fhir/R4/search.html#summary
"""

from cordee.resource.types import Resource

SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
    "display": "subsetted",
}
"""The coding for `meta.tag`."""


def mark_subsetted(resource: Resource) -> Resource:
    """Give the resource with the tag SUBSETTED, sharing everything else."""
    meta = resource.get("meta")
    meta = meta if isinstance(meta, dict) else {}
    tags = meta.get("tag")
    tags = tags if isinstance(tags, list) else []
    if any(tag.get("code") == SUBSETTED["code"] for tag in tags if isinstance(tag, dict)):
        return resource
    head = {name: resource[name] for name in ("resourceType", "id") if name in resource}
    return (
        head
        | {"meta": {**meta, "tag": [*tags, SUBSETTED]}}
        | {name: value for name, value in resource.items() if name not in {*head, "meta"}}
    )
