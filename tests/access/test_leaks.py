"""A hunt for leaks: whatever an outsider asks, the answer is that of a server without the hidden.

Two patients exist beside a world that everybody sees: for one outsider they are hidden, in a second
database they never were. Made-up searches are put to both servers and must be answered alike.
"""

import json
import re
import statistics
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from access.serving import Scene, own_database
from cordee.access.caller import Caller

OUTSIDER = Caller(
    subject="out",
    kind="professional",
    perimeter="health",
    references=("PractitionerRole/out",),
    organizations=("Organization/other",),
)

pytestmark = pytest.mark.xdist_group("leaks")


def reference(name: str) -> dict[str, str]:
    return {"reference": name}


def denial(name: str, **rule: Any) -> dict[str, Any]:
    """Make a Consent that keeps a part of a record from the outsider, who is of its circle."""
    actor = {"role": {"text": "x"}, "reference": reference("PractitionerRole/out")}
    return {
        "resourceType": "Consent",
        "id": name,
        "status": "active",
        "scope": {"coding": [{"code": "patient-privacy"}]},
        "category": [{"coding": [{"code": "59284-0"}]}],
        "patient": reference("Patient/partly"),
        "policyRule": {"text": "CSP L1110-4"},
        "provision": {"type": "deny", "actor": [actor]} | rule,
    }


def measured(id: str, code: str, date: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": reference("Patient/partly"),
        "effectiveDateTime": date,
    } | more


ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTLY: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "partly", "name": [{"family": "Visible"}]},
    {
        "resourceType": "CareTeam",
        "id": "part",
        "status": "active",
        "subject": reference("Patient/partly"),
        "participant": [{"member": reference("PractitionerRole/out")}],
    },
    denial("no-code", code=[{"coding": [{"system": "http://loinc.org", "code": "15074-8"}]}]),
    denial("no-label", securityLabel=[{"system": ACT, "code": "HIV"}]),
    denial("no-year", dataPeriod={"start": "2020", "end": "2020"}),
    measured("told", "2093-3", "2022-01-01", derivedFrom=[reference("Observation/by-code")]),
]
"""A record of which a member of its circle sees a part, stored a moment later than the rest."""
OPEN: list[dict[str, Any]] = [
    {"resourceType": "Organization", "id": "o1", "name": "Durand et fils"},
    {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Durand"}]},
    {"resourceType": "Patient", "id": "mine", "name": [{"family": "Visible"}]},
    {
        "resourceType": "CareTeam",
        "id": "ours",
        "status": "active",
        "subject": reference("Patient/mine"),
        "participant": [{"member": reference("PractitionerRole/out")}],
    },
    {
        "resourceType": "Observation",
        "id": "seen",
        "status": "final",
        "code": {"text": "poids"},
        "subject": reference("Patient/mine"),
        # What is seen may point to what is not.
        "performer": [reference("Practitioner/d1")],
        "focus": [reference("Patient/hidden")],
        "derivedFrom": [reference("Observation/masked")],
    },
]
HIDDEN: list[dict[str, Any]] = [
    measured("by-code", "15074-8", "2022-01-01", hasMember=[reference("Observation/told")]),
    measured("by-year", "2093-3", "2020-06-01"),
    measured(
        "by-label", "2093-3", "2022-01-01", meta={"security": [{"system": ACT, "code": "HIV"}]}
    ),
    measured("in-words", "", "2022-01-01") | {"code": {"text": "secret"}},
    {
        "resourceType": "Patient",
        "id": "hidden",
        "identifier": [{"system": "urn:s", "value": "1234"}],
        "name": [{"family": "Durand", "given": ["Zoé"]}],
        "birthDate": "1980-02-03",
        "generalPractitioner": [reference("Practitioner/d1")],
        "managingOrganization": reference("Organization/o1"),
        "link": [{"other": reference("Patient/mine"), "type": "seealso"}],
    },
    {
        "resourceType": "CareTeam",
        "id": "theirs",
        "status": "active",
        "subject": reference("Patient/hidden"),
        "participant": [
            {"member": reference("Practitioner/d1")},
            {"member": reference("Organization/o1")},
        ],
    },
    {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [{"system": "urn:c", "code": "29463-7"}]},
        "subject": reference("Patient/hidden"),
        "performer": [reference("Practitioner/d1")],
        "effectiveDateTime": "2026-01-01",
        "hasMember": [reference("Observation/seen")],
    },
    {
        "resourceType": "Observation",
        "id": "masked",
        "status": "final",
        "meta": {"security": [{"code": "MASQUE_PS"}]},
        "code": {"text": "secret"},
        "subject": reference("Patient/mine"),
        "effectiveDateTime": "2026-02-01",
    },
    {
        "resourceType": "List",
        "id": "l",
        "status": "current",
        "mode": "working",
        "subject": reference("Patient/hidden"),
        "entry": [{"item": reference("Observation/seen")}, {"item": reference("Patient/mine")}],
    },
]


