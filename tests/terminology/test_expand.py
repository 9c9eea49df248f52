"""Expanding value sets."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.terminology import ExpandOptions, Terminology
from cordee.terminology.results import Member
from terminology.conftest import COLOURS, VALUE_SET, filtered, value_set

ALL = {"system": COLOURS}
FRAGMENT = {"system": "http://example.org/CodeSystem/fragment"}
FLAT = ExpandOptions(exclude_nested=True)


def _codes(terminology: Terminology, *includes: dict[str, Any], **more: Any) -> list[str]:
    expansion = terminology.expand(value_set("x", *includes, **more), FLAT)
    return [member.code for member in expansion.members]


def _tree(members: tuple[Member, ...]) -> dict[str, Any]:
    return {member.code: _tree(member.contains) for member in members}


@pytest.mark.parametrize(
    ("filter", "codes"),
    [
        (("concept", "is-a", "red"), "red crimson rust purple"),
        (("concept", "descendent-of", "red"), "crimson rust purple"),
        (("concept", "is-not-a", "red"), "any blue"),
        (("concept", "generalizes", "purple"), "any red blue purple"),
        (("concept", "in", "red, blue"), "red blue"),
        (("concept", "not-in", "red,blue,any"), "crimson rust purple"),
        (("code", "regex", "r.*"), "red rust"),
        (("code", "regex", "u"), ""),
        (("display", "regex", ".*u.*"), "any rust blue purple"),
        (("warm", "exists", "true"), "red"),
        (("warm", "exists", "false"), "any crimson rust blue purple"),
        (("warm", "=", "true"), "red"),
        (("wave", "=", "700"), "red"),
        (("parent", "=", "red"), "crimson rust purple"),
        (("child", "=", "purple"), "red blue"),
        (("concept", "is-a", "nothing"), ""),
        (("inactive", "=", "false"), "any red crimson blue purple"),
        (("notSelectable", "=", "true"), "any"),
    ],
)
def test_filters_choose_concepts(
    filter: tuple[str, str, str], codes: str, terminology: Terminology
) -> None:
    """Each operator of the specification chooses what it says."""
    assert _codes(terminology, filtered(*filter)) == codes.split()


def test_all_filters_of_an_include_must_pass(terminology: Terminology) -> None:
    """Two filters of one include restrict each other; two includes add up."""
    both = filtered("concept", "is-a", "red")
    both["filter"] += filtered("code", "regex", "r.*")["filter"]
    assert _codes(terminology, both) == ["red", "rust"]
    two = (filtered("code", "=", "blue"), filtered("code", "=", "red"), {**ALL, "concept": []})
    assert _codes(terminology, *two)[:2] == ["blue", "red"]


@pytest.mark.parametrize(
    ("filter", "category"),
    [
        (("code", "~", "red"), Category.UNPROCESSABLE),
        (("code", "regex", "("), Category.UNPROCESSABLE),
        (("warm", "exists", "maybe"), Category.UNPROCESSABLE),
        (("code", "regex", "(c+)+x"), Category.TOO_COSTLY),
    ],
)
def test_bad_filters_are_refused(
    filter: tuple[str, str, str], category: Category, repository: Repository
) -> None:
    """Unknown operators, broken patterns and patterns without end are errors, not hangs."""
    evil = {
        "resourceType": "CodeSystem",
        "url": "http://example.org/evil",
        "content": "complete",
        "concept": [{"code": "c" * 50_000}],
    }
    repository.add(evil)
    include = filtered(*filter, system="http://example.org/evil")
    with pytest.raises(FhirError) as caught:
        Terminology(repository).expand(value_set("x", include))
    assert caught.value.category is category


def test_the_hierarchy_is_kept(terminology: Terminology) -> None:
    """Members nest below their first parent that is a member too."""
    whole = terminology.expand(value_set("x", ALL))
    assert _tree(whole.members) == {
        "any": {"red": {"crimson": {}, "rust": {}, "purple": {}}, "blue": {}}
    }
    assert whole.total == 6
    part = terminology.expand(
        value_set("x", {**ALL, "concept": [{"code": "red"}, {"code": "rust"}]})
    )
    assert _tree(part.members) == {"red": {"rust": {}}}


def test_circles_of_parents_lose_nothing(repository: Repository) -> None:
    """Concepts that are their own ancestors are listed all the same, once."""
    loop = [
        {"code": "a", "property": [{"code": "parent", "valueCode": "b"}]},
        {"code": "b", "property": [{"code": "parent", "valueCode": "a"}]},
    ]
    repository.add(
        {"resourceType": "CodeSystem", "url": "http://e/l", "content": "complete", "concept": loop}
    )
    expansion = Terminology(repository).expand(value_set("x", {"system": "http://e/l"}))
    assert expansion.total == 2
    assert str(expansion.members).count("code='a'") == 1
    assert str(expansion.members).count("code='b'") == 1


def test_pages_are_flat_and_count_all(terminology: Terminology) -> None:
    """A page has its members in order, and the total of all pages."""
    page = terminology.expand(value_set("x", ALL), ExpandOptions(offset=1, count=2))
    assert [member.code for member in page.members] == ["red", "crimson"]
    assert (page.total, page.offset) == (6, 1)
    assert dict(page.parameters) == {"offset": 1, "count": 2, "version": f"{COLOURS}|2.0"}
    none = terminology.expand(value_set("x", ALL), ExpandOptions(count=0))
    assert (none.members, none.total) == ((), 6)


@pytest.mark.parametrize(
    ("text", "codes"),
    [("ROUGE", ["red"]), ("col any", ["any"]), ("blu", ["blue"]), ("zzz", [])],
)
def test_a_text_filter_finds_words(text: str, codes: list[str], terminology: Terminology) -> None:
    """The text filter looks into codes, displays and designations, without case and accents."""
    expansion = terminology.expand(value_set("x", ALL), ExpandOptions(filter=text))
    assert [member.code for member in expansion.members] == codes


def test_options_choose_members_and_details(terminology: Terminology) -> None:
    """Inactive and abstract concepts, designations and definitions are given as asked."""
    options = ExpandOptions(
        active_only=True,
        exclude_not_for_ui=True,
        include_designations=True,
        include_definition=True,
        exclude_nested=True,
        display_language="fr-FR,fr;q=0.9",
    )
    members = terminology.expand(value_set("x", ALL), options).members
    assert [member.code for member in members] == ["red", "crimson", "blue", "purple"]
    red = members[0]
    assert (red.display, red.definition, len(red.designations)) == ("Rouge", "Like blood", 2)
    whole = terminology.expand(value_set("x", ALL), FLAT).members
    assert {member.code for member in whole if member.inactive} == {"rust"}
    assert {member.code for member in whole if member.abstract} == {"any"}
    assert _codes(terminology, ALL, inactive=False) == ["any", "red", "crimson", "blue", "purple"]


def test_listed_concepts_take_their_texts_from_both(terminology: Terminology) -> None:
    """A value set's own display wins; else the code system's is shown; unknown codes stay."""
    concepts = [{"code": "red", "display": "My red"}, {"code": "blue"}, {"code": "green"}]
    expansion = terminology.expand(value_set("x", {**ALL, "concept": concepts}))
    texts = [(member.code, member.display) for member in expansion.members]
    assert texts == [("red", "My red"), ("blue", "Blue"), ("green", None)]


def test_excludes_take_away(terminology: Terminology) -> None:
    """What an exclude holds is not in the value set."""
    red = filtered("concept", "is-a", "red")
    assert _codes(terminology, ALL, exclude=[red]) == ["any", "blue"]


def test_imports_add_up_and_restrict(repository: Repository) -> None:
    """A value set includes others; with a system, and with several, the codes must be in all."""
    repository.add(value_set("reds", filtered("concept", "is-a", "red")))
    repository.add(value_set("blues", filtered("concept", "is-a", "blue")))
    terminology = Terminology(repository)
    reds, blues = VALUE_SET + "reds", VALUE_SET + "blues"
    union = ({"valueSet": [blues]}, {"valueSet": [reds]})
    assert _codes(terminology, *union) == ["blue", "purple", "red", "crimson", "rust"]
    assert _codes(terminology, {"valueSet": [reds, blues]}) == ["purple"]
    assert _codes(terminology, filtered("code", "regex", "r.*") | {"valueSet": [reds]}) == [
        "red",
        "rust",
    ]
    assert _codes(terminology, {"valueSet": [reds]}, exclude=[{"valueSet": [blues]}]) == [
        "red",
        "crimson",
        "rust",
    ]


def test_circles_of_imports_are_refused(repository: Repository) -> None:
    """Value sets that import one another in a circle are named; validation only does not know."""
    repository.add(value_set("a", {"valueSet": [VALUE_SET + "b"]}))
    repository.add(value_set("b", {"valueSet": [VALUE_SET + "a"]}))
    terminology = Terminology(repository)
    with pytest.raises(FhirError, match=r"circle: .*/a → .*/b → .*/a"):
        terminology.expand(VALUE_SET + "a")
    assert terminology.codes(VALUE_SET + "a") is None
    assert terminology.contains(VALUE_SET + "a", COLOURS, "red") is None


def test_chains_and_meshes_of_imports_end(repository: Repository) -> None:
    """Imports of imports end soon: long chains are refused, doubling ones are asked once."""
    for number in range(40):
        canonical = f"{VALUE_SET}v{number + 1}"
        repository.add(
            value_set(f"v{number}", {"valueSet": [canonical]}, {"valueSet": [canonical]})
        )
    repository.add(value_set("v40", ALL))
    terminology = Terminology(repository)
    assert len(terminology.codes(VALUE_SET + "v20") or ()) == 6
    assert terminology.contains(VALUE_SET + "v20", COLOURS, "green") is False
    with pytest.raises(FhirError, match="too deeply"):
        Terminology(repository).expand(VALUE_SET + "v0")


@pytest.mark.parametrize(
    ("include", "says"),
    [
        ({"system": "http://snomed.info/sct"}, "code system http://snomed.info/sct is not known"),
        ({"system": "urn:ietf:bcp:47"}, "follow a grammar and cannot be listed"),
        (FRAGMENT, "Only a part of"),
        ({"valueSet": ["http://example.org/none"]}, "http://example.org/none is not known here"),
        ({**ALL, "version": "9.9"}, "Only another version of"),
        ({}, "holds nothing"),
    ],
)
def test_what_cannot_be_listed_says_why(
    include: dict[str, Any], says: str, terminology: Terminology
) -> None:
    """An expansion is complete or refused with the reason; on request, what is here is given."""
    with pytest.raises(FhirError, match=says) as caught:
        terminology.expand(value_set("x", include))
    assert caught.value.issues[0].code == "not-found"
    some = value_set("x", include, {**ALL, "concept": [{"code": "red"}]})
    expansion = terminology.expand(some, ExpandOptions(incomplete_ok=True))
    assert "red" in str(expansion.members)
    assert any(says in warning for warning in expansion.warnings)


def test_a_stored_expansion_helps_where_the_compose_cannot(repository: Repository) -> None:
    """A whole expansion that came with the value set answers for systems that are not here."""
    members = [
        {
            "system": "http://snomed.info/sct",
            "code": "1",
            "contains": [{"code": "2", "system": "http://snomed.info/sct"}],
        }
    ]
    snomed = {"system": "http://snomed.info/sct"}
    repository.add(value_set("s", snomed, expansion={"contains": members}))
    limit = [{"name": "count", "valueInteger": 2}]
    repository.add(value_set("t", snomed, expansion={"contains": members, "parameter": limit}))
    only = value_set("u", expansion={"contains": members})
    del only["compose"]
    repository.add(only)
    terminology = Terminology(repository)
    both = {("http://snomed.info/sct", "1"), ("http://snomed.info/sct", "2")}
    assert set(terminology.codes(VALUE_SET + "s") or ()) == both
    assert terminology.codes(VALUE_SET + "t") is None
    assert set(terminology.codes(VALUE_SET + "u") or ()) == both
    assert terminology.contains(VALUE_SET + "s", "http://snomed.info/sct", "3") is False


def test_implicit_value_sets_exist(terminology: Terminology) -> None:
    """A code system's own value set, and `?fhir_vs`, need no resource."""
    assert len(terminology.codes(VALUE_SET + "all-colours") or ()) == 6
    assert len(terminology.codes(COLOURS + "?fhir_vs") or ()) == 6
    assert set(terminology.codes(COLOURS + "?fhir_vs=isa/blue") or ()) == {
        (COLOURS, "blue"),
        (COLOURS, "purple"),
    }
    assert terminology.codes("http://snomed.info/sct?fhir_vs=refset/1") is None
    assert terminology.codes("http://loinc.org/vs/LL715-4") is None
    with pytest.raises(FhirError, match="is not known here") as caught:
        terminology.expand("http://example.org/none")
    assert caught.value.category is Category.NOT_FOUND


