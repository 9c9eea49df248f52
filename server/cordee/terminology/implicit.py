"""Value sets that exist without a resource: those of code systems, and `?fhir_vs`.

https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.valueSet
https://hl7.org/fhir/R4/snomedct.html#implicit
"""

import re
from functools import cached_property
from typing import Any

from cordee.definitions.repository import Repository
from cordee.resource.types import Resource

_QUERY = re.compile(r"(?P<system>[^?]+)\?fhir_vs(?:=(?P<kind>isa|ecl|refset)/(?P<value>.+))?")
_LOINC = "http://loinc.org/vs"


class ImplicitValueSets:
    """Makes the resources of implicit value sets."""

    def __init__(self, repository: Repository) -> None:
        """Know the code systems of `repository`."""
        self._repository = repository

    def find(self, url: str) -> Resource | None:
        """Make the value set that `url` stands for, or None when it stands for none."""
        include = self._include(url)
        if include is None:
            return None
        return {
            "resourceType": "ValueSet",
            "url": url,
            "status": "active",
            "compose": {"include": [include]},
        }

    def _include(self, url: str) -> dict[str, Any] | None:
        if url in self._whole:
            return {"system": self._whole[url]}
        if url == _LOINC or url.startswith(_LOINC + "/"):
            return _restricted("http://loinc.org", "parent", "=", url[len(_LOINC) + 1 :])
        found = _QUERY.fullmatch(url)
        if found is None:
            return None
        if found["kind"] in {"ecl", "refset"}:
            return _restricted(found["system"], "constraint", "=", found["value"])
        return _restricted(found["system"], "concept", "is-a", found["value"] or "")

    @cached_property
    def _whole(self) -> dict[str, str]:
        """Value set canonical → code system, from `CodeSystem.valueSet`."""
        return {
            resource["valueSet"].partition("|")[0]: resource["url"]
            for resource in self._repository.all("CodeSystem")
            if isinstance(resource.get("valueSet"), str) and isinstance(resource.get("url"), str)
        }


def _restricted(system: str, property: str, operator: str, value: str) -> dict[str, Any]:
    if not value:
        return {"system": system}
    return {"system": system, "filter": [{"property": property, "op": operator, "value": value}]}
