"""Changes of what the DMP says of a document: who may see it, archived, deleted."""

from typing import Any

import httpx
import pytest

from bridges.xds.conftest import FHIR, Place, Variant, binary, patient, values
from bridges.xds.dmp.metadata_table import AUTHOR, R, classified, codes
from bridges.xds.dmp.registry import APPROVED, ARCHIVED, DELETED, Entry
from cordee.bridges.xds.document_reference import ARCHIVES

UPDATE = "UpdateDocumentSet"


async def submitted(place: Place, document: bytes) -> tuple[str, Entry]:
    """Submit a document; give its DocumentReference and its entry."""
    reference = await place.store(document)
    answer = await place.call(f"{reference}/$dmp-submit")
    assert (await place.done(answer))["state"] == "done"
    unique = values(answer)["uniqueId"]
    return reference, next(row for row in place.dmp.registry.entries if row.unique == unique)


async def updated(place: Place, reference: str, action: str) -> dict[str, Any]:
    """Change a document; give how that ended."""
    answer = await place.call(f"{reference}/$dmp-update", action_valueCode=action)
    return await place.done(answer)


async def resource(place: Place, reference: str) -> dict[str, Any]:
    """Read a resource."""
    found: dict[str, Any] = (await place.client.get(reference)).json()
    return found


@pytest.mark.parametrize(
    ("hide", "show", "code"),
    [
        ("mask", "unmask", "MASQUE_PS"),
        ("hide-from-patient", "show-to-patient", "INVISIBLE_PATIENT"),
        (
            "hide-from-representatives",
            "show-to-representatives",
            "INVISIBLE_REPRESENTANTS_LEGAUX",
        ),
    ],
)
async def test_visibility_is_a_new_version_of_the_entry(
    place: Place, variant: Variant, hide: str, show: str, code: str
) -> None:
    """The normal level stays beside the code, the rest of the metadata too, and back again."""
    reference, entry = await submitted(place, variant())
    before = {row.tag: len(entry.object.findall(row.tag)) for row in entry.object}
    ended = await updated(place, reference, hide)
    assert ended["state"] == "done", (ended, place.dmp.refusals)
    assert codes(entry.object, "confidentialityCode") == ["N", code]
    assert (entry.version, ended["entry_uuid"]) == (2, entry.uuid)
    after = {row.tag: len(entry.object.findall(row.tag)) for row in entry.object}
    more = {f"{R}Classification": before[f"{R}Classification"] + 1, f"{R}VersionInfo": 1}
    assert after == before | more
    labels = [
        row["coding"][0]["code"] for row in (await resource(place, reference))["securityLabel"]
    ]
    assert labels == ["N", code]
    assert (await updated(place, reference, show))["state"] == "done"
    assert codes(entry.object, "confidentialityCode") == ["N"]
    stored = await resource(place, reference)
    assert [row["coding"][0]["code"] for row in stored["securityLabel"]] == ["N"]
    assert [row["value"] for row in stored["identifier"] if "assigner" in row] == [entry.uuid]


async def test_what_is_so_already_is_not_sent(place: Place, variant: Variant) -> None:
    """A change that the DMP shows already is done without a call to change it."""
    reference, _ = await submitted(place, variant())
    assert (await updated(place, reference, "unmask"))["state"] == "done"
    assert place.dmp.count(UPDATE) == 0


async def test_archives_are_left_again(place: Place, variant: Variant) -> None:
    """Archived there is said here, by the extension of the national profile."""
    reference, entry = await submitted(place, variant())
    assert (await updated(place, reference, "archive"))["state"] == "done"
    assert entry.status == ARCHIVED
    said = {"url": ARCHIVES, "valueBoolean": True}
    assert said in (await resource(place, reference))["extension"]
    assert (await updated(place, reference, "unarchive"))["state"] == "done"
    assert entry.status == APPROVED
    assert said | {"valueBoolean": False} in (await resource(place, reference))["extension"]


async def test_a_deletion_takes_the_entry_away(place: Place, variant: Variant) -> None:
    """Deleted there, the document stays here, and names no entry any more."""
    reference, entry = await submitted(place, variant())
    ended = await updated(place, reference, "delete")
    assert (ended["state"], ended["status"], entry.status) == ("done", DELETED, DELETED)
    stored = await resource(place, reference)
    assert stored["status"] == "current"
    assert not [row for row in stored["identifier"] if "assigner" in row]


