"""https://hl7.org/fhir/R4/http.html#transaction and #trules."""

import asyncio
import base64
import tarfile
from pathlib import Path
from typing import Any

import pytest

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Preferences
from cordee.interactions.identity import Write
from cordee.resource import json
from interactions.conftest import (
    Client,
    Refusal,
    content,
    entry,
    found_ids,
    observation,
    patient,
)

ANNE = "urn:uuid:0d920958-b596-4b91-af67-9bafc707820b"


def location(row: dict[str, Any]) -> str:
    """The `Type/id` an entry of a response was stored at."""
    text: str = row["response"]["location"]
    return text.partition("/_history/")[0]


def statuses(found: list[dict[str, Any]]) -> list[str]:
    """The status of each entry of a response."""
    return [row["response"]["status"].partition(" ")[0] for row in found]


async def test_links_between_entries_are_resolved(client: Client) -> None:
    """References, uris, narrative links to a fullUrl become the reference that was assigned."""
    report = "urn:uuid:04886b69-ef36-4584-819e-4590cd3888a4"
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{ANNE}">A</a></div>'
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "text": {"status": "generated", "div": div},
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": report},
        "subject": {"reference": ANNE},
        "content": [{"attachment": {"url": report}}],
    }
    binary = {"resourceType": "Binary", "contentType": "text/plain", "data": "QQ=="}
    found = await client.transaction(
        entry("POST", "DocumentReference", document),
        entry("POST", "Binary", binary, fullUrl=report),
        entry("POST", "Patient", patient(), fullUrl=ANNE),
    )
    assert statuses(found) == ["201", "201", "201"]
    stored = content(await client.read(location(found[0])))
    assert stored["subject"]["reference"] == location(found[2])
    assert stored["content"][0]["attachment"]["url"] == location(found[1])
    assert f'href="{location(found[2])}"' in stored["text"]["div"]
    # An identifier that happens to be the same text is no link.
    assert stored["masterIdentifier"]["value"] == report


async def test_answers_stand_in_the_order_of_the_request(client: Client) -> None:
    """DELETE, POST, PUT, PATCH and GET are done in that order, and answered as asked."""
    await client.update("Patient/old", patient("Old", id="old"))
    await client.update("Patient/kept", patient("Kept", id="kept"))
    patch = [{"op": "add", "path": "/active", "value": True}]
    data = base64.b64encode(json.serialize(patch)).decode()
    found = await client.transaction(
        entry("GET", "Patient?_sort=family"),
        entry("PUT", "Patient/new", patient("New", id="new")),
        entry("DELETE", "Patient/old"),
        entry("PATCH", "Patient/kept", {"resourceType": "Binary", "data": data}),
        entry("POST", "Patient", patient("Posted")),
        entry("GET", "Patient/kept"),
        entry("GET", "Patient/kept/_history"),
        entry("GET", "Patient/kept/_history/1"),
        entry("HEAD", "Patient/new"),
    )
    assert statuses(found) == ["200", "201", "204", "200", "201", "200", "200", "200", "200"]
    seen = [row["resource"]["name"][0]["family"] for row in found[0]["resource"]["entry"]]
    assert seen == ["Kept", "New", "Posted"]
    assert found[5]["resource"]["active"] is True
    assert found[6]["resource"]["total"] == 2
    assert "active" not in found[7]["resource"]
    assert "resource" not in found[8]
    assert found[3]["response"]["etag"] == 'W/"2"'


async def test_resources_come_back_when_preferred(client: Client) -> None:
    """Written resources are in the answer only with `return=representation`; ids always are."""
    quiet = await client.transaction(entry("POST", "Patient", patient()))
    assert "resource" not in quiet[0]
    assert quiet[0]["fullUrl"] == f"https://example.org/fhir/{location(quiet[0])}"
    full = await client.transaction(
        entry("POST", "Patient", patient()), prefer=Preferences(returns="representation")
    )
    assert full[0]["resource"]["name"] == [{"family": "Durand"}]
    told = await client.transaction(
        entry("DELETE", "Patient/x"), prefer=Preferences(returns="OperationOutcome")
    )
    assert told[0]["response"]["outcome"]["resourceType"] == "OperationOutcome"


