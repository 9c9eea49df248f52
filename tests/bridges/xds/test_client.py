"""The client on the wire: certificates, hostile answers, limits, settings."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from bridges.xds.conftest import Variant, patient_id, told
from bridges.xds.dmp.simulator import Simulator
from bridges.xds.dmp.wire import enveloped, fault, packed, response
from certificates import Authority
from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.document import read as read_cda
from cordee.bridges.metadata.ebrim.writing import submit_objects
from cordee.bridges.metadata.from_cda import Source, entry_of, for_dmp
from cordee.bridges.metadata.namespaces import APPROVED
from cordee.bridges.xds.client import About, DmpClient
from cordee.bridges.xds.lot_signature import canonical
from cordee.bridges.xds.seal import Seal
from cordee.bridges.xds.submission import Ids, signed_lot, submission_set, submitter
from cordee.bridges.xds.transport import Transport
from cordee.bridges.xds.vihf import Holder
from cordee.errors import Category, FhirError
from cordee.interactions.services import now
from cordee.settings import Settings

QUERY = "RegistryStoredQuery"
SOAP = "application/soap+xml; charset=utf-8"
AUTOMATON = Code("AUTOMATE", "1.2.250.1.213.1.1.4.6", "Automate")


def about() -> About:
    """Give whose record is asked for, by this software."""
    return About(patient_id(), Holder("810100000000", ("Cordee", "1"), (AUTOMATON,), now(), True))


@pytest.fixture
async def client(dmp: Simulator, seal: Path) -> AsyncIterator[DmpClient]:
    """A client of the DMP."""
    made = DmpClient.of(Settings(**told(dmp, seal)))
    assert made is not None
    yield made
    await made.close()


async def ask(client: DmpClient) -> Any:
    """Ask for a document that is not there."""
    return await client.document(about(), "1.2.3")


async def test_each_call_vouches_anew(dmp: Simulator, client: DmpClient) -> None:
    """Message ids and assertions are never used twice, and the seal's key is never shown."""
    assert [await ask(client) for _ in range(2)] == [None, None]
    assert dmp.refusals == []
    for start in (b"MessageID", b"Assertion xmlns"):
        ids = [re.search(rb"[0-9a-f-]{36}", raw.partition(start)[2]) for raw in dmp.raw]
        assert len({found[0] for found in ids if found is not None}) == 2
    assert "PRIVATE" not in repr(client.seal)


async def test_without_a_certificate_nothing_is_told(dmp: Simulator, seal: Path) -> None:
    """The DMP ends the connection before anything is sent."""
    settings = Settings(**(told(dmp, seal) | {"dmp_certificate": None}))
    made = DmpClient.of(settings)
    assert made is not None
    with pytest.raises(FhirError) as failure:
        await ask(made)
    await made.close()
    assert failure.value.category is Category.UNAVAILABLE
    assert dmp.calls == []


async def test_a_dmp_of_another_authority_is_not_asked(
    dmp: Simulator, seal: Path, tmp_path: Path
) -> None:
    """Whom nobody vouches for learns of no patient."""
    other = Authority.make(tmp_path, "other")
    made = DmpClient.of(Settings(**(told(dmp, seal) | {"dmp_authority": other.root})))
    assert made is not None
    with pytest.raises(FhirError, match="cannot be reached"):
        await ask(made)
    await made.close()
    assert dmp.calls == []


BOMB = b"<!DOCTYPE e [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><e>&b;</e>"
FILE = b"<!DOCTYPE e [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><e>&x;</e>"
EMPTY = enveloped("x", "")
STRANGE = enveloped("x", "<hello/>")
MANY = b"\r\n--b\r\n\r\n" * 200 + b"--b--"
UNPACKED = b"--b\r\nContent-ID: <a>\r\n\r\n<a/>\r\n--b\r\nContent-ID: <a>\r\n\r\n<a/>\r\n--b--"


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        (SOAP, BOMB, "document type declaration"),
        (SOAP, FILE, "document type declaration"),
        (SOAP, b"<a", "not well-formed"),
        (SOAP, b"", "cannot be read"),
        (SOAP, b"<a/>", "no SOAP 1.2 message"),
        (SOAP, EMPTY, "its body is empty"),
        (SOAP, STRANGE, "was not asked for: hello"),
        ("multipart/related", b"--b--", "its boundary is missing"),
        ("multipart/related; boundary=b", b"--b\r\n\r\nx", "its end is missing"),
        ("multipart/related; boundary=b", UNPACKED, "two parts have one Content-ID"),
        ('multipart/related; boundary=b; start="<c>"', b"--b\r\n\r\nx\r\n--b--", "starts with"),
        ("multipart/related; boundary=b", b"--b\r\n\r\nx" * 200 + b"\r\n--b--", "not well-formed"),
        (
            "multipart/related; boundary=b",
            b"\r\n--b\r\n\r\n" * 200 + b"--b--",
            "more than 101 parts",
        ),
        (
            "multipart/related; boundary=b",
            b"--b\r\nContent-Transfer-Encoding: uuencode\r\n\r\nx\r\n--b--",
            "encoded as uuencode",
        ),
        ("multipart/related; boundary=b", b"--b\r\nX: " + b"y" * 9000, "end is missing"),
        ("text/html", b"<html/>", "HTTP 200 (text/html)"),
    ],
    ids=[
        *("bomb", "file", "broken", "nothing", "no-soap", "empty", "strange", "no-boundary"),
        *("no-end", "twice", "no-start", "one-part", "many", "encoding", "head", "html"),
    ],
)
async def test_strange_answers_are_errors(
    dmp: Simulator, client: DmpClient, kind: str, body: bytes, why: str
) -> None:
    """What is no answer is told in a sentence; nothing in it is expanded or fetched."""
    dmp.answers[QUERY] = [response(200, kind, body)]
    with pytest.raises(FhirError) as failure:
        await ask(client)
    assert why in str(failure.value)


