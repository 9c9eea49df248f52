"""URL parameters → a search request.

https://hl7.org/fhir/R4/search.html
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.search import chain, filter_parameter, include, result
from cordee.search.context import Codes, Context, Hierarchy, Limits
from cordee.search.criterion import UnknownParameterError, alternatives
from cordee.search.filter import Filter, TypeIs, all_of, any_of
from cordee.search.registry import SearchRegistry
from cordee.search.request import Include, SearchRequest
from cordee.search.values import SortKey

Handling = Literal["strict", "lenient"]


def parse_query(
    registry: SearchRegistry,
    type: str | None,
    pairs: Iterable[tuple[str, str]],
    handling: Handling | None = None,
    *,
    codes: Codes | None = None,
    hierarchy: Hierarchy | None = None,
    base_urls: tuple[str, ...] = (),
    limits: Limits | None = None,
) -> SearchRequest:
    """Read the parameters of a search on a resource type, or on all when `type` is None.

    Unknown parameters are left out with a warning, or refused when `handling` is strict; modifiers
    that are not supported are always refused. Raises FhirError INVALID or UNSUPPORTED, naming the
    parameter. `codes`, `hierarchy` and `limits` default to those of the registry.
    """
    limits = limits or registry.limits
    context = Context(
        registry,
        codes or registry.codes,
        hierarchy or registry.hierarchy,
        (*registry.base_urls, *base_urls),
        limits,
    )
    reader = _Reader(context, type, handling == "strict")
    asked = list(pairs)
    if len(asked) > limits.parameters:
        raise FhirError(
            Category.TOO_COSTLY,
            f"more than {limits.parameters} search parameters (CORDEE_MAX_PARAMETERS)",
        )
    reader.read_types(asked)
    for name, value in asked:
        reader.read(name, value)
    return reader.request()


@dataclass(slots=True)
class _Reader:
    """Reads parameters one by one into the fields of a request."""

    context: Context
    type: str | None
    strict: bool
    types: tuple[str, ...] = ()
    filters: list[Filter] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    sort: list[SortKey] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    revincludes: list[Include] = field(default_factory=list)
    used: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[Issue] = field(default_factory=list)

    def read_types(self, asked: list[tuple[str, str]]) -> None:
        """Read `_type` first: the others are looked up in these types."""
        self.types = (self.type,) if self.type is not None else ()
        if self.type is None:
            for name, value in asked:
                if name == "_type" and value:
                    found = dict.fromkeys(self._type_names(value))
                    kept = tuple(type for type in found if not self.types or type in self.types)
                    self.types = kept

    def _type_names(self, value: str) -> list[str]:
        names = [name.strip() for name in alternatives(value, self.context)]
        for name in names:
            if not self.context.registry.is_resource(name):
                text = f"_type: {name!r} is not a resource type"
                raise FhirError(Category.INVALID, text, expression="http._type")
        return names

    def read(self, name: str, value: str) -> None:
        if name in result.IGNORED:
            return
        if len(value) > self.context.limits.length:
            raise FhirError(
                Category.TOO_COSTLY,
                f"{name}: the value is longer than {self.context.limits.length} characters",
                expression=f"http.{name}",
            )
        if not value.strip():
            self._leave_out(name, f"The search parameter {name} has no value")
            return
        try:
            self._take(name, value.strip())
        except UnknownParameterError as error:
            self._leave_out(name, str(error))
        except FhirError as error:
            error.expression = error.expression or f"http.{name}"
            raise
        else:
            self.used.append((name, value.strip()))

    def _leave_out(self, name: str, reason: str) -> None:
        if self.strict:
            raise FhirError(Category.INVALID, reason, expression=f"http.{name}")
        text = f"{reason}; it was ignored"
        self.warnings.append(Issue(Severity.WARNING, "not-supported", text, f"http.{name}"))

    def _take(self, name: str, value: str) -> None:
        code, _, modifier = name.partition(":")
        if name in result.SIMPLE:
            target, read = result.SIMPLE[name]
            self.fields[target] = read(value)
        elif code in ("_include", "_revinclude"):
            found = include.parse(self.context, code, modifier or None, value)
            (self.includes if code == "_include" else self.revincludes).append(found)
        elif code in result.REFUSED:
            raise FhirError(Category.UNSUPPORTED, f"{code}: {result.REFUSED[code]}")
        elif name == "_sort":
            self.sort += self._sort_keys(value)
        elif name == "_contained":
            result.contained(value)
        elif name == "_type":
            self._type(value)
        elif name == "_filter":
            self.filters.append(self._on_each_type(filter_parameter.parse, value))
        else:
            self.filters.append(self._criterion(name, value))

    def _sort_keys(self, value: str) -> tuple[SortKey, ...]:
        kinds = [result.sort(self.context, type, value) for type in self.types or (None,)]
        if any(keys != kinds[0] for keys in kinds):
            raise FhirError(Category.INVALID, f"_sort={value}: the types differ in this parameter")
        return kinds[0]

    def _type(self, value: str) -> None:
        names = self._type_names(value)
        if self.type is not None and self.type not in names:
            self.filters.append(TypeIs(tuple(names)))

    def _criterion(self, name: str, value: str) -> Filter:
        def parse(context: Context, type: str | None, value: str) -> Filter:
            return chain.parse(context, type, name, value)

        return self._on_each_type(parse, value)

    def _on_each_type(self, parse: filter_parameter.Parse, value: str) -> Filter:
        """Read a criterion for every type asked; mostly they agree."""
        if len(self.types) < 2:
            return parse(self.context, self.types[0] if self.types else None, value)
        found = {type: parse(self.context, type, value) for type in self.types}
        if len(set(found.values())) == 1:
            return found[self.types[0]]
        return any_of([all_of((TypeIs((type,)), each)) for type, each in found.items()])

    def request(self) -> SearchRequest:
        if self.fields.get("count") == 0:
            self.fields["summary"] = "count"
        return SearchRequest(
            self.types,
            all_of(self.filters),
            sort=tuple(self.sort),
            includes=tuple(self.includes),
            revincludes=tuple(self.revincludes),
            used=tuple(self.used),
            warnings=tuple(self.warnings),
            **self.fields,
        )
