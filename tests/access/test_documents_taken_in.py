"""CDA documents that somebody hands in who does not see what they hold, over HTTP."""

import re

import httpx
import pytest

from access.records import OUTSIDER
from access.serving import SYSTEM, Scene
from cordee.access.caller import Caller

pytestmark = pytest.mark.xdist_group("circles")

DOCUMENT = """<ClinicalDocument xmlns="urn:hl7-org:v3">
<id root="1.2.3.{number}" extension="@"/>
<code code="11488-4" codeSystem="2.16.840.1.113883.6.1"/>
<title>Lettre</title>
<effectiveTime value="20260101"/>
<recordTarget><patientRole><id root="1.2.9" extension="@"/>
<patient><name><family>Durand</family></name></patient></patientRole></recordTarget>
</ClinicalDocument>"""
IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


async def taken_in(scene: Scene, caller: Caller, number: int) -> httpx.Response:
    client = await scene.server.client(caller)
    content = scene.own(DOCUMENT.format(number=number))
    kind = {"Content-Type": "application/cda+xml"}
    return await client.post("/$from-cda", content=content, headers=kind)


async def test_a_hidden_document_is_as_one_that_never_came(server: Scene) -> None:
    """Whoever hands it in again is not told that it, or what was made of it, is stored."""
    assert (await taken_in(server, SYSTEM, 1)).status_code == 200
    answers = [await taken_in(server, OUTSIDER, number) for number in (1, 2)]
    told = [(each.status_code, IDS.sub("?", each.text)) for each in answers]
    assert told[0] == told[1]
