"""Looking codes up, comparing and translating them, and OIDs."""

from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.errors import Category, FhirError
from cordee.terminology import Terminology
from terminology.conftest import COLOURS, value_set

SUPPLEMENT = "http://example.org/CodeSystem/supplement"


def test_lookup_gives_everything_known(terminology: Terminology) -> None:
    """A concept has its texts, properties, parents and children."""
    found = terminology.lookup("urn:oid:1.2.3.4", "red", display_language="fr")
    assert (found.name, found.system, found.version) == ("Colours", COLOURS, "2.0")
    assert (found.display, found.definition, found.abstract) == ("Rouge", "Like blood", False)
    properties = [(part.code, part.value, part.type) for part in found.properties]
    assert properties == [
        ("warm", True, "Boolean"),
        ("wave", 700, "Integer"),
        ("parent", "any", "Code"),
        ("child", "crimson", "Code"),
        ("child", "rust", "Code"),
        ("child", "purple", "Code"),
    ]
    assert found.properties[2].description == "Any colour"
    assert terminology.lookup(COLOURS, "any").abstract
    assert terminology.lookup(COLOURS, "rust").inactive


def test_lookup_gives_what_is_asked(terminology: Terminology) -> None:
    """Only the wanted properties are given, and supplements add theirs."""
    parents = terminology.lookup(COLOURS, "purple", properties=["parent"]).properties
    assert [part.value for part in parents] == ["red", "blue"]
    plain = terminology.lookup(COLOURS, "blue", properties=["wave"])
    assert (plain.properties, plain.designations) == ((), ())
    more = terminology.lookup(COLOURS, "blue", properties=["wave"], supplements=[SUPPLEMENT])
    assert [part.value for part in more.properties] == [450]
    assert [part.value for part in more.designations] == ["Bleu"]


@pytest.mark.parametrize(
    ("system", "code", "says"),
    [
        (COLOURS, "green", "green is not a code of"),
        ("http://example.org/CodeSystem/fragment", "Z", "the part of"),
        ("http://snomed.info/sct", "1", "code system http://snomed.info/sct is not known here"),
        ("urn:ietf:bcp:47", "a b", "not well-formed"),
    ],
)
def test_lookup_says_what_is_not_known(
    system: str, code: str, says: str, terminology: Terminology
) -> None:
    """An unknown code and an unknown system are different answers."""
    with pytest.raises(FhirError, match=says) as caught:
        terminology.lookup(system, code)
    assert caught.value.category is Category.NOT_FOUND


def test_lookup_by_grammar_and_unknown_supplements(terminology: Terminology) -> None:
    """A well-formed code is found as such; a supplement that is not here is said."""
    assert terminology.lookup("urn:ietf:bcp:47", "fr").code == "fr"
    with pytest.raises(FhirError, match="supplement http://none is not known"):
        terminology.lookup(COLOURS, "red", supplements=["http://none"])


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ("red", "red", "equivalent"),
        ("any", "crimson", "subsumes"),
        ("blue", "purple", "subsumes"),
        ("purple", "red", "subsumed-by"),
        ("crimson", "blue", "not-subsumed"),
        ("red", "green", None),
    ],
)
def test_subsumption(
    first: str, second: str, outcome: str | None, terminology: Terminology
) -> None:
    """Codes are compared over several parents and levels; unknown codes are not guessed."""
    assert terminology.subsumes(COLOURS, first, second) == outcome
    coding = {"system": COLOURS, "code": first}
    other = {"system": COLOURS, "code": second}
    covers = None if outcome is None else outcome in {"equivalent", "subsumes"}
    assert terminology.covers(coding, other) is covers


def test_subsumption_needs_the_system(terminology: Terminology) -> None:
    """Without the system, only equality is known; fragments do not prove a difference."""
    snomed = "http://snomed.info/sct"
    assert terminology.subsumes(snomed, "1", "2") is None
    assert terminology.covers({"system": snomed, "code": "1"}, {"system": snomed, "code": "1"})
    assert (
        terminology.covers({"system": snomed, "code": "1"}, {"system": COLOURS, "code": "1"})
        is False
    )
    fragment = "http://example.org/CodeSystem/fragment"
    assert terminology.subsumes(fragment, "A", "B") is None


def test_hierarchies_for_search(terminology: Terminology) -> None:
    """`:below` and `:above` hold the code itself and what is under or over it."""
    below = terminology.hierarchy(COLOURS, "red", "below")
    assert {code for _, code in below or ()} == {"red", "crimson", "rust", "purple"}
    above = terminology.hierarchy(COLOURS, "purple", "above")
    assert {code for _, code in above or ()} == {"purple", "red", "blue", "any"}
    assert terminology.hierarchy("http://snomed.info/sct", "1", "below") is None
    assert terminology.hierarchy(COLOURS, "green", "below") is None


def _map(name: str, *targets: dict[str, Any], **unmapped: Any) -> dict[str, Any]:
    group: dict[str, Any] = {
        "source": COLOURS,
        "target": "http://example.org/hex",
        "element": [{"code": "red", "display": "Red", "target": list(targets)}],
    }
    if unmapped:
        group["unmapped"] = unmapped
    return {
        "resourceType": "ConceptMap",
        "id": name,
        "url": f"http://example.org/ConceptMap/{name}",
        "status": "active",
        "sourceUri": "http://example.org/ValueSet/colours",
        "targetCanonical": "http://example.org/ValueSet/hex|1",
        "group": [group],
    }


