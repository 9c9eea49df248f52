"""Documents provided here, and on their way to the DMP."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from bridges.exchanges.conftest import Heard
from bridges.mhd.conftest import Manager
from bridges.mhd.provided_bundle import provided
from cordee.access.caller import Caller
from cordee.bridges.exchange import Done, Exchange, written
from cordee.bridges.mhd.forwarding import BRIDGE, SUBMIT, forwarded, mhd_bridge
from cordee.bridges.mhd.submission import ProvideDocuments
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.interactions.services import OperationEntry, Services
from cordee.web.application import build

DOCTOR = Caller(subject="810002673899", name="Dr Roche")


def _with_dmp(services: Services, **more: Any) -> Services:
    changed = {"dmp_url": "https://dmp.example", **more}
    return replace(
        services,
        settings=services.settings.model_copy(update=changed),
        submissions=(ProvideDocuments(services.store.exchanges(), forwarded),),  # type: ignore[attr-defined]
        audit=Heard(),
    )


@pytest.mark.parametrize(
    ("settings", "type", "count"),
    [
        ({}, "application/xml", 1),
        ({}, "application/octet-stream", 0),
        ({"pdsm_to_dmp": False}, "application/xml", 0),
        ({"dmp_url": None}, "application/xml", 0),
    ],
    ids=["a CDA document", "another format", "not wanted", "no DMP"],
)
async def test_cda_documents_are_queued_with_what_stores_them(
    manager: Manager, standing: tuple[Any, str], settings: Any, type: str, count: int
) -> None:
    """What the DMP takes is queued in the same transaction, once, with its line of audit."""
    opened = _with_dmp(standing[0], **settings)
    bundle = provided(manager.person)
    bundle["entry"][1]["resource"]["content"][0]["attachment"]["contentType"] = type
    bundle["entry"][2]["resource"]["contentType"] = type
    transport = httpx.ASGITransport(build(opened))
    async with httpx.AsyncClient(transport=transport, base_url="http://test/fhir") as http:
        answer = await http.post("", json=bundle)
        assert answer.status_code == 200, answer.text
        assert (await http.post("", json=bundle)).status_code == 409
    place = answer.json()["entry"][1]["response"]["location"]
    queue = standing[0].store.exchanges()
    found = await queue.list(bridge=BRIDGE, subject=manager.person)
    assert [each.about for each in found] == [(place,)] * count
    assert isinstance(opened.audit, Heard)
    lines = [act for act in opened.audit.acts if act.name == f"${BRIDGE}-{SUBMIT}-waiting"]
    assert [f"{act.type}/{act.id}" for act in lines] == [place.partition("/_history")[0]] * count


def _exchange() -> Exchange:
    return Exchange(
        BRIDGE,
        SUBMIT,
        "key",
        about=("DocumentReference/1/_history/2",),
        content={"base": "http://test/fhir"},
        caller=written(DOCTOR),
    )


async def test_a_document_is_handed_over_for_who_provided_it(standing: tuple[Any, str]) -> None:
    """The operation that submits is called for the document, as its provider would."""
    asked: list[Request] = []

    async def submit(_: Services, request: Request) -> Response:
        asked.append(request)
        row = {"name": "exchange", "valueString": "the id"}
        return Response(202, resource={"resourceType": "Parameters", "parameter": [row]})

    entry = OperationEntry(SUBMIT, "https://cordee.example/fhir/OperationDefinition/x", submit)
    services = replace(standing[0], operations=(entry,))
    async with mhd_bridge(services) as handlers:
        outcome = await handlers[BRIDGE, SUBMIT](_exchange())
    assert outcome == Done({"exchange": "the id", "unique_id": None})
    (request,) = asked
    assert (request.type, request.id, request.caller) == ("DocumentReference", "1", DOCTOR)


async def test_what_the_dmp_would_not_take_is_told(standing: tuple[Any, str]) -> None:
    """The reason that the operation gives is the exchange's."""

    async def submit(_: Services, __: Request) -> Response:
        raise FhirError(Category.UNPROCESSABLE, "The INS is not qualified")

    entry = OperationEntry(SUBMIT, "https://cordee.example/fhir/OperationDefinition/x", submit)
    async with mhd_bridge(replace(standing[0], operations=(entry,))) as handlers:
        with pytest.raises(FhirError, match="not qualified"):
            await handlers[BRIDGE, SUBMIT](_exchange())
    async with mhd_bridge(replace(standing[0], operations=())) as handlers:
        assert handlers == {}