def test_supplements_add_texts_where_asked(terminology: Terminology) -> None:
    """A value set that names a supplement shows its designations."""
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/valueset-supplement",
        "valueCanonical": "http://example.org/CodeSystem/supplement",
    }
    french = ExpandOptions(display_language="fr", exclude_nested=True)
    blue = filtered("code", "=", "blue")
    plain = terminology.expand(value_set("x", blue), french)
    extended = terminology.expand(value_set("x", blue, extension=[extension]), french)
    assert (plain.members[0].display, extended.members[0].display) == ("Blue", "Bleu")


def test_new_definitions_are_seen(repository: Repository, terminology: Terminology) -> None:
    """A value set that changes in the repository changes the answers."""
    repository.add(value_set("x", filtered("code", "=", "red")))
    assert set(terminology.codes(VALUE_SET + "x") or ()) == {(COLOURS, "red")}
    repository.add(value_set("x", filtered("code", "=", "blue")))
    assert set(terminology.codes(VALUE_SET + "x") or ()) == {(COLOURS, "blue")}


def test_deep_hierarchies_are_cut_into_pieces() -> None:
    """A chain of thousands of concepts is listed whole, in pieces that a reader can bear."""
    chain = [
        {"code": str(number), "property": [{"code": "parent", "valueCode": str(number - 1)}]}
        for number in range(3000)
    ]
    repository = Repository.load()
    system = {"resourceType": "CodeSystem", "id": "deep", "url": "http://e/deep"}
    repository.add(system | {"status": "active", "content": "complete", "concept": chain})
    found = Terminology(repository).expand(value_set("deep", {"system": "http://e/deep"}))
    pending, depths = [(member, 1) for member in found.members], []
    while pending:
        member, depth = pending.pop()
        depths.append(depth)
        pending += [(below, depth + 1) for below in member.contains]
    assert (len(depths), max(depths)) == (3000, 51)
