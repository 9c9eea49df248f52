"""Large bodies are worked on beside the event loop, with the same answers."""

from typing import Any

import httpx
import pytest

from cordee.background import LARGE, on_loop
from cordee.bridges.mhd.names import PROVIDE
from cordee.validation.validator import Validator

LINES = {"text": "x" * 50, "answer": [{"valueString": "y"}]}
JSON_PATCH = {"Content-Type": "application/json-patch+json"}


@pytest.fixture
def looped(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each validation held the event loop, in their order."""
    found: list[bool] = []
    whole = Validator.validate

    def watched(self: Validator, *given: Any, **more: Any) -> Any:
        found.append(on_loop())
        return whole(self, *given, **more)

    monkeypatch.setattr(Validator, "validate", watched)
    return found


def response(count: int, **more: Any) -> dict[str, Any]:
    """A QuestionnaireResponse with so many items."""
    items = [{"linkId": str(n)} | LINES for n in range(count)]
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": items} | more


def bundle(kind: str, *resources: dict[str, Any]) -> dict[str, Any]:
    """A Bundle that creates them."""
    rows = [
        {"resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": rows}


def issue(answer: httpx.Response) -> dict[str, Any]:
    """The first issue of an outcome, of the answer or of its last entry."""
    told = answer.json()
    if told["resourceType"] == "Bundle":
        told = told["entry"][-1]["response"]["outcome"]
    found: dict[str, Any] = told["issue"][0]
    return found


async def test_small_bodies_need_no_thread(http: httpx.AsyncClient, looped: list[bool]) -> None:
    """A hop costs more than they do."""
    assert (await http.post("/QuestionnaireResponse", json=response(3))).status_code == 201
    assert (await http.post("/Bundle/$validate", json=bundle("batch"))).status_code == 200
    assert looped == [True, True]


async def test_large_ones_are_validated_beside_the_loop(
    http: httpx.AsyncClient, looped: list[bool]
) -> None:
    """However they come: alone, as an update, patched, in Bundles, to be validated only."""
    large = response(LARGE // 90, id="large")
    path = "/QuestionnaireResponse/large"
    assert (await http.post("/QuestionnaireResponse", json=large)).status_code == 201
    assert (await http.put(path, json=large)).status_code == 201
    change = [{"op": "replace", "path": "/status", "value": "amended"}]
    assert (await http.patch(path, json=change, headers=JSON_PATCH)).status_code == 200
    assert (await http.post("/QuestionnaireResponse/$validate", json=large)).status_code == 200
    assert (await http.get(f"{path}/$validate")).status_code == 200
    assert (await http.post("", json=bundle("transaction", large))).status_code == 200
    assert looped == [False] * 6
    looped.clear()
    # Of a batch, only the entry that is large itself.
    assert (await http.post("", json=bundle("batch", large, response(1)))).status_code == 200
    assert sorted(looped) == [False, True]


@pytest.mark.parametrize("way", ["create", "validate", "batch", "transaction"])
async def test_faults_of_large_ones_are_told_with_their_place(
    http: httpx.AsyncClient, way: str
) -> None:
    """Line and column are looked for beside the loop, too."""
    faulty, whole = response(2, statu="x"), response(LARGE // 90)
    faulty["item"] += whole["item"]
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "create": ("/QuestionnaireResponse", faulty),
        "validate": ("/QuestionnaireResponse/$validate", faulty),
        "batch": ("", bundle("batch", whole, response(1, statu="x"))),
        "transaction": ("", bundle("transaction", whole, faulty)),
    }
    path, body = ways[way]
    told = issue(await http.post(path, json=body))
    assert "'statu'" in told["diagnostics"]
    assert any("issue-line" in row["url"] for row in told["extension"])


@pytest.mark.parametrize("way", ["document", "provided"])
async def test_what_bridges_take_is_read_beside_the_loop(
    http: httpx.AsyncClient, looped: list[bool], way: str
) -> None:
    """A record to be made a CDA document, documents that are provided."""
    body = bundle("transaction", response(LARGE // 90))
    body["meta"] = {"profile": [min(PROVIDE)]}
    place = {"document": "/$to-cda?type=liaison", "provided": ""}[way]
    assert (await http.post(place, json=body)).status_code == 422
    assert looped == [False]
