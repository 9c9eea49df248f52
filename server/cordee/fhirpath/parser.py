"""Tokens to syntax, by precedence climbing.

http://hl7.org/fhirpath/N1/#operator-precedence and http://hl7.org/fhirpath/N1/#grammar
"""

from decimal import Decimal
from typing import Final

from cordee.fhirpath.errors import FhirPathSyntaxError
from cordee.fhirpath.lexer import Token, tokenize
from cordee.fhirpath.quantity import CALENDAR_WORDS, from_literal
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
from cordee.fhirpath.temporal import is_valid

MAX_NESTING = 60
"""Levels of parentheses, arguments and operators inside one another."""

MAX_CHAIN = 250
"""Invocations and operators that hang on one another to the left."""

MAX_INTEGER: Final = 2**31 - 1

PRECEDENCE: Final = {
    "implies": 1,
    "or": 2,
    "xor": 2,
    "and": 3,
    "in": 4,
    "contains": 4,
    "=": 5,
    "~": 5,
    "!=": 5,
    "!~": 5,
    "<": 6,
    ">": 6,
    "<=": 6,
    ">=": 6,
    "|": 7,
    "is": 8,
    "as": 8,
    "+": 9,
    "-": 9,
    "&": 9,
    "*": 10,
    "/": 10,
    "div": 10,
    "mod": 10,
}
"""How tightly a binary operator binds; the specification numbers the same list the other way."""

_SIGN_PRECEDENCE: Final = 11
_TEMPORAL: Final = {"date": "System.Date", "datetime": "System.DateTime", "time": "System.Time"}
_CONSTANTS: Final = {"true": True, "false": False}
_RESERVED: Final = frozenset(("and", "or", "xor", "implies", "div", "mod"))


def parse(expression: str) -> Syntax:
    """Read a whole expression. Raises FhirPathSyntaxError."""
    return _Parser(tokenize(expression)).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._nesting = 0

    def whole(self) -> Syntax:
        syntax = self._expression(0)
        if self._peek.kind != "end":
            raise self._unexpected()
        return syntax

    @property
    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _at(self, symbol: str) -> bool:
        token = self._peek
        return token.kind == "symbol" and token.text == symbol

    def _expect(self, symbol: str) -> None:
        if not self._at(symbol):
            raise self._unexpected(f"expected {symbol!r}, found")
        self._next += 1

    def _unexpected(self, what: str = "unexpected") -> FhirPathSyntaxError:
        token = self._peek
        found = repr(token.text) if token.kind != "end" else "the end of the expression"
        return FhirPathSyntaxError(f"{what} {found}", token.position)

    def _expression(self, floor: int) -> Syntax:
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise FhirPathSyntaxError(
                f"more than {MAX_NESTING} expressions inside one another", self._peek.position
            )
        left = self._operand()
        for _ in range(MAX_CHAIN):
            precedence = self._operator_precedence()
            if precedence <= floor:
                self._nesting -= 1
                return left
            left = self._operation(left, self._take().text, precedence)
        raise FhirPathSyntaxError(f"more than {MAX_CHAIN} operators", self._peek.position)

    def _operator_precedence(self) -> int:
        token = self._peek
        return PRECEDENCE.get(token.text, 0) if token.kind in ("symbol", "name") else 0

    def _operation(self, left: Syntax, operator: str, precedence: int) -> Syntax:
        if operator in ("is", "as"):
            return TypeOperation(operator, left, self._type_specifier())
        return Binary(operator, left, self._expression(precedence))

    def _type_specifier(self) -> str:
        parts = [self._identifier()]
        while self._at("."):
            self._next += 1
            parts.append(self._identifier())
        return ".".join(parts)

    def _identifier(self) -> str:
        if self._peek.kind not in ("name", "delimited"):
            raise self._unexpected("expected a name, found")
        return self._take().text

    def _operand(self) -> Syntax:
        if self._at("-") or self._at("+"):
            sign = self._take().text
            return Polarity(sign, self._expression(_SIGN_PRECEDENCE))
        return self._invocations(self._term())

    def _invocations(self, focus: Syntax) -> Syntax:
        for _ in range(MAX_CHAIN):
            if self._at("."):
                self._next += 1
                focus = self._invocation(focus)
            elif self._at("["):
                self._next += 1
                focus = Indexer(focus, self._expression(0))
                self._expect("]")
            else:
                return focus
        raise FhirPathSyntaxError(f"more than {MAX_CHAIN} path steps", self._peek.position)

    def _invocation(self, focus: Syntax) -> Syntax:
        token = self._peek
        if token.kind == "iteration":
            self._next += 1
            return This(written=True) if token.text == "this" else Iteration(token.text)
        name = self._identifier()
        if token.kind == "name" and self._at("("):
            return Call(focus, name, self._arguments())
        return Member(focus, name)

    def _arguments(self) -> tuple[Syntax, ...]:
        self._expect("(")
        arguments: list[Syntax] = []
        while not self._at(")"):
            if arguments:
                self._expect(",")
            arguments.append(self._expression(0))
        self._expect(")")
        return tuple(arguments)

    def _term(self) -> Syntax:
        token = self._peek
        if token.kind == "symbol":
            return self._bracketed()
        if token.kind == "name" and token.text in _CONSTANTS:
            self._next += 1
            return Literal(_CONSTANTS[token.text], "System.Boolean")
        if token.kind == "end" or (token.kind == "name" and token.text in _RESERVED):
            raise self._unexpected()
        if token.kind in ("name", "delimited", "iteration"):
            return self._invocation(This())
        self._next += 1
        if token.kind == "variable":
            return Variable(token.text)
        if token.kind == "string":
            return Literal(token.text, "System.String")
        return self._number(token) if token.kind == "number" else _moment(token)

    def _bracketed(self) -> Syntax:
        if self._at("("):
            self._next += 1
            inner = self._expression(0)
            self._expect(")")
            return inner
        if self._at("{"):
            self._next += 1
            self._expect("}")
            return Empty()
        raise self._unexpected()

    def _number(self, token: Token) -> Literal:
        is_decimal = "." in token.text
        number = Decimal(token.text) if is_decimal else int(token.text)
        unit = self._peek
        if unit.kind == "string":
            self._next += 1
            return Literal(from_literal(number, unit.text, quoted=True), "System.Quantity")
        if unit.kind == "name" and unit.text in CALENDAR_WORDS:
            self._next += 1
            return Literal(from_literal(number, unit.text, quoted=False), "System.Quantity")
        if not is_decimal and number > MAX_INTEGER:
            raise FhirPathSyntaxError(f"an integer is at most {MAX_INTEGER}", token.position)
        return Literal(number, "System.Decimal" if is_decimal else "System.Integer")


def _moment(token: Token) -> Literal:
    type_name = _TEMPORAL[token.kind]
    text = token.text.removeprefix("@")
    text = text.removeprefix("T") if token.kind == "time" else text
    text = text.removesuffix("T")
    if not is_valid(text, type_name):
        raise FhirPathSyntaxError(f"{token.text} does not exist", token.position)
    return Literal(text, type_name)
