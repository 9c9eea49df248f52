"""https://hl7.org/fhir/R4/http.html#transaction, for batches."""

from dataclasses import replace

from cordee.errors import Category
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from interactions.conftest import Client, Refusal, entry, found_ids, patient


async def test_entries_stand_for_themselves(client: Client) -> None:
    """Each entry has its own answer, in the order of the request; failures harm no other."""
    found = await client.batch(
        entry("GET", "Patient/none"),
        entry("POST", "Patient", patient()),
        {"resource": patient()},
        entry("POST", "Patient", patient(birthDate="x")),
        entry("PUT", "Patient/a", patient(id="a")),
        entry("GET", "Patient/a"),
        entry("DELETE", "Patient/b"),
        entry("GET", "metadata"),
        entry("GET", "https://example.org/fhir/Patient?_id=a"),
        entry("PATCH", "metadata"),
    )
    assert [row["response"]["status"].partition(" ")[0] for row in found] == [
        "404", "201", "400", "422", "201", "200", "204", "200", "200", "405",
    ]  # fmt: skip
    issue = found[3]["response"]["outcome"]["issue"][0]
    assert issue["expression"] == ["Bundle.entry[3].resource.birthDate"]
    assert found[5]["resource"]["id"] == "a"
    assert found[7]["resource"]["resourceType"] == "CapabilityStatement"
    assert found_ids(found[8]["resource"]) == ["Patient/a"]


async def test_conditions_count_inside(client: Client) -> None:
    """Conditional headers of an entry work as they do alone."""
    await client.update("Patient/a", patient(id="a"))
    found = await client.batch(
        entry("GET", "Patient/a", ifNoneMatch='W/"1"'),
        entry("POST", "Patient", patient(), ifNoneExist="family=durand"),
        entry("PUT", "Patient/a", patient(id="a"), ifMatch='W/"7"'),
        entry("GET", "Patient/a", ifModifiedSince="2999-01-01T00:00:00Z"),
    )
    assert [row["response"]["status"] for row in found] == [
        "304 Not Modified",
        "200 OK",
        "412 Precondition Failed",
        "304 Not Modified",
    ]


async def test_operations_can_be_called(services: Services) -> None:
    """An operation of the registry is called at its level, and only there."""

    async def run(_: Services, request: Request) -> Response:
        basic = {"resourceType": "Basic", "id": request.id or "type", "code": {"text": "x"}}
        return Response(200, resource=basic)

    entries = (
        OperationEntry("echo", "urn:echo", run, types=("Patient",), instance_level=True),
        OperationEntry(
            "do", "urn:do", run, types=("Resource",), type_level=True, affects_state=True
        ),
    )
    client = Client(replace(services, operations=entries))
    found = await client.batch(
        entry("GET", "Patient/a/$echo"),
        entry("GET", "Patient/$echo"),
        entry("POST", "Group/$do"),
        entry("GET", "Group/$do"),
    )
    assert [row["response"]["status"].partition(" ")[0] for row in found] == [
        "200",
        "404",
        "200",
        "405",
    ]
    assert found[0]["resource"]["id"] == "a"
    with Refusal() as refusal:
        await client.transaction(entry("POST", "Group/$do"))
    assert refusal.category is Category.UNSUPPORTED
    told = await client.transaction(entry("POST", "Patient/a/$echo"))
    assert told[0]["resource"]["id"] == "a"
