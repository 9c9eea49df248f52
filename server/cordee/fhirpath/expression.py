"""The public face: compile an expression, call it on a resource or an element.

http://hl7.org/fhirpath/N1/#using-fhirpath
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import DecimalException
from typing import Any

from cordee.definitions.element import Schema
from cordee.fhirpath.code import Code, boxed, truth
from cordee.fhirpath.compile import Compiler
from cordee.fhirpath.environment import Environment
from cordee.fhirpath.errors import FhirPathError
from cordee.fhirpath.model import Model, model_of
from cordee.fhirpath.node import Node, plain_all
from cordee.fhirpath.parser import parse
from cordee.fhirpath.types import type_of

MAX_KEPT = 10_000
"""Compiled expressions kept for one schema; the definitions of R4 and of a country need 5,000."""

LONGEST_KEPT = 5_000
"""Characters of an expression that is kept: what clients send must not fill the memory."""

_SHAPE_ERRORS = (
    AttributeError,
    DecimalException,
    IndexError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What closures meet when a resource has not the shape that its definition gives."""


class Expression:
    """A compiled expression; call it as often as you like.

    `type` is the static type of the results, None when only the results can tell.
    """

    __slots__ = ("_code", "_context", "_nodes", "_truth", "text", "type")

    def __init__(self, text: str, code: Code, context: str | None) -> None:
        """Keep the closures."""
        self.text = text
        self.type = code.type
        self._context = context
        self._code = code
        self._nodes = boxed(code)
        self._truth = truth(code)

    def __call__(self, focus: Any, environment: Environment | None = None) -> list[Any]:
        """Evaluate on a resource or element; results are plain JSON values.

        The focus may be a Node, to say of a primitive which extensions it has. Primitives with
        extensions only have no JSON value and are left out of the results. Raises FhirPathError.
        """
        return plain_all(self._run(self._code.many, focus, environment))

    def nodes(self, focus: Any, environment: Environment | None = None) -> list[Node]:
        """Evaluate and give each result with its type. Raises FhirPathError."""
        return list(self._run(self._nodes.many, focus, environment))

    def holds(self, focus: Any, environment: Environment | None = None) -> bool:
        """Evaluate a condition such as an invariant; empty is not fulfilled.

        Raises FhirPathError.
        """
        return self._run(self._truth, focus, environment) is True

    def _run(self, closure: Any, focus: Any, environment: Environment | None) -> Any:
        env = environment if environment is not None else Environment()
        env.left = env.first
        env.later = env.steps - env.first
        env.memory = None
        env.focus = focus
        if env.root is None:
            surround(env, focus)
        if focus.__class__ is Node:
            focus = focus if self._context is None else self._unbox(focus)
        elif self._context is None:
            focus = Node(type_of(focus), focus)
        try:
            return closure(focus, env)
        except FhirPathError:
            raise
        except _SHAPE_ERRORS as error:
            raise _explained(self.text, error) from error

    def _unbox(self, node: Node) -> Any:
        """Read a Node as code of a static type wants it: primitives may keep their extensions."""
        return node if node.value.__class__ is not dict else node.value


def surround(env: Environment, focus: Any) -> None:
    """Set %resource and %rootResource where the caller left them out, and a fresh budget."""
    env.begin()
    env.memory = None
    env.focus = focus
    if env.resource is None and focus.__class__ is dict and "resourceType" in focus:
        env.resource = focus
    if env.root is None:
        env.root = env.resource


@contextmanager
def evaluating(text: str) -> Iterator[None]:
    """Turn what a malformed resource makes closures stumble over into FhirPathErrors."""
    try:
        yield
    except FhirPathError:
        raise
    except _SHAPE_ERRORS as error:
        raise _explained(text, error) from error


def _explained(text: str, error: Exception) -> FhirPathError:
    if isinstance(error, RecursionError):
        return FhirPathError(f"{text} nests too deeply to be evaluated")
    return FhirPathError(
        f"{text} meets a value of another shape than the definitions give: {error}"
    )


def compile(
    expression: str, schema: Schema, context: str | None = None, *, strict: bool = False
) -> Expression:
    """Compile an expression; the same arguments give the same object again.

    `context` is the type of the focus ("Patient", "HumanName", "Patient.contact"); without it the
    focus must be a resource, a System value or a Node. `strict` makes unknown element names and
    other static errors SemanticErrors; otherwise they are empty. Raises FhirPathError.
    """
    model = model_of(schema)
    key = (expression, context, strict)
    found: Expression | None = model.expressions.get(key)
    if found is None:
        found = _compile(model, expression, context, strict)
        if len(model.expressions) >= MAX_KEPT:
            model.expressions.clear()
        if len(expression) <= LONGEST_KEPT:
            model.expressions[key] = found
    return found


def _compile(model: Model, expression: str, context: str | None, strict: bool) -> Expression:
    try:
        code = Compiler(model, context, strict=strict).whole(parse(expression))
    except RecursionError:
        raise FhirPathError("the expression nests too deeply to be compiled") from None
    return Expression(expression, code, context)
