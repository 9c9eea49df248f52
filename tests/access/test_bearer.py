"""Callers of the whole application, known by their tokens."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest

from access.identity_provider import AUDIENCE, NURSE, IdentityProvider
from cordee.access.identity.activities import HEADER
from cordee.app import services
from cordee.settings import Settings
from cordee.web.application import build

OpenClient = Callable[..., Awaitable[httpx.AsyncClient]]
Json = dict[str, Any]

G15 = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
PEOPLE: tuple[Json, ...] = (
    {
        "resourceType": "Practitioner",
        "id": "nurse",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": NURSE}],
    },
    {
        "resourceType": "Practitioner",
        "id": "gone",
        "active": False,
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10009999999"}],
    },
    {"resourceType": "Patient", "id": "zoe", "name": [{"family": "Lefèvre"}]},
    {"resourceType": "Patient", "id": "max", "name": [{"family": "Martin"}]},
    *(
        {
            "resourceType": "Observation",
            "id": kind,
            "status": "final",
            "code": {"text": kind},
            "category": [{"coding": [{"system": CATEGORY, "code": kind}]}],
            "subject": {"reference": "Patient/zoe"},
        }
        for kind in ("vital-signs", "laboratory")
    ),
)


def bearer(token: str, **more: str) -> dict[str, str]:
    """Give the headers of a call."""
    return {"Authorization": f"Bearer {token}"} | more


@pytest.fixture(scope="module")
async def guarded(
    idp: IdentityProvider, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OpenClient]:
    """Open servers that authenticate, on one database that holds some people."""
    given: Json = {"mongodb_uri": mongodb_uri, "mongodb_database": f"test_{uuid4().hex}"}
    given |= {"data": tmp_path_factory.mktemp("bearer")}
    known: dict[str, httpx.AsyncClient] = {}
    async with AsyncExitStack() as stack:

        async def start(**settings: Any) -> httpx.AsyncClient:
            opened = await stack.enter_async_context(services(Settings(**(given | settings))))
            transport = httpx.ASGITransport(build(opened), raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url="http://test/fhir")
            return await stack.enter_async_context(client)

        async def open(**settings: Any) -> httpx.AsyncClient:
            usual: Json = {"auth": "oidc", "oidc_issuer": idp.url, "oidc_audience": [AUDIENCE]}
            usual |= {"oidc_allow_http": True}
            if str(settings) not in known:
                known[str(settings)] = await start(**(usual | settings))
            return known[str(settings)]

        first = await start()
        for person in PEOPLE:
            answer = await first.put(f"/{person['resourceType']}/{person['id']}", json=person)
            assert answer.status_code == 201
        yield open


async def test_who_comes_without_a_token_is_asked_for_one(guarded: OpenClient) -> None:
    """401 everywhere, in FHIR's words and in OAuth's; what is public stays public."""
    client = await guarded()
    places = (
        "/Patient/zoe",
        "/Patient/unknown",
        "/Patient",
        "/$export/none/a.ndjson",
    )
    for place in places:
        answer = await client.get(place)
        assert (answer.status_code, answer.json()["issue"][0]["code"]) == (401, "login"), place
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="cordee"'
    for place in ("/metadata", "/.well-known/smart-configuration"):
        assert (await client.get(place)).status_code == 200
    assert (await client.post("/Patient", content=b"no JSON")).status_code == 401
    assert (
        await client.get("/Patient", headers={"Authorization": "Basic eDp5"})
    ).status_code == 401


async def test_metrics_are_for_those_named(guarded: OpenClient) -> None:
    """Probes answer to everybody; metrics to this machine, unless a proxy stands before it."""
    client, root = await guarded(), "http://test"
    assert (await client.get(f"{root}/health/ready")).status_code == 200
    assert (await client.get(f"{root}/metrics")).status_code == 200
    proxied = {"X-Forwarded-For": "127.0.0.1"}
    assert (await client.get(f"{root}/metrics", headers=proxied)).status_code == 403
    closed = await guarded(metrics_readers=["192.0.2.1"])
    assert (await closed.get(f"{root}/metrics")).status_code == 403


async def test_a_good_token_opens(guarded: OpenClient, idp: IdentityProvider) -> None:
    """The scheme's name is written in any way; a bad token is told to be one."""
    client = await guarded()
    token = idp.token()
    for scheme in ("Bearer", "bearer", "BEARER"):
        answer = await client.get(
            "/Practitioner/nurse", headers={"Authorization": f"{scheme} {token}"}
        )
        assert answer.status_code == 200
    for wrong in (idp.token(aud="others"), f"{token}, {token}", "", "é"):
        raw = {b"Authorization": f"Bearer {wrong}".encode()}
        answer = await client.get("/Practitioner/nurse", headers=raw)
        assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers


