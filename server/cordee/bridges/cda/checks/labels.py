"""Codes and their labels, by the value sets of the CI-SIS that the packages hold."""

from collections.abc import Iterator

from lxml import etree

from cordee.bridges.cda.checks.fault import Fault, find_all
from cordee.bridges.cda.checks.header import table
from cordee.bridges.cda.code_tables import CodeTables
from cordee.bridges.cda.document import Document
from cordee.errors import Severity
from cordee.resource.folding import fold


class Labels:
    """Compares codes of the header with their value sets."""

    def __init__(self, tables: CodeTables) -> None:
        """Take the value sets from `tables`."""
        self._tables = tables

    def check(self, document: Document) -> Iterator[Fault]:
        """Tell of codes outside their value set, and of labels that are another code's."""
        for row in table()["code"]:
            for element in find_all(document.root, row["where"]):
                if element.get("nullFlavor") is None and element.get("code"):
                    yield from self._checked(element, row["value_set"])

    def _checked(self, element: etree._Element, value_set: str) -> Iterator[Fault]:
        codes = self._tables.table(value_set)
        if codes is None:
            return
        code, system = element.get("code", ""), element.get("codeSystem", "")
        known = codes.get((code, system))
        label = element.get("displayName")
        if known is None:
            text = f"{code} of {system or 'no codeSystem'} is not in the value set {value_set}"
            yield Fault("code-unknown", element, text)
        elif label and fold(label) != fold(known.display):
            text = f"The label of {code} is {known.display!r}, not {label!r}"
            yield Fault("code-label", element, text, Severity.WARNING)
