"""All compiled base definitions, made on first use and kept.

https://hl7.org/fhir/R4/structuredefinition.html
"""

from collections.abc import Sequence

from cordee.definitions.element import Schema
from cordee.validation.compile.type import Extras, TypeCompiler
from cordee.validation.schema import TypeRules
from cordee.validation.vocabulary import Vocabulary


class CompiledDefinitions:
    """Rules of every type by name; `cordee.validation.schema.Schemas` as others see it."""

    def __init__(
        self,
        definitions: Schema,
        resource_types: Sequence[str],
        vocabulary: Vocabulary,
        extras: Extras,
    ) -> None:
        """Keep the definitions; `extras` gives what is asked beyond shape."""
        self.resource_types = frozenset(resource_types)
        self._types: dict[str, TypeRules] = {}
        self._compiler = TypeCompiler(definitions, self, vocabulary, extras)

    def is_resource(self, name: str) -> bool:
        """Tell whether `name` is a concrete resource type."""
        return name in self.resource_types

    def type(self, name: str) -> TypeRules:
        """Give the rules of a type that exists; they fill themselves when first called."""
        found = self._types.get(name)
        if found is None:
            found = self._types[name] = TypeRules(name, self._compiler.fill)
        return found
