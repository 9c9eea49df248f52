"""From proven claims to callers, in a directory on a real database."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from cordee.access.caller import Caller
from cordee.access.identity.directory import Directory
from cordee.access.identity.identification import Identification
from cordee.access.tokens.provider import Proven
from cordee.errors import FhirError
from cordee.search.registry import SearchRegistry
from cordee.settings import Settings
from cordee.store.mongo_store import MongoStore
from cordee.store.port import Version

NOS = "https://mos.esante.gouv.fr/NOS"
G15 = f"{NOS}/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
R94 = f"{NOS}/TRE_R94-ProfessionSocial/FHIR/TRE-R94-ProfessionSocial"
BASE = "https://cordee.example/fhir"
RPPS = "10003456789"


def role(id: str, person: str, place: str, system: str, code: str, **more: Any) -> dict[str, Any]:
    """Make a PractitionerRole."""
    return {
        "resourceType": "PractitionerRole",
        "id": id,
        "practitioner": {"reference": f"Practitioner/{person}"},
        "organization": {"reference": f"Organization/{place}"},
        "code": [{"coding": [{"system": system, "code": code}]}],
    } | more


def person(id: str, value: str, system: str = "https://rpps.esante.gouv.fr") -> dict[str, Any]:
    """Make a Practitioner."""
    name = [{"family": "Durand", "given": ["Nina"]}]
    identifier = [{"system": system, "value": value}]
    return {"resourceType": "Practitioner", "id": id, "identifier": identifier, "name": name}


PLACE = {"system": "https://finess.esante.gouv.fr", "value": "750000019"}
CLINIC = {"system": "https://finess.esante.gouv.fr", "value": "750000027"}
RESOURCES: list[dict[str, Any]] = [
    person("nurse", RPPS),
    person("social", "3456789012", "urn:oid:1.2.250.1.71.4.2.1"),
    person("gone", "10009999999") | {"active": False},
    person("retired", "10008888888"),
    role("finished", "retired", "ssiad", G15, "60", active=False),
    role("over", "retired", "hospital", G15, "60", period={"end": "2025-12-31"}),
    role("was", "nurse", "clinic", G15, "60", active=False),
    role("ward", "nurse", "hospital", G15, "60"),
    role("home", "nurse", "ssiad", G15, "60"),
    role("past", "nurse", "hospital", G15, "10", active=False),
    role("office", "social", "town", R94, "41"),
    {"resourceType": "Organization", "id": "ssiad", "identifier": [PLACE]},
    {"resourceType": "Organization", "id": "clinic", "identifier": [CLINIC]},
    {"resourceType": "Patient", "id": "zoe"},
    {"resourceType": "RelatedPerson", "id": "son", "patient": {"reference": "Patient/zoe"}},
    {
        "resourceType": "RelatedPerson",
        "id": "late",
        "active": False,
        "patient": {"reference": "Patient/zoe"},
    },
]


@pytest.fixture(scope="module")
async def directory(mongodb_uri: str, registry: SearchRegistry) -> AsyncIterator[Directory]:
    """A directory with some people, and the patient they care for."""
    settings = Settings(mongodb_database=f"test_{uuid4().hex}")
    store = await MongoStore.open(mongodb_uri, registry, settings)
    for resource in RESOURCES:
        type, id, now = resource["resourceType"], resource["id"], datetime.now(UTC)
        version = Version(type, id, 1, now, json.dumps(resource).encode())
        await store.create(version, registry.extract(resource))
    yield Directory(store)
    await store.close()


async def identified(
    directory: Directory,
    claims: dict[str, Any],
    userinfo: dict[str, Any] | None = None,
    practice: str | None = None,
) -> Caller:
    """Identify somebody."""
    proven = Proven({"sub": "s", "azp": "tool"} | claims, userinfo or {}, "https://idp")
    return await Identification(directory, (BASE,)).caller(proven, practice, None)


@pytest.mark.parametrize(
    "claims",
    [
        {"SubjectNameID": f"8{RPPS}", "preferred_username": "ignored"},
        {"preferred_username": f"8{RPPS}"},
        {"preferred_username": RPPS},
        {"fhirUser": "Practitioner/nurse"},
        {"fhirUser": f"{BASE}/Practitioner/nurse"},
    ],
)
async def test_professionals_are_found(directory: Directory, claims: dict[str, Any]) -> None:
    """By their national id in either form, or by the resource itself; with the roles they hold."""
    caller = await identified(directory, claims)
    assert caller.kind == "professional"
    assert caller.references[0] == "Practitioner/nurse"
    assert set(caller.references[1:]) == {"PractitionerRole/ward", "PractitionerRole/home"}
    assert set(caller.organizations) == {"Organization/hospital", "Organization/ssiad"}
    assert (caller.perimeter, caller.name) == ("health", "Nina Durand")


LEFT: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "as before": (
        ("Practitioner/nurse", "PractitionerRole/ward"),
        ("Organization/hospital", "Organization/elsewhere"),
        ("Practitioner/nurse", "PractitionerRole/ward"),
        ("Organization/hospital", "Organization/elsewhere"),
    ),
    "without a role": (
        ("Practitioner/nurse", "PractitionerRole/home", "PractitionerRole/past"),
        ("Organization/ssiad", "Organization/elsewhere"),
        ("Practitioner/nurse", "PractitionerRole/home"),
        ("Organization/ssiad",),
    ),
    "a structure left": (
        ("Practitioner/nurse", "PractitionerRole/ward"),
        ("Organization/hospital", "Organization/clinic"),
        ("Practitioner/nurse", "PractitionerRole/ward"),
        ("Organization/hospital",),
    ),
    "not active": (("Practitioner/gone", "PractitionerRole/x"), ("Organization/ssiad",), (), ()),
    "not there": (("Practitioner/never",), ("Organization/ssiad",), (), ()),
    "all roles ended": (
        ("Practitioner/retired", "PractitionerRole/over"),
        ("Organization/hospital",),
        (),
        (),
    ),
}


@pytest.mark.parametrize("case", LEFT)
async def test_who_was_known_earlier_is_looked_up_again(directory: Directory, case: str) -> None:
    """Roles that ended are gone with their structures; who has left is nobody."""
    references, organizations, kept, places = LEFT[case]
    caller = Caller(
        subject=RPPS, kind="professional", references=references, organizations=organizations
    )
    found = await Identification(directory).still(caller)
    assert (found.references, found.organizations) == (kept, places)
    assert found.kind == ("professional" if kept else "anonymous")


async def test_relatives_stand_for_somebody_while_active(directory: Directory) -> None:
    """By their token, and in what goes on without them."""
    for reference, known in (("RelatedPerson/son", 1), ("RelatedPerson/none", 0)):
        called = await identified(directory, {"fhirUser": reference})
        kept = Caller(subject="s", kind="relative", references=(reference,))
        still = await Identification(directory).still(kept)
        assert [len(each.references) for each in (called, still)] == [known, known]
    late = Caller(subject="s", kind="relative", references=("RelatedPerson/late",))
    assert (await Identification(directory).still(late)).kind == "anonymous"
    with pytest.raises(FhirError, match="RelatedPerson/late"):
        await identified(directory, {"fhirUser": "RelatedPerson/late"})


@pytest.mark.parametrize(
    "claims",
    [
        {"preferred_username": "10009999999"},
        {"SubjectNameID": "810009999999", "patient": "zoe"},
        {"fhirUser": "Practitioner/gone"},
        {"preferred_username": "10008888888"},
    ],
)
async def test_who_has_left_is_not_let_in(directory: Directory, claims: dict[str, Any]) -> None:
    """Not active, or all roles ended: their token opens nothing, and no patient's record."""
    with pytest.raises(FhirError, match="has left"):
        await identified(directory, claims)


