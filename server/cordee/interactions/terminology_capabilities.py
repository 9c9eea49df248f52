"""The TerminologyCapabilities: which code systems this server knows.

https://hl7.org/fhir/R4/terminologycapabilities.html
"""

from typing import Any

from cordee import __version__
from cordee.interactions.capability_statement import BASE
from cordee.interactions.services import Services
from cordee.interactions.stamp import instant
from cordee.resource.types import Resource


def terminology(services: Services) -> Resource:
    """Make the statement from the code systems in the repository."""
    return {
        "resourceType": "TerminologyCapabilities",
        "name": "CordeeTerminology",
        "title": "Cordée FHIR R4 server, terminology",
        "status": "active",
        "date": instant(services.clock()),
        "kind": "instance",
        "software": {"name": "Cordée", "version": __version__},
        "implementation": {"description": "Cordée FHIR R4 server", "url": BASE},
        "codeSystem": _code_systems(services),
        "codeSearch": "all",
        "validateCode": {"translations": False},
    }


def _code_systems(services: Services) -> list[dict[str, Any]]:
    found: dict[str, list[str]] = {}
    for url, version in sorted(services.repository.canonicals("CodeSystem")):
        versions = found.setdefault(url, [])
        if version:
            versions.append(version)
    return [
        {"uri": url} | ({"version": [{"code": code} for code in codes]} if codes else {})
        for url, codes in found.items()
    ]
