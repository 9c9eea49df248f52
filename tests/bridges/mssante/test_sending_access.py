"""Nobody sends what they may not read."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from access.serving import Server
from bridges.cda.conftest import tables
from cordee.access.caller import Caller
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.mssante.sending import send
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request, Response
from cordee.store.mongo_store import MongoStore

__all__ = ["tables"]
pytestmark = pytest.mark.xdist_group("circles")


def professional(name: str) -> Caller:
    """A health professional."""
    roles = (f"PractitionerRole/{name}",)
    return Caller(subject=name, kind="professional", perimeter="health", references=roles)


def record(key: str, patient: str) -> list[dict[str, Any]]:
    """A person with a circle of one nurse, and a message to her with a document."""
    person = {"reference": f"Patient/{patient}"}
    nurse = {"reference": f"PractitionerRole/nurse{key}"}
    return [
        {"resourceType": "Patient", "id": patient},
        {
            "resourceType": "PractitionerRole",
            "id": f"nurse{key}",
            "telecom": [{"system": "email", "value": f"n{key}@pro.mssante.fr"}],
        },
        {
            "resourceType": "CareTeam",
            "id": f"t{patient}",
            "status": "active",
            "subject": person,
            "participant": [{"member": nurse}],
        },
        {
            "resourceType": "Communication",
            "id": f"c{patient}",
            "status": "preparation",
            "subject": person,
            "recipient": [nurse],
            "payload": [{"contentString": "Bonjour."}],
        },
    ]


async def test_only_who_reads_a_message_sends_it(circles: Server, tables: CodeTables) -> None:
    """To others it does not exist; nor does what it carries, when that is hidden from them."""
    key = uuid4().hex[:8]
    await circles.load(*record(key, f"p{key}"))
    await circles.load(
        {"resourceType": "Patient", "id": f"other{key}"},
        {
            "resourceType": "ServiceRequest",
            "id": f"s{key}",
            "status": "active",
            "intent": "order",
            "subject": {"reference": f"Patient/other{key}"},
        },
    )
    settings = circles.services.settings.model_copy(
        update={"mssante_mailbox": "us@tilleuls.mssante.fr", "mssante_smtp": "smtp://127.0.0.1:1"}
    )
    services = replace(circles.services, settings=settings)
    assert isinstance(services.store, MongoStore)
    queue = services.store.exchanges()

    async def ask(name: str, id: str) -> Response:
        caller = await services.policy.prepare(professional(name))
        return await send(tables, queue, services, Request("", "Communication", id, caller=caller))

    message = f"cp{key}"
    with pytest.raises(FhirError) as refused:
        await ask(f"out{key}", message)
    assert refused.value.category is Category.NOT_FOUND
    assert (await ask(f"nurse{key}", message)).status == 200
    (exchange,) = [
        row for row in await queue.list(bridge="mssante") if row.subject == f"Patient/p{key}"
    ]
    assert f"nurse{key}" in exchange.caller
    hidden = record(key, f"p{key}")[-1] | {
        "id": f"d{key}",
        "payload": [{"contentReference": {"reference": f"ServiceRequest/s{key}"}}],
    }
    await circles.load(hidden)
    with pytest.raises(FhirError) as refused:
        await ask(f"nurse{key}", f"d{key}")
    assert refused.value.category is Category.NOT_FOUND


async def test_the_mailbox_is_for_who_acts_for_the_structure(
    circles: Server, tables: CodeTables
) -> None:
    """Patients, relatives and strangers write messages here, and send none in its name."""
    key = uuid4().hex[:8]
    patient = f"q{key}"
    son = {"resourceType": "RelatedPerson", "id": f"s{key}"}
    *rows, _ = record(f"q{key}", patient)
    rows[-1]["participant"].append({"member": {"reference": f"RelatedPerson/s{key}"}})
    await circles.load(*rows, son | {"patient": {"reference": f"Patient/{patient}"}})
    settings = circles.services.settings.model_copy(
        update={"mssante_mailbox": "us@tilleuls.mssante.fr", "mssante_smtp": "smtp://127.0.0.1:1"}
    )
    services = replace(circles.services, settings=settings)
    assert isinstance(services.store, MongoStore)
    queue = services.store.exchanges()
    about = {"subject": {"reference": f"Patient/{patient}"}}
    callers: list[tuple[Caller, dict[str, Any]]] = [
        (Caller(subject=patient, kind="patient", references=(f"Patient/{patient}",)), about),
        (Caller(subject="son", kind="relative", references=(f"RelatedPerson/s{key}",)), about),
        (Caller(subject=f"x{key}", kind="professional", perimeter="health"), {}),
    ]
    for caller, subject in callers:
        client = await circles.client(caller)
        message = {
            "resourceType": "Communication",
            "status": "preparation",
            "recipient": [{"reference": f"PractitionerRole/nurseq{key}"}],
            "payload": [{"contentString": "Au nom de la maison."}],
        }
        made = await client.post("/Communication", json=message | subject)
        assert made.status_code == 201, made.text
        prepared = await services.policy.prepare(caller)
        asked = Request("", "Communication", made.headers["location"].split("/")[-3])
        with pytest.raises(FhirError, match="structure") as refused:
            await send(tables, queue, services, replace(asked, caller=prepared))
        assert refused.value.category is Category.FORBIDDEN
