"""French rules beyond FHIR: numbers, the INS, its traits and the identity's status."""

from typing import Any

import pytest

from cordee.validation.options import STRICT
from cordee.validation.validator import Validator

NIR = "urn:oid:1.2.250.1.213.1.4.8"
TEST = "urn:oid:1.2.250.1.213.1.4.10"
FR_CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"


def patient(system: str = NIR, value: str = "260058815400233", status: str = "VALI") -> Any:
    """Make a patient with an INS, its five traits and a status."""
    coding = {"system": "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445", "code": status}
    insee = {
        "system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM",
        "code": "88154",
    }
    place = {"extension": [{"url": FR_CORE + "fr-core-address-insee-code", "valueCoding": insee}]}
    return {
        "resourceType": "Patient",
        "extension": [
            {
                "url": FR_CORE + "fr-core-identity-reliability",
                "extension": [{"url": "identityStatus", "valueCoding": coding}],
            },
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
                "valueAddress": place,
            },
        ],
        "identifier": [{"use": "official", "system": system, "value": value}],
        "name": [{"use": "official", "family": "DUPONT", "given": ["MARIE"]}],
        "gender": "female",
        "birthDate": "1960-05-12",
    }


def found(validator: Validator, resource: Any) -> list[tuple[str, str]]:
    """Give (severity, message id) of what French rules say."""
    report = validator.validate(resource, options=STRICT)
    ours = ("french-", "ins-", "death-")
    return [
        (row.severity.value, str(row.message_id))
        for row in report.issues
        if str(row.message_id).startswith(ours)
    ]


def test_an_ins_with_its_key_and_traits_is_good(validator: Validator) -> None:
    """A qualified identity with its five traits draws nothing."""
    assert found(validator, patient()) == []


@pytest.mark.parametrize(
    ("system", "severity"), [(NIR, "error"), (TEST, "warning")], ids=["real", "test"]
)
def test_a_wrong_key_is_refused_for_real_numbers(
    validator: Validator, system: str, severity: str
) -> None:
    """The key is strict for the real INS, and advice for test numbers."""
    resource = patient(system, "260058815400234")
    assert found(validator, resource) == [(severity, "french-number")]


def test_corsica_has_letters(validator: Validator) -> None:
    """2A counts as 19 in the key."""
    resource = patient(value="297022A02077878")
    assert ("error", "french-number") not in found(validator, resource)


def test_a_missing_trait_is_an_error(validator: Validator) -> None:
    """The INS never travels without its traits."""
    resource = patient()
    del resource["birthDate"]
    assert found(validator, resource) == [("error", "ins-trait-missing")]


@pytest.mark.parametrize(
    ("status", "message"), [("PROV", "ins-not-qualified"), ("DOUT", "ins-doubtful")]
)
def test_only_a_qualified_identity_carries_its_ins(
    validator: Validator, status: str, message: str
) -> None:
    """A provisional or doubtful identity must not carry an INS."""
    assert found(validator, patient(status=status)) == [("error", message)]


def test_rpps_numbers_end_in_a_luhn_digit(validator: Validator) -> None:
    """A wrong RPPS number is pointed out."""
    identifier = {"system": "https://rpps.esante.gouv.fr", "value": "10003456780"}
    resource = {"resourceType": "Practitioner", "identifier": [identifier]}
    expected = [] if _luhn("10003456780") else [("warning", "french-number")]
    assert found(validator, resource) == expected


def _luhn(number: str) -> bool:
    doubled = [int(c) * (2 if i % 2 else 1) for i, c in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def test_death_comes_after_birth(validator: Validator) -> None:
    """A death before the birth is an error."""
    resource = {"resourceType": "Patient", "birthDate": "1980", "deceasedDateTime": "1979-01-01"}
    assert found(validator, resource) == [("error", "death-before-birth")]
