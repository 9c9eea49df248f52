"""What the DMP holds of a patient, found and brought in."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from lxml import etree

from bridges.xds.conftest import Place, Variant, patient, patient_id
from bridges.xds.dmp.registry import DEPRECATED, Entry
from bridges.xds.test_updates import submitted, updated
from cordee.bridges.cda.namespaces import tag
from cordee.bridges.metadata.from_cda import digest
from cordee.bridges.xds.dmp_search import batched
from cordee.bridges.xds.lot_signature import canonical
from cordee.store.mongo_store import MongoStore

HERE = f"Patient/{patient()['id']}"


async def found(place: Place, **parameters: Any) -> list[dict[str, Any]]:
    """Search the patient's DMP; give the DocumentReferences."""
    answer = await place.call(f"{HERE}/$dmp-search", **parameters)
    assert answer.status_code == 200, answer.text
    bundle = answer.json()
    rows = [row["resource"] for row in bundle.get("entry", ())]
    assert bundle["total"] == len(rows)
    return rows


def masters(rows: list[dict[str, Any]]) -> list[str]:
    """Give the uniqueIds of DocumentReferences."""
    return [row["masterIdentifier"]["value"].removeprefix("urn:oid:") for row in rows]


def planted(place: Place, document: bytes, entry: Entry) -> Entry:
    """Put another document into the DMP under an entry that is there, as if somebody else had."""
    root = etree.fromstring(document)
    unique = root.find(tag("id")).get("root", "")  # type: ignore[union-attr]
    data = canonical(document)
    for row in entry.object.iter():
        if row.get("value") == entry.unique:
            row.set("value", unique)
        if row.get("name") in {"hash", "size"}:
            told = digest(data) if row.get("name") == "hash" else str(len(data))
            row[0][0].text = told
    entry.unique = unique
    place.dmp.registry.documents[unique] = data
    return entry


async def test_documents_are_found_as_document_references(place: Place, variant: Variant) -> None:
    """Metadata come back as the profile has them, and signatures of lots do not."""
    _, entry = await submitted(place, variant())
    rows = await found(place)
    assert entry.unique in masters(rows)
    row = rows[masters(rows).index(entry.unique)]
    assert row["status"] == "current"
    assert row["type"]["coding"][0] == {
        "system": "http://loinc.org",
        "code": "18776-5",
        "display": "Plan personnalisé de soins",
    }
    assert row["category"][0]["coding"][0]["code"] == "44"
    assert row["subject"] == {"reference": HERE}
    assert row["identifier"][0]["value"] == entry.uuid
    kinds = [author["type"] for author in row["author"]]
    assert kinds == ["Practitioner", "Organization"]
    assert row["author"][0]["identifier"]["system"] == "urn:oid:1.2.250.1.71.4.2.1"
    attachment = row["content"][0]["attachment"]
    assert attachment["size"] == len(place.dmp.registry.documents[entry.unique])
    assert row["content"][0]["format"]["code"] == "urn:ihe:iti:xds-sd:pdf:2008"
    assert row["context"]["practiceSetting"]["coding"][0]["code"] == "AMBULATOIRE"
    assert "E1762" not in {row["type"]["coding"][0]["code"] for row in rows}
    checked = await place.client.post("DocumentReference/$validate", json=row)
    errors = [i for i in checked.json()["issue"] if i["severity"] in {"error", "fatal"}]
    assert errors == []


async def test_searches_are_narrowed(place: Place, variant: Variant) -> None:
    """By status, type, class and the time a document was made; wrong values are told."""
    reference, entry = await submitted(place, variant())
    assert entry.unique in masters(await found(place, type_valueString="18776-5"))
    assert entry.unique in masters(await found(place, type_valueString="http://loinc.org|18776-5"))
    assert await found(place, type_valueString="11490-0") == []
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert await found(place, from_valueDateTime=tomorrow) == []
    assert entry.unique in masters(await found(place, to_valueDateTime=tomorrow))
    assert (await updated(place, reference, "archive"))["state"] == "done"
    assert entry.unique not in masters(await found(place))
    archived = await found(place, status_valueCode=["archived", "current"])
    assert entry.unique in masters(archived)
    wrong = await place.call(f"{HERE}/$dmp-search", status_valueCode="lost")
    assert wrong.status_code == 400


async def test_documents_tell_what_they_replace(place: Place, variant: Variant) -> None:
    """Ties are asked for in batches, and become relations to the entries of older documents."""
    old, new, family = (f"2.25.{uuid4().int}" for _ in range(3))
    await submitted(place, variant(old, set=family))
    await submitted(place, variant(new, replaces=old, set=family))
    rows = await found(place, status_valueCode=["current", "superseded"])
    former, later = (rows[masters(rows).index(id)] for id in (old, new))
    assert (former["status"], later["status"]) == ("superseded", "current")
    assert later["relatesTo"] == [
        {"code": "replaces", "target": {"identifier": former["identifier"][0]}}
    ]
    assert "relatesTo" not in former


def test_ties_are_asked_for_in_batches() -> None:
    """Twenty at a time, which is what the DMP takes."""
    ids = [str(number) for number in range(45)]
    assert [len(row) for row in batched(ids)] == [20, 20, 5]
    assert [one for row in batched(ids) for one in row] == ids


