"""One search criterion (`name:modifier=value`) → filter.

https://hl7.org/fhir/R4/search.html#modifiers
"""

from collections.abc import Callable, Mapping

from cordee.errors import Category, FhirError
from cordee.resource.folding import fold
from cordee.search.context import Context
from cordee.search.escape import split, unescape
from cordee.search.filter import (
    EVERYTHING,
    NOTHING,
    Filter,
    Has,
    Ids,
    Not,
    Present,
    Reference,
    Words,
    all_of,
    any_of,
)
from cordee.search.implication import implied_by
from cordee.search.kinds import type_of
from cordee.search.parameter import Kind, Parameter
from cordee.search.types import composite, token
from cordee.search.words import words

SECOND_FORMS: Mapping[Kind, str] = {"token": ":text", "reference": ":identifier"}
"""Where a parameter may have values although its first index has none."""

MISSING = {"true": False, "false": True}


class UnknownParameterError(FhirError):
    """The type has no such parameter; a lenient search leaves it out."""

    def __init__(self, name: str, type: str | None) -> None:
        """Name the parameter and where it was looked for."""
        where = f"of {type}" if type else "that all types have"
        super().__init__(Category.INVALID, f"There is no search parameter {name} {where}")


def unsupported_modifier(name: str, modifier: str) -> FhirError:
    """Say that a modifier is not served: the specification wants that refused, always."""
    return FhirError(
        Category.UNSUPPORTED, f"The modifier :{modifier} is not supported on the parameter {name}"
    )


def of_parameter(
    parameter: Parameter, modifier: str | None, value: str, context: Context
) -> Filter:
    """Read the value of a parameter: alternatives separated by commas."""
    if modifier == "missing":
        return _missing(parameter, value)
    _check_modifier(parameter, modifier, context)
    negated = parameter.kind == "token" and modifier in token.NEGATED
    if negated:
        modifier = token.NEGATED.get(modifier or "")
    found = _joined(
        [_value(parameter, modifier, text, context) for text in alternatives(value, context)]
    )
    return Not(found) if negated else found


def alternatives(value: str, context: Context) -> list[str]:
    """Split at commas, leaving out blanks; raises INVALID when nothing or too much is left."""
    texts = [text for text in split(value, ",") if text.strip()]
    if not texts:
        raise FhirError(Category.INVALID, "a search value is blank")
    if len(texts) > context.limits.values:
        raise FhirError(
            Category.TOO_COSTLY, f"more than {context.limits.values} values in one parameter"
        )
    return texts


def _value(parameter: Parameter, modifier: str | None, text: str, context: Context) -> Filter:
    if parameter.kind != "composite":
        return type_of(parameter).parse(parameter, modifier, text, context)
    found = composite.parse(parameter, text, context, _value)
    return all_of((*implied_by(parameter, text, context, _value), found))


def _joined(found: list[Filter]) -> Filter:
    """Offer alternatives; references to several targets are one filter."""
    targets: dict[str, dict[str, None]] = {}
    rest: list[Filter] = []
    for each in dict.fromkeys(found):
        if isinstance(each, Reference):
            targets.setdefault(each.index, {}).update(dict.fromkeys(each.targets))
        else:
            rest.append(each)
    merged = [Reference(index, tuple(names)) for index, names in targets.items()]
    return any_of([*merged, *rest])


def _check_modifier(parameter: Parameter, modifier: str | None, context: Context) -> None:
    if modifier is None:
        return
    if parameter.kind == "composite":
        raise unsupported_modifier(parameter.code, modifier)
    if modifier in type_of(parameter).MODIFIERS:
        return
    if parameter.kind != "reference" or not context.registry.is_resource(modifier):
        raise unsupported_modifier(parameter.code, modifier)
    if not may_refer_to(parameter, modifier):
        raise FhirError(
            Category.INVALID, f"{parameter.code} of {parameter.resource_type} is never a {modifier}"
        )


def may_refer_to(parameter: Parameter, type: str) -> bool:
    """Tell whether a reference parameter may point to a type."""
    return not parameter.targets or type in parameter.targets or "Resource" in parameter.targets


def _missing(parameter: Parameter, value: str) -> Filter:
    present = MISSING.get(value)
    if present is None:
        raise FhirError(
            Category.INVALID, f"{parameter.code}:missing wants true or false, not {value!r}"
        )
    indexes = [parameter.code]
    if parameter.kind in SECOND_FORMS:
        indexes.append(parameter.code + SECOND_FORMS[parameter.kind])
    found = [Present(index, present) for index in indexes]
    return any_of(found) if present else all_of(found)


def _id(modifier: str | None, value: str, context: Context) -> Filter:
    if modifier == "missing":
        return EVERYTHING if MISSING.get(value) else NOTHING
    if modifier not in (None, "not"):
        raise unsupported_modifier("_id", modifier)
    found = Ids(tuple(dict.fromkeys(map(unescape, alternatives(value, context)))))
    return Not(found) if modifier else found


def _list(modifier: str | None, value: str, context: Context) -> Filter:
    if modifier is not None:
        raise unsupported_modifier("_list", modifier)
    lists = [unescape(text) for text in alternatives(value, context)]
    if any(name.startswith("$") for name in lists):
        raise FhirError(Category.UNSUPPORTED, f"_list: functional lists ({value}) are not served")
    return Has("List", "item", Ids(tuple(name.removeprefix("List/") for name in lists)))


def _words(index: str) -> Callable[[str | None, str, Context], Filter]:
    def read(modifier: str | None, value: str, context: Context) -> Filter:
        if modifier is not None:
            raise unsupported_modifier(index, modifier)
        if not context.registry.full_text:
            raise FhirError(Category.UNSUPPORTED, f"{index}: full text is not indexed here")
        return any_of([_all_words(index, text) for text in alternatives(value, context)])

    return read


def _all_words(index: str, value: str) -> Filter:
    """`AND` and plain juxtaposition want all words, `OR` any side."""
    sides = [side for side in fold(unescape(value)).split(" or ") if side]
    found: list[Filter] = []
    for side in sides:
        wanted = words(side) - {"and"}
        if not wanted:
            raise FhirError(Category.INVALID, f"{index}: {value!r} holds no word")
        found.append(_indexed(index, tuple(sorted(wanted))))
    return any_of(found)


def _indexed(index: str, wanted: tuple[str, ...]) -> Filter:
    if index == "_text":
        return Words("_text", wanted)
    # The words of the narrative are not repeated in `_content`.
    return all_of(
        [any_of([Words("_content", (word,)), Words("_text", (word,))]) for word in wanted]
    )


SPECIAL: Mapping[str, Callable[[str | None, str, Context], Filter]] = {
    "_id": _id,
    "_list": _list,
    "_text": _words("_text"),
    "_content": _words("_content"),
}
"""Parameters of every type that are answered in their own way."""


def of_type(
    context: Context, type: str | None, name: str, modifier: str | None, value: str
) -> Filter:
    """Read a criterion without chain on a resource type, or on all types when `type` is None."""
    special = SPECIAL.get(name)
    if special is not None:
        return special(modifier, value, context)
    parameter = find(context, type, name)
    if parameter is None:
        raise UnknownParameterError(name, type)
    return of_parameter(parameter, modifier, value, context)


def find(context: Context, type: str | None, name: str) -> Parameter | None:
    """Find a parameter of a type, or of all types when `type` is None."""
    if type is None:
        return context.registry.general().get(name)
    return context.registry.parameter(type, name)