def test_codes_are_translated_both_ways(repository: Repository) -> None:
    """A map gives targets with their equivalence; backwards, wider becomes narrower."""
    product = {"property": "http://p", "value": "1"}
    repository.add(
        _map(
            "hex",
            {"code": "f00", "equivalence": "equal", "display": "pure", "product": [product]},
            {"code": "fxx", "equivalence": "wider", "comment": "about"},
        )
    )
    terminology = Terminology(repository)
    url = "http://example.org/ConceptMap/hex"
    found = terminology.translate("urn:oid:1.2.3.4", "red", concept_map=url)
    assert found.result
    assert [(match.code, match.equivalence, match.system) for match in found.matches] == [
        ("f00", "equal", "http://example.org/hex"),
        ("fxx", "wider", "http://example.org/hex"),
    ]
    assert found.matches[0].products == (product,)
    assert found.matches[1].comment == "about"
    back = terminology.translate("http://example.org/hex", "fxx", concept_map=url, reverse=True)
    assert [
        (match.code, match.equivalence, match.system, match.display) for match in back.matches
    ] == [("red", "narrower", COLOURS, "Red")]
    scope = {
        "source": "http://example.org/ValueSet/colours",
        "target": "http://example.org/ValueSet/hex",
    }
    assert terminology.translate(COLOURS, "red", **scope) == found  # type: ignore[arg-type]
    other = terminology.translate(COLOURS, "red", concept_map=url, target_system="http://other")
    assert not other.result


def test_groups_without_system_are_of_the_value_set(repository: Repository) -> None:
    """A group may leave out its systems where the map's value sets have one system each."""
    for name, system in (("colours", COLOURS), ("hex", "http://example.org/hex")):
        listed = {"system": system, "concept": [{"code": "red"}]}
        repository.add(value_set(name, listed))
    made = _map("bare", {"code": "f00", "equivalence": "equal"})
    for end in ("source", "target"):
        del made["group"][0][end]
    there = Terminology(repository).translate(COLOURS, "red", concept_map=made)
    assert [(match.system, match.code) for match in there.matches] == [
        ("http://example.org/hex", "f00")
    ]
    back = Terminology(repository).translate(
        "http://example.org/hex", "f00", concept_map=made, reverse=True
    )
    assert [(match.system, match.code) for match in back.matches] == [(COLOURS, "red")]
    made["sourceCanonical"] = "http://example.org/ValueSet/unknown"
    assert not Terminology(repository).translate(COLOURS, "red", concept_map=made).result


def test_codes_are_translated_in_any_case_their_system_allows(repository: Repository) -> None:
    """A code is mapped as its system writes it, where case does not matter there."""
    fragment = "http://example.org/CodeSystem/fragment"
    made = _map("case", {"code": "f00", "equivalence": "equal"})
    made["group"][0] |= {"source": fragment, "element": [{"code": "A", "target": [{"code": "1"}]}]}
    terminology = Terminology(repository)
    assert terminology.translate(fragment, "a", concept_map=made).matches[0].code == "1"
    made["group"][0]["source"] = COLOURS
    assert not terminology.translate(COLOURS, "a", concept_map=made).matches


@pytest.mark.parametrize(
    ("unmapped", "codes"),
    [
        ({}, []),
        ({"mode": "provided"}, ["blue"]),
        ({"mode": "fixed", "code": "000"}, ["000"]),
        ({"mode": "other-map", "url": "http://example.org/ConceptMap/rest"}, ["rest"]),
        ({"mode": "other-map", "url": "http://example.org/ConceptMap/hex"}, []),
        ({"mode": "other-map", "url": "http://example.org/none"}, []),
    ],
)
def test_unmapped_codes_follow_the_rule_of_the_group(
    unmapped: dict[str, str], codes: list[str], repository: Repository
) -> None:
    """What a group does not list is kept, fixed, or asked of another map, without end in none."""
    repository.add(_map("hex", {"code": "f00", "equivalence": "equal"}, **unmapped))
    repository.add(_map("rest", mode="fixed", code="rest"))
    terminology = Terminology(repository)
    found = terminology.translate(COLOURS, "blue", concept_map="http://example.org/ConceptMap/hex")
    assert [match.code for match in found.matches] == codes
    assert found.result is bool(codes)
    assert (found.message is None) is bool(codes)


def test_no_match_is_no_result(repository: Repository) -> None:
    """A target that says there is none does not count, and unknown maps are said."""
    repository.add(_map("hex", {"equivalence": "unmatched"}))
    terminology = Terminology(repository)
    url = "http://example.org/ConceptMap/hex"
    found = terminology.translate(COLOURS, "red", concept_map=url)
    assert (found.result, len(found.matches)) == (False, 1)
    assert not terminology.translate(COLOURS, "red", source="http://nowhere").result
    with pytest.raises(FhirError, match="concept map http://none is not known here"):
        terminology.translate(COLOURS, "red", concept_map="http://none")


def test_oids_and_canonicals(repository: Repository) -> None:
    """OIDs lead to URLs and back, by identifiers and by naming systems."""
    repository.add(
        {
            "resourceType": "NamingSystem",
            "id": "n",
            "name": "N",
            "uniqueId": [
                {"type": "uri", "value": "http://example.org/other"},
                {"type": "uri", "value": "http://example.org/n", "preferred": True},
                {"type": "oid", "value": "1.9.9"},
            ],
        }
    )
    oids = Terminology(repository).oids
    assert oids.canonical("1.2.3.4") == oids.canonical("urn:oid:1.2.3.4") == COLOURS
    assert oids.oid(COLOURS) == "urn:oid:1.2.3.4"
    assert oids.canonical("1.9.9") == "http://example.org/n"
    assert oids.oid("http://example.org/n") == "urn:oid:1.9.9"
    assert oids.oid("urn:oid:1.2") == "urn:oid:1.2"
    assert oids.canonical("1.1.1") is oids.oid("http://example.org/none") is None
    assert oids.canonical("1.2.3.4", "ValueSet") is None
