"""All compiled profiles, made on first use and kept until what they are made of changes.

https://hl7.org/fhir/R4/profiling.html
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache

from cordee.definitions.element import Schema
from cordee.definitions.reading import Kept, Reads, noting, reading
from cordee.definitions.structure import BASE
from cordee.errors import FhirError
from cordee.resource.types import Resource
from cordee.validation.compile.context import Sources, root_site
from cordee.validation.compile.definition import Definition, tree
from cordee.validation.compile.imposed import compile_imposed
from cordee.validation.compile.profile import compile_group
from cordee.validation.expressions import Expressions
from cordee.validation.rules.profile import Group, ProfileRules, unusable
from cordee.validation.vocabulary import Versions, Vocabulary

Structure = Callable[[str], Resource | None]


class CompiledProfiles:
    """Profiles by canonical, `url` or `url|version`."""

    def __init__(
        self,
        schema: Schema,
        structure: Structure,
        versions: Versions,
        vocabulary: Vocabulary,
        expressions: Expressions,
    ) -> None:
        """Keep the sources; nothing is compiled before it is asked for."""
        self._structure = structure
        self._versions = versions
        self.problems: dict[str, str] = {}
        """Profiles that are known and cannot be used, with the reason."""
        self.find = Kept(self._make)
        """Gives a profile's rules, or None when the profile is not known.

        A profile that is known and cannot be used has one rule, which says so.
        """
        self.tree = Kept(self._tree)
        self.base_keys = cache(self._base_keys)
        self._sources = Sources(
            schema, self, vocabulary, expressions, self.inherited, compile_group
        )

    def forget(self, changed: AbstractSet[str]) -> None:
        """Drop what these names of definitions have made out of date."""
        self.find.forget(changed)
        self.tree.forget(changed)

    def _make(self, canonical: str) -> ProfileRules | None:
        known = self.tree(canonical)
        if known is not None:
            older = tuple(self._older(canonical))
            reads = reading()
            return ProfileRules(canonical, known[1], lambda: self._compile(canonical, reads), older)
        reason = self.problems.get(canonical)
        if reason is None:
            return None
        group = Group("", self._sources.schema, each=(unusable(canonical, reason),))
        return ProfileRules(canonical, "Resource", lambda: group)

    def _older(self, canonical: str) -> Iterator[ProfileRules]:
        """Give the versions before the newest, of a profile named without version."""
        if "|" not in canonical:
            for version in reversed(self._versions(canonical)[:-1]):
                rules = self.find(f"{canonical}|{version}")
                if rules is not None:
                    yield rules

    def _compile(self, canonical: str, reads: Reads) -> Group:
        with noting(reads):
            (site,) = root_site(canonical, self._sources)
            group = compile_group(site)
            group.each += tuple(compile_imposed(canonical, self._structure, self.find))
            return group

    def _tree(self, canonical: str) -> tuple[Definition, str] | None:
        self.problems.pop(canonical, None)
        try:
            structure = self._structure(canonical)
            if structure is None:
                return None
            return tree(structure), str(structure.get("type", "")).removeprefix(BASE)
        except (ValueError, FhirError) as reason:
            self.problems[canonical] = str(reason)
            return None

    def inherited(self, path: str, type_name: str) -> frozenset[str]:
        """Give the keys of the constraints that base definitions ask at a path, of a type."""
        return self.base_keys(path.partition(".")[0]).get(path, frozenset()) | self.base_keys(
            type_name
        ).get(type_name, frozenset())

    def _base_keys(self, type_name: str) -> dict[str, frozenset[str]]:
        structure = self._structure(BASE + type_name) or {}
        elements = (structure.get("snapshot") or {}).get("element") or ()
        return {
            element["path"]: frozenset(row.get("key") for row in element.get("constraint") or ())
            for element in elements
        }
