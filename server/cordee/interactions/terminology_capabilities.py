"""The TerminologyCapabilities: which code systems this server knows, and what it can do with them.

https://hl7.org/fhir/R4/terminologycapabilities.html
"""

from typing import Any

from cordee import __version__
from cordee.interactions.capability_statement import BASE
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource
from cordee.terminology.expand import TEXT_FILTER, UNSUPPORTED
from cordee.terminology.grammar import GRAMMARS

EXPAND = "http://hl7.org/fhir/OperationDefinition/ValueSet-expand"
HELD = frozenset({"complete", "example", "fragment"})
"""`CodeSystem.content` of systems whose codes are here."""


def terminology(services: Services) -> Resource:
    """Make the statement from the code systems in the repository and the operations offered."""
    return {
        "resourceType": "TerminologyCapabilities",
        "name": "CordeeTerminology",
        "title": "Cordée FHIR R4 server, terminology",
        "status": "active",
        "date": instant(services.started),
        "kind": "instance",
        "software": {"name": "Cordée", "version": __version__},
        "implementation": {"description": "Cordée FHIR R4 server", "url": BASE},
        "codeSystem": _code_systems(services),
        "expansion": _expansion(services),
        "codeSearch": "explicit",
        "validateCode": {"translations": False},
        "translation": {"needsMap": False},
    }


def _code_systems(services: Services) -> list[dict[str, Any]]:
    """Describe the systems whose codes are here, and those whose codes follow a grammar."""
    found: dict[str, set[str]] = {}
    for resource in services.repository.all("CodeSystem"):
        url, version = resource.get("url"), resource.get("version")
        if isinstance(url, str) and resource.get("content") in HELD:
            found.setdefault(url, set()).update([version] if isinstance(version, str) else [])
    held = [_code_system(services, url, found[url]) for url in sorted(found)]
    return held + [{"uri": url, "subsumption": False} for url in GRAMMARS if url not in found]


def _code_system(services: Services, url: str, held: set[str]) -> dict[str, Any]:
    versions = [version for version in services.repository.versions(url) if version in held]
    rows = [{"code": version, "isDefault": version == versions[-1]} for version in versions]
    return {"uri": url} | ({"version": rows} if rows else {}) | {"subsumption": True}


def _expansion(services: Services) -> dict[str, Any]:
    definition = services.repository.operation(EXPAND)
    names = [row.name for row in definition.parameters if row.use == "in"] if definition else []
    return {
        "hierarchical": True,
        "paging": True,
        "incomplete": False,
        "parameter": [{"name": name} for name in names if name not in UNSUPPORTED],
        "textFilter": TEXT_FILTER,
    }
