"""The public face: compile, call, nodes, holds."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from cordee import fhirpath
from cordee.definitions.repository import Repository
from cordee.fhirpath import (
    BudgetError,
    Environment,
    FhirPathError,
    FhirPathSyntaxError,
    Node,
    SemanticError,
)
from cordee.resource.types import Resource

Evaluate: TypeAlias = Callable[..., list[Any]]


def test_the_same_arguments_give_the_same_expression(schema: Repository) -> None:
    """Compiled expressions are kept."""
    first = fhirpath.compile("name.given", schema, "Patient")
    assert fhirpath.compile("name.given", schema, "Patient") is first
    assert fhirpath.compile("name.given", schema, "Person") is not first


def test_results_are_plain_json(evaluate: Evaluate) -> None:
    """Primitives with extensions only are left out, the rest is as it stands in the resource."""
    assert evaluate("name.given") == ["Peter", "James", "Jim"]
    assert evaluate("name.given.count()") == [4]
    assert evaluate("birthDate | deceased") == ["1974-12-25", "2015-02"]


def test_results_are_a_new_list(evaluate: Evaluate, patient: Resource) -> None:
    """Changing the list of results does not change the resource."""
    found = evaluate("name", patient)
    found.clear()
    assert len(patient["name"]) == 2


def test_nodes_tell_the_types(schema: Repository, patient: Resource) -> None:
    """Each result can come with its type, known statically or not."""
    expression = fhirpath.compile("birthDate | deceased | 1", schema, "Patient")
    types = [node.type for node in expression.nodes(patient)]
    assert types == ["date", "dateTime", "System.Integer"]
    assert fhirpath.compile("name.given", schema, "Patient").type == "string"
    assert fhirpath.compile("deceased", schema, "Patient").type is None


def test_holds_wants_true(schema: Repository, patient: Resource) -> None:
    """Empty and false do not fulfil a condition, and a single item does."""

    def holds(text: str) -> bool:
        return fhirpath.compile(text, schema, "Patient").holds(patient)

    assert holds("active")
    assert holds("birthDate")
    assert not holds("active = false")
    assert not holds("maritalStatus.text = 'x'")


def test_the_focus_may_be_an_element(schema: Repository, patient: Resource) -> None:
    """With its type as context, an element or a primitive can be the focus."""
    family = fhirpath.compile("family", schema, "HumanName")
    assert family(patient["name"][0]) == ["Chalmers"]
    year = fhirpath.compile("$this.toString().substring(0, 4)", schema, "date")
    assert year("1974-12-25") == ["1974"]
    contact = fhirpath.compile("name.family", schema, "Patient.contact")
    assert contact({"name": {"family": "Roux"}}) == ["Roux"]


def test_the_focus_may_be_a_node(schema: Repository) -> None:
    """A Node brings its type, and what stands beside a primitive."""
    node = Node("date", None, {"extension": [{"url": "urn:x", "valueCode": "unknown"}]})
    for context in (None, "date"):
        expression = fhirpath.compile("extension('urn:x').value", schema, context)
        assert expression(node) == ["unknown"]
    name = fhirpath.compile("given", schema, "HumanName")
    assert name(Node("HumanName", {"given": ["Ada"]})) == ["Ada"]


def test_a_path_may_start_with_a_type(evaluate: Evaluate) -> None:
    """The type of the focus, or one it specialises, stands for the focus; others are empty."""
    assert evaluate("Patient.birthDate") == ["1974-12-25"]
    assert evaluate("Resource.id") == evaluate("DomainResource.id") == ["p1"]
    assert evaluate("Encounter.id") == []
    assert evaluate("Encounter.id | Patient.id", context="") == ["p1"]


def test_strict_mode_refuses_what_does_not_exist(evaluate: Evaluate) -> None:
    """Unknown elements are empty, and in strict mode an error."""
    for expression in ("name.given1", "Encounter.name", "deceasedDateTime", "birthDate.value1"):
        assert evaluate(expression) == []
        with pytest.raises(SemanticError):
            evaluate(expression, strict=True)


def test_unknown_names_of_types_functions_and_variables_are_errors(evaluate: Evaluate) -> None:
    """Each mistake says what is wrong."""
    with pytest.raises(SemanticError, match="Nothing is not a known type"):
        evaluate("name is Nothing")
    with pytest.raises(SemanticError, match=r"no function nothing\(\)"):
        evaluate("nothing()")
    with pytest.raises(SemanticError, match="where"):
        evaluate("name.where()")
    with pytest.raises(FhirPathError, match="%nothing"):
        evaluate("%nothing")


def test_syntax_errors_tell_the_place(evaluate: Evaluate) -> None:
    """The offset of the character at fault is part of the error."""
    with pytest.raises(FhirPathSyntaxError, match="character 6") as error:
        evaluate("name.(given)")
    assert error.value.position == 5


def test_malformed_resources_are_fhirpath_errors(evaluate: Evaluate) -> None:
    """A value of another shape than the definition's cannot be evaluated."""
    with pytest.raises(FhirPathError, match="another shape"):
        evaluate("name.given", {"resourceType": "Patient", "name": ["Ada"]})
    with pytest.raises(FhirPathError):
        evaluate("birthDate < today()", {"resourceType": "Patient", "birthDate": 7})