async def test_scopes_bound_every_interaction(guarded: OpenClient, idp: IdentityProvider) -> None:
    """Reading, searching and writing need their own letters, in Bundles too."""
    client = await guarded()
    read = bearer(idp.token(scope="openid user/Practitioner.r"))
    assert (await client.get("/Practitioner/nurse", headers=read)).status_code == 200
    for method, place in (
        ("GET", "/Practitioner"),
        ("GET", "/Patient/zoe"),
        ("GET", "/Patient/zoe/_history"),
        ("GET", "/"),
        ("PUT", "/Practitioner/nurse"),
        ("DELETE", "/Practitioner/nurse"),
    ):
        answer = await client.request(
            method, place, headers=read, json=PEOPLE[0] if method == "PUT" else None
        )
        assert answer.status_code == 403, (method, place)
        assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]
    entries = [
        {"request": {"method": "GET", "url": url}} for url in ("Patient/zoe", "Practitioner")
    ]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    answer = await client.post("", headers=read, json=bundle)
    rows = answer.json()["entry"]
    assert [row["response"]["status"] for row in rows] == ["403 Forbidden", "403 Forbidden"]


async def test_software_needs_scopes_of_its_own(guarded: OpenClient, idp: IdentityProvider) -> None:
    """Only `system/` counts for it, and none is none."""
    client = await guarded()
    robot: Json = {"sub": "robot", "azp": "robot", "preferred_username": None}
    for scope, status in ((None, 403), ("user/Patient.rs", 403), ("system/Patient.rs", 200)):
        headers = bearer(idp.token(**robot, scope=scope))
        assert (await client.get("/Patient", headers=headers)).status_code == status, scope


async def test_a_scope_with_a_search_shows_what_it_finds(
    guarded: OpenClient, idp: IdentityProvider
) -> None:
    """By search, by id, by count, by chain, by include and by write: the rest is not there."""
    client = await guarded()
    narrow = f"system/Observation.cruds?category={CATEGORY}|vital-signs"
    robot: Json = {"sub": "robot", "azp": "robot", "preferred_username": None}
    headers = bearer(idp.token(**robot, scope=f"{narrow} system/Patient.rs"))
    for search in ("", "?category=laboratory,vital-signs", "?subject:Patient.family=lefevre"):
        found = (await client.get(f"/Observation{search}", headers=headers)).json()
        assert [row["resource"]["id"] for row in found["entry"]] == ["vital-signs"]
    counted = await client.get("/Observation?_summary=count", headers=headers)
    assert counted.json()["total"] == 1
    included = await client.get("/Patient?_id=zoe&_revinclude=Observation:subject", headers=headers)
    assert [row["resource"]["id"] for row in included.json()["entry"]] == ["zoe", "vital-signs"]
    by_laboratory = await client.get(
        "/Patient?_has:Observation:subject:category=laboratory", headers=headers
    )
    assert by_laboratory.json().get("entry", []) == []
    for place in ("/Observation/laboratory", "/Observation/laboratory/_history"):
        assert (await client.get(place, headers=headers)).status_code == 404
    hidden = next(each for each in PEOPLE if each["id"] == "laboratory")
    for body, status in ((hidden, {403, 404}), (hidden | {"id": "vital-signs"}, {403})):
        answer = await client.put(f"/Observation/{body['id']}", json=body, headers=headers)
        assert answer.status_code in status
    # Deleting what is not there is no error, and deletes nothing.
    assert (await client.delete("/Observation/laboratory", headers=headers)).status_code != 200
    everything = bearer(idp.token(**robot, scope="system/*.rs"))
    kept = await client.get("/Observation/laboratory", headers=everything)
    assert (kept.status_code, kept.headers["ETag"]) == (200, 'W/"1"')


async def test_scopes_can_be_demanded(guarded: OpenClient, idp: IdentityProvider) -> None:
    """A person's token without any is refused where the setting asks for some."""
    client = await guarded(scopes_required=True)
    answer = await client.get("/Practitioner/nurse", headers=bearer(idp.token(scope="openid")))
    assert answer.status_code == 403
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


async def test_binding_can_be_demanded(guarded: OpenClient, idp: IdentityProvider) -> None:
    """A token without `cnf` is refused where the setting asks for it, and a bound one alone."""
    client = await guarded(bound_tokens_required=True)
    answer = await client.get("/Practitioner/nurse", headers=bearer(idp.token()))
    assert "not bound" in answer.headers["WWW-Authenticate"]
    client = await guarded()
    for cnf in ({"x5t#S256": "x"}, {"jkt": "x"}, {}, "x"):
        headers = bearer(idp.token(cnf=cnf), **{"Client-Cert": ":MIIB:"})
        answer = await client.get("/Practitioner/nurse", headers=headers)
        assert answer.status_code == 401, cnf


