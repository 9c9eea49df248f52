"""The DMP as this project's tests need it: SOAP 1.2 with MTOM over mutual TLS, and strict.

It shares nothing with what it tests: it reads MIME by the standard library, verifies assertions and
lots by its own rules, and keeps a record of its own.
"""

import asyncio
import base64
import contextlib
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.sax.saxutils import quoteattr

from lxml import etree
from signxml.exceptions import InvalidInput, InvalidSignature

from bridges.xds.dmp import wire
from bridges.xds.dmp.metadata_table import R, values
from bridges.xds.dmp.registry import REPOSITORY, Error, Registry
from bridges.xds.dmp.vouching import Vouched, vouched
from certificates import Authority

ADDRESSING = "{http://www.w3.org/2005/08/addressing}"
BODY = f"{{{wire.SOAP}}}Body"
XDSB = "{urn:ihe:iti:xds-b:2007}"
RS = "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0"
ITI = "urn:ihe:iti:"
ACTIONS = {
    ITI + "2007:ProvideAndRegisterDocumentSet-b": "repository",
    ITI + "2007:RetrieveDocumentSet": "repository",
    ITI + "2007:RegistryStoredQuery": "registry",
    ITI + "2010:UpdateDocumentSet": "registry",
}


@dataclass
class Simulator:
    """Listens on a port of its own; `calls` are the actions it was asked for, in their order.

    `answers` are errors to give instead of doing what is asked, by the end of the action; `deaf`
    counts the calls after which the connection ends without an answer, the work done.
    """

    authority: Authority
    seal: str
    issuer: str
    schema: etree.XMLSchema | None = None
    registry: Registry = field(init=False)
    calls: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    vouched: list[Vouched] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    answers: dict[str, list[str | bytes]] = field(default_factory=dict)
    deaf: dict[str, int] = field(default_factory=dict)
    tampered: bool = False
    port: int = 0
    _messages: set[str] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.registry = Registry(self.seal)

    @property
    def url(self) -> str:
        """Give the address."""
        return f"https://127.0.0.1:{self.port}/si-dmp-server/v2/services"

    def count(self, action: str) -> int:
        """Count the calls of an action by the end of its name."""
        return sum(call.endswith(action) for call in self.calls)

    async def __aenter__(self) -> Self:
        context = self.authority.asking("dmp")
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            while True:
                start, headers, body = await wire.receive(reader)
                answer = self._answer(start, headers, body)
                if answer is None:
                    break
                writer.write(answer)
                await writer.drain()
        self._writers.discard(writer)
        writer.close()

    def _answer(self, start: str, headers: dict[str, str], body: bytes) -> bytes | None:
        """Answer a call; None ends the connection without a word."""
        soap = "application/soap+xml; charset=utf-8"
        try:
            call = wire.parsed(start, headers, body)
            self.calls.append(call.action)
            self.raw.append(call.raw)
            who = self._checked(call)
            last = call.action.rpartition(":")[2]
            instead = self.answers.get(last) or []
            told = instead.pop(0) if instead else None
            if isinstance(told, bytes):
                return told
            kind, content = self._done(call, who, told)
            if self.deaf.get(last, 0) > 0:
                self.deaf[last] -= 1
                return None
        except (wire.RefusedError, InvalidSignature, InvalidInput, etree.XMLSyntaxError) as error:
            self.refusals.append(str(error))
            return wire.response(400, soap, wire.fault("Sender", str(error)[:200]))
        return wire.response(200, kind, content)

    def _checked(self, call: wire.Received) -> Vouched:
        """Look at the envelope: addressing, assertion, schema."""
        header = call.envelope.find(f"{{{wire.SOAP}}}Header")
        if call.envelope.tag != f"{{{wire.SOAP}}}Envelope" or header is None:
            raise wire.RefusedError("no SOAP 1.2 envelope with a header")
        action = header.find(f"{ADDRESSING}Action")
        if action is None or action.text != call.action or call.action not in ACTIONS:
            raise wire.RefusedError(f"the action {call.action!r}")
        if action.get(f"{{{wire.SOAP}}}mustUnderstand") not in {"true", "1"}:
            raise wire.RefusedError("the action must be understood")
        if not call.path.endswith(f"/{ACTIONS[call.action]}"):
            raise wire.RefusedError(f"{call.action} is no service of {call.path}")
        to = header.findtext(f"{ADDRESSING}To") or ""
        if not to.endswith(call.path):
            raise wire.RefusedError(f"the message is for {to}")
        id = header.findtext(f"{ADDRESSING}MessageID") or ""
        if not id.startswith("urn:uuid:") or id in self._messages:
            raise wire.RefusedError(f"the message id {id!r}")
        self._messages.add(id)
        self._valid(_inlined(call))
        who = vouched(header, self.seal, self.issuer)
        self.vouched.append(who)
        return who

    def _valid(self, envelope: etree._Element) -> None:
        """Hold a message against the schemas of ebRS and XDS.b."""
        message = envelope.find(BODY)
        assert message is not None
        if self.schema is not None:
            document = etree.fromstring(etree.tostring(message[0]))
            if not self.schema.validate(document):
                raise wire.RefusedError(f"not of the schema: {self.schema.error_log}"[:500])

    def _done(self, call: wire.Received, who: Vouched, error: str | None) -> tuple[str, bytes]:
        message = call.envelope.find(BODY)
        assert message is not None
        last = call.action.rpartition(":")[2]
        documents: dict[str, bytes] = {}
        try:
            work = self._fail if error is not None else getattr(self, f"_{_METHODS[last]}")
            body, documents = work(message[0], call.parts, who)
        except Error as failure:
            told = Error(error, "as the test wants it") if error is not None else failure
            body = _wrapped(last, _response("Failure", told))
        content = wire.enveloped(call.action, body)
        self._valid(_filled(etree.fromstring(content), documents))
        if documents:
            return wire.packed(content, documents)
        return "application/soap+xml; charset=utf-8", content

    def _fail(
        self, message: etree._Element, parts: dict[str, bytes], who: Vouched
    ) -> tuple[str, dict[str, bytes]]:
        del message, parts, who
        raise Error("")

    def _provide(
        self, message: etree._Element, parts: dict[str, bytes], who: Vouched
    ) -> tuple[str, dict[str, bytes]]:
        data = {}
        for row in message.findall(f"{XDSB}Document"):
            included = row.findall(f"{{{wire.XOP}}}Include")
            if len(included) != 1 or (row.text or "").strip():
                raise wire.RefusedError("a document must be included from a part")
            key = included[0].get("href", "").removeprefix("cid:")
            if key not in parts:
                raise wire.RefusedError(f"no part {key}")
            data[row.get("id", "")] = parts[key]
        if len(parts) != len(data):
            raise wire.RefusedError("a part belongs to no document")
        self.registry.provide(who, message, data)
        return _response("Success"), {}

    def _update(
        self, message: etree._Element, _: dict[str, bytes], who: Vouched
    ) -> tuple[str, dict[str, bytes]]:
        self.registry.update(who, message)
        return _response("Success"), {}

    def _query(
        self, message: etree._Element, _: dict[str, bytes], who: Vouched
    ) -> tuple[str, dict[str, bytes]]:
        query = message.find(f"{R}AdhocQuery")
        assert query is not None
        asked = {
            name: [one for text in values(query, name) for one in _unquoted(text)]
            for name in {slot.get("name", "") for slot in query.findall(f"{R}Slot")}
        }
        if query.get("id") == "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9":
            packages = self.registry.submissions(asked, who)
            return _queried("Success", "".join(etree.tostring(r).decode() for r in packages)), {}
        if query.get("id") == "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155":
            ties = self.registry.related(asked.get("$uuid", []), who)
            return _queried(
                "Success", "".join(_tied(number, *row) for number, row in enumerate(ties))
            ), {}
        found = self.registry.find(query.get("id", ""), asked, who)
        rows = "".join(etree.tostring(row.shown()).decode() for row in found)
        return _queried("Success", rows), {}

    def _retrieve(
        self, message: etree._Element, _: dict[str, bytes], who: Vouched
    ) -> tuple[str, dict[str, bytes]]:
        documents, rows = {}, ""
        for number, asked in enumerate(message.findall(f"{XDSB}DocumentRequest")):
            if asked.findtext(f"{XDSB}RepositoryUniqueId") != REPOSITORY:
                raise Error("XDSUnknownRepositoryId")
            unique = asked.findtext(f"{XDSB}DocumentUniqueId") or ""
            mine = {row.unique for row in self.registry.living() if row.patient == who.patient}
            if unique not in mine:
                raise Error("XDSDocumentUniqueIdError", unique)
            data = self.registry.documents[unique]
            documents[f"doc{number}@sim"] = data + b" " if self.tampered else data
            rows += (
                f"<x:DocumentResponse><x:RepositoryUniqueId>{REPOSITORY}</x:RepositoryUniqueId>"
                f"<x:DocumentUniqueId>{unique}</x:DocumentUniqueId><x:mimeType>text/xml</x:mimeType>"
                f'<x:Document><i:Include xmlns:i="{wire.XOP}" href="cid:doc{number}%40sim"/>'
                "</x:Document></x:DocumentResponse>"
            )
        return _wrapped("RetrieveDocumentSet", _response("Success"), rows), documents


