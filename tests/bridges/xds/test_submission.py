"""Documents submitted to the DMP: once each, whole, and noted here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from bridges.xds.conftest import FHIR, Place, Variant, patient, values
from bridges.xds.dmp.metadata_table import R, codes
from bridges.xds.dmp.registry import DEPRECATED, Entry

PROVIDE = "ProvideAndRegisterDocumentSet-b"


def entry_of(place: Place, unique: str) -> Entry:
    """Give what the DMP holds of a document."""
    found = [row for row in place.dmp.registry.entries if row.unique == unique]
    assert len(found) == 1, f"{len(found)} entries"
    return found[0]


def noted(resource: dict[str, Any]) -> list[str]:
    """Give the entries of the DMP that a DocumentReference names."""
    rows = resource.get("identifier", ())
    return [row["value"] for row in rows if row.get("assigner") == {"display": "DMP"}]


async def test_a_document_is_submitted_and_noted(place: Place, variant: Variant) -> None:
    """It is queued, sent with its signature, and the entry's id is an identifier afterwards."""
    reference = await place.store(variant())
    answer = await place.call(f"{reference}/$dmp-submit")
    assert answer.status_code == 202, answer.text
    ended = await place.done(answer)
    assert ended["state"] == "done", (ended, place.dmp.refusals)
    entry = entry_of(place, values(answer)["uniqueId"])
    assert ended["entry_uuid"] == entry.uuid
    assert noted((await place.client.get(reference)).json()) == [entry.uuid]
    assert place.dmp.refusals == []
    assert place.dmp.vouched[0].roles == (("AUTOMATE", "1.2.250.1.213.1.1.4.6"),)


async def test_asking_again_submits_nothing(place: Place, variant: Variant) -> None:
    """The same document is the same exchange, done or not, and other terms are a conflict."""
    reference = await place.store(variant())
    first, second = await asyncio.gather(
        *(place.call(f"{reference}/$dmp-submit") for _ in range(2))
    )
    assert values(first)["exchange"] == values(second)["exchange"]
    await place.done(first)
    again = await place.call(f"{reference}/$dmp-submit")
    assert (again.status_code, values(again)["state"]) == (200, "done")
    other = await place.call(f"{reference}/$dmp-submit", visibility_valueCode="MASQUE_PS")
    assert other.status_code == 409
    assert place.dmp.count(PROVIDE) == 1


async def test_a_lost_answer_is_no_second_submission(place: Place, variant: Variant) -> None:
    """The DMP stored the lot and the connection ended: the next attempt finds it there."""
    reference = await place.store(variant())
    place.dmp.deaf[PROVIDE] = 1
    answer = await place.call(f"{reference}/$dmp-submit")
    ended = await place.done(answer)
    assert ended["state"] == "done"
    assert place.dmp.count(PROVIDE) == 1
    assert ended["entry_uuid"] == entry_of(place, values(answer)["uniqueId"]).uuid


@pytest.mark.parametrize("code", ["XDSRepositoryBusy", "XDSRegistryError"])
async def test_troubles_that_pass_are_waited_out(place: Place, variant: Variant, code: str) -> None:
    """The same lot is sent again under the same names."""
    reference = await place.store(variant())
    place.dmp.answers[PROVIDE] = [code]
    answer = await place.call(f"{reference}/$dmp-submit")
    ended = await place.done(answer)
    assert ended["state"] == "done"
    assert place.dmp.count(PROVIDE) == 2


@pytest.mark.parametrize(
    "code",
    ["XDSUnknownPatientId", "XDSRepositoryMetadataError", "XDSReplaceFailed", "SomethingNew"],
)
async def test_a_refusal_is_final_until_asked_again(
    place: Place, variant: Variant, code: str
) -> None:
    """Errors that do not pass end the exchange with the DMP's words; asking again tries again."""
    reference = await place.store(variant())
    place.dmp.answers[PROVIDE] = [code]
    answer = await place.call(f"{reference}/$dmp-submit")
    ended = await place.done(answer)
    assert ended["state"] == "refused"
    assert code in ended["error"]
    assert "as the test wants it" in ended["error"]
    again = await place.call(f"{reference}/$dmp-submit")
    assert values(again)["exchange"] == values(answer)["exchange"]
    assert (await place.done(again))["state"] == "done"