async def test_a_document_of_others_is_brought_in(place: Place, variant: Variant) -> None:
    """It is taken in like any CDA document, byte for byte, and again does nothing."""
    _, entry = await submitted(place, variant())
    planted(place, variant(), entry)
    answer = await place.call(f"{HERE}/$dmp-retrieve", document_valueString=entry.unique)
    assert answer.status_code == 200, answer.text
    rows = {row["name"]: row for row in answer.json()["parameter"]}
    reference = rows["document"]["valueReference"]["reference"]
    assert rows["patient"]["valueReference"]["reference"] == HERE
    stored = (await place.client.get(reference)).json()
    assert entry.uuid in {row["value"] for row in stored["identifier"]}
    url = stored["content"][0]["attachment"]["url"]
    kept = await place.client.get(url, headers={"Accept": "text/xml"})
    assert kept.content == place.dmp.registry.documents[entry.unique]
    again = await place.call(
        f"{HERE}/$dmp-retrieve", document_valueString=f"urn:oid:{entry.unique}"
    )
    told = {row["name"]: row for row in again.json()["parameter"]}
    assert told["document"]["valueReference"]["reference"] == reference
    assert told["outcome"]["resource"]["issue"][0]["code"] == "duplicate"


async def test_a_replaced_document_is_superseded_here(place: Place, variant: Variant) -> None:
    """What somebody else replaced in the DMP is no current document when it comes in."""
    _, entry = await submitted(place, variant())
    planted(place, variant(), entry).status = DEPRECATED
    answer = await place.call(f"{HERE}/$dmp-retrieve", document_valueString=entry.unique)
    rows = {row["name"]: row for row in answer.json()["parameter"]}
    stored = await place.client.get(rows["document"]["valueReference"]["reference"])
    assert stored.json()["status"] == "superseded"


async def test_our_own_document_is_known_again(place: Place, variant: Variant) -> None:
    """What went there in canonical form is the document that is stored here in another."""
    reference, entry = await submitted(place, variant())
    answer = await place.call(f"{HERE}/$dmp-retrieve", document_valueString=entry.unique)
    assert answer.status_code == 200, answer.text
    rows = {row["name"]: row for row in answer.json()["parameter"]}
    assert rows["document"]["valueReference"]["reference"] == reference


async def test_a_document_that_is_not_what_its_metadata_say_is_refused(
    place: Place, variant: Variant
) -> None:
    """One byte more than the hash covers: nothing is stored."""
    _, entry = await submitted(place, variant())
    planted(place, variant(), entry)
    place.dmp.tampered = True
    answer = await place.call(f"{HERE}/$dmp-retrieve", document_valueString=entry.unique)
    assert answer.status_code == 422
    assert "not the one that its metadata tell of" in answer.json()["issue"][0]["diagnostics"]


async def test_a_document_of_somebody_else_is_not_there(place: Place, variant: Variant) -> None:
    """The DMP is asked about this patient alone, and an answer about another is dropped."""
    _, entry = await submitted(place, variant())
    stranger = patient_id().replace("23302", "13302")
    place.dmp.registry.patients.add(stranger)
    mine, entry.patient = entry.patient, stranger
    answer = await place.call(f"{HERE}/$dmp-retrieve", document_valueString=entry.unique)
    assert answer.status_code == 404
    entry.patient = mine
    for row in entry.object.iter():
        if row.get("value") == patient_id():
            row.set("value", stranger)
    for url, given in (
        ("$dmp-search", {}),
        ("$dmp-retrieve", {"document_valueString": entry.unique}),
    ):
        answer = await place.call(f"{HERE}/{url}", **given)
        assert answer.status_code == 403, answer.text
        assert "somebody else" in answer.json()["issue"][0]["diagnostics"]
    for row in entry.object.iter():
        if row.get("value") == stranger:
            row.set("value", patient_id())


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("XDSTooManyResults", 403),
        ("XDSRegistryBusy", 503),
        ("XDSUnknownPatientId", 422),
        ("XDSUnknownStoredQuery", 400),
    ],
)
async def test_errors_of_a_query_are_told(place: Place, code: str, status: int) -> None:
    """Each is an OperationOutcome with the DMP's code, and the status it means."""
    place.dmp.answers["RegistryStoredQuery"] = [code]
    answer = await place.call(f"{HERE}/$dmp-search")
    assert answer.status_code == status, answer.text
    assert code in answer.json()["issue"][0]["diagnostics"]


async def test_reading_is_an_exchange_too(place: Place) -> None:
    """A search and a retrieval are kept with their ends for a while, and never made again."""
    store = place.services.store
    assert isinstance(store, MongoStore)
    await found(place)
    missing = f"2.25.{uuid4().int}"
    answer = await place.call(f"{HERE}/$dmp-retrieve", document_valueString=missing)
    assert answer.status_code == 404
    rows = await store.exchanges().list(bridge="dmp", subject=HERE, count=2)
    assert [(row.action, row.state) for row in rows] == [("iti-43", "refused"), ("iti-18", "done")]
    assert rows[0].content == {"unique_id": missing}
    assert patient_id() not in str(rows[1].content)
    kept = [row.until - row.created for row in rows if row.until is not None]
    assert [round(each / timedelta(days=1)) for each in kept] == [90, 90]
    assert await store.exchanges().retry(rows[0].id) is None
