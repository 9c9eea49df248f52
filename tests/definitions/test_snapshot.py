from typing import Any

import pytest

from cordee.definitions.repository import Repository
from cordee.definitions.snapshot import generate
from cordee.errors import Category, FhirError
from cordee.resource.types import Resource

BASE = "http://hl7.org/fhir/StructureDefinition/"


def profile(type: str, *elements: dict[str, Any], **more: Any) -> Resource:
    """A profile with the elements of its differential."""
    made: Resource = {
        "resourceType": "StructureDefinition",
        "url": f"urn:test:{type}",
        "kind": "resource",
        "type": type,
        "derivation": "constraint",
        "baseDefinition": BASE + type,
        "differential": {"element": [{"path": type}, *elements]},
    }
    return made | more


def snapshot(repository: Repository, structure: Resource) -> dict[str, dict[str, Any]]:
    """Generate a snapshot: element by id."""
    made = generate(structure, repository.structure)
    return {element["id"]: element for element in made["snapshot"]["element"]}


def test_unmentioned_elements_stay_as_they_are(core: Repository) -> None:
    """An empty differential gives the base's snapshot, element by element."""
    base = core.structure(BASE + "Patient")
    assert base is not None
    made = generate(profile("Patient"), core.structure)
    assert made["snapshot"]["element"] == base["snapshot"]["element"]
    assert "snapshot" not in profile("Patient")


def test_constraints_lay_over_the_base(core: Repository) -> None:
    """Cardinality, flags and bindings replace; constraints add up; texts may continue."""
    rule = {"key": "t-1", "severity": "error", "human": "h", "expression": "true"}
    made = snapshot(
        core,
        profile(
            "Patient",
            {
                "path": "Patient.gender",
                "min": 1,
                "mustSupport": True,
                "definition": "...and more",
                "binding": {"strength": "required", "valueSet": "urn:vs"},
                "constraint": [rule],
            },
        ),
    )
    gender = made["Patient.gender"]
    assert (gender["min"], gender["max"], gender["mustSupport"]) == (1, "1", True)
    assert gender["binding"]["valueSet"] == "urn:vs"
    assert gender["definition"].startswith("Administrative Gender")
    assert gender["definition"].endswith("and more")
    assert {row["key"] for row in gender["constraint"]} == {"ele-1", "t-1"}
    assert gender["constraint"][-1]["source"] == "urn:test:Patient"
    assert gender["base"] == {"path": "Patient.gender", "min": 0, "max": "1"}


def test_slices_start_from_the_sliced_element(core: Repository) -> None:
    """A slice inherits what the unsliced element says but is not required by itself."""
    slicing = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}
    made = snapshot(
        core,
        profile(
            "Patient",
            {"path": "Patient.identifier", "min": 1, "slicing": slicing, "mustSupport": True},
            {"path": "Patient.identifier.system", "min": 1},
            {"path": "Patient.identifier", "sliceName": "a", "max": "1"},
            {"path": "Patient.identifier.system", "fixedUri": "urn:a"},
            {"path": "Patient.identifier", "sliceName": "b"},
        ),
    )
    ids = [id for id in made if id.startswith("Patient.identifier")]
    assert ids.index("Patient.identifier.assigner") < ids.index("Patient.identifier:a")
    assert ids.index("Patient.identifier:a.assigner") < ids.index("Patient.identifier:b")
    a, b = made["Patient.identifier:a"], made["Patient.identifier:b"]
    assert (a["min"], a["max"], a["sliceName"]) == (0, "1", "a")
    assert (b["min"], b["max"]) == (0, "*")
    assert "slicing" not in a
    assert "mustSupport" not in a
    assert made["Patient.identifier:a.system"]["fixedUri"] == "urn:a"
    assert made["Patient.identifier:b.system"]["min"] == 1
    assert "fixedUri" not in made["Patient.identifier:b.system"]


def test_slices_of_the_base_are_constrained_by_id() -> None:
    """A derived profile reaches a slice of its base by id, without stating the slice again."""
    repository = Repository.load()
    slicing = {"discriminator": [{"type": "value", "path": "system"}], "rules": "closed"}
    repository.add(
        profile(
            "Patient",
            {"path": "Patient.identifier", "slicing": slicing},
            {"path": "Patient.identifier", "sliceName": "a"},
            url="urn:test:base",
        )
    )
    derived = profile(
        "Patient",
        {"id": "Patient.identifier:a.value", "path": "Patient.identifier.value", "min": 1},
        {"id": "Patient.identifier", "path": "Patient.identifier", "slicing": {"rules": "open"}},
        baseDefinition="urn:test:base",
    )
    made = snapshot(repository, derived)
    assert made["Patient.identifier:a.value"]["min"] == 1
    assert made["Patient.identifier"]["slicing"]["rules"] == "closed"


