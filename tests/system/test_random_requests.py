"""Ten thousand random requests: none makes the server fail, hang, or answer without saying why."""

import asyncio
import json
import random
import string
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.hostile_requests import ask, searches

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("random")]
BATCH = 25
EXAMPLES = 400

TYPES = ["Patient", "CareTeam", "Task", "Observation", "Bundle", "Binary", "Basic", "Nothing", "x"]
PARAMETERS = [
    "identifier", "family", "birthdate", "_id", "_lastUpdated", "subject", "patient.name",
    "participant:PractitionerRole.practitioner:Practitioner.identifier", "code", "value-quantity",
    "_has:CareTeam:patient:status", "_include", "_revinclude", "_sort", "_count", "_total",
    "_summary", "_elements", "_filter", "_text", "_content", "name:exact", "name:missing",
    "gender:not", "near", "_type", "_list", "_since", "_at", "_format", "code-value-quantity", "x",
]  # fmt: skip
ELEMENTS = [
    "resourceType", "id", "meta", "name", "family", "subject", "reference", "entry", "resource",
    "request", "method", "url", "type", "_birthDate", "extension", "birthDate", "contained", "text",
    "div", "versionId", "op", "path", "value",
]  # fmt: skip
VALUES = [
    "", "a", "1", "-1", "0", "ge2020", "2020-13-45", "ap5.4|http://unitsofmeasure.org|mg", "|",
    "a|", "|b", "a,b", "a\\,b", "a$b", "Patient/1", "http://x/Patient/1", "true", "*", "json",
    'name eq "x" and (birthdate gt 2020)', "((((", "é", "\x00", "%", "9" * 400, "_lastUpdated",
    "-family,birthdate", "accurate", "count", "5e400", "1e-400", "ne9999", "sa0001-01-01",
]  # fmt: skip

text = st.one_of(st.sampled_from(VALUES), st.text(max_size=12))
query = st.lists(st.tuples(st.sampled_from(PARAMETERS), text), max_size=4)
identifier = st.one_of(
    st.sampled_from(["1", "a", "-", "..", "%2e%2e", "é", "x" * 65]),
    st.text(string.ascii_letters + string.digits + "-.", min_size=1, max_size=8),
)
segment = st.one_of(
    st.sampled_from(["_history", "_history/1", "_history/x", "_search", "$everything", "$meta"]),
    st.sampled_from(["$validate", "$export", "$nothing", "Observation", "*", "_history/1/2"]),
)
path = st.builds(
    "/".join,
    st.one_of(
        st.just([]),
        st.builds(lambda kind: [kind], st.sampled_from([*TYPES, "metadata", "_history", "$meta"])),
        st.builds(lambda kind, one: [kind, one], st.sampled_from(TYPES), identifier),
        st.builds(lambda kind, last: [kind, last], st.sampled_from(TYPES), segment),
        st.builds(lambda *parts: list(parts), st.sampled_from(TYPES), identifier, segment),
    ),
)
value = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), text),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(ELEMENTS), inner, max_size=4),
    ),
    max_leaves=12,
)
resource = st.builds(
    lambda kind, rest: {"resourceType": kind, **rest},
    st.sampled_from(TYPES),
    st.dictionaries(
        st.sampled_from(["id", "name", "status", "code", "subject", "entry", "type", "meta"]),
        value,
        max_size=4,
    ),
)
body = st.one_of(
    st.none(),
    resource.map(lambda one: json.dumps(one).encode()),
    value.map(lambda one: json.dumps(one).encode()),
    st.binary(max_size=40),
    st.sampled_from([b"{", b"[" * 500, b"<Patient/>", b"<!DOCTYPE x><x/>", b"\xff\xfe"]),
)
media = [
    "application/fhir+json", "application/fhir+xml", "application/json-patch+json", "text/plain",
    "application/x-www-form-urlencoded", "application/fhir+json; fhirVersion=9", "x", "*/*",
]  # fmt: skip
headers = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(media),
        "Accept": st.sampled_from(media),
        "If-Match": st.sampled_from(['W/"1"', "W/", '"x"', "*", ""]),
        "If-None-Match": st.sampled_from(['W/"1"', "*", "x"]),
        "If-Modified-Since": st.sampled_from(["yesterday", "Mon, 01 Jan 2024 00:00:00 GMT"]),
        "If-None-Exist": st.sampled_from(["identifier=a|b", "x=y", "", "_id=1&_id=2"]),
        "Prefer": st.sampled_from(["return=minimal", "handling=strict", "respond-async", "=;,"]),
        "Content-Encoding": st.sampled_from(["gzip", "x"]),
    },
)
request = st.tuples(
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    path,
    query,
    headers,
    body,
)
Sent = tuple[str, str, list[tuple[str, str]], dict[str, str], bytes | None]


@given(st.lists(request, min_size=BATCH, max_size=BATCH))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@pytest.mark.timeout(1200)
def test_no_request_makes_the_server_fail(server: Any, requests: list[Sent]) -> None:
    """Every answer comes within half a minute, is no 5xx, and every error says why."""
    for sent, answer in zip(requests, asyncio.run(_send(server.base_url, requests)), strict=True):
        assert answer.status_code < 500, (sent, answer.text)
        if answer.status_code >= 400 and sent[0] != "HEAD":
            assert b"OperationOutcome" in answer.content, (sent, answer.status_code, answer.text)


async def _send(base_url: str, requests: list[Sent]) -> list[httpx.Response]:
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as http:
        return await asyncio.gather(
            *(
                http.request(
                    method,
                    f"/{path}",
                    params=httpx.QueryParams(tuple(query)),
                    headers=headers,
                    content=body,
                )
                for method, path, query, headers, body in requests
            )
        )


SEARCHED = [
    ("Patient", "name"), ("Patient", "birthdate"), ("Patient", "identifier"),
    ("Patient", "phonetic"), ("Patient", "general-practitioner"), ("Patient", "_id"),
    ("Patient", "_lastUpdated"), ("Patient", "_text"), ("Patient", "_list"), ("ValueSet", "url"),
    ("RiskAssessment", "probability"), ("Observation", "value-quantity"), ("Location", "near"),
    ("Observation", "code-value-quantity"),
]  # fmt: skip


def test_hostile_searches_are_refused_by_name(server: Any) -> None:
    """One parameter of each kind, each modifier: no 5xx, and refusals name the parameter."""
    asked = searches(SEARCHED, 6, random.Random(5))
    assert set(asyncio.run(ask(server.base_url, asked))) == {"searches"}
