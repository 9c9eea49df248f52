"""The client of the DMP: one method for each transaction.

https://profiles.ihe.net/ITI/TF/Volume2/ITI-41.html
https://profiles.ihe.net/ITI/TF/Volume2/ITI-18.html
https://profiles.ihe.net/ITI/TF/Volume2/ITI-43.html
https://profiles.ihe.net/ITI/TF/Volume2/ITI-57.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import uuid4

from cordee import __version__
from cordee.bridges.metadata.ebrim.reading import associations, entries, submission_sets
from cordee.bridges.metadata.lot import Association, DocumentEntry, SubmissionSet
from cordee.bridges.metadata.namespaces import DEPRECATED, QUERY, RS, XDSB, Element, element, name
from cordee.bridges.xds.queries import Query, Value, adhoc_query
from cordee.bridges.xds.registry_response import check
from cordee.bridges.xds.seal import Seal
from cordee.bridges.xds.soap.answer import Answer, read
from cordee.bridges.xds.soap.envelope import Call, envelope
from cordee.bridges.xds.soap.package import include, package
from cordee.bridges.xds.transport import Transport
from cordee.bridges.xds.vihf import SOFTWARE, Holder, Structure, assertion
from cordee.errors import Category, FhirError
from cordee.interactions.services import now
from cordee.settings import Settings

Service: TypeAlias = Literal["registry", "repository"]


@dataclass(frozen=True, slots=True)
class Transaction:
    """Where a transaction is done, and what it is called."""

    service: Service
    action: str
    answer: str


PROVIDE = Transaction(
    "repository", "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b", name(RS, "RegistryResponse")
)
ASK = Transaction(
    "registry", "urn:ihe:iti:2007:RegistryStoredQuery", name(QUERY, "AdhocQueryResponse")
)
RETRIEVE = Transaction(
    "repository", "urn:ihe:iti:2007:RetrieveDocumentSet", name(XDSB, "RetrieveDocumentSetResponse")
)
UPDATE = Transaction("registry", "urn:ihe:iti:2010:UpdateDocumentSet", name(RS, "RegistryResponse"))


@dataclass(frozen=True, slots=True)
class About:
    """Whose record a call is about, and for whom it is made."""

    patient: str
    """The INS, as a CX."""
    holder: Holder


@dataclass(frozen=True, slots=True)
class Known:
    """An entry as the registry gave it; `object` is its whole ExtrinsicObject."""

    entry: DocumentEntry
    object: Element


@dataclass(frozen=True, slots=True)
class Found:
    """What a stored query found."""

    documents: tuple[Known, ...] = ()
    sets: tuple[SubmissionSet, ...] = ()
    associations: tuple[Association, ...] = ()


class DmpClient:
    """One national record, asked by one structure."""

    def __init__(
        self,
        url: str,
        transport: Transport,
        structure: Structure,
        seal: Seal,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """Take the base address, what carries messages, and who vouches for them."""
        self._url = url.rstrip("/")
        self._transport = transport
        self._clock = clock
        self.structure = structure
        self.seal = seal

    @classmethod
    def of(cls, settings: Settings) -> "DmpClient | None":
        """Make the client that the settings describe; None without an address.

        Raises `FhirError` UNAVAILABLE when a setting is missing or a certificate cannot be used.
        """
        if settings.dmp_url is None:
            return None
        certificate = settings.dmp_seal_certificate or settings.dmp_certificate
        key = settings.dmp_seal_key if settings.dmp_seal_certificate else settings.dmp_key
        missing = [
            f"CORDEE_{field.upper()}"
            for field in ("dmp_structure", "dmp_source", "dmp_responsible")
            if not getattr(settings, field)
        ]
        missing += [] if certificate else ["CORDEE_DMP_SEAL_CERTIFICATE"]
        if missing or certificate is None:
            text = f"The national record needs {', '.join(missing)}"
            raise FhirError(Category.UNAVAILABLE, text)
        seal = Seal.read(certificate, key)
        return cls(settings.dmp_url, Transport.of(settings), _structure(settings), seal)

    @property
    def target(self) -> str:
        """Where messages go, for people."""
        return self._url

    async def provide(self, about: About, request: Element, documents: Mapping[str, bytes]) -> None:
        """Submit a lot (ITI-41): a SubmitObjectsRequest, and the bytes of its entries by id.

        Raises `RegistryError` when it is refused.
        """
        parts = {
            f"{number}.document@cordee": held for number, held in enumerate(documents.values())
        }
        rows = [
            element(XDSB, "Document", include(content_id), id=id)
            for id, content_id in zip(documents, parts, strict=True)
        ]
        body = element(XDSB, "ProvideAndRegisterDocumentSetRequest", request, *rows)
        check((await self._call(PROVIDE, about, body, parts)).message)

    async def ask(self, about: About, query: Query, parameters: Mapping[str, Value]) -> Found:
        """Ask a stored query (ITI-18).

        Raises FORBIDDEN when a part of the answer is about somebody else, and what errors mean.
        """
        answer = await self._call(ASK, about, adhoc_query(query, parameters))
        check(answer.message, partial=True)
        found = Found(
            tuple(Known(entry, held) for entry, held in entries(answer.message)),
            submission_sets(answer.message),
            associations(answer.message),
        )
        patients = {row.entry.patient_id for row in found.documents}
        if (patients | {row.patient_id for row in found.sets}) - {about.patient}:
            text = "The national record answered with documents of somebody else, which are dropped"
            raise FhirError(Category.FORBIDDEN, text)
        return found

    async def document(self, about: About, unique_id: str) -> Known | None:
        """Give the entry of a document in force, else its newest; None when there is none."""
        found = await self.ask(about, "GetDocuments", {"XDSDocumentEntryUniqueId": [unique_id]})
        rows = [row for row in found.documents if row.entry.unique_id == unique_id]
        return max(rows, key=_rank, default=None)

    async def retrieve(self, about: About, repository: str, unique_id: str) -> bytes:
        """Fetch a document (ITI-43). Raises NOT_FOUND when it is not in the answer."""
        asked = element(
            XDSB,
            "DocumentRequest",
            element(XDSB, "RepositoryUniqueId", repository),
            element(XDSB, "DocumentUniqueId", unique_id),
        )
        body = element(XDSB, "RetrieveDocumentSetRequest", asked)
        answer = await self._call(RETRIEVE, about, body)
        told = answer.message.find(name(RS, "RegistryResponse"))
        if told is not None:
            check(told, partial=True)
        for row in answer.message.iterfind(name(XDSB, "DocumentResponse")):
            if (row.findtext(name(XDSB, "DocumentUniqueId")) or "").strip() == unique_id:
                held = row.find(name(XDSB, "Document"))
                if held is not None:
                    return answer.content(held)
        raise FhirError(Category.NOT_FOUND, f"The national record does not give {unique_id}")

    async def update(self, about: About, request: Element) -> None:
        """Change metadata (ITI-57) by a SubmitObjectsRequest. Raises `RegistryError`."""
        check((await self._call(UPDATE, about, request)).message)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def _call(
        self,
        transaction: Transaction,
        about: About,
        body: Element,
        parts: Mapping[str, bytes] | None = None,
    ) -> Answer:
        call = Call(f"{self._url}/{transaction.service}", transaction.action, uuid4())
        vouched = assertion(
            self.structure,
            self.seal,
            about.holder,
            about.patient,
            id=uuid4(),
            now=self._clock(),
        )
        content, media_type = envelope(call, vouched, body), call.media_type
        if parts is not None:
            content, media_type = package(call, content, parts)
        answer = read(*await self._transport.post(call.to, media_type, content))
        if answer.message.tag != transaction.answer:
            kind = answer.message.tag.rpartition("}")[2][:60]
            text = f"The national record answered with a message it was not asked for: {kind}"
            raise FhirError(Category.UNAVAILABLE, text)
        return answer


def _rank(known: Known) -> tuple[bool, int]:
    """Give what the version of an entry in force has more of than others."""
    told = known.entry.version or ""
    return known.entry.status != DEPRECATED, int(told) if told.isdecimal() else 0


def _structure(settings: Settings) -> Structure:
    return Structure(
        id=settings.dmp_structure,
        name=settings.dmp_structure_name,
        sector=f"{settings.dmp_sector}^1.2.250.1.71.4.2.4",
        software=SOFTWARE,
        software_version=__version__,
        software_id=settings.dmp_software or None,
        approval=settings.dmp_approval or None,
        vihf_version=settings.dmp_vihf_version,
    )
