"""The lines of a block as resources to be stored, with what they are found by."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from cordee.access.audit.act import APPEND_ONLY
from cordee.access.audit.found_by import FoundBy, found_by
from cordee.resource import json
from cordee.search.registry import SearchRegistry
from cordee.search.values import Extraction
from cordee.store.journal import Block
from cordee.store.port import Version
from cordee.store.sheet import RECORDED, Form, Sheet

Item: TypeAlias = tuple[Version, Extraction]

WORTH = 8
"""Lines of one form in one block from which its short way is looked for: that costs three lines."""
MOST = 2_000
"""Forms whose short way is remembered."""


class Lines:
    """Reads blocks; remembers forms and what their lines are found by."""

    def __init__(self, registry: SearchRegistry) -> None:
        """Take what extracts resources in general."""
        self._registry = registry
        self._parameters = registry.parameters(APPEND_ONLY)
        self._known: dict[Form, FoundBy | None] = {}

    def of(self, block: Block) -> Iterator[Item]:
        """Give the lines of a block, in order. Raises `DamagedError` when they were damaged."""
        sheet = block.sheet
        if sheet is None:
            for line in block.lines:
                yield self._general(line)
        else:
            yield from self._short(sheet, block.lines)

    def _general(self, line: bytes) -> Item:
        resource = json.parse(line)
        moment = datetime.fromisoformat(resource["meta"]["lastUpdated"])
        return _version(resource["id"], moment, line), self._registry.extract(resource)

    def _short(self, sheet: Sheet, lines: list[bytes]) -> Iterator[Item]:
        moment = datetime.fromisoformat(sheet.recorded)
        ways = [self._way(form, sheet.places.count(at)) for at, form in enumerate(sheet.forms)]
        slots = [
            tuple(slot for slot in form.slots if slot not in (RECORDED, "id"))
            for form in sheet.forms
        ]
        for id, place, row, line in zip(sheet.ids, sheet.places, sheet.rows, lines, strict=True):
            way = ways[place]
            values = dict(zip(slots[place], row, strict=True), id=id, recorded=sheet.recorded)
            if way is None or not way.fits(values):
                yield self._general(line)
            else:
                yield _version(id, moment, line), way.extraction(values)

    def _way(self, form: Form, lines: int) -> FoundBy | None:
        parameters = self._registry.parameters(APPEND_ONLY)
        if parameters is not self._parameters:  # some were added
            self._parameters = parameters
            self._known.clear()
        if form not in self._known:
            if lines < WORTH:
                return None
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[form] = found_by(form, self._registry.extract)
        return self._known[form]


def _version(id: str, moment: datetime, line: bytes) -> Version:
    return Version(APPEND_ONLY, id, 1, moment, line, "POST")
