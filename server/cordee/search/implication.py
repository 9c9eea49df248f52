"""What a composite search implies for the parameters it is made of.

Composites have no index of their own. But `code-value-quantity=X$gt5` only holds where `code=X`
does, so that filter may stand beside it and an index narrows the search.
"""

from collections.abc import Iterator

from cordee.search.context import Context
from cordee.search.escape import split
from cordee.search.filter import Filter
from cordee.search.parameter import Parameter
from cordee.search.path import Branch, NotAPathError, compile_paths
from cordee.search.types.composite import ParseValue


def implied_by(
    parameter: Parameter, value: str, context: Context, parse_value: ParseValue
) -> Iterator[Filter]:
    """Give the filters on single parameters that every match of a composite satisfies."""
    texts = split(value, "$")
    for part, text in zip(parameter.parts, texts, strict=False):
        whole = context.registry.parameter(parameter.resource_type, part.code)
        if (
            whole is not None
            and whole.kind == part.kind
            and _covers(whole, parameter, part, context)
        ):
            yield parse_value(whole, None, text, context)


def _covers(whole: Parameter, parameter: Parameter, part: Parameter, context: Context) -> bool:
    """Tell whether all that a part finds is found by the parameter of its own."""
    expression = part.definition.expression or ""
    known = {branch.steps for branch in whole.branches}
    try:
        return all(
            (*branch.steps, *below.steps) in known
            for branch in parameter.branches
            for below in _below(branch, expression, context)
        )
    except NotAPathError:
        return False


def _below(branch: Branch, expression: str, context: Context) -> tuple[Branch, ...]:
    return compile_paths(expression, context.registry.schema, branch.type_name)