async def test_how_to_get_tokens_is_told(guarded: OpenClient, idp: IdentityProvider) -> None:
    """SMART's document and the CapabilityStatement name the provider's endpoints."""
    client = await guarded()
    smart = (await client.get("/.well-known/smart-configuration")).json()
    assert smart["authorization_endpoint"] == f"{idp.url}/auth"
    assert "permission-v2" in smart["capabilities"]
    security = (await client.get("/metadata")).json()["rest"][0]["security"]
    assert security["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"
    uris = {row["url"]: row["valueUri"] for row in security["extension"][0]["extension"]}
    assert uris == {"token": f"{idp.url}/token", "authorize": f"{idp.url}/auth"}


async def test_exports_belong_to_who_ordered_them(
    guarded: OpenClient, idp: IdentityProvider
) -> None:
    """Another caller is told that the job is not known."""
    client = await guarded()
    mine = bearer(idp.token())
    started = await client.get("/$export", headers=mine | {"Prefer": "respond-async"})
    place = started.headers["Content-Location"]
    theirs = bearer(idp.token(sub="f:1:other", preferred_username="810000000001"))
    assert (await client.get(place, headers=mine)).status_code in (200, 202)
    assert (await client.get(place, headers=theirs)).status_code == 404
    assert (await client.delete(place, headers=theirs)).status_code == 404


def exercise(*structures: tuple[str, str], profession: str = "60") -> Json:
    """Give a profession with an activity at each structure, as Pro Santé Connect tells it."""
    rows = [
        {"raisonSocialeSite": name, "numeroFinessSite": finess, "numeroSiretSite": ""}
        for name, finess in structures
    ]
    return {"codeProfession": profession, "activities": rows}


async def test_pro_sante_connect_asks_for_one_of_several_activities(
    guarded: OpenClient, idp: IdentityProvider
) -> None:
    """Without a choice the answer lists them; level and person are those of the provider."""
    client = await guarded(auth="psc", oidc_clients=["tool"], oidc_audience=[])
    person = {"SubjectNameID": NURSE}
    exercises = [exercise(("CABINET A", "750000001"), ("SSIAD B", "750000019"))]
    idp.people["f:1:nurse"] = person | {"SubjectRefPro": {"exercices": exercises}}
    token = idp.token(acr="eidas1", aud=None, preferred_username=None)
    answer = await client.get("/Practitioner/nurse", headers=bearer(token))
    assert answer.status_code == 403
    told = [row["diagnostics"] for row in answer.json()["issue"]]
    assert told[1].startswith(f"{HEADER}: 750000001")
    assert "SSIAD B" in told[2]
    for choice, status in (("750000001", 200), ("1750000019", 200), ("2", 200), ("3", 403)):
        headers = bearer(token, **{HEADER: choice})
        answer = await client.get("/Practitioner/nurse", headers=headers)
        assert answer.status_code == status, choice
    weak = bearer(idp.token(acr="eidas0", aud=None), **{HEADER: "1"})
    answer = await client.get("/Practitioner/nurse", headers=weak)
    assert 'error="insufficient_user_authentication"' in answer.headers["WWW-Authenticate"]
    stranger = bearer(idp.token(acr="eidas1", azp="another-service"), **{HEADER: "1"})
    assert (await client.get("/Practitioner/nurse", headers=stranger)).status_code == 401
    idp.people.clear()


TASK: Json = {
    "resourceType": "Task",
    "status": "requested",
    "intent": "order",
    "for": {"reference": "Patient/zoe"},
}
ENTRY: Json = {"resource": TASK, "request": {"method": "POST", "url": "Task"}}


@pytest.mark.parametrize(
    ("method", "place", "body"),
    [
        ("POST", "/Task", TASK),
        ("PUT", "/Task/mine", TASK | {"id": "mine"}),
        ("PATCH", "/Patient/zoe", {"resourceType": "Parameters"}),
        ("DELETE", "/Task/mine", None),
        *(
            ("POST", "", {"resourceType": "Bundle", "type": kind, "entry": [ENTRY]})
            for kind in ("batch", "transaction")
        ),
        ("POST", "/$from-cda", {"resourceType": "Parameters"}),
        ("POST", "/Subscription", {"resourceType": "Subscription"}),
        ("GET", "/Task", None),
    ],
)
async def test_who_has_left_finds_every_door_shut(
    guarded: OpenClient, idp: IdentityProvider, method: str, place: str, body: Json | None
) -> None:
    """A token that lives on neither hands in nor reads: 403 says why."""
    client = await guarded()
    headers = bearer(idp.token(preferred_username="10009999999"))
    answer = await client.request(method, place, json=body, headers=headers)
    assert answer.status_code == 403
    assert "has left" in answer.json()["issue"][0]["diagnostics"]
