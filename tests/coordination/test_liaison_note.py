"""The liaison booklet: a note is its author's, and its thread stays readable."""

import base64
from typing import Any

import pytest

from coordination.conftest import Record

PROFILE = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-document-reference"
URGENT = "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-ext-is-emergency"
NOS = "https://mos.esante.gouv.fr/NOS"
LABELS = f"{NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument"
PLAIN = {"tag": [{"code": "plain"}]}
PERSON = {"reference": "Patient/p"}


def note(id: str, **more: Any) -> dict[str, Any]:
    """A note of the nurse about a person."""
    kind = {"system": f"{NOS}/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote", "code": "OBS"}
    text = base64.b64encode("A bien mangé à midi.".encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": id,
        "meta": {"profile": [PROFILE]},
        "status": "current",
        "type": {"coding": [kind | {"display": "Note d'observation"}]},
        "subject": PERSON,
        "author": [{"reference": "PractitionerRole/nurse"}],
        "content": [{"attachment": {"contentType": "text/plain", "data": text}}],
    } | more


def answers(id: str, code: str = "appends") -> dict[str, Any]:
    """What makes a note the answer to another."""
    return {"relatesTo": [{"code": code, "target": {"reference": f"DocumentReference/{id}"}}]}


async def refused(record: Record, resource: dict[str, Any], status: int, element: str) -> None:
    """The server says no and names the element."""
    answer = await record.put(resource)
    assert answer.status_code == status, answer.text
    assert element in answer.json()["issue"][0]["expression"]


@pytest.mark.parametrize(
    ("change", "element"),
    [
        ({"subject": {"reference": "Patient/other"}}, "DocumentReference.subject"),
        ({"author": [{"reference": "PractitionerRole/gp"}]}, "DocumentReference.author"),
        ({"meta": PLAIN}, "DocumentReference.meta.profile"),
        (answers("mother"), "DocumentReference.relatesTo"),
    ],
)
async def test_a_note_keeps_what_it_is(
    record: Record, change: dict[str, Any], element: str
) -> None:
    """Its text may be put right; whose it is, about whom and in answer to what stays."""
    await record.stored(note("mother"))
    await record.stored(note("n"))
    await record.stored(note("n", description="Corrigée"))
    await refused(record, note("n") | change, 422, element)


async def test_notes_are_found_by_type_as_the_guide_writes_it(record: Record) -> None:
    """By the number of the value set, or by the address of the code system."""
    await record.stored(note("n"))
    for system in (
        "urn:oid:1.2.250.1.213.1.1.5.98",
        f"{NOS}/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote",
    ):
        assert (await record.get(f"/DocumentReference?type={system}|OBS"))["total"] == 1
        assert (await record.get(f"/DocumentReference?type={system}|GEN"))["total"] == 0


async def test_a_note_out_of_use_stays_so(record: Record) -> None:
    """Putting it out of use is the end; another system's documents are free."""
    await record.stored(note("n"))
    await record.stored(note("n", status="entered-in-error"))
    await refused(record, note("n"), 409, "DocumentReference.status")
    plain = note("d", meta=PLAIN)
    await record.stored(plain | {"status": "superseded"})
    await record.stored(plain | {"author": [{"reference": "PractitionerRole/gp"}]})


async def test_an_answer_keeps_its_thread(record: Record) -> None:
    """It is about the same person, what it answers is there, and is not deleted under it."""
    await record.stored(note("mother"))
    await record.stored(note("answer", **answers("mother")))
    deleted = await record.http.delete("/DocumentReference/mother")
    assert deleted.status_code == 409
    where = "DocumentReference.relatesTo[0].target"
    await refused(record, note("x", **answers("nowhere")), 422, where)
    other = note("x", subject={"reference": "Patient/other"}, **answers("mother"))
    await refused(record, other, 422, where)
    await record.stored(note("document", meta=PLAIN))
    await refused(record, note("x", **answers("document")), 422, where)
    await record.stored(note("gone", status="entered-in-error"))
    await refused(record, note("x", **answers("gone")), 409, where)
    found = await record.get("/DocumentReference?relatesto=DocumentReference/mother")
    assert [entry["resource"]["id"] for entry in found["entry"]] == ["answer"]
    for id in ("answer", "mother"):
        assert (await record.http.delete(f"/DocumentReference/{id}")).status_code == 204