async def test_one_bad_entry_undoes_all(client: Client) -> None:
    """A failure names the entry and the element, and nothing is stored."""
    with Refusal() as refusal:
        await client.transaction(
            entry("POST", "Patient", patient()),
            entry("POST", "Patient", patient(birthDate="x")),
        )
    assert refusal.category is Category.UNPROCESSABLE
    assert list(refusal.expressions) == ["Bundle.entry[1].resource.birthDate"]
    assert found_ids(await client.search("Patient")) == []


@pytest.mark.parametrize(
    ("bad", "category", "expression"),
    [
        ({}, Category.INVALID, "Bundle.entry[1]"),
        ("x", Category.INVALID, "Bundle.entry[1]"),
        ({"request": {"url": "Patient"}}, Category.INVALID, "Bundle.entry[1].request.method"),
        (entry("FLY", "Patient"), Category.INVALID, "Bundle.entry[1].request.method"),
        ({"request": {"method": "GET"}}, Category.INVALID, "Bundle.entry[1].request.url"),
        (entry("GET", "a b c"), Category.INVALID, "Bundle.entry[1].request.url"),
        (entry("POST", "Patient"), Category.INVALID, "Bundle.entry[1]"),
        (
            entry("POST", "Patient", {"resourceType": "Group"}),
            Category.INVALID,
            "Bundle.entry[1].resource.resourceType",
        ),
        (entry("POST", "metadata"), Category.METHOD_NOT_ALLOWED, "Bundle.entry[1].request.method"),
        (entry("PUT", "Patient/a", patient()), Category.INVALID, "Bundle.entry[1].resource.id"),
        (entry("PUT", "Patient", patient()), Category.PRECONDITION_FAILED, "Bundle.entry[1]"),
        (entry("DELETE", "Patient"), Category.PRECONDITION_FAILED, "Bundle.entry[1]"),
        (entry("GET", "Patient/none"), Category.NOT_FOUND, "Bundle.entry[1]"),
        (entry("GET", "Dog/1"), Category.NOT_FOUND, "Bundle.entry[1]"),
        (entry("POST", "Dog", {"resourceType": "Dog"}), Category.NOT_FOUND, "Bundle.entry[1]"),
        (entry("POST", "$nothing"), Category.NOT_FOUND, "Bundle.entry[1]"),
        (entry("PATCH", "Patient/none", {}), Category.NOT_FOUND, "Bundle.entry[1]"),
        (entry("PATCH", "Patient?family=x", {}), Category.NOT_FOUND, "Bundle.entry[1]"),
        (entry("DELETE", "Patient?nonsense=1"), Category.INVALID, "Bundle.entry[1].request.url"),
        (entry("GET", "Patient?birthdate=x"), Category.INVALID, "Bundle.entry[1].request.url"),
        (
            entry("POST", "Patient", patient(), ifNoneExist="nonsense=1"),
            Category.INVALID,
            "Bundle.entry[1].request.ifNoneExist",
        ),
        (
            entry("PATCH", "Patient/none", {"resourceType": "Binary", "data": "!"}),
            Category.INVALID,
            "Bundle.entry[1].resource.data",
        ),
        (
            entry("POST", "Observation", observation(ANNE)),
            Category.INVALID,
            "Bundle.entry[1].resource.subject.reference",
        ),
        (
            entry("POST", "Observation", observation("Patient?identifier=none")),
            Category.PRECONDITION_FAILED,
            "Bundle.entry[1].resource.subject.reference",
        ),
        (
            entry("POST", "Observation", observation("Patient?nonsense=1")),
            Category.INVALID,
            "Bundle.entry[1].resource.subject.reference",
        ),
        (
            entry("GET", "Patient/a", ifMatch=3),
            Category.INVALID,
            "Bundle.entry[1].request.ifMatch",
        ),
        (
            entry("GET", "Patient/a", ifModifiedSince="x"),
            Category.INVALID,
            "Bundle.entry[1].request.ifModifiedSince",
        ),
    ],
)
async def test_what_is_wrong_is_named(
    client: Client, bad: Any, category: Category, expression: str
) -> None:
    """Whatever is wrong with an entry is told at that entry, and nothing is stored."""
    with Refusal() as refusal:
        await client.transaction(entry("POST", "Patient", patient()), bad)
    assert refusal.category is category
    assert list(refusal.expressions) == [expression]
    assert found_ids(await client.search("Patient")) == []