@pytest.fixture(scope="module")
async def worlds(
    mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[Scene, Scene]]:
    """A server that hides something, and one where it never was."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("with", "without"))
    async with own_database(mongodb_uri, first) as full, own_database(mongodb_uri, second) as bare:
        with_hidden, without = Scene(full, ""), Scene(bare, "")
        for world in (with_hidden, without):
            await world.load(*OPEN)
            await world.load(*PARTLY)
        await with_hidden.load(*HIDDEN)
        yield with_hidden, without


IDS = ("hidden", "mine", "o", "seen", "masked", "theirs", "ours", "l", "d1", "o1", "nothing")
PARTS = ("partly", "told", "by-code", "by-year", "by-label", "in-words")
TYPES = ("Patient", "Observation", "CareTeam", "List", "Practitioner", "Organization")
PARAMETERS = st.sampled_from(
    [
        *(("_id", id) for id in IDS),
        ("_id", ",".join(PARTS)),
        ("patient", "Patient/partly"),
        ("code", "15074-8"),
        ("_security", "HIV"),
        ("date", "2020"),
        ("derived-from:Observation.code", "15074-8"),
        ("_has:Observation:subject:code", "15074-8"),
        ("_has:Observation:has-member:date", "ge2022"),
        ("_revinclude", "Observation:has-member"),
        ("identifier", "urn:s|1234"),
        ("identifier:not", "urn:s|1234"),
        ("name", "durand"),
        ("family", "Durand"),
        ("birthdate", "lt2000-01-01"),
        ("code", "29463-7"),
        ("code:not", "29463-7"),
        ("code:text", "secret"),
        ("status", "final"),
        ("status:not", "active"),
        ("date", "ge2025-01-01"),
        ("_lastUpdated", "ge2020-01-01"),
        ("_tag:not", "x"),
        ("_security", "MASQUE_PS"),
        ("_security:not", "MASQUE_PS"),
        ("_content", "durand"),
        ("_text", "durand"),
        ("_list", "l"),
        ("_list", "hidden,l"),
        *((name, f"Patient/{id}") for name in ("patient", "subject") for id in ("hidden", "mine")),
        ("patient.family", "durand"),
        ("subject:Patient.family", "Durand"),
        ("subject:Patient.birthdate:missing", "true"),
        ("subject:Patient.identifier", "urn:s|1234"),
        ("patient.link:Patient.family", "visible"),
        ("focus:Patient.family", "durand"),
        ("derived-from:Observation.code:text", "secret"),
        ("derived-from:Observation.subject:Patient.family", "visible"),
        ("has-member:Observation.status", "final"),
        ("performer:Practitioner.family", "durand"),
        ("participant:Organization.name", "durand"),
        ("general-practitioner", "Practitioner/d1"),
        ("organization", "Organization/o1"),
        ("participant", "Practitioner/d1"),
        ("link", "Patient/mine"),
        ("_has:Observation:subject:code", "29463-7"),
        ("_has:Observation:patient:_security", "MASQUE_PS"),
        ("_has:Observation:performer:status", "final"),
        ("_has:Observation:performer:subject:Patient.family", "durand"),
        ("_has:Observation:has-member:status", "final"),
        ("_has:Observation:derived-from:status", "final"),
        ("_has:CareTeam:participant:status", "active"),
        ("_has:CareTeam:patient:participant", "Practitioner/d1"),
        ("_has:Patient:general-practitioner:family", "durand"),
        ("_has:Patient:organization:_id", "hidden"),
        ("_has:List:item:_id", "l"),
        ("_filter", 'family eq "durand" or name co "dur"'),
        ("_filter", 'not (subject.family eq "durand")'),
        ("_include", "*"),
        ("_include", "Observation:focus"),
        ("_include:iterate", "Observation:derived-from"),
        ("_include", "CareTeam:participant"),
        ("_revinclude", "*"),
        ("_revinclude", "Observation:subject"),
        ("_revinclude", "Observation:performer"),
        ("_revinclude:iterate", "Patient:general-practitioner"),
        ("_revinclude", "List:item"),
        ("_sort", "-_lastUpdated"),
        ("_sort", "birthdate"),
        ("_sort", "-date,_id"),
        ("_summary", "count"),
        ("_total", "accurate"),
        ("_total", "estimate"),
        ("_count", "1"),
        ("_count", "0"),
        ("_elements", "id"),
    ]
)
PLACES = st.one_of(
    st.sampled_from([*TYPES, "", "Patient/mine/Observation", "Patient/hidden/Observation"]),
    st.sampled_from(["Patient/partly/Observation", "Patient/partly/$everything"]),
    st.builds("Observation/{}".format, st.sampled_from(PARTS)),
    st.builds("Observation/{}/_history/1".format, st.sampled_from(PARTS)),
    st.sampled_from(["Patient/hidden/*", "Patient/hidden/$everything", "Patient/$everything"]),
    st.builds("{}/_history".format, st.sampled_from(TYPES)),
    st.builds("{}/{}".format, st.sampled_from(TYPES), st.sampled_from(IDS)),
    st.builds("{}/{}/_history".format, st.sampled_from(TYPES), st.sampled_from(IDS)),
    st.builds("{}/{}/_history/1".format, st.sampled_from(TYPES), st.sampled_from(IDS)),
    st.builds("{}/{}/$meta".format, st.sampled_from(TYPES), st.sampled_from(IDS)),
    st.builds("{}/{}/$validate".format, st.sampled_from(TYPES), st.sampled_from(IDS)),
)

_MOMENTS = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z")
_TOKENS = re.compile(r"(_page|after|before|_cursor|ct|cursor|page)=[^&\"]+")


def told(answer: Any) -> tuple[int, str]:
    """Give what an answer tells, without addresses, moments and positions."""
    body = answer.text.replace(str(answer.request.url.netloc.decode()), "server")
    body = _TOKENS.sub(r"\1=", _MOMENTS.sub("then", body))
    return answer.status_code, body


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(place=PLACES, asked=st.lists(PARAMETERS, max_size=3))
async def test_an_outsider_finds_a_world_without_the_hidden(
    worlds: tuple[Scene, Scene], place: str, asked: list[tuple[str, str]]
) -> None:
    """Every made-up question is answered as if the hidden had never been."""
    url = f"/{place}?{urlencode(asked)}" if asked else f"/{place}"
    first, second = [await world.send(OUTSIDER, "GET", url) for world in worlds]
    assert told(first) == told(second), url


@pytest.mark.parametrize(
    "asked", ["", "?_count=500", "?_count=0", "?_since=2020-01-01", "?_count=3&_total=accurate"]
)
async def test_the_history_of_everything_is_of_a_world_without_the_hidden(
    worlds: tuple[Scene, Scene], asked: str
) -> None:
    """Total, and what is on the page, in whichever order moments put it."""
    found = []
    for world in worlds:
        bundle = (await world.send(OUTSIDER, "GET", f"/_history{asked}")).json()
        urls = [entry["fullUrl"].rpartition("/fhir/")[2] for entry in bundle.get("entry", ())]
        found.append((bundle["total"], len(urls) if "_count=3" in asked else sorted(urls)))
    assert found[0] == found[1]


WRITES: dict[str, tuple[str, str, Any, dict[str, str]]] = {
    "update": ("PUT", "/Patient/{}", {"resourceType": "Patient", "id": "{}"}, {}),
    "update of a version": (
        "PUT",
        "/Patient/{}",
        {"resourceType": "Patient", "id": "{}"},
        {"If-Match": 'W/"1"'},
    ),
    "conditional update": (
        "PUT",
        "/Patient?identifier=urn:s|{}",
        {"resourceType": "Patient", "id": "{}"},
        {},
    ),
    "patch": ("PATCH", "/Patient/{}", [{"op": "test", "path": "/birthDate", "value": "x"}], {}),
    "conditional patch": ("PATCH", "/Patient?family={}", [], {}),
    "delete": ("DELETE", "/Patient/{}", None, {}),
    "conditional delete": ("DELETE", "/Patient?identifier=urn:s|{}", None, {}),
    "circle": (
        "POST",
        "/CareTeam",
        {"resourceType": "CareTeam", "status": "active", "subject": reference("Patient/{}")},
        {},
    ),
    "note": (
        "POST",
        "/Observation",
        {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "x"},
            "subject": reference("Patient/{}"),
        },
        {},
    ),
    "transaction with a conditional reference": (
        "POST",
        "",
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {
                    "resource": {
                        "resourceType": "Observation",
                        "status": "final",
                        "code": {"text": "x"},
                        "subject": reference("Patient?identifier=urn:s|{}"),
                    },
                    "request": {"method": "POST", "url": "Observation"},
                }
            ],
        },
        {},
    ),
    "conditional read": ("GET", "/Patient/{}", None, {"If-None-Match": 'W/"1"'}),
    "conditional read of a version": (
        "GET",
        "/Patient/{}/_history/1",
        None,
        {"If-None-Match": "*", "If-Modified-Since": "Sun, 06 Nov 2044 08:49:37 GMT"},
    ),
    "emergency without a reason": ("GET", "/Patient/{}", None, {"X-Emergency-Access": "x"}),
    "meta": (
        "POST",
        "/Patient/{}/$meta-add",
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "meta", "valueMeta": {"tag": [{"code": "x"}]}}],
        },
        {},
    ),
}


@pytest.mark.parametrize("way", WRITES)
async def test_writes_find_a_world_without_the_hidden(
    worlds: tuple[Scene, Scene], way: str
) -> None:
    """Writes about the hidden fail, or do nothing, in the very words of what is not there."""
    method, url, body, headers = WRITES[way]
    answers = []
    for name, number in (("hidden", "1234"), ("nothing", "9999")):
        word = number if "identifier" in json.dumps([url, body]) else name
        text = json.loads(json.dumps(body).replace("{}", word))
        kind = {"Content-Type": "application/json-patch+json"} if method == "PATCH" else {}
        answer = await worlds[0].send(OUTSIDER, method, url.format(word), text, headers | kind)
        status, said = told(answer)
        answers.append((status, said.replace(word, "?")))
    assert answers[0] == answers[1]


async def test_time_tells_nothing(worlds: tuple[Scene, Scene]) -> None:
    """What is hidden takes as long as what is not there, as far as a median can tell."""
    scene = worlds[0]
    times: dict[str, list[float]] = {"hidden": [], "nothing": [], "absent": []}
    for turn in range(150):
        names = list(times)
        for name in names[turn % 3 :] + names[: turn % 3]:
            begun = time.perf_counter()
            await scene.send(OUTSIDER, "GET", f"/Patient/{name}")
            times[name].append(time.perf_counter() - begun)
    middle = {name: statistics.median(found) for name, found in times.items()}
    spread = statistics.median(abs(found - middle["nothing"]) for found in times["nothing"])
    assert abs(middle["hidden"] - middle["nothing"]) < max(3 * spread, 0.25 * middle["nothing"])
