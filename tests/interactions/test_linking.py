"""https://hl7.org/fhir/R4/http.html#trules and https://hl7.org/fhir/R4/bundle.html#references."""

import base64
from typing import Any

import pytest

from cordee.errors import Category
from cordee.resource import json
from interactions.conftest import (
    BASE,
    Client,
    Refusal,
    content,
    entry,
    found_ids,
    observation,
    patient,
)

ANNE = "urn:uuid:0d920958-b596-4b91-af67-9bafc707820b"
COMPOSITION = "urn:uuid:5a0a0a0f-6c6e-4ed6-8e34-6b4a20ff9f53"
DOCUMENT: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "document",
    "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"},
    "timestamp": "2024-01-01T00:00:00Z",
    "entry": [
        {
            "fullUrl": COMPOSITION,
            "resource": {
                "resourceType": "Composition",
                "status": "final",
                "type": {"text": "letter"},
                "date": "2024-01-01",
                "title": "Letter",
                "subject": {"reference": ANNE},
                "author": [{"reference": f"{BASE}/Practitioner/1"}],
            },
        },
        {"fullUrl": ANNE, "resource": patient()},
        {
            "fullUrl": f"{BASE}/Practitioner/1",
            "resource": {"resourceType": "Practitioner", "id": "1"},
        },
    ],
}


def json_patch(value: Any) -> dict[str, Any]:
    """Make a patch of a list's entries, as a Bundle carries it."""
    operations = [{"op": "add", "path": "/entry", "value": [{"item": {"reference": value}}]}]
    data = base64.b64encode(json.serialize(operations)).decode()
    return {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": data}


async def test_a_document_is_kept_as_it_is(client: Client) -> None:
    """What a Bundle holds links to itself, though the transaction has entries of those names."""
    found = await client.transaction(
        entry("POST", "Patient", patient(), fullUrl=ANNE),
        entry("POST", "Bundle", DOCUMENT, fullUrl=COMPOSITION),
    )
    place = found[1]["response"]["location"].partition("/_history/")[0]
    assert content(await client.read(place))["entry"] == DOCUMENT["entry"]
    alone = await client.create(DOCUMENT)
    assert content(alone)["entry"] == DOCUMENT["entry"]


async def test_a_stored_transaction_keeps_its_conditional_references(client: Client) -> None:
    """A Bundle that is stored is not carried out, so its references need no match."""
    body = observation("Patient?identifier=none")
    made = {"resourceType": "Bundle", "type": "transaction", "entry": [entry("POST", "X", body)]}
    assert content(await client.create(made))["entry"][0]["resource"] == body


@pytest.mark.parametrize("link", [ANNE, "Patient?family=durand"])
async def test_links_in_a_json_patch_are_resolved(client: Client, link: str) -> None:
    """What a patch adds may link to other entries, by their full URL or by criteria."""
    held = {"resourceType": "List", "id": "l", "status": "current", "mode": "working"}
    await client.update("List/l", held)
    found = await client.transaction(
        entry("POST", "Patient", patient(), fullUrl=ANNE, ifNoneExist="family=durand"),
        entry("PATCH", "List/l", json_patch(link)),
    )
    made = found[0]["response"]["location"].partition("/_history/")[0]
    stored = content(await client.read("List/l"))
    assert stored["entry"] == [{"item": {"reference": made}}]


async def test_a_json_patch_links_to_no_unknown_entry(client: Client) -> None:
    """A link to no entry is refused as it is in a resource."""
    with Refusal() as refusal:
        await client.transaction(entry("PATCH", "List/l", json_patch(ANNE)))
    assert refusal.category is Category.INVALID
    assert list(refusal.expressions) == ["Bundle.entry[0].resource.data"]


async def test_entries_of_a_batch_do_not_link_to_one_another(client: Client) -> None:
    """Nothing would resolve the link: the entry that has it is refused, the other is done."""
    found = await client.batch(
        entry("POST", "Patient", patient(), fullUrl=ANNE),
        entry("POST", "Observation", observation(ANNE)),
    )
    assert [row["response"]["status"][:3] for row in found] == ["201", "400"]
    issue = found[1]["response"]["outcome"]["issue"][0]
    assert issue["expression"] == ["Bundle.entry[1].resource.subject.reference"]
    assert found_ids(await client.search("Observation")) == []