@pytest.mark.parametrize(
    ("status", "code", "category"),
    [
        (500, "Receiver", Category.UNAVAILABLE),
        (400, "Sender", Category.UNPROCESSABLE),
        (500, "MustUnderstand", Category.UNSUPPORTED),
        (500, "VersionMismatch", Category.UNSUPPORTED),
    ],
)
async def test_faults_mean_what_their_code_says(
    dmp: Simulator, client: DmpClient, status: int, code: str, category: Category
) -> None:
    """Only the receiver's own troubles pass by themselves; the reason is told."""
    dmp.answers[QUERY] = [response(status, SOAP, fault(code, "la raison"))]
    with pytest.raises(FhirError, match="la raison") as failure:
        await ask(client)
    assert failure.value.category is category


@pytest.mark.parametrize(
    ("status", "category"),
    [
        (503, Category.UNAVAILABLE),
        (429, Category.UNAVAILABLE),
        (403, Category.FORBIDDEN),
        (404, Category.UNSUPPORTED),
        (302, Category.UNSUPPORTED),
    ],
)
async def test_answers_of_gateways_are_told_by_their_status(
    dmp: Simulator, client: DmpClient, status: int, category: Category
) -> None:
    """A redirection is not followed: the assertion is for the DMP alone."""
    dmp.answers[QUERY] = [response(status, "text/html", b"<p>no</p>")]
    with pytest.raises(FhirError, match=f"HTTP {status}") as failure:
        await ask(client)
    assert failure.value.category is category
    assert len(dmp.calls) == 1


async def test_an_answer_that_is_too_long_is_not_read(dmp: Simulator, seal: Path) -> None:
    """Reading ends at the limit, whatever the answer says of its length."""
    settings = Settings(**told(dmp, seal))
    transport = Transport(Transport.of(settings).http, most_bytes=1_000)
    made = DmpClient.of(settings)
    assert made is not None
    short = DmpClient(dmp.url, transport, made.structure, made.seal)
    dmp.answers[QUERY] = [response(200, SOAP, b"x" * 5_000)]
    with pytest.raises(FhirError, match="longer than 1000 bytes") as failure:
        await ask(short)
    await short.close()
    await made.close()
    assert failure.value.category is Category.TOO_LARGE