@pytest.mark.parametrize(
    "entries",
    [
        [
            entry("PUT", "Patient/a", patient(id="a")),
            entry("PUT", "Patient/a", patient(id="a")),
        ],
        [entry("DELETE", "Patient/a"), entry("PUT", "Patient/a", patient(id="a"))],
        [
            entry("PUT", "Patient/a", patient(id="a")),
            entry("PUT", "Patient?family=martin", patient("Martin")),
        ],
        [
            entry("POST", "Patient", patient(), ifNoneExist="family=new"),
            entry("POST", "Patient", patient(), ifNoneExist="family=new"),
        ],
        [entry("DELETE", "Patient/a"), entry("DELETE", "Patient/a")],
    ],
)
async def test_no_resource_is_written_twice(client: Client, entries: list[Any]) -> None:
    """Two entries that write one resource are refused, also when criteria lead there."""
    await client.update("Patient/a", patient("Martin", id="a"))
    with Refusal() as refusal:
        await client.transaction(*entries)
    assert refusal.category is Category.INVALID, refusal.text
    assert list(refusal.expressions) == ["Bundle.entry[1].request.url"]
    assert (await client.read("Patient/a")).version == 1


async def test_criteria_are_answered_inside(client: Client) -> None:
    """Conditional entries and conditional references work on the same state."""
    held = await client.create(patient("Held"))
    found = await client.transaction(
        entry("POST", "Patient", patient("Held"), ifNoneExist="family=held", fullUrl=ANNE),
        entry("POST", "Observation", observation(ANNE)),
        entry("POST", "Observation", observation("Patient?family=held")),
        entry("PUT", "Patient?family=other", patient("Other")),
        entry("POST", "Observation", observation("Patient?family=other")),
    )
    assert statuses(found) == ["200", "201", "201", "201", "201"]
    assert location(found[0]) == f"Patient/{held.id}"
    subjects = [
        content(await client.read(location(found[index])))["subject"]["reference"]
        for index in (1, 2, 4)
    ]
    assert subjects == [f"Patient/{held.id}", f"Patient/{held.id}", location(found[3])]


async def test_a_delete_comes_before_the_search_for_matches(client: Client) -> None:
    """What a transaction deletes does not match its other entries."""
    held = await client.create(patient("Held"))
    found = await client.transaction(
        entry("POST", "Patient", patient("Held"), ifNoneExist="family=held"),
        entry("DELETE", f"Patient/{held.id}"),
    )
    assert statuses(found) == ["201", "204"]


async def test_if_match_counts_inside(client: Client) -> None:
    """If-Match of an entry protects from lost updates as it does alone."""
    await client.update("Patient/a", patient(id="a"))
    with Refusal() as refusal:
        await client.transaction(
            entry("POST", "Patient", patient()),
            entry("PUT", "Patient/a", patient(id="a"), ifMatch='W/"3"'),
        )
    assert refusal.category is Category.PRECONDITION_FAILED
    assert list(refusal.expressions) == ["Bundle.entry[1]"]
    assert len(found_ids(await client.search("Patient"))) == 1
    found = await client.transaction(
        entry("PUT", "Patient/a", patient(id="a"), ifMatch='W/"1"'),
    )
    assert found[0]["response"]["etag"] == 'W/"2"'


async def test_references_inside_satisfy_integrity(client: Client) -> None:
    """With referential integrity, entries may refer to one another, and to nothing else."""
    strict = client.configured(referential_integrity=True)
    await strict.transaction(
        entry("POST", "Observation", observation(ANNE)),
        entry("POST", "Patient", patient(), fullUrl=ANNE),
    )
    with Refusal() as refusal:
        await strict.transaction(entry("POST", "Observation", observation("Patient/none")))
    assert list(refusal.expressions) == ["Bundle.entry[0].resource.subject.reference"]


async def test_racing_transactions_make_one(client: Client) -> None:
    """Transactions that race with the same criteria create one patient among them."""
    racing = [
        client.transaction(
            entry("POST", "Patient", patient(), ifNoneExist="family=durand", fullUrl=ANNE),
            entry("POST", "Observation", observation(ANNE)),
        )
        for _ in range(8)
    ]
    found = await asyncio.gather(*racing)
    assert sorted(statuses(rows)[0] for rows in found) == ["200"] * 7 + ["201"]
    made = found_ids(await client.search("Patient"))
    assert len(made) == 1
    subjects = await client.search(f"Observation?subject={made[0]}")
    assert len(found_ids(subjects)) == 8


