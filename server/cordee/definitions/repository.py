"""The definitions in force: R4 core, the packages loaded beside it, and what clients added.

https://hl7.org/fhir/R4/conformance-module.html
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path

from cordee.definitions import (
    admission,
    compartment,
    operation,
    pack,
    search_parameter,
    shipped,
    snapshot,
)
from cordee.definitions.element import TypeDefinition
from cordee.definitions.index import Index, Located
from cordee.definitions.operation import Operation
from cordee.definitions.pack import Manifest, Pack
from cordee.definitions.packages import Packages
from cordee.definitions.pinning import Pinning
from cordee.definitions.reading import MAKING, Kept, note
from cordee.definitions.search_parameter import SearchParameter
from cordee.definitions.structure import BASE, compile_types
from cordee.errors import Category, FhirError
from cordee.resource.canonical import split
from cordee.resource.types import Resource

DECODED = 512
"""How many decoded resources are kept at hand."""
REMEMBERED = 1024
"""How many changes are remembered name by name."""


class Repository:
    """Conformance resources by canonical, and the tables made of them; lazy throughout.

    Resources it gives out are shared: callers must not change them. `revision` grows with each
    change, so that whoever compiled something from the definitions knows when to do it again.
    """

    def __init__(
        self, packs: Sequence[Pack], *, missing: Sequence[str] = (), problems: Sequence[str] = ()
    ) -> None:
        """Index packs; the first must be R4 core, which alone says what the types are.

        A later pack wins over an earlier one with the same canonical and version.
        """
        self.packs = tuple(packs)
        self.missing = tuple(missing)
        self.problems = tuple(problems)
        self.revision = 0
        self._index = Index()
        self._added: dict[tuple[str, str], Pack] = {}
        self._types: dict[str, TypeDefinition] = {}
        for loaded in packs:
            self._index.add(loaded)
        self._type_sources = _type_sources(packs[0])
        self._own = {found.entry.url: found for found in self._type_sources.values()}
        self.resource_types: tuple[str, ...] = tuple(
            sorted(
                name
                for name, source in self._type_sources.items()
                if source.entry.kind == "resource" and not source.entry.abstract
            )
        )
        """The concrete resource types, in alphabetical order."""
        self._concrete = frozenset(self.resource_types)
        self._decoded = lru_cache(maxsize=DECODED)(Located.resource)
        self._structures = Kept(self._complete, DECODED)
        self._pinning = Pinning(self.packs, self._index)
        self._changes: deque[frozenset[str]] = deque(maxlen=REMEMBERED)
        self._completing: set[Located] = set()

    @classmethod
    def load(
        cls,
        packages: Iterable[str | Path] = (),
        *,
        folder: Path | None = None,
        registry: str | None = None,
    ) -> "Repository":
        """Load R4 core, what is shipped, the packages installed under `folder`, and those named.

        Each takes the place of an earlier one with the same id and version. A named one is a path
        or `id@version`; its dependencies come along where they can be had.
        Raises FhirError(NOT_FOUND) for a named package that is nowhere. What could not be had or
        used stands in `missing` and `problems`.
        """
        known = Packages(folder, registry=registry)
        packs = {
            _pack_key(found): found for found in (core(), *shipped.packs(), *known.installed())
        }
        missing: list[str] = []
        problems: list[str] = []
        for wanted in packages:
            found = known.find(wanted)
            packs.update((_pack_key(pack), pack) for pack in found.packs)
            missing += found.missing
            problems += found.problems
        return cls([*packs.values()], missing=missing, problems=problems)

    # -- types: element.Schema

    def type(self, name: str) -> TypeDefinition | None:
        """Give a type by name ("Patient", "HumanName", "Patient.contact"), or None."""
        found = self._types.get(name)
        if found is None:
            source = self._type_sources.get(name.partition(".")[0])
            if source is not None and source.entry.type not in self._types:
                self._types.update((made.name, made) for made in compile_types(source.json))
                found = self._types.get(name)
        return found

    def is_resource(self, name: str) -> bool:
        """Tell whether `name` is a concrete resource type."""
        return name in self._concrete

    # -- resources by canonical

    def find(self, canonical: str, type: str | None = None) -> Resource | None:
        """Find a resource by `url` or `url|version`; without version, the newest there is.

        The types of R4 are the exception: another version of them is found under that version only.
        """
        located = self._locate(canonical, type)
        return self._decoded(located) if located else None

    def versions(self, url: str) -> tuple[str, ...]:
        """Give the versions known of a canonical url, oldest first."""
        note(url)
        return self._index.versions(url)

    def types(self, url: str) -> frozenset[str]:
        """Give the resource types that are known under a canonical url, without decoding any."""
        note(url)
        return frozenset(row.entry.resource_type for row in self._index.rows(url))

    def identified(self, identifier: str, type: str | None = None) -> Resource | None:
        """Find a resource by one of its identifiers, such as "urn:oid:2.16.840.1.113883.5.4"."""
        note(identifier)
        located = self._index.identified(identifier, type)
        return self._decoded(located) if located else None

    def all(self, resource_type: str) -> Iterator[Resource]:
        """Give every resource of a type, each version by itself; decoded one by one, not kept."""
        note(resource_type)
        return (located.resource() for located in self._index.all(resource_type))

    def canonicals(self, resource_type: str) -> Iterator[tuple[str, str]]:
        """Give (url, version) of every resource of a type, without decoding any."""
        note(resource_type)
        return (
            (located.entry.url, located.entry.version) for located in self._index.all(resource_type)
        )

    def structure(self, canonical: str) -> Resource | None:
        """Find a StructureDefinition with its snapshot, generated where the package has none.

        Where several versions of what it refers to are loaded, its open canonicals are pinned to
        those that its package depends on.
        Raises FhirError(UNPROCESSABLE) when a snapshot cannot be made of the differential.
        """
        located = self._locate(canonical, "StructureDefinition")
        return self._structures(located) if located else None

    def _locate(self, canonical: str, type: str | None) -> Located | None:
        note(split(canonical)[0])
        own = self._own.get(canonical) if type in {None, "StructureDefinition"} else None
        return own or self._index.find(canonical, type)

    def _complete(self, located: Located) -> Resource:
        url = located.entry.url
        if located in self._completing:
            raise FhirError(Category.UNPROCESSABLE, f"{url} builds on itself, perhaps indirectly")
        self._completing.add(located)
        try:
            found = self._pinning.pin(self._decoded(located), located.pack)
            return found if "snapshot" in found else snapshot.generate(found, self.structure)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # Nobody validated what packages hold: any part may be absent or of another kind.
            raise FhirError(
                Category.UNPROCESSABLE, f"{url} cannot be read as a profile: {error!r}"
            ) from error
        finally:
            self._completing.discard(located)

    # -- tables

    def search_parameters(self, resource_type: str) -> tuple[SearchParameter, ...]:
        """Give the parameters of a resource type, those of Resource and DomainResource included.

        One per code: what is loaded later, and what says the type itself, wins.
        """
        merged: dict[str, SearchParameter] = {}
        for base in reversed(list(self._lineage(resource_type))):
            merged.update((found.code, found) for found in self._declared.get(base, ()))
        return tuple(merged.values())

    def search_parameter(self, canonical: str) -> SearchParameter | None:
        """Find a SearchParameter as a value, such as a composite's component."""
        located = self._index.find(canonical, "SearchParameter")
        return search_parameter.decode(located.json) if located else None

    def compartments(self) -> Mapping[str, compartment.Members]:
        """Give compartment code → resource type → parameter codes."""
        return self._compartments

    def operation(self, canonical: str) -> Operation | None:
        """Find an OperationDefinition as a value."""
        located = self._index.find(canonical, "OperationDefinition")
        return operation.decode(located.json) if located else None

    # -- changes at run time

    def add(self, resource: Resource) -> None:
        """Take in a conformance resource, in place of the one added with the same type and id.

        Raises FhirError(UNPROCESSABLE) when the resource lacks what makes it usable.
        """
        admission.check(resource)
        made = Pack(pack.write([resource], Manifest("added", ""), level=1), "added resource")
        with MAKING:
            self.remove(resource)
            self._added[_key(resource)] = made
            self._index.add(made)
            self._changed(made)

    def remove(self, resource: Resource) -> None:
        """Forget a resource that was added, known by its type and id; nothing when it was not."""
        with MAKING:
            gone = self._added.pop(_key(resource), None)
            if gone is not None:
                self._index.remove(gone)
                self._changed(gone)

    def changed_since(self, revision: int) -> frozenset[str] | None:
        """Give the urls, identifiers and resource types that changed; None when all may have."""
        count = self.revision - revision
        if count > len(self._changes):
            return None
        return frozenset().union(*list(self._changes)[len(self._changes) - count :])

    def _changed(self, changed: Pack) -> None:
        names = frozenset(
            name
            for entry in changed.entries
            for name in (entry.resource_type, entry.url, *entry.identifiers)
            if name
        )
        self.revision += 1
        self._changes.append(names)
        self._structures.forget(names)
        if "SearchParameter" in names:
            self.__dict__.pop("_declared", None)
        if "CompartmentDefinition" in names:
            self.__dict__.pop("_compartments", None)

    @cached_property
    def _compartments(self) -> dict[str, compartment.Members]:
        found = self._index.all("CompartmentDefinition")
        return dict(compartment.decode(located.json) for located in found)

    def _lineage(self, name: str) -> Iterator[str]:
        definition = self.type(name)
        while definition is not None:
            yield definition.name
            definition = self.type(definition.base) if definition.base else None

    @cached_property
    def _declared(self) -> dict[str, list[SearchParameter]]:
        """The newest version of each parameter, under each of its bases."""
        declared: dict[str, list[SearchParameter]] = {}
        urls = dict.fromkeys(row.entry.url for row in self._index.all("SearchParameter"))
        for found in map(self.search_parameter, urls):
            if found is not None and found.status != "retired":
                for base in found.base:
                    declared.setdefault(base, []).append(found)
        return declared


def core() -> Pack:
    """Open the R4 pack inside the installed product.

    Raises FhirError(UNAVAILABLE) with the remedy when it was never built.
    """
    path = Path(str(files("cordee.definitions").joinpath("data", "r4.pack")))
    if not path.is_file():
        raise FhirError(
            Category.UNAVAILABLE,
            f"the R4 definitions are not at {path}; run: python -m cordee.definitions.build",
        )
    return Pack.open(path)


def _pack_key(found: Pack) -> tuple[str, str]:
    return found.manifest.id, found.manifest.version


def _type_sources(core_pack: Pack) -> dict[str, Located]:
    return {
        entry.type: Located(core_pack, entry)
        for entry in core_pack.entries
        if entry.resource_type == "StructureDefinition"
        and entry.derivation != "constraint"
        and entry.kind != "logical"
        and entry.url == BASE + entry.type
    }


def _key(resource: Resource) -> tuple[str, str]:
    return resource["resourceType"], resource.get("id") or resource.get("url") or ""