async def test_compressed_answers_are_not_unpacked() -> None:
    """Nobody asked for compression, so nothing is inflated."""

    def answer(_: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": SOAP, "Content-Encoding": "gzip"}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(b"\x1f\x8b" * 10))

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    with pytest.raises(FhirError, match="compresses its answer"):
        await Transport(http).post("https://dmp.test/registry", SOAP, b"<a/>")
    await http.aclose()


async def test_submission_sets_and_ties_are_read_too(
    dmp: Simulator, client: DmpClient, variant: Variant
) -> None:
    """Queries for them give them as they were submitted; unknown queries are told."""
    data = canonical(variant())
    source = Source(read_cda(data), data, ZoneInfo("Europe/Paris"))
    ids = Ids("urn:uuid:s", "2.25.7", "urn:uuid:e", "urn:uuid:g", "2.25.8")
    who = about()
    held = submission_set(
        ids.set,
        ids.set_unique,
        who.patient,
        author=submitter(client.structure, who.holder),
        activity="97",
        source="1.2.3",
        now=now(),
    )
    entry = for_dmp(entry_of(source, ids.entry))
    lot = signed_lot(client.seal, held, ids, entry, data=data, replaces=None, now=now())
    await client.provide(who, submit_objects(lot), lot.documents)
    asked = {"XDSSubmissionSetPatientId": who.patient, "XDSSubmissionSetStatus": [APPROVED]}
    found = await client.ask(who, "FindSubmissionSets", asked)
    assert [replace(row, id=held.id) for row in found.sets] == [held]
    uuid = dmp.registry.living()[0].uuid
    ties = (await client.ask(who, "GetAssociations", {"uuid": [uuid]})).associations
    assert [(tie.kind.rpartition(":")[2], tie.target) for tie in ties] == [("HasMember", uuid)]
    with pytest.raises(FhirError, match="XDSUnknownStoredQuery") as failure:
        await client.ask(who, "GetFolders", {"XDSFolderEntryUUID": ["urn:uuid:1"]})
    assert failure.value.category is Category.UNSUPPORTED
    assert dmp.refusals == []


async def test_retrieved_documents_are_in_the_package(dmp: Simulator, client: DmpClient) -> None:
    """A document is the part that the answer includes, and no other."""
    rows = (
        '<x:RetrieveDocumentSetResponse xmlns:x="urn:ihe:iti:xds-b:2007">'
        '<s:RegistryResponse xmlns:s="urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0" '
        'status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"/>'
        "<x:DocumentResponse><x:RepositoryUniqueId>1</x:RepositoryUniqueId>"
        "<x:DocumentUniqueId>{}</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType>"
        "<x:Document>{}</x:Document></x:DocumentResponse></x:RetrieveDocumentSetResponse>"
    )
    href = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:b%40x"/>'
    whole = packed(enveloped("x", rows.format("1.2", href)), {"a@x": b"<a/>", "b@x": b"<b/>"})
    lacking = packed(enveloped("x", rows.format("1.2", href)), {"a@x": b"<a/>"})
    inline = SOAP, enveloped("x", rows.format("1.2", "PGMvPg=="))
    other = packed(enveloped("x", rows.format("9.9", href)), {"b@x": b"<b/>"})
    dmp.answers["RetrieveDocumentSet"] = [
        response(200, kind, body) for kind, body in (whole, inline, lacking, other)
    ]
    assert await client.retrieve(about(), "1", "1.2") == b"<b/>"
    assert await client.retrieve(about(), "1", "1.2") == b"<c/>"
    with pytest.raises(FhirError, match="is not in it"):
        await client.retrieve(about(), "1", "1.2")
    with pytest.raises(FhirError, match="does not give"):
        await client.retrieve(about(), "1", "1.2")


def test_without_an_address_there_is_no_client() -> None:
    """Nothing is configured by default."""
    assert DmpClient.of(Settings()) is None


def test_missing_settings_are_named_at_start(seal: Path) -> None:
    """One sentence names all of them."""
    with pytest.raises(FhirError) as failure:
        DmpClient.of(Settings(dmp_url="https://dmp.test", dmp_structure="1750000001"))
    for name in ("CORDEE_DMP_SOURCE", "CORDEE_DMP_RESPONSIBLE", "CORDEE_DMP_SEAL_CERTIFICATE"):
        assert name in str(failure.value)
    del seal


def test_a_seal_that_cannot_sign_is_said_at_start(
    seal: Path, authority: Authority, tmp_path: Path
) -> None:
    """Another kind of key, another certificate's key, no file: each is told."""
    with pytest.raises(FhirError, match="must be RSA"):
        Seal.read(authority.issue("elliptic"), None)
    with pytest.raises(FhirError, match="another certificate's"):
        Seal.read(authority.issue("other"), seal)
    with pytest.raises(FhirError, match="cannot be used"):
        Seal.read(tmp_path / "none.pem", None)


async def test_without_a_dmp_the_operations_say_so(http: httpx.AsyncClient) -> None:
    """They are offered with their definitions, and tell which setting is missing."""
    for url in ("Patient/1/$dmp-search", "DocumentReference/1/$dmp-submit"):
        answer = await http.post(url, json={"resourceType": "Parameters"})
        assert answer.status_code == 400, answer.text
        assert "CORDEE_DMP_URL" in answer.json()["issue"][0]["diagnostics"]
    capabilities = (await http.get("metadata")).json()
    offered = {
        (row["type"], operation["name"])
        for row in capabilities["rest"][0]["resource"]
        for operation in row.get("operation", ())
        if operation["name"].startswith("dmp-")
    }
    assert offered == {
        ("DocumentReference", "dmp-submit"),
        ("DocumentReference", "dmp-update"),
        ("Patient", "dmp-search"),
        ("Patient", "dmp-retrieve"),
    }
