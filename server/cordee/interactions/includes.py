"""`_include` and `_revinclude`: resources that come along with the matches.

https://hl7.org/fhir/R4/search.html#include
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.errors import Issue, Severity
from cordee.interactions import visibility
from cordee.interactions.linking import local_key
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.reference import references
from cordee.search.filter import AnyOf, Filter, Reference
from cordee.search.request import Include
from cordee.store.port import Query, Reader, Version

Key = tuple[str, str]


@dataclass(slots=True)
class Included:
    """What has been gathered beside the matches, each resource once."""

    versions: dict[Key, Version] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Collector:
    """Gathers included resources for one page of matches, through the caller's eyes."""

    services: Services
    reader: Reader
    caller: Caller

    async def collect(
        self,
        matches: Sequence[Version],
        forward: Sequence[Include],
        reverse: Sequence[Include],
    ) -> Included:
        """Follow the includes from the matches; those that iterate, from what they bring too."""
        seen = {(version.type, version.id) for version in matches}
        included = Included()
        fresh: Sequence[Version] = matches
        first = True
        while fresh:
            found: dict[Key, Version] = {}
            for include in forward:
                if first or include.iterate:
                    found |= await self._targets(include, fresh, seen | found.keys())
            for include in reverse:
                if first or include.iterate:
                    found |= await self._sources(include, fresh, seen | found.keys())
            room = self.services.settings.max_included - len(included.versions)
            if len(found) > room:
                included.issues = (self._too_many(),)
                found = dict(list(found.items())[:room])
            included.versions |= found
            seen |= found.keys()
            fresh = () if included.issues else tuple(found.values())
            first = False
        return included

    async def _targets(
        self, include: Include, versions: Iterable[Version], seen: set[Key]
    ) -> dict[Key, Version]:
        keys = [
            key
            for version in versions
            if include.source_type in (None, version.type)
            for key in self._referenced(include, version)
        ]
        wanted = [key for key in dict.fromkeys(keys) if key not in seen]
        if not wanted:
            return {}
        return await visibility.living(self.services, self.reader, self.caller, wanted)

    def _referenced(self, include: Include, version: Version) -> Iterable[Key]:
        """Give the local resources that a version refers to under the included parameter."""
        resource = json.parse(version.body)
        if include.parameter is None:
            texts: Iterable[str] = (holder["reference"] for _, holder in references(resource))
        else:
            texts = self.services.registry.extract(resource).values.get(include.parameter, ())
        for text in texts:
            key = local_key(self.services, text)
            if key is not None and include.target_type in (None, key[0]):
                yield key

    async def _sources(
        self, include: Include, versions: Iterable[Version], seen: set[Key]
    ) -> dict[Key, Version]:
        targets = tuple(
            f"{version.type}/{version.id}"
            for version in versions
            if include.target_type in (None, version.type)
        )
        if not targets:
            return {}
        every = self.services.repository.resource_types
        found: dict[Key, Version] = {}
        for type in (include.source_type,) if include.source_type else every:
            limit = self.services.settings.max_included + 1 - len(found)
            indexes = self._indexes(include, type, {target.partition("/")[0] for target in targets})
            if not indexes or limit < 1:
                continue
            filter: Filter = AnyOf(tuple(Reference(index, targets) for index in indexes))
            limited = narrow(self.services.policy, self.caller, (type,), filter)
            page = await self.reader.search(Query((type,), limited, count=limit))
            found |= {(version.type, version.id): version for version in page.matches}
        return {key: version for key, version in found.items() if key not in seen}

    def _indexes(self, include: Include, type: str, targets: set[str]) -> tuple[str, ...]:
        """Give the parameters of a type through which it may refer to one of the target types."""
        if include.parameter is not None:
            return (include.parameter,)
        return tuple(
            parameter.code
            for parameter in self.services.repository.search_parameters(type)
            if parameter.type == "reference" and not targets.isdisjoint(parameter.target or targets)
        )

    def _too_many(self) -> Issue:
        limit = self.services.settings.max_included
        text = f"Includes stop at {limit} resources a page; ask for fewer matches with _count"
        return Issue(Severity.WARNING, "too-costly", text)
