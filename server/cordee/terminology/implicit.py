"""Value sets that exist without a resource: those of code systems, and `?fhir_vs`.

https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.valueSet
https://hl7.org/fhir/R4/snomedct.html#implicit
"""

import re
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from cordee.definitions.reading import Kept, note
from cordee.definitions.repository import Repository
from cordee.resource.canonical import join
from cordee.resource.types import Resource

_QUERY = re.compile(r"(?P<system>[^?]+)\?fhir_vs(?:=(?P<kind>isa|ecl|refset)/(?P<value>.+))?")
_LOINC = "http://loinc.org/vs"
TYPE = "CodeSystem"


class ImplicitValueSets:
    """Makes the resources of implicit value sets."""

    def __init__(self, repository: Repository) -> None:
        """Know the code systems of `repository`."""
        self._repository = repository
        self._of_system = Kept(self._named_by, 65_536)

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        self._of_system.forget(changed)
        if TYPE in changed:
            self.__dict__.pop("_whole", None)

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
        note(TYPE)
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
        named = (
            (self._of_system(join(url, version or None)), url)
            for url, version in self._repository.canonicals(TYPE)
        )
        return {value_set: url for value_set, url in named if value_set}

    def _named_by(self, canonical: str) -> str | None:
        resource = self._repository.find(canonical, TYPE)
        named = resource.get("valueSet") if resource else None
        return named.partition("|")[0] if isinstance(named, str) else None


def _restricted(system: str, property: str, operator: str, value: str) -> dict[str, Any]:
    if not value:
        return {"system": system}
    return {"system": system, "filter": [{"property": property, "op": operator, "value": value}]}
