"""The abstract syntax of an expression, as the parser gives it to the compiler.

http://hl7.org/fhirpath/N1/#expressions
"""

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal; `value` is plain JSON and `type` a System type name such as "System.Date"."""

    value: Any
    type: str


@dataclass(frozen=True, slots=True)
class Empty:
    """The empty collection `{}`."""


@dataclass(frozen=True, slots=True)
class This:
    """`$this`, written or meant: `name` stands for `$this.name`."""

    written: bool = False


@dataclass(frozen=True, slots=True)
class Iteration:
    """`$index` or `$total`; `name` has no dollar sign."""

    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable; `name` has no percent sign."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A path step: the children called `name` of every item of `focus`."""

    focus: "Syntax"
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function invocation on `focus`."""

    focus: "Syntax"
    name: str
    arguments: tuple["Syntax", ...]


@dataclass(frozen=True, slots=True)
class Indexer:
    """`focus[index]`."""

    focus: "Syntax"
    index: "Syntax"


@dataclass(frozen=True, slots=True)
class Polarity:
    """A sign before an expression; `sign` is "+" or "-"."""

    sign: str
    operand: "Syntax"


@dataclass(frozen=True, slots=True)
class Binary:
    """A binary operator other than `is` and `as`."""

    operator: str
    left: "Syntax"
    right: "Syntax"


@dataclass(frozen=True, slots=True)
class TypeOperation:
    """`operand is type` or `operand as type`; `type` is as written, perhaps "FHIR.Patient"."""

    operator: str
    operand: "Syntax"
    type: str


Syntax: TypeAlias = (
    Literal
    | Empty
    | This
    | Iteration
    | Variable
    | Member
    | Call
    | Indexer
    | Polarity
    | Binary
    | TypeOperation
)
