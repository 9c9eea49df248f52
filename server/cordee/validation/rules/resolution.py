"""Where a reference leads: contained, in the Bundle, or beyond.

https://hl7.org/fhir/R4/references.html
https://hl7.org/fhir/R4/bundle.html#references
"""

from typing import Any

from cordee.resource.reference import Reference
from cordee.resource.types import Resource
from cordee.validation.node import Node, resource_node
from cordee.validation.place import Place
from cordee.validation.run import Run


def target(node: Node, run: Run) -> Node | None:
    """Give the resource that a Reference (or a uri, or a canonical) points to, if it is at hand."""
    text = node.value.get("reference") if isinstance(node.value, dict) else node.value
    if not isinstance(text, str) or not text:
        return None
    if text.startswith("#"):
        return _contained(text[1:], run)
    for bundle, place in reversed(run.bundles):
        found = in_bundle(text, bundle, place, run)
        if found is not None:
            return found
    if run.options.resolve is None:
        return None
    resource = run.options.resolve(text)
    return resource_node(resource, node.place) if resource else None


def target_type(node: Node, run: Run) -> str | None:
    """Give the type of what a Reference points to: as found, else as its URL or itself names it."""
    found = target(node, run)
    return named_type(node) if found is None else found.type


def named_type(node: Node) -> str | None:
    """Give the type that a Reference names, in its URL or beside it."""
    text, stated = node.object.get("reference"), node.object.get("type")
    named = Reference.parse(text).type if isinstance(text, str) else None
    return named or (stated if isinstance(stated, str) else None)


def _contained(fragment: str, run: Run) -> Node | None:
    top = run.place if run.resource is run.root else run.place[0] or run.place
    if not fragment:
        return resource_node(run.root, top)
    found = run.root.get("contained")
    for index, resource in enumerate(found if isinstance(found, list) else []):
        if isinstance(resource, dict) and resource.get("id") == fragment:
            return resource_node(resource, (top, "contained", index))
    return _contained_deeper(fragment, top, run)


def _contained_deeper(fragment: str, top: Place, run: Run) -> Node | None:
    """Find a resource contained in an entry, for expressions that look down from the Bundle."""
    for index, entry in enumerate(listed(run.root.get("entry"))):
        resource = entry.get("resource")
        inner = resource.get("contained") if isinstance(resource, dict) else None
        for position, contained in enumerate(listed(inner)):
            if contained.get("id") == fragment:
                place: Place = ((top, "entry", index), "resource", -1)
                return resource_node(contained, (place, "contained", position))
    return None


def in_bundle(text: str, bundle: Resource, place: Place, run: Run) -> Node | None:
    """Find a reference's target among the entries of a Bundle, by fullUrl."""
    for url in _candidates(text, run):
        found = entries(bundle, run).get(url)
        if found is not None:
            index, resource = found
            return resource_node(resource, ((place, "entry", index), "resource", -1))
    return None


def _candidates(text: str, run: Run) -> list[str]:
    """Give the URLs a reference may mean: a relative one is under its own entry's base."""
    reference = Reference.parse(text)
    if reference.kind != "relative":
        return [reference.versionless, text]
    base = _base(run)
    local = reference.versionless
    beside = f"urn:uuid:{reference.id}"
    return [f"{base}/{local}", local, beside] if base else [local, beside]


def _base(run: Run) -> str | None:
    """Give the server base of the entry whose resource is being checked, from its fullUrl."""
    key = ("base", id(run.root))
    if key not in run.memory:
        run.memory[key] = next(
            (
                Reference.parse(str(entry.get("fullUrl"))).base
                for bundle, _ in reversed(run.bundles)
                for entry in listed(bundle.get("entry"))
                if entry.get("resource") is run.root
            ),
            None,
        )
    found: str | None = run.memory[key]
    return found


def listed(value: Any) -> list[Resource]:
    """Give the objects of an array, whatever was found in its place."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def word(value: Any) -> str:
    """Give a primitive's text; nothing when something else stands there, however large it is."""
    return value if isinstance(value, str) else ""


def entries(bundle: Resource, run: Run) -> dict[str, tuple[int, Resource]]:
    """Give a Bundle's resources by fullUrl, and by type and id, with their positions."""
    key = ("entries", id(bundle))
    found: dict[str, tuple[int, Resource]] | None = run.memory.get(key)
    if found is None:
        found = run.memory[key] = _index(bundle)
    return found


def _index(bundle: Resource) -> dict[str, tuple[int, Resource]]:
    rows: dict[str, tuple[int, Resource]] = {}
    listed: Any = bundle.get("entry")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        if isinstance(entry.get("fullUrl"), str):
            rows.setdefault(entry["fullUrl"], (index, resource))
        if isinstance(resource.get("id"), str):
            rows.setdefault(f"{resource.get('resourceType')}/{resource['id']}", (index, resource))
    return rows
