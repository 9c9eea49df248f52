import pytest

from cordee.definitions.repository import Repository
from cordee.errors import FhirError
from cordee.resource.types import Resource

PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"


def value_set(version: str, **parts: object) -> Resource:
    """A small conformance resource to add."""
    resource = {"resourceType": "ValueSet", "id": f"v{version}", "url": "urn:test:vs"}
    return resource | {"version": version} | parts


def test_resources_are_found_by_canonical(core: Repository) -> None:
    """With and without version, exact or abbreviated, and never under a wrong one."""
    for canonical in (PATIENT, f"{PATIENT}|4.0.1", f"{PATIENT}|4.0"):
        found = core.find(canonical)
        assert found is not None
        assert found["type"] == "Patient"
    assert core.find(f"{PATIENT}|5.0.0") is None
    assert core.find(PATIENT, "ValueSet") is None
    assert core.find("urn:nothing") is None


def test_all_kinds_of_definitions_are_there(core: Repository) -> None:
    """All conformance resources of R4 core are loaded, and what is shipped beside them."""
    assert core.find("http://terminology.hl7.org/CodeSystem/v2-0203") is not None
    assert core.find("http://terminology.hl7.org/CodeSystem/v3-ActCode") is not None
    assert core.find("http://hl7.org/fhir/ConceptMap/cm-address-use-v2") is not None
    assert sum(1 for _ in core.canonicals("SearchParameter")) > 1390
    operations = [url for url, _ in core.canonicals("OperationDefinition")]
    own = {url for url in operations if url.startswith("https://cordee.example/fhir/")}
    assert len(operations) - len(own) == 47
    assert all(core.operation(url) is not None for url in own)


def test_an_identifier_leads_to_its_resource(core: Repository) -> None:
    """Code systems are known by the OID that CDA documents use."""
    found = core.identified("urn:oid:2.16.840.1.113883.5.4", "CodeSystem")
    assert found is not None
    assert found["url"] == "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def test_search_parameters_include_inherited_ones(core: Repository) -> None:
    """A type has the parameters of Resource and DomainResource and no example of the book."""
    codes = {found.code: found for found in core.search_parameters("Patient")}
    assert {"_id", "_text", "birthdate", "general-practitioner"} <= set(codes)
    assert "part-agree" not in codes
    assert codes["_id"].url == "http://hl7.org/fhir/SearchParameter/Resource-id"
    assert "Practitioner" in codes["general-practitioner"].target


def test_composites_name_their_components(core: Repository) -> None:
    """A composite gives the canonical and the place of each part."""
    found = {p.code: p for p in core.search_parameters("Observation")}["code-value-quantity"]
    assert [part.expression for part in found.components] == ["code", "value.as(Quantity)"]
    component = core.search_parameter(found.components[0].definition)
    assert component is not None
    assert component.type == "token"


def test_compartments_list_their_members(core: Repository) -> None:
    """Each compartment maps types to parameters that exist on them, or its own resource."""
    compartments = core.compartments()
    assert {"Patient", "Encounter", "Practitioner", "RelatedPerson", "Device"} <= set(compartments)
    assert compartments["Patient"]["CareTeam"] == ("patient", "participant")
    assert "Location" not in compartments["Patient"]


def test_operations_are_values(core: Repository) -> None:
    """An operation says where it exists and what it takes."""
    found = core.operation("http://hl7.org/fhir/OperationDefinition/Resource-validate")
    assert found is not None
    assert found.code == "validate"
    assert {p.name for p in found.parameters if p.use == "in"} == {"resource", "mode", "profile"}


def test_several_versions_live_side_by_side() -> None:
    """A pinned canonical gets its version, an open one the newest."""
    repository = Repository.load()
    repository.add(value_set("2.10.0"))
    repository.add(value_set("2.9.0"))
    assert repository.versions("urn:test:vs") == ("2.9.0", "2.10.0")
    newest, pinned = repository.find("urn:test:vs"), repository.find("urn:test:vs|2.9.0")
    assert newest is not None
    assert pinned is not None
    assert (newest["version"], pinned["version"]) == ("2.10.0", "2.9.0")


def test_what_is_added_replaces_itself_and_can_go() -> None:
    """The same type and id replace the earlier resource; remove forgets it; both are noticed."""
    repository = Repository.load()
    repository.add(value_set("1", title="first"))
    repository.add(value_set("1", title="second"))
    found = repository.find("urn:test:vs")
    assert found is not None
    assert found["title"] == "second"
    assert [r["url"] for r in repository.all("ValueSet")].count("urn:test:vs") == 1
    repository.remove(value_set("1"))
    assert repository.find("urn:test:vs") is None
    assert repository.revision == 4


def test_an_added_search_parameter_is_in_force() -> None:
    """A parameter that a client adds is offered on its base at once."""
    repository = Repository.load()
    repository.search_parameters("Patient")
    repository.add(
        {
            "resourceType": "SearchParameter",
            "url": "urn:test:sp",
            "code": "birthplace",
            "type": "string",
            "base": ["Patient"],
            "expression": "Patient.extension.value",
        }
    )
    assert "birthplace" in {found.code for found in repository.search_parameters("Patient")}


def test_a_broken_search_parameter_is_refused() -> None:
    """A parameter without base cannot be used and is refused, naming what is missing."""
    repository = Repository.load()
    broken = {"resourceType": "SearchParameter", "url": "urn:x", "code": "x", "type": "string"}
    with pytest.raises(FhirError, match="base"):
        repository.add(broken)


def test_the_types_of_r4_cannot_be_replaced() -> None:
    """A newer definition of a type, as another FHIR version has it, does not take its place."""
    repository = Repository.load()
    foreign = {"resourceType": "StructureDefinition", "id": "x", "url": PATIENT, "type": "Patient"}
    repository.add(foreign | {"version": "5.0.0", "kind": "resource"})
    usual, asked = repository.structure(PATIENT), repository.find(f"{PATIENT}|5.0.0")
    assert usual is not None
    assert asked is not None
    assert (usual["version"], asked["version"]) == ("4.0.1", "5.0.0")


def test_a_profile_of_another_shape_is_said() -> None:
    """A profile that nobody validated gives an error of its own, whatever is wrong with it."""
    repository = Repository.load()
    broken = {"resourceType": "StructureDefinition", "url": "urn:test:broken", "type": "Patient"}
    repository.add(broken | {"baseDefinition": PATIENT, "differential": {"element": [{"id": "x"}]}})
    with pytest.raises(FhirError, match="urn:test:broken cannot be read"):
        repository.structure("urn:test:broken")
