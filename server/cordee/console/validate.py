"""`/validate`: a resource or a document beside what is wrong with it.

The page asks `$validate` of the public API, and `/cda/$validate` for CDA; nothing is stored. Of an
XDM archive it shows each document, and what of the archive cannot be taken.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

import asyncio
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

from starlette.responses import Response

from cordee.bridges.xdm import reader as xdm
from cordee.console import capabilities, form, source, tree
from cordee.console.api import Answer, RefusedError
from cordee.console.fetch import Fetch, NotFetchedError
from cordee.console.finding import ORDER, Finding, finding, issues, summary
from cordee.console.page import HEADERS, Reader
from cordee.errors import FhirError, Issue, Severity
from cordee.resource import json
from cordee.validation.examination import Examination
from cordee.validation.formats import FORMATS

MOST_FILES = 50
SHOWN_LINES = 60_000
DOWNLOADS = {
    "json": ("application/fhir+json", "outcome.json"),
    "sarif": ("application/sarif+json", "validation.sarif"),
    "junit": ("application/xml", "validation.xml"),
}
"""Format → media type and name of the file."""

EXAMPLE = """{
  "resourceType": "Patient",
  "meta": {
    "profile": ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins"]
  },
  "identifier": [
    {
      "use": "official",
      "system": "urn:oid:1.2.250.1.213.1.4.10",
      "value": "253053523829911"
    }
  ],
  "name": [{ "use": "official", "family": "Lefèvre", "given": ["Jeanne"] }],
  "gender": "female",
  "birthDate": "1953-13-27"
}
"""
ANY = "Basic"
ARCHIVE = b"PK\3\4"
"""What a zip file begins with."""
_CDA = re.compile(r"<(\w+:)?ClinicalDocument[\s>]")
_ROOT = re.compile(r"<([A-Za-z]+)[\s>/]")
_TYPE = re.compile(r'"resourceType"\s*:\s*"(\w+)"')


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its findings, worst first."""

    name: str
    kind: str
    examination: Examination
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    blocks: tuple[source.Block, ...]


async def validate_form(reader: Reader) -> Response:
    """Show the form: empty, with an example, or with the resource that `?reference=` names."""
    asked = reader.request.query_params
    text = EXAMPLE if "example" in asked else ""
    if tree.LOCAL.match(asked.get("reference", "")):
        answer = await reader.api.get(f"/fhir/{asked['reference']}", [("_pretty", "true")])
        answer.resource()
        text = answer.content.decode()
    return await _page(reader, text, "", [])


async def validate(reader: Reader, limit: int, fetch: Fetch) -> Response:
    """Examine what the form sent; show the findings, or send them as a file."""
    sent = await form.read(reader.request, limit)
    profile = sent.fields.get("profile", "").strip()
    text = sent.fields.get("text", "")
    texts = [(name, data) for name, data in sent.files[:MOST_FILES]]
    if text.strip():
        texts.insert(0, ("document", text.replace("\r\n", "\n").encode()))
    if address := sent.fields.get("address", "").strip():
        texts.append(await _fetched(reader, fetch, address))
    documents: list[Document] = []
    for name, data in texts:
        documents += await _examined(reader, len(documents), name, data, profile)
    format = sent.fields.get("format", "")
    if format in DOWNLOADS and documents:
        return _download(format, [one.examination for one in documents])
    if reader.request.headers.get("x-fragment"):
        return reader.show("verdict.html", documents=documents)
    return await _page(reader, text, profile, documents)


async def _fetched(reader: Reader, fetch: Fetch, address: str) -> tuple[str, bytes]:
    """Fetch for whoever may use the API. Raises `RefusedError` saying why nothing came."""
    (await reader.api.get("/fhir/Patient", [("_summary", "count")])).resource()
    if not form.same_origin(reader.request):
        raise RefusedError(403, {"issue": [{"diagnostics": "Another site sent this form"}]})
    try:
        found = await fetch.get(address)
    except NotFetchedError as error:
        raise RefusedError(400, {"issue": [{"diagnostics": str(error)}]}) from None
    return found.url, found.data


