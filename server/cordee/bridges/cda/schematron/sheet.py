"""A compiled Schematron sheet, run by Saxon: a document in, what failed out.

https://www.saxonica.com/documentation12/index.html#!saxon-c
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor, PyXdmNode, PyXsltExecutable

from cordee.bridges.cda.schematron import stylesheet
from cordee.errors import Category, FhirError

FEATURES = {
    "allowedProtocols": "file",
    # The value sets that rules name are read once with the rules, not again for each document.
    "preEvaluateDocFunction": "true",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A failed assertion; `at` is where, as by `fn:path`, `role` what the rule says of itself."""

    at: str
    text: str
    role: str | None = None
    rule: str | None = None


class Sheets:
    """Rule files compiled once each, in one process. Saxon is not to be shared between threads."""

    def __init__(self) -> None:
        """Start Saxon, with nothing to be fetched but files."""
        self._saxon = PySaxonProcessor(license=False)
        for name, value in FEATURES.items():
            self._saxon.set_configuration_property(f"http://saxon.sf.net/feature/{name}", value)
        self._compiled: dict[Path, PyXsltExecutable] = {}

    def read(self, clinical_document: bytes) -> PyXdmNode:
        """Read a document that has no DTD (the caller has made sure). Raises MALFORMED."""
        try:
            return self._saxon.parse_xml(xml_text=clinical_document.decode())
        except PySaxonApiError as error:
            raise FhirError(Category.MALFORMED, f"The document cannot be read: {error}") from error

    def run(self, rules: Path, document: PyXdmNode) -> tuple[Finding, ...]:
        """Judge a document.

        Raises `FhirError`: UNSUPPORTED when the rules are unusable whatever the document, and
        UNPROCESSABLE when they fail on this one.
        """
        sheet = self._compiled.get(rules)
        if sheet is None:
            sheet = self._compiled[rules] = self._compile(rules)
        try:
            made = sheet.transform_to_string(xdm_node=document)
        except PySaxonApiError as error:
            raise FhirError(
                Category.UNPROCESSABLE, f"The rules of {rules.name} fail here: {error}"
            ) from error
        return tuple(_findings(made))

    def _compile(self, rules: Path) -> PyXsltExecutable:
        processor = self._saxon.new_xslt30_processor()
        try:
            return processor.compile_stylesheet(stylesheet_text=stylesheet.compile(rules))
        except (FhirError, PySaxonApiError) as error:
            raise FhirError(
                Category.UNSUPPORTED, f"The rules of {rules.name} are unusable: {error}"
            ) from error


def _findings(made: str) -> Iterator[Finding]:
    for row in etree.fromstring(made.encode()):
        text = " ".join("".join(map(str, row.itertext())).split())
        yield Finding(row.get("at", ""), text, row.get("role"), row.get("rule") or None)