async def test_an_id_taken_by_another_document_is_refused(place: Place, variant: Variant) -> None:
    """What the DMP holds under the id is compared: it is not taken for ours."""
    id = f"2.25.{uuid4().int}"
    reference = await place.store(variant(id))
    taken = variant(id)
    other = place.dmp.registry
    await place.done(await place.call(f"{await place.store(variant())}/$dmp-submit"))
    stolen = other.living()[-1]
    for row in stolen.object.iter(f"{R}ExternalIdentifier"):
        if row.get("value") == stolen.unique:
            row.set("value", id)
    stolen.unique = id
    other.documents[id] = taken
    answer = await place.call(f"{reference}/$dmp-submit")
    ended = await place.done(answer)
    assert (ended["state"], place.dmp.count(PROVIDE)) == ("refused", 1)
    assert "another document under this id" in ended["error"]


async def test_an_id_that_the_dmp_hides_is_refused(place: Place, variant: Variant) -> None:
    """A duplicate that the DMP does not show is nothing to wait for."""
    reference = await place.store(variant())
    place.dmp.answers[PROVIDE] = ["XDSDuplicateUniqueIdInRegistry"]
    ended = await place.done(await place.call(f"{reference}/$dmp-submit"))
    assert ended["state"] == "refused"
    assert "does not show" in ended["error"]


async def test_the_next_version_replaces(place: Place, variant: Variant) -> None:
    """The older entry is replaced in the DMP, also when both were queued at once."""
    old, new, family = (f"2.25.{uuid4().int}" for _ in range(3))
    first = await place.store(variant(old, set=family))
    place.dmp.answers[PROVIDE] = ["XDSRepositoryBusy"] * 4
    one = await place.call(f"{first}/$dmp-submit")
    second = await place.store(variant(new, replaces=old, set=family))
    two = await place.call(f"{second}/$dmp-submit")
    assert [(await place.done(row))["state"] for row in (one, two)] == ["done", "done"]
    assert entry_of(place, old).status == DEPRECATED
    ties = place.dmp.registry.associations
    wanted = (entry_of(place, new).uuid, entry_of(place, old).uuid)
    assert [(s, t) for kind, s, t in ties if kind.endswith(":RPLC")][-1] == wanted


async def test_a_version_whose_former_never_went_is_new_there(
    place: Place, variant: Variant
) -> None:
    """What the DMP does not know cannot be replaced there."""
    reference = await place.store(variant(replaces=f"2.25.{uuid4().int}"))
    answer = await place.call(f"{reference}/$dmp-submit")
    assert (await place.done(answer))["state"] == "done"


