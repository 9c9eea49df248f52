"""What one request may cost: each limit over HTTP, with an answer that names it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

OpenClient = Callable[..., Awaitable[httpx.AsyncClient]]


def reason(answer: httpx.Response) -> str:
    """Give the first reason of a refusal."""
    return str(answer.json()["issue"][0]["diagnostics"])


@pytest.fixture
async def tight(open_client: OpenClient) -> httpx.AsyncClient:
    """A server with narrow limits."""
    return await open_client(
        max_parameters=5,
        max_values=3,
        max_chain_depth=2,
        max_bundle_entries=2,
        max_page_size=2,
        max_included=1,
        max_body_bytes=2_048,
        max_depth=20,
    )


CHAIN = "CareTeam?participant:PractitionerRole.organization:Organization.partof:Organization.name=x"
HAS = "Patient?_has:Observation:patient:_has:Observation:derived-from:_has:Observation:focus:code=1"
FILTER = "(" * 60 + "active eq true" + ")" * 60


@pytest.mark.parametrize(
    ("url", "status", "said"),
    [
        ("Patient?" + "&".join(f"family={n}" for n in range(6)), 403, "CORDEE_MAX_PARAMETERS"),
        ("Patient?family=a,b,c,d", 403, "more than 3 values"),
        (CHAIN, 403, "CORDEE_MAX_CHAIN_DEPTH"),
        (HAS, 403, "CORDEE_MAX_CHAIN_DEPTH"),
        (f"Patient?_filter={FILTER}", 400, "nested too deeply"),
    ],
    ids=["parameters", "values", "chain", "has", "filter"],
)
async def test_a_search_that_asks_too_much_is_refused(
    url: str, status: int, said: str, tight: httpx.AsyncClient
) -> None:
    """Too many parameters, values, steps or levels: refused before the database is asked."""
    answer = await tight.get(f"/{url}")
    assert answer.status_code == status, answer.text
    assert said in reason(answer)


async def test_a_body_that_is_too_much_is_refused(tight: httpx.AsyncClient) -> None:
    """Too many bytes, levels or entries."""
    deep: Any = {"resourceType": "Patient"}
    for _ in range(30):
        deep = {"resourceType": "Patient", "contained": [deep]}
    entry = {"request": {"method": "GET", "url": "Patient"}}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [entry] * 3}
    long = {"resourceType": "Patient", "name": [{"family": "x" * 3_000}]}
    assert (await tight.post("/Patient", json=long)).status_code == 413
    assert (await tight.post("/Patient", json=deep)).status_code == 400
    assert (await tight.post("", json=bundle)).status_code == 413


async def test_pages_and_includes_end_where_the_settings_say(tight: httpx.AsyncClient) -> None:
    """A page has no more matches than allowed, and says when its includes stop."""
    for name in ("a", "b", "c"):
        patient = {"resourceType": "Patient", "id": name}
        assert (await tight.put(f"/Patient/{name}", json=patient)).status_code == 201
        seen = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"text": "x"},
            "subject": {"reference": f"Patient/{name}"},
        }
        assert (await tight.post("/Observation", json=seen)).status_code == 201
    page = (await tight.get("/Observation?_count=100&_include=Observation:subject")).json()
    modes = [row["search"]["mode"] for row in page["entry"]]
    assert modes == ["match", "match", "include", "outcome"]
    assert "Includes stop at 1" in str(page["entry"][-1])


async def test_a_server_with_too_much_to_do_says_so(open_client: OpenClient) -> None:
    """Beyond the most at once: 503 with Retry-After and an OperationOutcome, and later 200."""
    client = await open_client(max_concurrent=1)
    body = {"resourceType": "Patient", "name": [{"family": "x"}]}
    first = client.post("/Patient", json=body)
    answers = await asyncio.gather(first, *(client.get("/Patient/none") for _ in range(5)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes[0] == 201
    assert 503 in codes
    (shed, *_) = [answer for answer in answers if answer.status_code == 503]
    assert shed.headers["Retry-After"] == "1"
    assert "CORDEE_MAX_CONCURRENT" in reason(shed)
    assert (await client.get("/Patient/none")).status_code == 404