_METHODS = {
    "ProvideAndRegisterDocumentSet-b": "provide",
    "RegistryStoredQuery": "query",
    "RetrieveDocumentSet": "retrieve",
    "UpdateDocumentSet": "update",
}


def _unquoted(text: str) -> list[str]:
    """Read `'a'` or `('a','b')`."""
    inner = text[1:-1] if text.startswith("(") else text
    if not (inner.startswith("'") and inner.endswith("'")):
        raise Error("XDSRegistryError", f"not quoted: {text}")
    return [one.replace("''", "'") for one in inner[1:-1].split("','")]


def _response(status: str, error: Error | None = None) -> str:
    told = ""
    if error is not None:
        told = (
            "<s:RegistryErrorList><s:RegistryError "
            f"errorCode={quoteattr(error.code)} codeContext={quoteattr(error.context)} "
            'severity="urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error"/>'
            "</s:RegistryErrorList>"
        )
    kind = f"urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:{status}"
    return f'<s:RegistryResponse xmlns:s="{RS}" status="{kind}">{told}</s:RegistryResponse>'


def _queried(status: str, rows: str, errors: str = "") -> str:
    return (
        '<q:AdhocQueryResponse xmlns:q="urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0" '
        f'status="urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:{status}">{errors}'
        f'<r:RegistryObjectList xmlns:r="{R[1:-1]}">{rows}</r:RegistryObjectList>'
        "</q:AdhocQueryResponse>"
    )


