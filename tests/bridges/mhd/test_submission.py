"""ITI-65: documents provided as PDSm asks."""

import base64
from typing import Any

import pytest

from bridges.mhd.conftest import Manager
from bridges.mhd.provided_bundle import CDA, INS, NUMBER, provided, uuid

HIDDEN = {
    "system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument"
    "/FHIR/TRE-A07-StatutVisibiliteDocument",
    "code": "INVISIBLE_PATIENT",
    "display": "Non visible par le patient",
}


async def test_what_is_provided_is_stored_and_told_in_order(manager: Manager) -> None:
    """Each entry is answered in its place, and the set leads to the document and its bytes."""
    told = await manager.provide(provided(manager.person))
    assert told["type"] == "transaction-response"
    assert [entry["response"]["status"] for entry in told["entry"]] == ["201 Created"] * 3
    kinds = [entry["response"]["location"].partition("/")[0] for entry in told["entry"]]
    assert kinds == ["List", "DocumentReference", "Binary"]
    place, reference, content = (
        entry["response"]["location"].partition("/_history")[0] for entry in told["entry"]
    )
    listed = await manager.read(place)
    assert [row["item"]["reference"] for row in listed["entry"]] == [reference]
    document = await manager.read(reference)
    assert document["content"][0]["attachment"]["url"] == content
    assert document["status"] == "current"


async def test_a_patient_may_be_named_by_their_identifier(manager: Manager) -> None:
    """A conditional reference and a logical one both find the person who is known here."""
    asked = {"reference": f"Patient?identifier={INS}|{NUMBER}"}
    logical = {"identifier": {"system": INS, "value": NUMBER}}
    for subject in (asked, logical):
        told = await manager.provide(provided(subject))
        place = told["entry"][1]["response"]["location"].partition("/_history")[0]
        assert (await manager.read(place))["subject"]["reference"] == manager.person


async def test_nothing_is_provided_twice(manager: Manager) -> None:
    """A Bundle sent again, its answer lost perhaps, is refused and stores nothing."""
    bundle = provided(manager.person)
    await manager.provide(bundle)
    told = await manager.provide(bundle, 409)
    assert "was provided before" in told["issue"][0]["diagnostics"]
    assert len(await manager.found(f"DocumentReference?patient={manager.person}")) == 1


async def test_a_document_replaces_another(manager: Manager) -> None:
    """What is replaced becomes superseded in the same transaction, and is replaced once."""
    _, old, _ = await manager.provided()
    relation = [{"code": "replaces", "target": {"reference": old}}]
    _, new, _ = await manager.provided(relatesTo=relation)
    assert (await manager.read(old))["status"] == "superseded"
    assert await manager.found(f"DocumentReference?relatesto={old}") == [new]
    told = await manager.provide(provided(manager.person, relatesTo=relation), 409)
    assert "cannot be replaced" in told["issue"][0]["diagnostics"]


async def test_a_bundle_may_say_itself_that_a_document_is_superseded(manager: Manager) -> None:
    """The patch that MHD puts beside a replacement is done, and nothing is done twice."""
    _, old, _ = await manager.provided()
    bundle = provided(
        manager.person, relatesTo=[{"code": "replaces", "target": {"reference": old}}]
    )
    patch = {
        "resourceType": "Parameters",
        "meta": {
            "profile": [
                "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Patch.Parameters"
            ]
        },
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "replace"},
                    {"name": "path", "valueString": "DocumentReference.status"},
                    {"name": "value", "valueCode": "superseded"},
                ],
            }
        ],
    }
    bundle["entry"].append(
        {"fullUrl": uuid(), "resource": patch, "request": {"method": "PATCH", "url": old}}
    )
    await manager.provide(bundle)
    found = await manager.read(old)
    assert (found["status"], found["meta"]["versionId"]) == ("superseded", "2")


def _other_content(bundle: dict[str, Any]) -> None:
    bundle["entry"][2]["resource"]["data"] = base64.b64encode(CDA + b"\n").decode()


def _unknown_content(bundle: dict[str, Any]) -> None:
    bundle["entry"][1]["resource"]["content"][0]["attachment"]["url"] = uuid()


def _other_type(bundle: dict[str, Any]) -> None:
    bundle["entry"][2]["resource"]["contentType"] = "text/plain"


