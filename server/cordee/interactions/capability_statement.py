"""The CapabilityStatement, computed: types, parameters, includes and operations as they are served.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from typing import Any

from cordee import __version__
from cordee.access.audit.act import APPEND_ONLY
from cordee.definitions.search_parameter import SearchParameter
from cordee.interactions.services import OperationEntry, Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource

BASE = "urn:cordee:base"
"""Stands for the base URL until a request says how it spells it."""

TYPE_INTERACTIONS = (
    "read",
    "vread",
    "update",
    "patch",
    "delete",
    "history-instance",
    "history-type",
    "create",
    "search-type",
)
CHANGING = frozenset(("update", "patch", "delete"))
"""Those that an append-only type does not have."""
SYSTEM_INTERACTIONS = ("transaction", "batch", "search-system", "history-system")
WHOLE = ("_content", "_filter", "_text")
"""Parameters that look at whole resources, instead of at values of an element."""
FORMATS = ("application/fhir+json", "application/fhir+xml")
PATCH_FORMATS = ("application/json-patch+json", "application/fhir+json", "application/fhir+xml")
_CORE = "http://hl7.org/fhir/"
_TOPIC = (
    "http://hl7.org/fhir/uv/subscriptions-backport/"
    "StructureDefinition/capabilitystatement-subscriptiontopic-canonical"
)
_STATUS = "http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status"


def full(services: Services) -> Resource:
    """Make the whole statement."""
    return {
        "resourceType": "CapabilityStatement",
        "name": "CordeeServer",
        "title": "Cordée FHIR R4 server",
        "status": "active",
        "date": instant(services.started),
        "kind": "instance",
        **({"instantiates": list(services.instantiates)} if services.instantiates else {}),
        "software": {"name": "Cordée", "version": __version__},
        "implementation": {"description": "Cordée FHIR R4 server", "url": BASE},
        "fhirVersion": "4.0.1",
        "format": list(FORMATS),
        "patchFormat": list(PATCH_FORMATS),
        "rest": [_rest(services)],
    }


def normative(services: Services) -> Resource:
    """Make the statement without the elements that R4 marks as trial use."""
    statement = full(services)
    definition = services.repository.structure(_CORE + "StructureDefinition/CapabilityStatement")
    elements = definition["snapshot"]["element"] if definition else []
    for element in elements:
        if any(
            extension.get("url") == _STATUS and extension.get("valueCode") == "trial-use"
            for extension in element.get("extension", ())
        ):
            _remove(statement, element["path"].split(".")[1:])
    return statement


def _remove(node: Any, path: list[str]) -> None:
    if isinstance(node, list):
        for item in node:
            _remove(item, path)
    elif isinstance(node, dict) and path[1:]:
        _remove(node.get(path[0]), path[1:])
    elif isinstance(node, dict):
        node.pop(path[0], None)


def _rest(services: Services) -> dict[str, Any]:
    rest: dict[str, Any] = {"mode": "server"}
    reverse = _reverse_includes(services)
    profiles = _profiles(services)
    rest["resource"] = [
        _resource(services, name, reverse.get(name, []), profiles.get(name, []))
        for name in services.repository.resource_types
    ]
    rest["interaction"] = [{"code": code} for code in SYSTEM_INTERACTIONS]
    rest["searchParam"] = [_parameter(found) for found in _general(services)]
    rest |= _operations([entry for entry in services.operations if entry.system])
    rest["compartment"] = [
        f"{_CORE}CompartmentDefinition/{code.lower()}"
        for code in services.repository.compartments()
    ]
    return rest


def _general(services: Services) -> list[SearchParameter]:
    """Give the parameters that searches on every type take."""
    whole = [
        found
        for found in services.repository.search_parameters("Basic")
        if found.code in WHOLE and (services.registry.full_text or found.code == "_filter")
    ]
    return [*(found.definition for found in services.registry.general().values()), *whole]


def _resource(
    services: Services, name: str, reverse: list[str], profiles: list[str]
) -> dict[str, Any]:
    parameters = [found.definition for found in services.registry.parameters(name).values()]
    forward = [f"{name}:{found.code}" for found in parameters if found.type == "reference"]
    policies = ["literal", "logical", "local"]
    if services.settings.referential_integrity:
        policies.append("enforced")
    fixed = name == APPEND_ONLY
    topics = services.subscription_topics(services) if name == "Subscription" else ()
    made: dict[str, Any] = {
        "extension": [{"url": _TOPIC, "valueCanonical": url} for url in topics],
        "type": name,
        "profile": f"{_CORE}StructureDefinition/{name}",
        "supportedProfile": profiles,
        "interaction": [
            {"code": code} for code in TYPE_INTERACTIONS if not (fixed and code in CHANGING)
        ],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": not fixed,
        "conditionalCreate": True,
        "conditionalRead": "full-support",
        "conditionalUpdate": not fixed,
        "conditionalDelete": "not-supported" if fixed else services.settings.conditional_delete,
        "referencePolicy": policies,
        "searchInclude": ["*", *sorted(forward)] if forward else [],
        "searchRevInclude": sorted(reverse),
        "searchParam": [_parameter(found) for found in parameters],
    } | _operations(
        [
            entry
            for entry in services.operations
            if (entry.type_level or entry.instance_level)
            and (name in entry.types or "Resource" in entry.types)
            and not (fixed and entry.affects_state)
        ]
    )
    return {key: value for key, value in made.items() if value != []}


def _parameter(found: SearchParameter) -> dict[str, Any]:
    made: dict[str, Any] = {"name": found.code, "definition": found.url, "type": found.type}
    if found.description and found.description.strip():
        made["documentation"] = found.description.strip()
    return made


def _operations(entries: list[OperationEntry]) -> dict[str, Any]:
    rows = [{"name": entry.code, "definition": entry.definition} for entry in entries]
    return {"operation": rows} if rows else {}


def _reverse_includes(services: Services) -> dict[str, list[str]]:
    """Give target type → `Source:parameter` of every reference parameter that can point to it."""
    found: dict[str, list[str]] = {}
    for source in services.repository.resource_types:
        for parameter in services.registry.parameters(source).values():
            if parameter.definition.type == "reference":
                for target in parameter.definition.target:
                    if services.repository.is_resource(target):
                        found.setdefault(target, []).append(f"{source}:{parameter.code}")
    return found


def _profiles(services: Services) -> dict[str, list[str]]:
    """Give type → profiles on it that packages brought; R4's own are everybody's."""
    found: dict[str, list[str]] = {}
    for structure in services.repository.all("StructureDefinition"):
        profile = (
            structure.get("derivation") == "constraint" and structure.get("kind") == "resource"
        )
        if profile and not structure["url"].startswith(f"{_CORE}StructureDefinition/"):
            found.setdefault(structure["type"], []).append(structure["url"])
    return {name: sorted(set(urls)) for name, urls in found.items()}
