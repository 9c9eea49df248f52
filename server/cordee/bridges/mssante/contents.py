"""What a Communication carries: its words, and the documents it refers to, as its sender sees them.

https://hl7.org/fhir/R4/communication-definitions.html#Communication.payload
"""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cordee.bridges.cda import document as cda
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.documents.registry import DEFAULTS
from cordee.bridges.cda.operations import to_cda
from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Request
from cordee.interactions.linking import local_key
from cordee.interactions.read import read
from cordee.interactions.services import Services
from cordee.resource import json
from cordee.resource.types import Resource

CDA_TYPES = frozenset(
    (
        *("text/xml", "application/xml", "application/xslt+xml"),
        *("application/cda+xml", "application/hl7-v3+xml", "application/hl7-cda+xml"),
    )
)
_HIDDEN_FROM_PATIENT = frozenset(("INVISIBLE_PATIENT",))
_HIDDEN_FROM_OTHERS = frozenset(
    ("MASQUE_PS", "INVISIBLE_REPRESENTANTS_LEGAUX", "INVISIBLE_REP_LEGAUX")
)
"""Labels of documents that professionals, or a minor's parents, are not to see."""


@dataclass(slots=True)
class Contents:
    """Words, documents, the versions of resources they are of, and the labels these have."""

    text: str = ""
    documents: list[Document] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)

    def check(self, *, patient: bool) -> None:
        """Raise UNPROCESSABLE unless the documents may go to the patient, or to somebody else."""
        hidden = _HIDDEN_FROM_PATIENT if patient else _HIDDEN_FROM_OTHERS
        found = sorted(self.labels & hidden)
        if found:
            whom = "the patient" if patient else "professionals"
            text = f"A document labelled {', '.join(found)} does not go to {whom}"
            raise _fault(text, "Communication.recipient")


@dataclass(frozen=True, slots=True)
class Gathering:
    """Reads with the eyes of a caller, and writes the documents that are not there yet."""

    tables: CodeTables
    services: Services
    request: Request

    async def contents(self, communication: Resource) -> Contents:
        """Gather what is sent.

        Raises NOT_FOUND for what the caller does not see, UNPROCESSABLE for what no document can be
        made of.
        """
        made = Contents()
        words: list[str] = []
        for number, payload in enumerate(communication.get("payload") or ()):
            place = f"Communication.payload[{number}]"
            if "contentString" in payload:
                words.append(str(payload["contentString"]))
            elif "contentReference" in payload:
                await self._refer(made, payload["contentReference"], place)
            else:
                text = "Files are sent as documents: refer to a DocumentReference that holds it"
                raise _fault(text, place)
        made.text = "\n\n".join(words)
        return made

    async def _refer(self, made: Contents, reference: Mapping[str, Any], place: str) -> None:
        key = local_key(self.services, str(reference.get("reference", "")))
        if key is None:
            raise _fault("What is sent must be a resource of this server", place)
        resource, version = await self._read(key)
        made.about.append(f"{key[0]}/{key[1]}/_history/{version}")
        made.labels |= _labels(resource)
        held = await self._held(resource)
        if held is None and key[0] not in DEFAULTS:
            raise _fault(f"No document can be made of a {key[0]}", place)
        data = held if held is not None else await self._written(key)
        made.documents.append(await asyncio.to_thread(cda.read, data))

    async def _held(self, document: Resource) -> bytes | None:
        """Give the CDA document that a DocumentReference holds; None where it holds none."""
        if document.get("resourceType") != "DocumentReference":
            return None
        for row in document.get("content") or ():
            attachment = row.get("attachment") or {}
            kind = str(attachment.get("contentType", "")).partition(";")[0].strip().lower()
            if kind not in CDA_TYPES:
                continue
            if attachment.get("data"):
                return base64.b64decode(attachment["data"])
            key = local_key(self.services, str(attachment.get("url", "")))
            if key is not None and key[0] == "Binary":
                binary, _ = await self._read(key)
                return base64.b64decode(binary.get("data", ""))
        return None

    async def _written(self, key: tuple[str, str]) -> bytes:
        """Write the document that a resource usually becomes."""
        made = (await to_cda(self.tables, self.services, self._asked(key))).resource or {}
        return base64.b64decode(made.get("data", ""))

    async def _read(self, key: tuple[str, str]) -> tuple[Resource, int | None]:
        answer = await read(self.services, self._asked(key))
        return json.parse(answer.body or b"{}"), answer.version

    def _asked(self, key: tuple[str, str]) -> Request:
        return Request(self.request.base_url, *key, caller=self.request.caller)


def _labels(resource: Resource) -> set[str]:
    """Give the codes that say who is not to see a resource."""
    concepts = resource.get("securityLabel") or ()
    codings = [row for concept in concepts for row in concept.get("coding") or ()]
    codings += (resource.get("meta") or {}).get("security") or ()
    return {str(row.get("code")) for row in codings}


def _fault(text: str, place: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression=place)
