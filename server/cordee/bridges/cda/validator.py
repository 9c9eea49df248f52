"""The CDA validator: our checks always, the official schema and rules where their folder is known.

https://esante.gouv.fr/volet-structuration-minimale-de-documents-de-sante
"""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from cordee.bridges.cda import document as documents
from cordee.bridges.cda.checks.fault import Check, Fault
from cordee.bridges.cda.checks.labels import Labels
from cordee.bridges.cda.checks.registry import HEADER, OURS
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.places import Places
from cordee.bridges.cda.rulebook import Rulebook
from cordee.bridges.cda.schematron.pool import Pool
from cordee.errors import FhirError, Issue, Severity
from cordee.outcome import issues as issues_of
from cordee.resource.xml_document import line_of

SOURCE = "cordee"


class CdaValidator:
    """Validates documents; `rules` is the folder of official rules, or None."""

    def __init__(self, tables: CodeTables, rules: Path | None = None, workers: int = 1) -> None:
        """Keep what it works with. Raises `FhirError` when the folder holds no rules."""
        self._labels = Labels(tables)
        self._rulebook = Rulebook(rules) if rules is not None else None
        self._pool = Pool(workers)

    async def validate(self, data: bytes) -> tuple[Issue, ...]:
        """Give the findings on a document, also on bytes that are none.

        Raises `FhirError`: TIMEOUT, THROTTLED or UNAVAILABLE for the official rules.
        """
        try:
            document = await asyncio.to_thread(documents.read, data)
        except FhirError as error:
            return issues_of(error)
        official = self._rulebook is not None
        own = await asyncio.to_thread(self.check, document, official=official)
        return (*own, *await self._by_official_rules(document))

    def check(self, document: Document, *, official: bool = False) -> tuple[Issue, ...]:
        """Give the findings of our own checks.

        With `official` the header's are left out, which the official rules make in their words.
        """
        chosen: Iterable[Check] = OURS if official else (*HEADER, self._labels.check, *OURS)
        if official:
            chosen = (*chosen, self._only_labels)
        faults = chain.from_iterable(check(document) for check in chosen)
        places = Places(document.root)
        return tuple(_issue(places, fault) for fault in faults)

    def _only_labels(self, document: Document) -> Iterator[Fault]:
        faults = self._labels.check(document)
        return (fault for fault in faults if fault.severity is not Severity.ERROR)

    async def _by_official_rules(self, document: Document) -> tuple[Issue, ...]:
        if self._rulebook is None:
            return ()
        rules = self._rulebook.choose(document)
        found = await self._pool.judge(rules, document.data)
        if rules.wanted is None:
            return found
        text = f"The rules folder has nothing for the model {rules.wanted}: header rules alone ran"
        return (*found, Issue(Severity.WARNING, "not-supported", text, source=SOURCE))

    async def close(self) -> None:
        """End the processes."""
        await self._pool.close()


def _issue(places: Places, fault: Fault) -> Issue:
    return Issue(
        fault.severity,
        "invariant",
        fault.text,
        expression=places.expression(fault.element),
        message_id=fault.key,
        line=line_of(fault.element),
        source=SOURCE,
    )
