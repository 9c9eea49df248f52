"""Precedence, and what is syntax at all."""

import pytest

from cordee.fhirpath import FhirPathSyntaxError
from cordee.fhirpath.parser import parse
from cordee.fhirpath.syntax import Binary, Call, Literal, Member, Polarity, This, TypeOperation


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("a or b and c", "a or (b and c)"),
        ("a implies b or c", "a implies (b or c)"),
        ("a = b in c", "(a = b) in c"),
        ("a | b = c", "(a | b) = c"),
        ("1 > 2 is Boolean", "1 > (2 is Boolean)"),
        ("a & b is String", "(a & b) is String"),
        ("-a.b", "-(a.b)"),
        ("-1 * 2", "(-1) * 2"),
        ("a.b[0].c", "((a.b)[0]).c"),
        ("a /* b */ + // c\n d", "a + d"),
        ("`a`.`b`", "a.b"),
        ("%`vs-x`", "%vs-x"),
    ],
)
def test_precedence(written: str, meant: str) -> None:
    """Operators bind as the table of the specification says."""
    assert parse(written) == parse(meant)


def test_syntax_of_each_kind() -> None:
    """Each construct becomes one kind of syntax."""
    name = Member(This(), "name")
    assert parse("name is FHIR.HumanName") == TypeOperation("is", name, "FHIR.HumanName")
    assert parse("name.as(HumanName)") == Call(name, "as", (Member(This(), "HumanName"),))
    assert parse("expansion.contains contains is") == Binary(
        "contains", Member(Member(This(), "expansion"), "contains"), Member(This(), "is")
    )
    assert parse("+$this") == Polarity("+", This(written=True))
    assert parse(r"'a\u0041\n\''") == Literal("aA\n'", "System.String")
    assert parse("@2015T") == Literal("2015", "System.DateTime")
    assert parse("@T10:30") == Literal("10:30", "System.Time")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "a.",
        "a b",
        "a..b",
        "(a",
        "a)",
        "{a}",
        "'a",
        "/* a",
        "a[",
        "f(a,)",
        "f(a b)",
        "@2015-13",
        "@2015-02-30",
        "@T25",
        "@T10:30Z",
        "4294967296",
        r"'\q'",
        "a.and(",
        "or",
        "%",
        "$that",
        "1 is",
        "a is 1",
        "#",
        "a.1",
        "@",
        "is Boolean and",
    ],
)
def test_what_is_no_syntax(text: str) -> None:
    """Text outside the grammar is refused with its place."""
    with pytest.raises(FhirPathSyntaxError, match="at character"):
        parse(text)
