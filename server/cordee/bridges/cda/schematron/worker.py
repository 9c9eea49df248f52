"""The process that runs the official rules, one document after another.

Requests come on standard input and answers leave on standard output, each a length of four bytes
and that many bytes of JSON; a request's document follows it in the same way. The process ends with
its input. `python -m cordee.bridges.cda.schematron.worker` starts it.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from lxml import etree
from saxonche import PyXdmNode

from cordee.bridges.cda import document as documents
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.places import Places
from cordee.bridges.cda.schematron.order import LENGTH, Order
from cordee.bridges.cda.schematron.place import element_at
from cordee.bridges.cda.schematron.sheet import Finding, Sheets
from cordee.errors import Category, FhirError, Issue, Severity
from cordee.resource.xml_document import line_of

ROLES: dict[str | None, Severity] = {
    None: Severity.ERROR,
    "error": Severity.ERROR,
    "fatal": Severity.ERROR,
    "warning": Severity.WARNING,
    "warn": Severity.WARNING,
    "info": Severity.INFORMATION,
    "information": Severity.INFORMATION,
    "hint": Severity.INFORMATION,
}
"""What a rule says of itself → how much a finding matters."""
_MOST = 500
"""Findings of one rule file that are told; a document with more is broken throughout."""


class Worker:
    """Everything compiled once, and kept."""

    def __init__(self) -> None:
        """Start with nothing compiled."""
        self._sheets = Sheets()
        self._schemas: dict[str, etree.XMLSchema] = {}

    def judge(self, order: Order, data: bytes) -> list[Issue]:
        """Give the findings of the schema, then of each rule file."""
        document = documents.read(data)
        found = list(self._by_schema(order.schema, document))
        if len(found) >= _MOST:
            text = f"More than {_MOST} faults of the schema: the other rules were not run"
            return [*found, Issue(Severity.INFORMATION, "informational", text)]
        try:
            tree = self._sheets.read(document.clinical_document)
        except FhirError as error:
            return [*found, Issue(Severity.ERROR, "structure", str(error))]
        for path in map(Path, order.schematrons):
            found += self._by_rules(path, document, tree)
        return found

    def _by_rules(self, path: Path, document: Document, tree: PyXdmNode) -> list[Issue]:
        try:
            findings = self._sheets.run(path, tree)
        except FhirError as error:
            # Rules that nobody can use say nothing about a document; those it breaks do.
            broken = error.category is Category.UNSUPPORTED
            severity = Severity.WARNING if broken else Severity.ERROR
            return [Issue(severity, "processing", str(error), source=path.stem)]
        places = Places(document.root)
        return [_issue(document, places, path.stem, row) for row in findings[:_MOST]]

    def _by_schema(self, path: str, document: Document) -> Iterator[Issue]:
        schema = self._schemas.get(path)
        if schema is None:
            # The official schema names its parts by relative paths; the network stays closed.
            parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
            schema = self._schemas[path] = etree.XMLSchema(etree.parse(path, parser))
        if schema.validate(document.root):
            return
        log: Any = schema.error_log
        for row in islice(log, _MOST):
            text = row.message.replace("{urn:hl7-org:v3}", "")
            yield Issue(
                Severity.ERROR,
                "structure",
                text,
                line=row.line or None,
                column=row.column or None,
                source="xsd",
            )


def _issue(document: Document, places: Places, layer: str, finding: Finding) -> Issue:
    element = element_at(document.root, finding.at)
    return Issue(
        ROLES.get(finding.role, Severity.ERROR),
        "invariant",
        finding.text,
        expression=places.expression(element),
        message_id=finding.rule,
        line=line_of(element),
        source=layer,
    )


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else None


def main() -> None:
    """Answer until the input ends."""
    # Saxon writes to the standard output too: the answers keep the real one to themselves.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    worker = Worker()
    while (asked := _receive(sys.stdin.buffer)) is not None:
        data = _receive(sys.stdin.buffer) or b""
        issues = worker.judge(msgspec.json.decode(asked, type=Order), data)
        told = msgspec.json.encode([asdict(issue) for issue in issues])
        answers.write(LENGTH.pack(len(told)) + told)
        answers.flush()


if __name__ == "__main__":
    main()
