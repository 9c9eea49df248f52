"""What a write earns that breaks a rule of identity."""

from typing import Any

import httpx
import pytest

from conftest import OpenClient

CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
NIR = "urn:oid:1.2.250.1.213.1.4.8"
TEST = "urn:oid:1.2.250.1.213.1.4.10"
RIGHT, WRONG = "277010115400329", "277010115400330"


def patient(status: str, system: str = NIR, value: str = RIGHT) -> dict[str, Any]:
    """Make a patient with an INS and its five traits."""
    coding = {"system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445", "code": status}
    place = {
        "extension": [
            {
                "url": CORE + "fr-core-address-insee-code",
                "valueCoding": {
                    "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
                    "code": "01154",
                },
            }
        ]
    }
    return {
        "resourceType": "Patient",
        "extension": [
            {
                "url": CORE + "fr-core-identity-reliability",
                "extension": [{"url": "identityStatus", "valueCoding": coding}],
            },
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                "valueAddress": place,
            },
        ],
        "identifier": [{"use": "official", "system": system, "value": value}],
        "name": [{"use": "official", "family": "GARCIA-HAMMADI", "given": ["SARAH-LOU"]}],
        "gender": "female",
        "birthDate": "1977-01-21",
    }


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        (patient("VALI"), 201),
        (patient("PROV"), 422),
        (patient("DOUT"), 422),
        (patient("FICT"), 422),
        (patient("VALI", value=WRONG), 422),
        (patient("VALI", TEST, WRONG), 201),
        ({name: v for name, v in patient("VALI").items() if name != "birthDate"}, 422),
    ],
    ids=["good", "provisional", "doubtful", "fictitious", "key", "test key", "no birth date"],
)
async def test_a_real_ins_is_held_to_its_rules(
    client: httpx.AsyncClient, resource: dict[str, Any], status: int
) -> None:
    """A real INS needs its key, its traits and a status that earns it; a test one may be wrong."""
    answer = await client.post("/Patient", json=resource)
    assert answer.status_code == status, answer.text


async def test_an_operator_may_only_be_warned(open_client: OpenClient) -> None:
    """With CORDEE_NATIONAL_RULES=warn the same write is stored, and the warning told."""
    client = await open_client(national_rules="warn")
    answer = await client.post(
        "/Patient", json=patient("DOUT"), headers={"Prefer": "return=OperationOutcome"}
    )
    assert answer.status_code == 201
    assert "doubtful" in answer.text or "DOUT" in answer.text