def test_reslices_stand_after_their_slice(core: Repository) -> None:
    """`a/b` inherits from slice `a` and comes right behind it."""
    slicing = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}
    made = snapshot(
        core,
        profile(
            "Patient",
            {"path": "Patient.telecom", "slicing": slicing},
            {"path": "Patient.telecom", "sliceName": "a", "max": "3"},
            {"path": "Patient.telecom", "sliceName": "c"},
            {"path": "Patient.telecom", "sliceName": "a/b"},
        ),
    )
    ids = [id for id in made if id.startswith("Patient.telecom")]
    assert ids == [
        "Patient.telecom",
        "Patient.telecom:a",
        "Patient.telecom:a/b",
        "Patient.telecom:c",
    ]
    assert made["Patient.telecom:a/b"]["max"] == "3"


@pytest.mark.parametrize(
    "element",
    [
        {"path": "Observation.valueQuantity", "min": 1},
        {"path": "Observation.value[x]", "sliceName": "valueQuantity", "min": 1},
        {
            "id": "Observation.value[x]:valueQuantity",
            "path": "Observation.value[x]",
            "sliceName": "valueQuantity",
            "min": 1,
        },
    ],
)
def test_choice_types_are_slices_however_they_are_written(
    core: Repository, element: dict[str, Any]
) -> None:
    """`valueQuantity` and the slice of `value[x]` give the same element, with its one type."""
    made = snapshot(core, profile("Observation", element))
    whole = made["Observation.value[x]"]
    assert whole["slicing"]["discriminator"] == [{"type": "type", "path": "$this"}]
    quantity = made["Observation.value[x]:valueQuantity"]
    assert [type["code"] for type in quantity["type"]] == ["Quantity"]
    assert (quantity["path"], quantity["min"]) == ("Observation.value[x]", 1)


def test_a_choice_written_as_one_type_is_closed_to_the_others(core: Repository) -> None:
    """One shorthand limits the choice, several leave it open."""
    one = snapshot(core, profile("Observation", {"path": "Observation.valueQuantity"}))
    assert one["Observation.value[x]"]["slicing"]["rules"] == "closed"
    assert [t["code"] for t in one["Observation.value[x]"]["type"]] == ["Quantity"]
    elements = ({"path": "Observation.valueQuantity"}, {"path": "Observation.valueString"})
    several = snapshot(core, profile("Observation", *elements))
    assert several["Observation.value[x]"]["slicing"]["rules"] == "open"
    assert len(several["Observation.value[x]"]["type"]) == 11


def test_children_come_from_the_type(core: Repository) -> None:
    """Walking into a data type gives its children, their origin kept in `base`."""
    made = snapshot(core, profile("Patient", {"path": "Patient.name.family", "min": 1}))
    assert made["Patient.name.family"]["min"] == 1
    assert made["Patient.name.family"]["base"]["path"] == "HumanName.family"
    assert made["Patient.name.period"]["path"] == "Patient.name.period"


def test_children_of_a_choice_come_from_a_type_that_has_them(core: Repository) -> None:
    """A child that only some types of an open choice have is found in the first of those."""
    path = "Observation.value[x].unit"
    made = snapshot(core, profile("Observation", {"path": path, "fixedString": "kg"}))
    assert made[path]["fixedString"] == "kg"
    assert made[path]["base"]["path"] == "Quantity.unit"
    assert len(made["Observation.value[x]"]["type"]) == 11


def test_content_references_are_opened(core: Repository) -> None:
    """Walking into a content reference repeats what it refers to."""
    path = "Questionnaire.item.item.linkId"
    made = snapshot(core, profile("Questionnaire", {"path": path, "maxLength": 5}))
    assert made[path]["maxLength"] == 5
    inner = made["Questionnaire.item.item"]
    assert "contentReference" not in inner
    assert [type["code"] for type in inner["type"]] == ["BackboneElement"]
    assert "contentReference" in made["Questionnaire.item.item.item"]