def test_the_budget_ends_an_evaluation(evaluate: Evaluate) -> None:
    """Steps and levels are limited by the environment."""
    with pytest.raises(BudgetError, match="50 steps"):
        evaluate("descendants().descendants()", environment=Environment(steps=50))
    with pytest.raises(BudgetError, match="levels"):
        evaluate("descendants()", environment=Environment(levels=2))


def test_one_evaluation_has_one_time(evaluate: Evaluate) -> None:
    """The time of an evaluation stands still."""
    moment = datetime(2026, 3, 1, 12, 30, 15, 250_000, UTC)
    environment = Environment(now=moment)
    assert evaluate("now()", environment=environment) == ["2026-03-01T12:30:15.250Z"]
    assert evaluate("today()", environment=environment) == ["2026-03-01"]
    assert evaluate("timeOfDay()", environment=environment) == ["12:30:15.250"]
    assert evaluate("now() = now()") == [True]


def test_variables_come_from_the_environment(evaluate: Evaluate) -> None:
    """Standard variables have their values; others are JSON, Nodes or lists of them."""
    environment = Environment(
        variables={
            "limit": 2,
            "who": Node("HumanName", {"family": "Roux"}),
            "rates": [Decimal("1.5"), None],
            "other": {"resourceType": "Person", "gender": "male"},
        }
    )
    assert evaluate("%limit + 1", environment=environment) == [3]
    assert evaluate("%who.family", environment=environment) == ["Roux"]
    assert evaluate("%rates", environment=environment) == [Decimal("1.5")]
    assert evaluate("%other.gender", environment=environment) == ["male"]
    assert evaluate("%resource.id | %rootResource.id | %context.id") == ["p1"]
    assert evaluate("%ucum") == ["http://unitsofmeasure.org"]
    assert evaluate("%`vs-name`") == evaluate("%vs-name") == ["http://hl7.org/fhir/ValueSet/name"]


def test_json_without_definitions_is_read_by_its_names(evaluate: Evaluate) -> None:
    """Variables of unknown shape have children by name, of types guessed from the JSON."""
    environment = Environment(variables={"x": {"a": [{"b": 1}, {"b": True}], "c": "t"}})
    assert evaluate("%x.a.b", environment=environment) == [1, True]
    assert evaluate("%x.a.b.type().name", environment=environment) == ["Integer", "Boolean"]
    assert evaluate("%x.descendants().count()", environment=environment) == [5]
    assert evaluate("%context.b", {"b": 1}, context="", environment=environment) == [1]


def test_results_are_the_same_when_much_is_compiled(schema: Repository, patient: Resource) -> None:
    """What is kept of compiled expressions is bounded, and nobody notices."""
    first = fhirpath.compile("id", schema, "Patient")
    for number in range(20_001):
        fhirpath.compile(str(number), schema)
    again = fhirpath.compile("id", schema, "Patient")
    assert again is not first
    assert again(patient) == first(patient) == ["p1"]


def test_deep_json_is_an_error(evaluate: Evaluate) -> None:
    """Resources nested too deeply end in a FhirPathError, not in a crash."""
    focus: dict[str, Any] = {}
    for _ in range(5_000):
        focus = {"extension": [focus]}
    with pytest.raises(FhirPathError, match="too deeply"):
        evaluate("name.distinct()", {"resourceType": "Patient", "name": [focus]})
    with pytest.raises(FhirPathError, match="levels"):
        evaluate("descendants()", {"resourceType": "Patient", "name": [focus]})


def test_resource_and_root_may_differ(schema: Repository, patient: Resource) -> None:
    """Inside a contained resource %rootResource is the container."""
    inner = patient["contained"][0]
    expression = fhirpath.compile("%resource.id | %rootResource.id", schema, "HumanName")
    environment = Environment(resource=inner, root=patient)
    assert expression(inner["name"][0], environment) == ["gp", "p1"]