async def test_a_client_may_use_its_own_ids(client: Client) -> None:
    """POST to Type/id, and references by the ids the client chose, lead to the new resources."""
    found = await client.transaction(
        entry("POST", "Patient/mine", patient(id="mine"), fullUrl=ANNE),
        entry("POST", "Observation", observation("Patient/mine")),
        entry("POST", "Observation", observation("Patient/elsewhere")),
    )
    assert location(found[0]) != "Patient/mine"
    stored = content(await client.read(location(found[1])))
    assert stored["subject"]["reference"] == location(found[0])
    other = content(await client.read(location(found[2])))
    assert other["subject"]["reference"] == "Patient/elsewhere"


async def test_an_ambiguous_link_is_refused(client: Client) -> None:
    """Two entries under one fullUrl, or one own id, cannot be told apart."""
    for more in ({"fullUrl": ANNE}, {}):
        with Refusal() as refusal:
            await client.transaction(
                entry("POST", "Patient", patient(id="a"), **more),
                entry("POST", "Patient", patient(id="a"), **more),
            )
        assert refusal.category is Category.INVALID


async def test_too_many_entries_are_refused(client: Client) -> None:
    """The settings limit the entries of a Bundle."""
    small = client.configured(max_bundle_entries=1)
    with Refusal() as refusal:
        await small.transaction(entry("GET", "Patient"), entry("GET", "Patient"))
    assert refusal.category is Category.TOO_LARGE


FRENCH = {
    "ans.fhir.fr.cds-2.0.1": "Bundle-cds-bundle-transaction-creation-example",
    "ans.fhir.fr.cdl-3.0.0": "Bundle-cdl-bundle-creation-note",
}


@pytest.mark.conformance
async def test_a_bundle_that_breaks_a_profile_it_claims(client: Client, material: Path) -> None:
    """A guide's own example whose List names a Practitioner, which its profile does not allow."""
    with tarfile.open(material / "fr-packages" / "ans.fhir.fr.pdsm4dmp-0.1.0.tgz") as archive:
        member = archive.extractfile("package/example/Bundle-example-td2-iti65-lot-soumission.json")
        assert member is not None
        bundle = json.parse(member.read())
    ins = {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "123456789012345"}
    await client.create(patient(identifier=[ins]))
    with pytest.raises(FhirError) as refusal:
        await client.transaction(*bundle["entry"])
    assert refusal.value.category is Category.UNPROCESSABLE


@pytest.mark.conformance
@pytest.mark.parametrize("guide", FRENCH)
async def test_the_bundles_of_french_guides(client: Client, material: Path, guide: str) -> None:
    """The guides' own transactions are taken, and their references lead to what was stored."""
    with tarfile.open(material / "fr-packages" / f"{guide}.tgz") as archive:
        member = archive.extractfile(f"package/example/{FRENCH[guide]}.json")
        assert member is not None
        bundle = json.parse(member.read())
    sent = [row["request"]["url"].partition("/")[0] for row in bundle["entry"]]
    own = {f"{row['resource']['resourceType']}/{row['resource']['id']}" for row in bundle["entry"]}
    ins = {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": "123456789012345"}
    await client.create(patient(identifier=[ins]))
    found = await client.transaction(*bundle["entry"])
    assert statuses(found) == ["201"] * len(sent)
    assert [location(row).partition("/")[0] for row in found] == sent
    for row in found:
        body = (await client.read(location(row))).body
        assert body is not None
        assert b'"reference":"urn:uuid:' not in body
        assert not any(f'"reference":"{id}"'.encode() in body for id in own)


async def test_each_entry_is_looked_at_a_few_times(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not once for each of the others: five thousand would hold the server for a minute."""
    looks = 0

    def counted(write: Write) -> bool:
        nonlocal looks
        looks += 1
        return bool(whole(write))

    whole = vars(Write)["is_fresh"].fget
    monkeypatch.setattr(Write, "is_fresh", property(counted))
    entries = [entry("POST", "Patient", patient()) for _ in range(100)]
    assert statuses(await client.transaction(*entries)) == ["201"] * 100
    assert looks <= 500
