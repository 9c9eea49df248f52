"""`_include` and `_revinclude`: resources that come along with the matches.

https://hl7.org/fhir/R4/search.html#include
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cordee.access.caller import Caller
from cordee.access.narrowing import narrow
from cordee.errors import Issue, Severity
from cordee.interactions import definition_targets, visibility
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
        texts = [
            text
            for version in versions
            if include.source_type in (None, version.type)
            for text in self._referenced(include, version)
        ]
        keys = (local_key(self.services, text) for text in dict.fromkeys(texts))
        wanted = [
            key for key in keys if key and include.target_type in (None, key[0]) and key not in seen
        ]
        found: dict[Key, Version] = {}
        if wanted:
            found |= await visibility.living(self.services, self.reader, self.caller, wanted)
        named = [text for text in texts if "|" in text]
        if named:
            eyes = definition_targets.Eyes(self.services, self.reader, self.caller)
            found |= await definition_targets.named(eyes, named, include.target_type)
        return {key: version for key, version in found.items() if key not in seen}

    def _referenced(self, include: Include, version: Version) -> Iterator[str]:
        """Give what a version refers to under the included parameter, as index values."""
        resource = json.parse(version.body)
        values = self.services.registry.extract(resource).values
        if include.parameter is not None:
            yield from values.get(include.parameter, ())
            return
        yield from (holder["reference"] for _, holder in references(resource))
        for parameter in self.services.registry.parameters(version.type).values():
            if parameter.kind == "reference" and parameter.canonical:
                yield from values.get(parameter.code, ())

    async def _sources(
        self, include: Include, versions: Iterable[Version], seen: set[Key]
    ) -> dict[Key, Version]:
        targets: tuple[str, ...] = ()
        types: set[str] = set()
        for version in versions:
            if include.target_type in (None, version.type):
                targets += definition_targets.pointed_at_by(self.services, version)
                types.add(version.type)
        if not targets:
            return {}
        every = self.services.repository.resource_types
        found: dict[Key, Version] = {}
        for type in (include.source_type,) if include.source_type else every:
            limit = self.services.settings.max_included + 1 - len(found)
            indexes = self._indexes(include, type, types)
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
