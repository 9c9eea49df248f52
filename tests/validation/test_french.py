"""French rules beyond FHIR: numbers, the INS, its traits and the identity's status."""

from datetime import UTC, datetime
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
    ours = ("french-", "ins-", "identity-", "death-")
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


FOUR = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-identity-status"


def with_statuses(*codes: str, system: str = FOUR, ins: bool = True) -> Any:
    """Make the patient with one statement of reliability for each code."""
    made = patient()
    made["extension"] = [
        row for row in made["extension"] if not row["url"].endswith("reliability")
    ] + [
        {
            "url": FR_CORE + "fr-core-identity-reliability",
            "extension": [
                {"url": "identityStatus", "valueCoding": {"system": system, "code": code}}
            ],
        }
        for code in codes
    ]
    if not ins:
        del made["identifier"]
    return made


@pytest.mark.parametrize(
    ("resource", "message"),
    [
        (with_statuses("QUAL"), None),
        (with_statuses("RECUP"), None),
        (with_statuses("VALI"), "ins-not-qualified"),
        (with_statuses("PROV"), "ins-not-qualified"),
        (with_statuses("VALI", ins=False), None),
        (with_statuses("PROV", ins=False), None),
        (with_statuses("QUAL", ins=False), "identity-without-ins"),
        (with_statuses("RECUP", ins=False), "identity-without-ins"),
        (with_statuses("QUAL", "PROV"), "identity-statuses"),
        (with_statuses("DOUT", "HOMO", ins=False), None),
        (with_statuses("FICT", "HOMO", ins=False), "identity-attributes"),
        (with_statuses("VALI", "DOUT", ins=False), "identity-forced"),
    ],
)
def test_a_status_and_its_ins_agree(
    validator: Validator, resource: Any, message: str | None
) -> None:
    """The four statuses exclude one another, and say whether there is an INS."""
    assert found(validator, resource) == ([("error", message)] if message else [])


def test_attributes_may_stand_in_a_comment(validator: Validator) -> None:
    """The second way of writing keeps attributes in a comment, and means the same."""
    resource = with_statuses("QUAL")
    parts = resource["extension"][-1]["extension"]
    parts.append({"url": "comment", "valueString": "Identité douteuse"})
    messages = {message for _, message in found(validator, resource)}
    assert {"identity-forced", "ins-doubtful"} <= messages


def test_a_former_ins_asks_for_nothing(validator: Validator) -> None:
    """An INS of use `old` is history: it may contradict today's traits and status."""
    resource = with_statuses("PROV")
    resource["identifier"][0]["use"] = "old"
    assert found(validator, resource) == []


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


def test_a_billing_number_conflicts_with_the_ins(validator: Validator) -> None:
    """A qualified identity has one official identifier: the message says where the NSS belongs."""
    number = {"use": "official", "system": NIR[:-1] + "13", "value": "260058815400233"}
    resource = patient()
    resource["identifier"].append(number)
    (found,) = (
        row
        for row in validator.validate(resource, options=STRICT).issues
        if row.message_id == "nss-conflict"
    )
    assert found.expression == "Patient.identifier[1]"
    assert found.severity == "error"
    assert "Coverage.subscriberId" in found.diagnostics
    for other in (number | {"use": "usual"}, number | {"system": "urn:oid:1.2.3"}):
        resource["identifier"][1] = other
        assert "nss-conflict" not in messages(validator, resource)
    assert "nss-conflict" not in messages(validator, patient() | {"identifier": [number]})


def test_a_type_goes_with_its_system(validator: Validator) -> None:
    """The type INS-NIR under the system of test numbers is a mistake in one of them."""
    resource = patient(system=TEST)
    resource["identifier"][0]["type"] = {"coding": [{"code": "INS-NIR"}]}
    assert "ins-oid" in messages(validator, resource)
    resource["identifier"][0]["type"] = {"coding": [{"code": "INS-NIR-TEST"}]}
    assert "ins-oid" not in messages(validator, resource)


@pytest.mark.parametrize(
    ("code", "good"), [("88154", True), ("2A004", True), ("99109", True), ("8815", False)]
)
def test_insee_codes_have_five_characters(validator: Validator, code: str, good: bool) -> None:
    """Corsica has letters, countries begin with 99."""
    resource = patient()
    place = resource["extension"][1]["valueAddress"]
    place["extension"][0]["valueCoding"]["code"] = code
    assert ("cog-form" not in messages(validator, resource)) is good


def test_nobody_is_born_tomorrow(validator: Validator) -> None:
    """A birth date in the future is an error, one of today is not."""
    assert "birth-in-future" in messages(validator, patient() | {"birthDate": "2999-01-01"})
    today = datetime.now(UTC).date().isoformat()
    assert "birth-in-future" not in messages(validator, patient() | {"birthDate": today})


def messages(validator: Validator, resource: Any) -> set[str | None]:
    """Give the ids of what is said in conformance testing."""
    return {row.message_id for row in validator.validate(resource, options=STRICT).issues}


NUMBERS = {
    "https://finess.esante.gouv.fr": "750000002",
    "https://sirene.fr": "73282932000074",
    "urn:oid:1.2.250.1.71.4.2.1": "810003456786",
    "urn:oid:1.2.250.1.71.4.2.2": "1750000002",
}
"""System → a number whose last digit is right."""


@pytest.mark.parametrize("system", NUMBERS)
def test_a_digit_that_is_wrong_is_pointed_out(validator: Validator, system: str) -> None:
    """FINESS, SIRET and the prefixed forms of both, and of RPPS, end in a Luhn digit."""
    good = NUMBERS[system]
    for value, is_good in ((good, True), (good[:-1] + str((int(good[-1]) + 1) % 10), False)):
        identifier = {"system": system, "value": value}
        resource = {"resourceType": "Organization", "name": "A", "identifier": [identifier]}
        assert ("french-number" not in messages(validator, resource)) is is_good