def _unlisted(bundle: dict[str, Any]) -> None:
    bundle["entry"][0]["resource"]["entry"] = [{"item": {"display": "another document"}}]


def _no_set(bundle: dict[str, Any]) -> None:
    del bundle["entry"][0]


def _no_type(bundle: dict[str, Any]) -> None:
    del bundle["entry"][1]["resource"]["type"]


def _nowhere(bundle: dict[str, Any]) -> None:
    target = {"reference": "DocumentReference/nowhere"}
    bundle["entry"][1]["resource"]["relatesTo"] = [{"code": "replaces", "target": target}]


def _nobody(bundle: dict[str, Any]) -> None:
    for entry in bundle["entry"][:2]:
        entry["resource"]["subject"] = {"reference": "Patient/nobody"}


def _somebody_else(bundle: dict[str, Any]) -> None:
    who = bundle["entry"][1]["resource"]["contained"][0]["identifier"][0]
    who["value"] = "255069999999934"


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (_other_content, "Bundle.entry[1].resource.content[0].attachment.size"),
        (_unknown_content, "Bundle.entry[1].resource.content[0].attachment.url"),
        (_other_type, "Bundle.entry[1].resource.content[0].attachment.contentType"),
        (_unlisted, "Bundle.entry[1].resource"),
        (_no_set, "Bundle"),
        (_no_type, "Bundle.entry[1].resource"),
        (_nowhere, "Bundle.entry[1].resource.relatesTo[0].target"),
        (_nobody, "Bundle.entry[0].resource.subject"),
        (_somebody_else, "Bundle.entry[1].resource.context.sourcePatientInfo"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
async def test_what_does_not_hold_together_is_refused(
    manager: Manager, spoil: Any, where: str
) -> None:
    """A Bundle that breaks its profile or contradicts itself is told so, and stores nothing."""
    bundle = provided(manager.person)
    spoil(bundle)
    told = await manager.provide(bundle, 422)
    assert where in [path for issue in told["issue"] for path in issue.get("expression", ())]
    assert await manager.found(f"DocumentReference?patient={manager.person}") == []


async def test_all_documents_are_of_one_patient(manager: Manager) -> None:
    """A set about one person does not carry the document of another."""
    other = await manager.http.post("/Patient", json={"resourceType": "Patient"})
    bundle = provided(manager.person)
    bundle["entry"][0]["resource"]["subject"] = {"reference": f"Patient/{other.json()['id']}"}
    told = await manager.provide(bundle, 422)
    assert "about one patient" in told["issue"][0]["diagnostics"]


async def test_a_replaced_document_is_of_the_same_patient(manager: Manager) -> None:
    """Nobody's document is superseded by that of somebody else."""
    other = await manager.http.post("/Patient", json={"resourceType": "Patient"})
    foreign = {
        "resourceType": "DocumentReference",
        "status": "current",
        "subject": {"reference": f"Patient/{other.json()['id']}"},
        "content": [{"attachment": {"title": "theirs"}}],
    }
    made = (await manager.http.post("/DocumentReference", json=foreign)).json()
    relation = [{"code": "replaces", "target": {"reference": f"DocumentReference/{made['id']}"}}]
    await manager.provide(provided(manager.person, relatesTo=relation), 422)
    assert (await manager.read(f"DocumentReference/{made['id']}"))["status"] == "current"


async def test_visibility_stands_in_both_places(manager: Manager) -> None:
    """What is hidden by a label of either kind is labelled for readers of both."""
    _, shared, _ = await manager.provided(securityLabel=[{"coding": [HIDDEN]}])
    assert (await manager.read(shared))["meta"]["security"] == [HIDDEN]
    bundle = provided(manager.person)
    document = bundle["entry"][1]["resource"]
    document["meta"]["security"] = [{"code": "MASQUE_PS"}]
    told = await manager.provide(bundle)
    found = await manager.read(told["entry"][1]["response"]["location"].partition("/_h")[0])
    labels = [c["code"] for label in found["securityLabel"] for c in label["coding"]]
    assert labels == ["N", "MASQUE_PS"]


async def test_the_server_says_which_guide_it_follows(manager: Manager) -> None:
    """The CapabilityStatement instantiates that of the guide's manager of documents."""
    told = await manager.read("metadata")
    guide, _ = told["instantiates"]
    assert guide.endswith("pdsm/CapabilityStatement/PDSm-GestionnaireDePartageDeDocuments")