async def test_visibility_goes_along(place: Place, variant: Variant) -> None:
    """Codes asked for and labels of the document are codes of confidentiality there and here."""
    reference = await place.store(variant())
    resource = (await place.client.get(reference)).json()
    label = {"coding": [{"system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "INVISIBLE_PATIENT"}]}
    labelled = resource | {"securityLabel": [*resource["securityLabel"], label]}
    answer = await place.client.put(reference, json=labelled, headers=FHIR)
    assert answer.status_code == 200, answer.text
    answer = await place.call(f"{reference}/$dmp-submit", visibility_valueCode=["MASQUE_PS"])
    assert (await place.done(answer))["state"] == "done"
    held = entry_of(place, values(answer)["uniqueId"])
    assert codes(held.object, "confidentialityCode") == ["N", "MASQUE_PS", "INVISIBLE_PATIENT"]
    stored = (await place.client.get(reference)).json()
    labels = [row["coding"][0]["code"] for row in stored["securityLabel"]]
    assert labels == ["N", "MASQUE_PS", "INVISIBLE_PATIENT"]


CORE = "https://hl7.fr/ig/fhir/core/CodeSystem/"
SYSTEMS = {"RECUP": CORE + "fr-core-cs-identity-status", "VALI": CORE + "fr-core-cs-v2-0445"}


@asynccontextmanager
async def doubted(place: Place, code: str, *, ins: bool) -> AsyncIterator[None]:
    """Let the patient have another status of identity for a while."""
    url, known = f"Patient/{patient()['id']}", patient()
    reliability, *others = known["extension"]
    coding = {"system": SYSTEMS.get(code, SYSTEMS["VALI"]), "code": code}
    status = reliability | {"extension": [{"url": "identityStatus", "valueCoding": coding}]}
    left_out = {"meta"} if ins else {"meta", "identifier"}
    changed = {name: value for name, value in known.items() if name not in left_out}
    changed["extension"] = [status, *others]
    answer = await place.client.put(url, json=changed, headers=FHIR)
    assert answer.status_code == 200, answer.text
    try:
        yield
    finally:
        restored = await place.client.put(url, json=known, headers=FHIR)
        assert restored.status_code == 200


@pytest.mark.parametrize(
    ("code", "ins", "why"),
    [
        ("RECUP", True, "its status is RECUP"),
        ("VALI", False, "its status is VALI, not qualified"),
        ("DOUT", False, "doubtful or fictitious (DOUT)"),
        ("FICT", False, "doubtful or fictitious (FICT)"),
    ],
)
async def test_an_identity_that_is_not_qualified_is_refused(
    place: Place, variant: Variant, code: str, ins: bool, why: str
) -> None:
    """422 with the reason, before anything is sent: for every operation."""
    reference, url = await place.store(variant()), f"Patient/{patient()['id']}"
    async with doubted(place, code, ins=ins):
        answers = [
            await place.call(f"{reference}/$dmp-submit"),
            await place.call(f"{reference}/$dmp-update", action_valueCode="mask"),
            await place.call(f"{url}/$dmp-search"),
            await place.call(f"{url}/$dmp-retrieve", document_valueString="1.2"),
        ]
    for answer in answers:
        assert answer.status_code == 422, answer.text
        assert why in answer.json()["issue"][0]["diagnostics"]
    assert place.dmp.calls == []


async def test_an_identity_doubted_meanwhile_is_not_sent(place: Place, variant: Variant) -> None:
    """What was queued while the identity was qualified is refused when it no longer is."""
    reference = await place.store(variant())
    place.dmp.answers[PROVIDE] = ["XDSRepositoryBusy"] * 50
    answer = await place.call(f"{reference}/$dmp-submit")
    async with doubted(place, "DOUT", ins=False):
        ended = await place.done(answer)
    assert ended["state"] == "refused"
    assert "doubtful" in ended["error"]
    assert not any(row.unique == values(answer)["uniqueId"] for row in place.dmp.registry.entries)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"status": "superseded"}, "DocumentReference.status"),
        ({"docStatus": "preliminary"}, "DocumentReference.docStatus"),
        ({"content": [{"attachment": {"title": "rien"}}]}, "DocumentReference.content"),
        ({"subject": {"display": "Quelqu'un"}}, "DocumentReference.subject"),
    ],
    ids=["superseded", "preliminary", "no-document", "nobody"],
)
async def test_what_is_no_document_in_force_is_refused(
    place: Place, variant: Variant, change: dict[str, Any], where: str
) -> None:
    """422 that names the element, before anything is queued."""
    reference = await place.store(variant())
    resource = (await place.client.get(reference)).json()
    stored = await place.client.put(reference, json=resource | change, headers=FHIR)
    assert stored.status_code == 200, stored.text
    answer = await place.call(f"{reference}/$dmp-submit")
    assert answer.status_code == 422, answer.text
    assert answer.json()["issue"][0]["expression"] == [where]


async def test_a_type_that_the_dmp_does_not_take_is_refused(place: Place, variant: Variant) -> None:
    """A list of contacts has a class and no place in the DMP's list of types."""
    old = b'code="18776-5" codeSystem="2.16.840.1.113883.6.1" displayName="Plan personnalis'
    document = variant()
    assert document.count(old) == 1
    new = b'code="FICHE-CONTACTS" codeSystem="1.2.250.1.213.1.1.4.12" displayName="Plan personnalis'
    reference = await place.store(document.replace(old, new))
    answer = await place.call(f"{reference}/$dmp-submit")
    assert answer.status_code == 422
    assert "FICHE-CONTACTS" in answer.json()["issue"][0]["diagnostics"]