def _tied(number: int, kind: str, source: str, target: str) -> str:
    return (
        f'<r:Association xmlns:r="{R[1:-1]}" id="urn:uuid:tie-{number}" associationType="{kind}" '
        f'sourceObject="{source}" targetObject="{target}"/>'
    )


def _wrapped(action: str, response: str, rows: str = "") -> str:
    """Put a registry's response into the message that an action is answered by."""
    if action == "RetrieveDocumentSet":
        return (
            f'<x:RetrieveDocumentSetResponse xmlns:x="{XDSB[1:-1]}">{response}{rows}'
            "</x:RetrieveDocumentSetResponse>"
        )
    if action == "RegistryStoredQuery":
        errors = etree.fromstring(response)
        inner = "".join(etree.tostring(row).decode() for row in errors)
        return _queried("Failure", "", inner)
    return response


def _inlined(call: wire.Received) -> etree._Element:
    """Give the envelope with parts as base64, as the schema describes documents."""
    return _filled(etree.fromstring(etree.tostring(call.envelope)), call.parts)


def _filled(envelope: etree._Element, parts: dict[str, bytes]) -> etree._Element:
    for include in list(envelope.iter(f"{{{wire.XOP}}}Include")):
        held = include.getparent()
        assert held is not None
        key = include.get("href", "").removeprefix("cid:").replace("%40", "@")
        held.remove(include)
        held.text = base64.b64encode(parts.get(key, b"")).decode()
    return envelope


def schema_of(folder: Path) -> etree.XMLSchema:
    """Load the official schemas."""
    return etree.XMLSchema(etree.parse(folder / "XDSb_lxml.xsd"))
