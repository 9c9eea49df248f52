"""URL parameters → a search request (https://hl7.org/fhir/R4/search.html)."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cordee.errors import Category, FhirError
from cordee.search.context import Limits
from cordee.search.filter import (
    EVERYTHING,
    AllOf,
    AnyOf,
    Has,
    Ids,
    Not,
    Range,
    Reference,
    Text,
    Token,
    TypeIs,
)
from cordee.search.matching import matches
from cordee.search.parse import parse_query
from cordee.search.registry import SearchRegistry
from cordee.search.request import Include, SearchRequest
from cordee.search.values import SortKey

Ask = Callable[..., SearchRequest]


def test_conditions_join_and_alternatives_split(ask: Ask) -> None:
    """Repeated parameters all hold; commas offer alternatives."""
    asked = ask("Patient?given=a,b&given=c")
    either = AnyOf((Text("given", "a"), Text("given", "b")))
    assert asked.filter == AllOf((either, Text("given", "c")))


def test_nothing_asked_finds_everything(ask: Ask) -> None:
    """A search without parameters restricts nothing."""
    asked = ask("Patient")
    assert (asked.types, asked.filter, asked.used) == (("Patient",), EVERYTHING, ())


def test_answers_are_shaped(ask: Ask) -> None:
    """Order, number, totals and parts are read."""
    asked = ask("Observation?_sort=-date,code&_count=10&_total=accurate&_elements=code,subject")
    assert asked.sort == (SortKey("date", "date", descending=True), SortKey("code", "token"))
    assert (asked.count, asked.total, asked.elements) == (10, "accurate", ("code", "subject"))
    assert ask("Observation?_summary=text").summary == "text"
    assert ask("Observation?_sort=_lastUpdated,-_id").sort == (
        SortKey("_lastUpdated", "date"),
        SortKey("_id", "token", descending=True),
    )


def test_a_count_of_zero_asks_for_the_total(ask: Ask) -> None:
    """`_count=0` means the same as `_summary=count`."""
    assert ask("Patient?_count=0").summary == "count"


@pytest.mark.parametrize(
    "query",
    [
        "_count=-1",
        "_count=x",
        "_count=1.5",
        "_total=some",
        "_summary=all",
        "_elements=a b",
        "_sort=near",
        "_include=Nothing:subject",
        "_include=Patient:name",
        "_include=Patient:organization:Nothing",
        "_include",
        "_type=Nothing",
        "_contained=true",
        "_query=current",
    ],
)
def test_refuses_bad_answers(ask: Ask, query: str) -> None:
    """Wrong values of result parameters are errors that name the parameter."""
    with pytest.raises(FhirError, match=r"_\w+|near"):
        ask(f"Location?{query}", "strict")


@pytest.mark.parametrize(
    ("query", "forward", "reverse"),
    [
        ("_include=Observation:subject", [Include("Observation", "subject")], []),
        (
            "_include=Observation:subject:Patient",
            [Include("Observation", "subject", "Patient")],
            [],
        ),
        ("_include=*", [Include(None, None)], []),
        ("_include=Observation:*", [Include("Observation", None)], []),
        ("_include:iterate=*", [Include(None, None, iterate=True)], []),
        (
            "_include:recurse=Patient:organization",
            [Include("Patient", "organization", iterate=True)],
            [],
        ),
        ("_revinclude=Provenance:target", [], [Include("Provenance", "target")]),
    ],
)
def test_includes(ask: Ask, query: str, forward: list[Include], reverse: list[Include]) -> None:
    """Every form of include is read."""
    asked = ask(f"Observation?{query}", "strict")
    assert (list(asked.includes), list(asked.revincludes)) == (forward, reverse)


def test_unknown_parameters_are_left_out_with_a_warning(ask: Ask) -> None:
    """A lenient search goes on without what it does not know, and its self link says so."""
    asked = ask("Patient?foo=1&family=a&_sort=bar&given=")
    assert asked.filter == Text("family", "a")
    assert asked.used == (("family", "a"),)
    assert [issue.expression for issue in asked.warnings] == [
        "http.foo",
        "http._sort",
        "http.given",
    ]


@pytest.mark.parametrize("query", ["foo=1", "_sort=bar", "given="])
def test_strict_searches_refuse_them(ask: Ask, query: str) -> None:
    """With `Prefer: handling=strict`, the same are errors."""
    with pytest.raises(FhirError) as refused:
        ask(f"Patient?{query}", "strict")
    assert refused.value.category is Category.INVALID


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("name=,", "name"),
        ("_id=,,", "_id"),
        ("birthdate=x", "birthdate"),
        ("_has:CareTeam:patient:status=,", "_has:CareTeam:patient:status"),
        ("general-practitioner.name=,", "general-practitioner.name"),
        ("_type=,", "_type"),
        ("_count=x", "_count"),
    ],
)
def test_refusals_name_the_parameter(ask: Ask, query: str, name: str) -> None:
    """Whatever is wrong with a value, the error says of which parameter it is."""
    with pytest.raises(FhirError) as caught:
        ask(f"Patient?{query}")
    assert caught.value.expression == f"http.{name}"


def test_an_unsupported_modifier_is_always_an_error(ask: Ask) -> None:
    """The specification wants unsupported modifiers refused, even by lenient servers."""
    for query in (
        "family:below=x",
        "_id:exact=1",
        "_list:not=1",
        "_include:below=*",
        "birthdate:not=x",
    ):
        with pytest.raises(FhirError) as refused:
            ask(f"Patient?{query}")
        assert refused.value.category is Category.UNSUPPORTED


def test_ids_lists_and_last_update(ask: Ask) -> None:
    """Parameters of every type have filters of their own."""
    assert ask("Patient?_id=a,b").filter == Ids(("a", "b"))
    assert ask("Patient?_id:not=a").filter == Not(Ids(("a",)))
    assert ask("Patient?_list=42").filter == Has("List", "item", Ids(("42",)))
    updated = ask("Patient?_lastUpdated=ge2024").filter
    assert isinstance(updated, Range)
    assert updated.index == "_lastUpdated"
    with pytest.raises(FhirError, match="functional"):
        ask("Patient?_list=$current-allergies")


def test_format_is_no_part_of_the_search(ask: Ask) -> None:
    """`_format` and `_pretty` belong to other layers and are not in the self link."""
    asked = ask("Patient?_format=json&_pretty=true&_contained=false")
    assert asked.used == (("_contained", "false"),)


def test_a_search_on_everything(ask: Ask) -> None:
    """Without `_type`, only parameters that all types have are known."""
    asked = ask("?_tag=http://t.example|x")
    assert asked.types == ()
    assert asked.filter == Token("_tag", "http://t.example", "x")
    assert ask("?family=x").filter == EVERYTHING
    with pytest.raises(FhirError):
        ask("?family=x", "strict")
    with pytest.raises(FhirError, match="one resource type"):
        ask("?subject.name=x")


def test_a_search_on_some_types(ask: Ask) -> None:
    """With `_type`, parameters that these types share are known."""
    asked = ask("?_type=Patient,Practitioner&name=x", "strict")
    assert asked.types == ("Patient", "Practitioner")
    assert asked.filter == Text("name", "x")
    mixed = ask("?_type=Patient,Observation&status=x").warnings
    assert len(mixed) == 1


def test_types_that_read_a_value_differently(ask: Ask) -> None:
    """Where an id may be of other types, each type has its own filter."""
    asked = ask("?_type=Observation,Condition&subject=1", "strict").filter
    targets = {"Observation": ("Group", "Device", "Patient", "Location")}
    assert isinstance(asked, AnyOf)
    sides = [child.children for child in asked.children if isinstance(child, AllOf)]
    assert [side[0] for side in sides] == [TypeIs(("Observation",)), TypeIs(("Condition",))]
    for type, (_, reference) in zip(("Observation", "Condition"), sides, strict=True):
        assert isinstance(reference, Reference)
        found = {target.removesuffix("/1") for target in reference.targets}
        assert found == set(targets.get(type, ("Group", "Patient")))


def test_equal_searches_have_one_key(ask: Ask) -> None:
    """The canonical form does not depend on order, repetition or spelling of the same."""
    same = [
        "Patient?identifier=a|1&family=x&given=p,q",
        "Patient?given=q,p&family=X&identifier=a|1",
        "Patient?family=x&family=x&given=q,p&identifier=a|1",
    ]
    assert len({ask(url).key for url in same}) == 1
    others = ["Patient?identifier=a|1", "Patient?identifier=a|2", "Person?identifier=a|1"]
    assert len({ask(url).key for url in others}) == 3


@pytest.mark.parametrize(
    ("query", "limits"),
    [
        ("given=a,b,c", Limits(values=2)),
        ("given=abcdef", Limits(length=5)),
        ("given=a&given=b", Limits(parameters=1)),
        ("organization.partof.partof.name=x", Limits(chain_depth=2)),
        ("_has:Patient:link:_has:Patient:link:name=x", Limits(chain_depth=1)),
        ("_filter=organization.partof.partof.name eq x", Limits(chain_depth=2)),
        ("general-practitioner.identifier=x", Limits(chain_targets=2)),
    ],
)
def test_limits_hold(ask: Ask, query: str, limits: Limits) -> None:
    """Too many values, too long ones, too many or too deep are refused as too costly."""
    with pytest.raises(FhirError) as refused:
        ask(f"Patient?{query}", limits=limits)
    assert refused.value.category is Category.TOO_COSTLY


NAMES = (
    *("family", "family:exact", "identifier", "identifier:of-type", "birthdate", "gender:not"),
    *("_id", "_lastUpdated", "_tag", "_list", "_text", "_content", "_filter", "_sort", "_count"),
    *("_total", "_summary", "_elements", "_include", "_revinclude:iterate", "_has", "_type"),
    *("_has:Observation:subject:code", "_has:Observation:subject:value-quantity", "link:Patient"),
    *("_has:Observation:subject:combo-code-value-quantity", "organization:identifier", "a:b:c"),
    *("organization.address", "organization.endpoint.status", "organization._id", "link", "."),
    *("_has:Location:organization:near", "_has:ValueSet:x:url:below", "general-practitioner", ":"),
)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(NAMES),
            st.one_of(
                st.text(max_size=12),
                st.text("|$,\\:.-+eqgtap0123456789T Z()[]", max_size=12),
                st.sampled_from(
                    ("Patient/1", "true", "2020-01", "5.4|http://unitsofmeasure.org|mg")
                ),
            ),
        ),
        max_size=4,
    )
)
def test_any_query_is_read_or_refused(
    registry: SearchRegistry, pairs: list[tuple[str, str]]
) -> None:
    """Whatever is asked, the answer is a search or an error, and the search has a key."""
    with contextlib.suppress(FhirError):
        asked = parse_query(registry, "Patient", pairs)
        assert asked.key
        assert matches(asked.filter, registry.extract({"resourceType": "Patient"})) in (
            *(True, False),
            None,
        )


def test_full_text(ask: Ask, finds: Callable[[dict[str, Any], str], bool | None]) -> None:
    """`_text` searches the narrative, `_content` everything a person wrote."""
    told = {
        "resourceType": "Observation",
        "text": {"div": "<div><p>Glycémie élev&eacute;e</p><b>Dr</b> Martin</div>"},
        "code": {"text": "Bilan du matin"},
        "note": [{"text": "à jeun"}],
        "extension": [{"url": "http://secret.example", "valueString": "prélèvement"}],
    }
    for query, expected in (
        ("_text=glycemie", True),
        ("_text=GLYCÉMIE martin", True),
        ("_text=glycemie AND martin", True),
        ("_text=absent OR elevee", True),
        ("_text=bilan", False),
        ("_content=bilan", True),
        ("_content=bilan glycemie", True),
        ("_content=jeun,absent", True),
        ("_content=prelevement", True),
        ("_content=secret", False),
    ):
        assert finds(told, query) is expected, query
    with pytest.raises(FhirError):
        ask("Observation?_text=!!")
