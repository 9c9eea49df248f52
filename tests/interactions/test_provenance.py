"""Provenance of what is written for somebody: https://hl7.org/fhir/R4/provenance.html."""

from dataclasses import replace
from typing import Any

import pytest

from cordee.access.caller import ANONYMOUS, Caller
from cordee.errors import FhirError
from cordee.interactions import create, delete, provenance, update
from cordee.interactions.exchange import Request
from cordee.interactions.services import Services
from cordee.interactions.transaction import transaction
from interactions.conftest import BASE, Client

DOCTOR = Caller(
    subject="810000000001",
    issuer="https://issuer.example",
    client="lgc",
    name="Dr Jeanne Petit",
    kind="professional",
    references=("Practitioner/petit",),
    organizations=("Organization/clinic",),
    scopes=frozenset({"user/*.cruds"}),
)
PATIENT = {"resourceType": "Patient", "name": [{"family": "Martin"}]}


@pytest.fixture
def told(client: Client) -> Services:
    """Services that store a Provenance with what is written for somebody."""
    types = client.services.repository.resource_types
    return replace(client.services, guards=provenance.everywhere({}, types))


def request(caller: Caller, body: Any = None, **more: Any) -> Request:
    """Make a request on patients."""
    return Request(BASE, "Patient", body=body, caller=caller, **more)


async def provenances(client: Client) -> list[dict[str, Any]]:
    """Give all there are, the oldest first."""
    bundle = await client.search("Provenance?_sort=_lastUpdated")
    return [row["resource"] for row in bundle.get("entry", ())]


async def test_software_that_writes_for_a_person_of_a_structure_is_told(
    told: Services, client: Client
) -> None:
    """Author on behalf of the structure, composer on behalf of the person, exact version."""
    made = await create.create(told, request(DOCTOR, PATIENT))
    (found,) = await provenances(client)
    assert found["target"] == [{"reference": f"Patient/{made.id}/_history/1"}]
    author, software = found["agent"]
    assert author["who"]["reference"] == "Practitioner/petit"
    assert author["onBehalfOf"] == {"reference": "Organization/clinic"}
    assert software["who"]["identifier"]["value"] == "lgc"
    assert software["onBehalfOf"]["identifier"]["value"] == "810000000001"
    assert client.services.validator.validate(found).ok


async def test_every_kind_of_write_has_its_provenance(told: Services, client: Client) -> None:
    """Updates, deletions and entries of transactions are told as well."""
    made = await create.create(told, request(DOCTOR, PATIENT))
    body = PATIENT | {"id": made.id, "birthDate": "1941-03-09"}
    await update.update(told, request(DOCTOR, body, id=made.id))
    await delete.delete(told, request(DOCTOR, id=made.id))
    entry = {"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry, entry]}
    await transaction(told, Request(BASE, body=bundle, caller=DOCTOR))
    codes = [found["activity"]["coding"][0]["code"] for found in await provenances(client)]
    assert sorted(codes) == ["CREATE", "CREATE", "CREATE", "DELETE", "UPDATE"]


@pytest.mark.parametrize(
    "caller",
    [
        ANONYMOUS,
        Caller("s1", client="s1", kind="system", scopes=frozenset({"system/*.cruds"})),
        Caller(subject="810000000001", references=("Practitioner/petit",)),
    ],
    ids=["anonymous", "a system for itself", "a person for themselves"],
)
async def test_who_acts_for_themselves_is_not_told_twice(
    caller: Caller, told: Services, client: Client
) -> None:
    """The audit has them; a Provenance would add nothing."""
    await create.create(told, request(caller, PATIENT))
    assert await provenances(client) == []


async def test_what_is_not_stored_has_no_provenance(told: Services, client: Client) -> None:
    """Both are one transaction: a refused write leaves neither."""
    entry = {"resource": PATIENT, "request": {"method": "POST", "url": "Patient"}}
    missing = {"request": {"method": "PATCH", "url": "Patient/none"}, "resource": PATIENT}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry, missing]}
    with pytest.raises(FhirError):
        await transaction(told, Request(BASE, body=bundle, caller=DOCTOR))
    assert await provenances(client) == []