def activity(place: str) -> dict[str, Any]:
    """Give what Pro Santé Connect tells of somebody who works at one structure."""
    row = {"raisonSocialeSite": "SSIAD", "numeroFinessSite": place, "numeroSiretSite": ""}
    return {"SubjectRefPro": {"exercices": [{"codeProfession": "60", "activities": [row]}]}}


async def test_a_structure_that_was_left_is_not_acted_for(directory: Directory) -> None:
    """Though the provider still names it; who works elsewhere is known as who they are."""
    claims = {"preferred_username": RPPS}
    caller = await identified(directory, claims, activity("750000027"))
    assert "Organization/clinic" not in caller.organizations
    claims = {"preferred_username": "10008888888"}
    with pytest.raises(FhirError, match="has left"):
        await identified(directory, claims, activity("750000019"))
    caller = await identified(directory, claims, activity("690000001"))
    assert (caller.references, caller.organizations) == (("Practitioner/retired",), ())


async def test_perimeters_follow_professions(directory: Directory) -> None:
    """Those of the directory, unless the provider names the profession."""
    assert (await identified(directory, {"preferred_username": "3456789012"})).perimeter == "social"
    stranger = {"preferred_username": "810000000009"}
    for code, perimeter in (("10", "health"), ("93", "medico-social"), ("41^1.2", "social")):
        told = {"SubjectRole": [code]}
        assert (await identified(directory, stranger, told)).perimeter == perimeter
    assert (await identified(directory, stranger)).perimeter is None


