"""What a function or operator is given when an expression that uses it is compiled.

http://hl7.org/fhirpath/N1/#functions
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cordee.fhirpath.code import Code
from cordee.fhirpath.model import Model
from cordee.fhirpath.syntax import Syntax


@dataclass(slots=True)
class Scope:
    """Where an expression stands: the static type of `$this`, and what it uses.

    `uses_index` is set when `$index` is compiled, so that loops count only when somebody asks.
    """

    type: str | None
    this: Code
    uses_index: bool = field(default=False)


class Compiling(Protocol):
    """The compiler, as functions and operators see it."""

    @property
    def model(self) -> Model:
        """The definitions."""
        ...

    @property
    def strict(self) -> bool:
        """Whether static errors are errors."""
        ...

    def compile(self, syntax: Syntax, scope: Scope) -> Code:
        """Compile a part of the expression."""
        ...

    def item_scope(self, type_name: str | None) -> Scope:
        """Give the scope of an argument that is evaluated for each item of a collection."""
        ...


@dataclass(frozen=True, slots=True)
class Invocation:
    """One function invocation, or one operator with its operands."""

    name: str
    focus: Code
    arguments: tuple[Syntax, ...]
    scope: Scope
    compiler: Compiling

    @property
    def model(self) -> Model:
        """The definitions."""
        return self.compiler.model

    @property
    def strict(self) -> bool:
        """Whether static errors are errors."""
        return self.compiler.strict

    def argument(self, position: int) -> Code:
        """Compile an argument that has a value: its `$this` is the one outside the function."""
        return self.compiler.compile(self.arguments[position], self.scope)

    def each(self, position: int = 0) -> tuple[Code, Scope]:
        """Compile an argument that is evaluated with each item of the focus as `$this`."""
        scope = self.compiler.item_scope(self.focus.type)
        return self.compiler.compile(self.arguments[position], scope), scope


Build: TypeAlias = Callable[[Invocation], Code]


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table of functions: how to compile it, and how many arguments it takes."""

    build: Build
    minimum: int = 0
    maximum: int = 0


Functions: TypeAlias = Mapping[str, Function]
