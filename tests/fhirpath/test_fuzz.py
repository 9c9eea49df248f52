"""Whatever the expression and whatever the resource: a result or a FhirPathError, and soon."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cordee import fhirpath
from cordee.definitions.repository import Repository
from cordee.fhirpath import Environment, FhirPathError
from cordee.fhirpath.functions import FUNCTIONS
from cordee.fhirpath.operators import OPERATORS

NAMES = ("name", "given", "value", "extension", "contained", "birthDate", "id", "use", "Patient")
TYPES = ("Quantity", "string", "System.String", "Patient", "HumanName", "Resource", "date")
LITERALS = (
    "{}",
    "true",
    "0",
    "-1",
    "2147483647",
    "1.50",
    "0.00000001",
    "'a'",
    "''",
    "'(a+)+$'",
    "'2015'",
    "@2015",
    "@2015-02-04T14:34:28.123+10:00",
    "@T14:30",
    "4 days",
    "10 'mg'",
    "1 'unknown'",
    "$this",
    "$index",
    "$total",
    "%resource",
    "%context",
    "%rootResource",
    "%absent",
)
SIGNS = (*OPERATORS, "|", "=", "and")


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Give larger expressions made of smaller ones."""
    name = st.sampled_from(sorted(FUNCTIONS))
    arguments = st.lists(inner, max_size=2).map(", ".join)
    return st.one_of(
        st.tuples(inner, st.sampled_from(NAMES)).map(lambda part: f"({part[0]}).{part[1]}"),
        st.tuples(inner, name, arguments).map(lambda part: f"({part[0]}).{part[1]}({part[2]})"),
        st.tuples(inner, st.sampled_from(SIGNS), inner).map(
            lambda part: "({} {} {})".format(*part)
        ),
        st.tuples(inner, inner).map(lambda part: f"({part[0]})[{part[1]}]"),
        st.tuples(inner, st.sampled_from(("is", "as")), st.sampled_from(TYPES)).map(
            lambda part: "({} {} {})".format(*part)
        ),
        st.tuples(st.sampled_from("+-"), inner).map(lambda part: f"{part[0]}({part[1]})"),
    )


EXPRESSIONS = st.recursive(st.sampled_from((*NAMES, *LITERALS)), combined, max_leaves=8)

PROPERTIES = """
    name given _given valueQuantity extension id birthDate _birthDate url contained resourceType
    value unit code reference deceasedDateTime
"""
KEYS = st.sampled_from(PROPERTIES.split())
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10),
    st.sampled_from((Decimal("1.0"), Decimal("1E+5"))),
    st.sampled_from(("", "a", "2015-02", "2015-02-30", "Patient/1", "#x", "Observation")),
)
JSON = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=12
)


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(expression=EXPRESSIONS, body=st.dictionaries(KEYS, JSON), strict=st.booleans())
def test_only_fhirpath_errors_come_out(
    schema: Repository, expression: str, body: dict[str, Any], strict: bool
) -> None:
    """A random expression on a random resource ends, well or with a FhirPathError."""
    resource = {**body, "resourceType": "Patient"}
    for context in ("Patient", None):
        start = time.monotonic()
        try:
            compiled = fhirpath.compile(expression, schema, context, strict=strict)
            compiled(resource, Environment(steps=20_000))
            compiled.holds(resource, Environment(steps=20_000))
        except FhirPathError:
            continue
        finally:
            assert time.monotonic() - start < 10


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="abPt.()[]{}'`%$@0129-+|=<>~!&, \\/*\n\té", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Random text is an expression or a syntax error."""
    try:
        fhirpath.compile(text, _NO_TYPES)
    except FhirPathError:
        return


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(expression=EXPRESSIONS, body=st.dictionaries(KEYS, JSON))
def test_locating_raises_only_fhirpath_errors(
    schema: Repository, expression: str, body: dict[str, Any]
) -> None:
    """Random expressions lead to places of a random resource, or to a FhirPathError."""
    try:
        fhirpath.locate(expression, {**body, "resourceType": "Patient"}, schema)
    except FhirPathError:
        return


class _Nothing:
    def type(self, _name: str) -> None:
        return None

    def is_resource(self, _name: str) -> bool:
        return False


_NO_TYPES: Any = _Nothing()


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 5000 + "1" + ")" * 5000,
        "1" + "+1" * 5000,
        "a" + ".a" * 5000,
        "-" * 5000 + "1",
        "not(" * 500 + "true" + ")" * 500,
        "'" + "x" * 50_000 + "'",
        "a" + "[0]" * 3000,
    ],
)
def test_enormous_expressions_are_refused(schema: Repository, expression: str) -> None:
    """Nesting, chains and length are limited before anything is compiled."""
    with pytest.raises(FhirPathError):
        fhirpath.compile(expression, schema)


@pytest.mark.parametrize(
    "expression",
    [
        "'a'.repeat($this & $this)",
        "'a'.repeat($this & 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
        "(1|2|3|4|5|6|7|8|9).aggregate($total & $total & $total & $total & $total, 'aaaaaaaaaaa')",
        "('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!').matches('^(a|a|aa)+$')",
        "('a'.replace('', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb')).repeat(replace('', $this))",
        "1.repeat($this + 1)",
    ],
)
def test_runaway_expressions_are_stopped(evaluate: Any, expression: str) -> None:
    """Work that grows without end stops with an error."""
    start = time.monotonic()
    with pytest.raises(FhirPathError):
        evaluate(expression)
    assert time.monotonic() - start < 10