async def test_an_urgent_note_is_told_once(record: Record) -> None:
    """The circle hears that there is one, not what it says; nobody from whom it is masked."""
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": PERSON}
    await record.stored(team)
    await record.stored(note("n"))
    label = {"coding": [{"system": LABELS, "code": "MASQUE_PS"}]}
    urgent = note("n", extension=[{"url": URGENT, "valueBoolean": True}], securityLabel=[label])
    await record.stored(urgent)
    await record.stored(urgent | {"description": "Corrigée"})
    await record.stored(note("n"))
    await record.stored(urgent)
    told = await record.get("/Communication?subject=Patient/p")
    assert told["total"] == 1
    message = told["entry"][0]["resource"]
    assert message["priority"] == "urgent"
    assert message["recipient"] == [{"reference": "CareTeam/t"}]
    assert message["about"] == [{"reference": "DocumentReference/n"}]
    assert message["meta"]["security"][0]["code"] == "MASQUE_PS"
    assert "mangé" not in str(message)
    found = await record.get("/DocumentReference?urgent=true&subject=Patient/p")
    assert found["total"] == 1


async def test_the_booklet_of_a_closed_dossier_is_read(record: Record) -> None:
    """No note is added to it; documents of other sources still are."""
    await record.stored(note("n"))
    episode = {"resourceType": "EpisodeOfCare", "id": "e", "status": "finished"}
    await record.stored(episode | {"patient": PERSON})
    for id in ("n", "new"):
        await refused(record, note(id), 409, "DocumentReference.subject")
    assert (await record.http.delete("/DocumentReference/n")).status_code == 409
    await record.stored(note("d", meta=PLAIN))


async def test_both_options_of_the_guide_hold_the_rules(record: Record) -> None:
    """A transaction makes a note and its answer at once, or neither."""
    mother, reply = (f"urn:uuid:8d6d0a4c-9e33-4b0e-8f0a-0000000000{n}0" for n in (1, 2))

    def entry(full: str, resource: dict[str, Any]) -> dict[str, Any]:
        request = {"method": "POST", "url": resource["resourceType"]}
        return {"fullUrl": full, "resource": resource, "request": request}

    link = {"relatesTo": [{"code": "appends", "target": {"reference": mother}}]}
    entries = [entry(mother, note("a")), entry(reply, note("b", **link))]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = await record.http.post("", json=bundle)
    assert answer.status_code == 200, answer.text
    entries[1]["resource"]["subject"] = {"reference": "Patient/other"}
    assert (await record.http.post("", json=bundle)).status_code == 422
    assert (await record.get("/DocumentReference?_summary=count"))["total"] == 2


def masked(code: str = "MASQUE_PS") -> dict[str, Any]:
    """What makes a note masked, as the guide says."""
    return {"securityLabel": [{"coding": [{"system": LABELS, "code": code}]}]}


def labelled(*codes: str) -> dict[str, Any]:
    """The other place for labels, which the guide's own leaves free."""
    rows = [{"system": LABELS, "code": code} for code in codes]
    return {"meta": {"profile": [PROFILE], "security": rows}}


async def test_an_answer_is_masked_as_what_it_answers(record: Record) -> None:
    """At once, in either place; and when it is masked later, with all that answers that."""
    where = "DocumentReference.meta.security"
    await record.stored(note("mother", **masked()))
    await refused(record, note("answer", **answers("mother")), 422, where)
    await refused(record, note("answer", **answers("mother"), **masked("MASQUE_PT")), 422, where)
    both = labelled("MASQUE_PS") | masked("MASQUE_PT")
    await record.stored(note("answer", **answers("mother"), **both))
    await refused(record, note("answer", **answers("mother"), **masked("MASQUE_PT")), 422, where)
    codes = ("MASQUE_PS", "MASQUE_PT")
    last = note("last", **answers("answer"), author=[{"reference": "PractitionerRole/gp"}])
    await record.stored(last | labelled(*codes))
    await record.stored(note("mother", **masked(), **labelled("INVISIBLE_PATIENT")))
    for id, before in (("answer", codes[:1]), ("last", codes)):
        found = await record.get(f"/DocumentReference/{id}")
        assert [row["code"] for row in found["meta"]["security"]] == [*before, "INVISIBLE_PATIENT"]
        assert found["meta"]["versionId"] == "2"
    await record.stored(note("mother"))
    await record.stored(note("answer", **answers("mother")))


async def test_an_urgent_note_is_told_with_all_its_labels(record: Record) -> None:
    """Those of `meta.security` too."""
    team = {"resourceType": "CareTeam", "id": "t", "status": "active", "subject": PERSON}
    await record.stored(team)
    urgent = [{"url": URGENT, "valueBoolean": True}]
    await record.stored(note("n", extension=urgent, **labelled("MASQUE_PSOCIAL")))
    told = await record.get("/Communication?subject=Patient/p")
    security = told["entry"][0]["resource"]["meta"]["security"]
    assert [row["code"] for row in security] == ["MASQUE_PSOCIAL"]