async def test_only_the_author_deletes(place: Place, variant: Variant) -> None:
    """A document of another structure is not asked to be deleted: refused here."""
    reference, entry = await submitted(place, variant())
    author = classified(entry.object, AUTHOR)[0]
    for value in author.iter(f"{R}Value"):
        value.text = (value.text or "").replace("1129484952", "1999999999")
    ended = await updated(place, reference, "delete")
    assert ended["state"] == "refused"
    assert "Only who wrote" in ended["error"]
    assert place.dmp.count(UPDATE) == 0


async def test_a_lost_answer_changes_nothing_twice(place: Place, variant: Variant) -> None:
    """The DMP made the change and the connection ended: the next attempt sees that."""
    reference, entry = await submitted(place, variant())
    place.dmp.deaf[UPDATE] = 1
    ended = await updated(place, reference, "mask")
    assert (ended["state"], entry.version, place.dmp.count(UPDATE)) == ("done", 2, 1)


async def test_changes_are_made_in_their_order(place: Place, variant: Variant) -> None:
    """A change waits for the submission and the changes asked for before it."""
    reference = await place.store(variant())
    place.dmp.answers["ProvideAndRegisterDocumentSet-b"] = ["XDSRepositoryBusy"] * 2
    calls: list[httpx.Response] = [
        await place.call(f"{reference}/$dmp-submit"),
        await place.call(f"{reference}/$dmp-update", action_valueCode="mask"),
        await place.call(f"{reference}/$dmp-update", action_valueCode="unmask"),
        await place.call(f"{reference}/$dmp-update", action_valueCode="archive"),
    ]
    assert [(await place.done(call))["state"] for call in calls] == ["done"] * 4
    unique = values(calls[0])["uniqueId"]
    entry = next(row for row in place.dmp.registry.entries if row.unique == unique)
    assert codes(entry.object, "confidentialityCode") == ["N"]
    assert entry.status == ARCHIVED


async def test_a_document_is_known_by_its_own_id(place: Place, variant: Variant) -> None:
    """A DocumentReference may have another master identifier than the CDA document in it."""
    data = {"contentType": "application/cda+xml", "data": binary(variant())}
    made = {
        "resourceType": "DocumentReference",
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"},
        "status": "current",
        "subject": {"reference": f"Patient/{patient()['id']}"},
        "content": [{"attachment": data}],
    }
    answer = await place.client.post("DocumentReference", json=made, headers=FHIR)
    assert answer.status_code == 201, answer.text
    reference = f"DocumentReference/{answer.json()['id']}"
    sent = await place.call(f"{reference}/$dmp-submit")
    assert (await place.done(sent))["state"] == "done"
    assert values(sent)["uniqueId"] != "1.2.3.4"
    assert (await updated(place, reference, "mask"))["state"] == "done"
    assert codes(place.dmp.registry.living()[-1].object, "confidentialityCode")[1:] == ["MASQUE_PS"]


@pytest.mark.parametrize("code", ["XDSMetadataVersionError", "XDSMetadataUpdateError"])
async def test_a_refused_change_says_why(place: Place, variant: Variant, code: str) -> None:
    """The DMP's words are kept with the exchange, and nothing is noted."""
    reference, _ = await submitted(place, variant())
    place.dmp.answers[UPDATE] = [code]
    ended = await updated(place, reference, "mask")
    assert ended["state"] == "refused"
    assert code in ended["error"]
    stored = await resource(place, reference)
    assert [row["coding"][0]["code"] for row in stored["securityLabel"]] == ["N"]


async def test_what_the_dmp_does_not_hold_is_not_changed(place: Place, variant: Variant) -> None:
    """Masking a document that never went there is refused; deleting it is done already."""
    reference = await place.store(variant())
    assert (await updated(place, reference, "mask"))["state"] == "refused"
    assert (await updated(place, reference, "delete"))["state"] == "done"


async def test_an_unknown_action_is_told_with_the_known_ones(
    place: Place, variant: Variant
) -> None:
    """400, before anything is queued."""
    reference = await place.store(variant())
    answer = await place.call(f"{reference}/$dmp-update", action_valueCode="burn")
    assert answer.status_code == 400
    assert "mask, unmask" in answer.json()["issue"][0]["diagnostics"]
    assert (await place.call(f"{reference}/$dmp-update")).status_code == 400