async def test_the_chosen_activity_comes_first(directory: Directory) -> None:
    """Its role leads, and its structure is the only one acted for."""
    userinfo = {"SubjectNameID": f"8{RPPS}"} | activity("750000019")
    caller = await identified(directory, {}, userinfo)
    assert caller.references[:2] == ("Practitioner/nurse", "PractitionerRole/home")
    assert caller.organizations == ("Organization/ssiad",)
    claims = {"preferred_username": RPPS}
    for practice in ("PractitionerRole/ward", "ward", "Organization/hospital", "hospital"):
        caller = await identified(directory, claims, practice=practice)
        assert caller.references[1] == "PractitionerRole/ward"
        assert caller.organizations == ("Organization/hospital",)
    with pytest.raises(FhirError, match="none of your roles"):
        await identified(directory, claims, practice="town")


async def test_who_is_not_there_stands_for_nothing(directory: Directory) -> None:
    """Strangers have no references; a patient's record is not theirs."""
    caller = await identified(directory, {"preferred_username": "810000000009", "patient": "zoe"})
    assert (caller.kind, caller.references) == ("professional", ())
    assert caller.patient == "Patient/zoe"


async def test_patients_and_relatives_are_found(directory: Directory) -> None:
    """By `fhirUser`, or a patient by the token's `patient` alone."""
    for claims in ({"fhirUser": "Patient/zoe"}, {"patient": "zoe"}, {"patient": "Patient/zoe"}):
        caller = await identified(directory, claims)
        assert (caller.kind, caller.references) == ("patient", ("Patient/zoe",))
    caller = await identified(directory, {"patient": "zoe", "preferred_username": "zoe@mail"})
    assert caller.kind == "patient"
    caller = await identified(directory, {"fhirUser": "RelatedPerson/son", "patient": "zoe"})
    assert (caller.kind, caller.references) == ("relative", ("RelatedPerson/son",))
    caller = await identified(directory, {"fhirUser": "Patient/nobody"})
    assert (caller.kind, caller.references, caller.patient) == ("patient", (), None)


async def test_resources_of_other_servers_are_nobody(directory: Directory) -> None:
    """`https://elsewhere/fhir/Patient/zoe` is another Zoé."""
    for given in ("https://elsewhere.example/fhir/Patient/zoe", "Group/zoe", "Patient/../zoe"):
        caller = await identified(directory, {"fhirUser": given})
        assert caller.references == ()
        assert caller.kind == "professional"


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"sub": "tool"}, "system"),
        ({"scope": "system/*.rs"}, "system"),
        ({"preferred_username": "service-account-tool"}, "system"),
        ({"preferred_username": RPPS, "scope": "system/*.rs"}, "professional"),
        ({"sub": "tool", "SubjectNameID": RPPS}, "professional"),
        ({"sub": "tool", "preferred_username": "tool", "scope": "system/*.rs"}, "professional"),
    ],
)
async def test_software_is_told_from_people(
    directory: Directory, claims: dict[str, Any], kind: str
) -> None:
    """Who names a person is not software, whatever its scopes say."""
    assert (await identified(directory, claims)).kind == kind
