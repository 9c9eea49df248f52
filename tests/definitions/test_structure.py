import pytest

from cordee.definitions.repository import Repository


def test_every_concrete_resource_type_has_a_table(core: Repository) -> None:
    """R4 names 148 resource types of which two are abstract; each has a table with an id."""
    assert len(core.resource_types) == 146
    for name in core.resource_types:
        definition = core.type(name)
        assert definition is not None
        assert definition.kind == "resource"
        assert definition.elements["id"].type_name == "id"


def test_every_type_name_leads_to_a_type(core: Repository) -> None:
    """Walking from all resource types, no element points at a type that is not there."""
    seen: set[str] = set()
    waiting = list(core.resource_types)
    while waiting:
        definition = core.type(waiting.pop())
        assert definition is not None
        for _, type_name in definition.properties.values():
            if type_name not in seen:
                seen.add(type_name)
                waiting.append(type_name)
    assert {"Resource", "xhtml", "Bundle.entry.request", "Timing.repeat"} <= seen


def test_choice_types_are_spelled_out(core: Repository) -> None:
    """`value[x]` gives one JSON property for each of its types."""
    observation = core.type("Observation")
    assert observation is not None
    element, type_name = observation.properties["valueQuantity"]
    assert (element.name, element.is_choice, element.type_name) == ("value", True, "")
    assert type_name == "Quantity"
    assert observation.properties["valueDateTime"][1] == "dateTime"
    assert "value" not in observation.properties


def test_content_references_are_resolved(core: Repository) -> None:
    """An element that repeats another's content takes its children from there."""
    item = core.type("Questionnaire.item")
    assert item is not None
    assert item.elements["item"].type_name == "Questionnaire.item"
    assert item.elements["item"].repeats


@pytest.mark.parametrize(
    ("type_name", "attributes"),
    [("Extension", {"id", "url"}), ("Patient", set()), ("string", {"id", "value"})],
)
def test_xml_attributes_are_marked(core: Repository, type_name: str, attributes: set[str]) -> None:
    """XML writes ids of elements, Extension.url and primitive values as attributes, no more."""
    definition = core.type(type_name)
    assert definition is not None
    assert {e.name for e in definition.elements.values() if e.is_attribute} == attributes


def test_elements_stand_in_the_order_xml_demands(core: Repository) -> None:
    """Inherited elements come first, then the type's own."""
    contact = core.type("Patient.contact")
    assert contact is not None
    assert list(contact.elements)[:4] == ["id", "extension", "modifierExtension", "relationship"]
    assert (contact.kind, contact.base) == ("backbone", "BackboneElement")


def test_bindings_primitives_and_flags_are_there(core: Repository) -> None:
    """Bindings with their maximum, patterns of primitives, summary and modifier flags."""
    patient, code, narrative = core.type("Patient"), core.type("code"), core.type("Narrative")
    assert patient is not None
    assert code is not None
    assert narrative is not None
    gender = patient.elements["gender"].binding
    assert gender is not None
    assert gender.strength == "required"
    language = patient.elements["language"].binding
    assert language is not None
    assert language.max_value_set == "http://hl7.org/fhir/ValueSet/all-languages"
    assert code.pattern == r"[^\s]+(\s[^\s]+)*"
    assert patient.elements["active"].is_modifier
    assert patient.elements["active"].is_summary
    assert narrative.elements["div"].type_name == "xhtml"


def test_profiles_and_logical_models_are_no_types(core: Repository) -> None:
    """Only what R4 defines as a type answers to a type name."""
    assert core.type("vitalsigns") is None
    assert core.type("Event") is None
    assert core.type("Patient.nothing") is None
    assert core.is_resource("Patient")
    assert not core.is_resource("DomainResource")
    assert not core.is_resource("HumanName")
