"""Syntax to closures.

http://hl7.org/fhirpath/N1/#expressions

The static type of every part is worked out here, so that at run time a path is a few dictionary
look-ups: see `code` for what a compiled part is, `navigation` for paths.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from cordee.fhirpath.code import Code, boxed, constant, nothing, this_code
from cordee.fhirpath.errors import SemanticError
from cordee.fhirpath.functions import FUNCTIONS
from cordee.fhirpath.functions.fhir import resolves_to
from cordee.fhirpath.functions.subsetting import at_index
from cordee.fhirpath.invocation import Invocation, Scope
from cordee.fhirpath.model import Model
from cordee.fhirpath.navigation import member
from cordee.fhirpath.operators import OPERATORS
from cordee.fhirpath.operators.math import polarity
from cordee.fhirpath.operators.typing import as_type, is_type, of_type
from cordee.fhirpath.syntax import (
    Binary,
    Call,
    Empty,
    Indexer,
    Iteration,
    Literal,
    Member,
    Polarity,
    Syntax,
    This,
    TypeOperation,
    Variable,
)
from cordee.fhirpath.types import ABSTRACT_RESOURCES
from cordee.fhirpath.variables import index, total, variable


class Compiler:
    """Compiles the parts of one expression; `context` is the static type of its focus."""

    def __init__(self, model: Model, context: str | None, *, strict: bool) -> None:
        """Keep what every part needs to know."""
        self.model = model
        self.strict = strict
        self._context = context
        self._variables: dict[str, Code] = {}

    def whole(self, syntax: Syntax) -> Code:
        """Compile the whole expression."""
        return self.compile(syntax, self.item_scope(self._context))

    def item_scope(self, type_name: str | None) -> Scope:
        """Give the scope in which `$this` is an item of a static type."""
        return Scope(type_name, this_code(type_name))

    def compile(self, syntax: Syntax, scope: Scope) -> Code:
        """Compile a part of the expression."""
        return _COMPILE[type(syntax)](self, syntax, scope)

    def literal(self, syntax: Literal, _scope: Scope) -> Code:
        """Compile a literal."""
        return constant(syntax.value, syntax.type)

    def empty(self, _syntax: Empty, _scope: Scope) -> Code:
        """Compile `{}`."""
        return nothing()

    def this(self, _syntax: This, scope: Scope) -> Code:
        """Compile `$this`."""
        return scope.this

    def iteration(self, syntax: Iteration, scope: Scope) -> Code:
        """Compile `$index` or `$total`."""
        if syntax.name == "index":
            scope.uses_index = True
            return index()
        return total()

    def variable(self, syntax: Variable, _scope: Scope) -> Code:
        """Compile `%name`, once: what is remembered of it is found again by its code."""
        if syntax.name not in self._variables:
            self._variables[syntax.name] = variable(syntax.name, self._context)
        return self._variables[syntax.name]

    def member(self, syntax: Member, scope: Scope) -> Code:
        """Compile a path step, or the type name that a path may start with."""
        name = syntax.name
        if isinstance(syntax.focus, This) and not syntax.focus.written and name[:1].isupper():
            start = self._type_name(name, scope)
            if start is not None:
                return start
        focus = self.compile(syntax.focus, scope)
        return member(self.model, focus, name, strict=self.strict)

    def _type_name(self, name: str, scope: Scope) -> Code | None:
        """Compile a type name at the start of a path: the focus, if it is of that type.

        https://hl7.org/fhir/R4/fhirpath.html#types
        """
        if not self.model.is_type(name):
            return None
        if scope.type is None or scope.type in ABSTRACT_RESOURCES:
            return of_type(self.model, boxed(scope.this), name)
        if self.model.is_a(scope.type, name):
            return scope.this
        if self.strict:
            raise SemanticError(f"the path starts with {name}, and the focus is {scope.type}")
        return nothing()

    def call(self, syntax: Call, scope: Scope) -> Code:
        """Compile a function invocation by the table of functions."""
        function = FUNCTIONS.get(syntax.name)
        if function is None:
            raise SemanticError(f"there is no function {syntax.name}()")
        if not function.minimum <= len(syntax.arguments) <= function.maximum:
            raise SemanticError(f"{syntax.name}() has {len(syntax.arguments)} arguments")
        focus = self.compile(syntax.focus, scope)
        return function.build(Invocation(syntax.name, focus, syntax.arguments, scope, self))

    def indexer(self, syntax: Indexer, scope: Scope) -> Code:
        """Compile `focus[index]`."""
        focus = self.compile(syntax.focus, scope)
        return at_index(focus, self.compile(syntax.index, scope))

    def polarity(self, syntax: Polarity, scope: Scope) -> Code:
        """Compile a sign."""
        return polarity(syntax.sign, self.compile(syntax.operand, scope))

    def binary(self, syntax: Binary, scope: Scope) -> Code:
        """Compile a binary operator by the table of operators."""
        left = self.compile(syntax.left, scope)
        return OPERATORS[syntax.operator](left, self.compile(syntax.right, scope), self.strict)

    def type_operation(self, syntax: TypeOperation, scope: Scope) -> Code:
        """Compile `is` and `as`; a test of a resolved reference need not resolve it."""
        wanted = self.model.specifier(syntax.type)
        operand = syntax.operand
        if syntax.operator == "is":
            if isinstance(operand, Call) and operand.name == "resolve" and not operand.arguments:
                return resolves_to(self.model, self.compile(operand.focus, scope), wanted)
            return is_type(self.model, self.compile(operand, scope), wanted)
        return as_type(self.model, self.compile(operand, scope), wanted, strict=self.strict)


Rule: TypeAlias = Callable[[Compiler, Any, Scope], Code]

_COMPILE: Mapping[type, Rule] = {
    Literal: Compiler.literal,
    Empty: Compiler.empty,
    This: Compiler.this,
    Iteration: Compiler.iteration,
    Variable: Compiler.variable,
    Member: Compiler.member,
    Call: Compiler.call,
    Indexer: Compiler.indexer,
    Polarity: Compiler.polarity,
    Binary: Compiler.binary,
    TypeOperation: Compiler.type_operation,
}
