"""`$expand`: the members of a value set, filtered, paged, in their hierarchy.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cordee.errors import Category, FhirError, Issue, Severity
from cordee.resource.folding import fold
from cordee.terminology import language
from cordee.terminology.compose import Entry, NotListableError
from cordee.terminology.results import Expansion, Member
from cordee.terminology.value_set import ValueSet

UNSUPPORTED = {"date": "only the current definitions are kept"}
"""Parameters of the operation that are not offered, with the reason."""
DEEPEST = 50
"""Most levels of an expansion; what is below them begins again at the top."""
TEXT_FILTER = (
    "Every word of the filter must occur in the code, the display or a designation; case and"
    " accents do not matter."
)


@dataclass(frozen=True, slots=True)
class ExpandOptions:
    """The parameters of `$expand`, by their names there.

    `incomplete_ok` lists what is here when not all members are, with warnings.
    """

    filter: str | None = None
    offset: int = 0
    count: int | None = None
    active_only: bool = False
    display_language: str | None = None
    include_designations: bool = False
    include_definition: bool = False
    exclude_nested: bool = False
    exclude_not_for_ui: bool = False
    incomplete_ok: bool = False


def expand(value_set: ValueSet, options: ExpandOptions) -> Expansion:
    """List the members of a value set.

    The hierarchy of code systems is kept unless a filter, a page or `exclude_nested` flattens it.
    Raises `FhirError`: UNPROCESSABLE when members are not known here or cannot be listed,
    TOO_COSTLY when there are too many.
    """
    gaps: list[str] | None = [] if options.incomplete_ok else None
    try:
        entries = list(value_set.entries(gaps))
    except NotListableError as error:
        named = value_set.url or "The value set"
        issue = Issue(Severity.ERROR, "not-found", f"{named} cannot be expanded: {error}")
        raise FhirError(Category.UNPROCESSABLE, issues=[issue]) from None
    words = fold(options.filter or "").split()
    chosen = [entry for entry in entries if _passes(entry, options, words)]
    flat = options.exclude_nested or options.filter or options.offset or options.count is not None
    if flat:
        end = None if options.count is None else options.offset + options.count
        members = tuple(_member(entry, options) for entry in chosen[options.offset : end])
    else:
        members = tuple(_nested(chosen, options))
    return Expansion(
        members=members,
        total=len(chosen),
        offset=options.offset,
        parameters=tuple(_parameters(entries, options)),
        warnings=tuple(gaps or ()),
    )


def _passes(entry: Entry, options: ExpandOptions, words: list[str]) -> bool:
    concept = entry.concept
    if concept is not None:
        if options.active_only and concept.inactive:
            return False
        if options.exclude_not_for_ui and concept.abstract:
            return False
    return all(any(word in text for text in entry.folded) for word in words)


def _member(entry: Entry, options: ExpandOptions) -> Member:
    concept = entry.concept
    return Member(
        system=entry.system,
        code=entry.code,
        version=entry.version,
        display=language.display(
            entry.display, entry.designations, options.display_language, entry.language
        ),
        abstract=concept is not None and concept.abstract,
        inactive=concept is not None and concept.inactive,
        designations=entry.designations if options.include_designations else (),
        definition=concept.definition if concept and options.include_definition else None,
    )


def _nested(entries: list[Entry], options: ExpandOptions) -> Iterator[Member]:
    """Put each member below its first parent that is a member too."""
    present = {entry.key for entry in entries}
    below: dict[tuple[str, str], list[Entry]] = {}
    tops: list[Entry] = []
    for entry in entries:
        parents = entry.concept.parents if entry.concept else ()
        above = next(
            (
                (entry.system, parent)
                for parent in parents
                if (entry.system, parent) in present and parent != entry.code
            ),
            None,
        )
        if above is None:
            tops.append(entry)
        else:
            below.setdefault(above, []).append(entry)

    def made(entry: Entry, depth: int = 0) -> Member:
        children = below.pop(entry.key, ()) if depth < DEEPEST else ()
        inner = tuple(made(child, depth + 1) for child in children)
        return replace(_member(entry, options), contains=inner)

    yield from map(made, tops)
    # What is too deep, or hidden by parents that are their own descendants, is listed all the same.
    while below:
        _, rest = below.popitem()
        yield from map(made, rest)


def _parameters(
    entries: list[Entry], options: ExpandOptions
) -> Iterator[tuple[str, str | int | bool]]:
    for name, value in (
        ("filter", options.filter),
        ("offset", options.offset or None),
        ("count", options.count),
        ("activeOnly", options.active_only or None),
        ("displayLanguage", options.display_language),
        ("includeDesignations", options.include_designations or None),
        ("includeDefinition", options.include_definition or None),
        ("excludeNested", options.exclude_nested or None),
        ("excludeNotForUI", options.exclude_not_for_ui or None),
    ):
        if value is not None:
            yield name, value
    used = dict.fromkeys((entry.system, entry.version) for entry in entries if entry.version)
    for system, version in used:
        yield "version", f"{system}|{version}"