def test_extensions_take_what_their_definition_says(core: Repository) -> None:
    """An extension slice has its definition's cardinality and children, unless stated here."""
    extension = {"code": "Extension", "profile": [BASE + "patient-birthPlace"]}
    made = snapshot(
        core,
        profile(
            "Patient",
            {"path": "Patient.extension", "sliceName": "place", "type": [extension]},
            {"path": "Patient.extension.value[x]", "short": "where"},
        ),
    )
    assert made["Patient.extension"]["slicing"]["discriminator"][0]["path"] == "url"
    place = made["Patient.extension:place"]
    assert (place["min"], place["max"]) == (0, "1")
    assert place["type"] == [extension]
    assert made["Patient.extension:place.url"]["fixedUri"] == BASE + "patient-birthPlace"
    value = made["Patient.extension:place.value[x]"]
    assert [type["code"] for type in value["type"]] == ["Address"]


def test_an_extension_stated_again_keeps_what_its_base_says() -> None:
    """Repeating the type of an extension slice does not reset the cardinality the base gave it."""
    repository = Repository.load()
    extension = {"code": "Extension", "profile": [BASE + "patient-birthPlace"]}
    row = {"path": "Patient.extension", "sliceName": "place", "type": [extension]}
    repository.add(profile("Patient", row | {"min": 1}, url="urn:test:base"))
    made = snapshot(repository, profile("Patient", row, baseDefinition="urn:test:base"))
    assert made["Patient.extension:place"]["min"] == 1


def test_a_slice_of_a_profiled_type_opens_that_profile() -> None:
    """What a new slice copied gives way to the children of the profile it names."""
    repository = Repository.load()
    system = {"path": "Identifier.system", "fixedUri": "urn:a"}
    repository.add(profile("Identifier", system, url="urn:test:identifier", kind="complex-type"))
    named = [{"code": "Identifier", "profile": ["urn:test:identifier"]}]
    slicing = {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}
    made = snapshot(
        repository,
        profile(
            "Patient",
            {"path": "Patient.identifier", "slicing": slicing},
            {"path": "Patient.identifier.use", "min": 1},
            {"path": "Patient.identifier", "sliceName": "a", "type": named},
        ),
    )
    assert made["Patient.identifier:a.system"]["fixedUri"] == "urn:a"


def test_new_types_get_their_elements(core: Repository) -> None:
    """A specialisation, such as a logical model, adds elements of its own."""
    model = profile(
        "Model",
        {"path": "Model.part", "min": 0, "max": "*", "type": [{"code": "BackboneElement"}]},
        {"path": "Model.part.name", "min": 1, "max": "1", "type": [{"code": "string"}]},
        {"path": "Model.part.part", "min": 0, "max": "*", "contentReference": "#Model.part"},
        kind="logical",
        derivation="specialization",
        baseDefinition=BASE + "Base",
    )
    made = snapshot(core, model)
    assert list(made)[:2] == ["Model", "Model.part"]
    assert made["Model.part.name"]["base"] == {"path": "Model.part.name", "min": 1, "max": "1"}
    assert made["Model.part.part"]["contentReference"] == "#Model.part"


@pytest.mark.parametrize(
    ("structure", "reason"),
    [
        (profile("Patient", {"path": "Patient.nothing"}), "nothing is no element of Patient"),
        (profile("Patient", baseDefinition="urn:absent"), "builds on urn:absent"),
        (profile("Observation", {"path": "Observation.value[x].no"}), "no is no element"),
    ],
)
def test_what_cannot_be_done_is_said(core: Repository, structure: Resource, reason: str) -> None:
    """An element without a place and an unknown base are errors that name them."""
    with pytest.raises(FhirError, match=reason) as refused:
        generate(structure, core.structure)
    assert refused.value.category is Category.UNPROCESSABLE


def test_a_repository_generates_snapshots_on_demand() -> None:
    """`structure` gives a snapshot where the resource has none, along any chain of bases."""
    repository = Repository.load()
    repository.add(profile("Patient", {"path": "Patient.gender", "min": 1}, url="urn:test:a"))
    repository.add(profile("Patient", url="urn:test:b", baseDefinition="urn:test:a"))
    found = repository.structure("urn:test:b")
    assert found is not None
    rows = {row["id"]: row for row in found["snapshot"]["element"]}
    assert rows["Patient.gender"]["min"] == 1
    assert repository.structure("urn:test:b") is found


def test_a_circle_of_bases_is_refused() -> None:
    """Two profiles that build on one another end in an error, not in a hang."""
    repository = Repository.load()
    repository.add(profile("Patient", url="urn:test:a", baseDefinition="urn:test:b"))
    repository.add(profile("Patient", url="urn:test:b", baseDefinition="urn:test:a"))
    with pytest.raises(FhirError, match="builds on itself"):
        repository.structure("urn:test:a")