async def _examined(
    reader: Reader, number: int, name: str, data: bytes, profile: str
) -> list[Document]:
    """Examine a text, or each document of an archive after the archive itself."""
    if not data.startswith(ARCHIVE):
        return [await _examine(reader, f"d{number}", name, data, profile)]
    try:
        package = await asyncio.to_thread(xdm.read, data)
    except FhirError as error:
        return [_archive(reader, name, (error.diagnostics,))]
    found = [_archive(reader, name, package.faults, package.others)]
    for item in package.items[:MOST_FILES]:
        prefix, place = f"d{number + len(found)}", f"{name} / {item.place}"
        if item.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            found.append(await _examine(reader, prefix, place, item.data, ""))
        else:
            # A PDF is what its metadata say: there is no text to judge.
            found.append(replace(_archive(reader, place, ()), kind=item.entry.mime_type or ""))
    return found


def _archive(
    reader: Reader, name: str, faults: Sequence[str], others: Sequence[str] = ()
) -> Document:
    """Give what there is to say of an archive as a whole."""
    told = tuple(Issue(Severity.ERROR, "invalid", text) for text in faults)
    told += tuple(
        Issue(Severity.WARNING, "incomplete", f"No metadata name the file {other}")
        for other in others
    )
    rows = [finding(one, reader.say) for one in told]
    return Document(name, "XDM", Examination(name, told), tuple(rows), summary(rows), ())


async def _page(reader: Reader, text: str, profile: str, documents: Sequence[Document]) -> Response:
    profiles = (await capabilities.known(reader.api)).profiles
    return reader.show(
        "validate.html", text=text, profile=profile, profiles=profiles, documents=documents
    )


def _download(format: str, found: Sequence[Examination]) -> Response:
    media_type, name = DOWNLOADS[format]
    headers = HEADERS | {"content-disposition": f'attachment; filename="{name}"'}
    return Response(FORMATS[format](found), media_type=media_type, headers=headers)


async def _examine(reader: Reader, prefix: str, name: str, data: bytes, profile: str) -> Document:
    text = data.decode("utf-8", "replace")
    types = (await capabilities.known(reader.api)).types
    path, media_type, kind = _way(text, types)
    query = [("profile", profile)] if profile and kind != "CDA" else []
    answer = await reader.api.post(path, data, media_type, query)
    found = issues(_outcome(answer))
    rows = sorted((finding(one, reader.say) for one in found), key=_rank)
    marks: dict[int, str] = {}
    for row in rows:
        if row.line is not None:
            marks.setdefault(row.line, row.severity)
    shown = "\n".join(text.splitlines()[:SHOWN_LINES])
    return Document(
        name=name,
        kind=kind,
        examination=Examination(name, found),
        findings=tuple(rows),
        counts=summary(rows),
        blocks=tuple(source.blocks(shown, marks, prefix)),
    )


def _rank(row: Finding) -> tuple[int, int]:
    return ORDER[row.severity], row.line or 0


def _way(text: str, types: Container[str]) -> tuple[str, str, str]:
    """Give where a text is judged, as what, and what it is called."""
    begin = text.lstrip("\ufeff \r\n\t")
    if not begin.startswith("<"):
        return f"/fhir/{_json_type(text, types)}/$validate", "application/fhir+json", "JSON"
    if _CDA.search(begin[:4_000]):
        return "/cda/$validate", "application/xml", "CDA"
    root = _ROOT.search(begin)
    name = root[1] if root and root[1] in types else ANY
    return f"/fhir/{name}/$validate", "application/fhir+xml", "XML"


def _json_type(text: str, types: Container[str]) -> str:
    """Give the type of a resource; any other where it has none, for the API to say so."""
    try:
        name = json.parse(text.encode()).get("resourceType")
    except FhirError:
        found = _TYPE.search(text)
        name = found[1] if found else None
    return name if isinstance(name, str) and name in types else ANY


def _outcome(answer: Answer) -> dict[str, Any]:
    """Give the findings, be they those of a validation or of a text that cannot be read."""
    if answer.status in {401, 403, 429} or answer.status >= 500:
        return answer.resource()
    return answer.parsed()
