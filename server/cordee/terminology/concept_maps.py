"""The concept maps that are here.

https://hl7.org/fhir/R4/conceptmap.html
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property

from cordee.definitions.repository import Repository
from cordee.resource.canonical import split
from cordee.resource.types import Resource


class ConceptMaps:
    """The concept maps of a repository."""

    def __init__(self, repository: Repository) -> None:
        """Look maps up in `repository`, lazily."""
        self._repository = repository

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        if "ConceptMap" in changed:
            self.__dict__.pop("_scopes", None)

    def find(self, canonical: str) -> Resource | None:
        """Find a map by canonical."""
        return self._repository.find(canonical, "ConceptMap")

    def between(self, source: str | None, target: str | None) -> Iterator[Resource]:
        """Give the maps from the value set `source` to `target`; None means any."""
        for here, there, url in self._scopes:
            if source is not None and split(source)[0] != here:
                continue
            if target is not None and split(target)[0] != there:
                continue
            found = self.find(url)
            if found is not None:
                yield found

    @cached_property
    def _scopes(self) -> list[tuple[str, str, str]]:
        """Source value set, target value set and canonical of every map."""
        return [
            (scope(resource, "source"), scope(resource, "target"), resource["url"])
            for resource in self._repository.all("ConceptMap")
            if isinstance(resource.get("url"), str)
        ]


def scope(resource: Resource, end: str) -> str:
    """Give the value set at an end of a map, "source" or "target"; empty when there is none."""
    return split(resource.get(f"{end}Canonical") or resource.get(f"{end}Uri") or "")[0]
