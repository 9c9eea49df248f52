"""What AuditEvents of one form are found by: extracted once for the form, then put together.

Marks are put into the slots of a form and the line is extracted as any resource is. Where the marks
come out is where the values of each line go. A second line, extracted in full, is compared: a form
that does not come out the same way has no short way, and its lines are extracted one by one. So
search parameters that somebody adds are obeyed, whatever they look at.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeAlias

from cordee.resource import json
from cordee.resource.types import Resource
from cordee.search.values import Extraction, distinct
from cordee.search.words import words
from cordee.store.sheet import RECORDED, Form

Extract: TypeAlias = Callable[[Resource], Extraction]
Values: TypeAlias = Mapping[str, str]
Make: TypeAlias = Callable[[Values], Any]

WORDS = "_content"
MARKS: Values = {
    "id": "qz0mark",
    RECORDED: "1909-03-13T17:19:23.129Z",
    "begun": "1907-05-11T13:31:37.141Z",
    "ended": "1908-06-10T14:43:47.153Z",
    "patient": "qz1mark",
    "touched": "qz2mark",
    "version": "7041776",
    "query": "qz3mark",
    "request": "qz4mark",
}
"""Slot → what is found nowhere else."""
OTHER: Values = {
    "id": "01a20511-7e67-7188-9bdb-87d7fb53bbf4",
    RECORDED: "2031-08-04T03:02:05.006Z",
    "begun": "2029-11-21T22:09:58.999Z",
    "ended": "2030-12-31T23:59:59.001Z",
    "patient": "Ab-7.1",
    "touched": "x-Y.42",
    "version": "12",
    "query": "UGF0aWVudD9uYW1lPUFi",
    "request": "Ab7-cD.8-9f",
}
"""Slot → what a line may say there."""
NAMES = ("id", "patient", "touched", "request")
_NAME = re.compile(r"[A-Za-z0-9.\-]{1,64}").fullmatch
_MARKED = re.compile("(qz[0-4]mark)")


class FoundBy:
    """The short way from the values of a line to its index values."""

    def __init__(self, form: Form, whole: Extraction) -> None:
        """Look where the marks came out in the extraction of a line that holds them."""
        self._whole = whole
        self._varying = {
            index: [_make(value) for value in values]
            for index, values in whole.values.items()
            if index != WORDS and any(_varies(value) for value in values)
        }
        self._compartments = [_make(text) for text in whole.compartments]
        self._marks = [_make(text) for text in whole.marks]
        found = set(whole.values.get(WORDS, ()))
        own = {slot: words(MARKS[slot]) for slot in form.slots}
        self._told = [slot for slot, some in own.items() if some <= found]
        self._words = found.difference(*own.values())
        self._named = [slot for slot in NAMES if slot in form.slots]

    def fits(self, values: Values) -> bool:
        """Tell whether the values are such as the short way was made for."""
        return all(_NAME(values[slot]) for slot in self._named)

    def extraction(self, values: Values) -> Extraction:
        """Give the index values of the line with these values in its slots."""
        found = dict(self._whole.values)
        for index, makes in self._varying.items():
            made = [make(values) for make in makes]
            found[index] = distinct(made) if len(made) > 1 else made
        if WORDS in found:
            told = words(" ".join([values[slot] for slot in self._told]))
            found[WORDS] = sorted(self._words | told)
        return replace(
            self._whole,
            values=found,
            compartments=_once(self._compartments, values),
            id=values["id"],
            last_updated=values[RECORDED],
            marks=_once(self._marks, values),
        )


def found_by(form: Form, extract: Extract) -> FoundBy | None:
    """Find the short way for a form, if it has one."""
    if not MARKS.keys() >= set(form.slots):
        return None
    short = FoundBy(form, _extracted(form, MARKS, extract))
    return short if short.extraction(OTHER) == _extracted(form, OTHER, extract) else None


def _extracted(form: Form, values: Values, extract: Extract) -> Extraction:
    return extract(json.parse(form.line([values[slot] for slot in form.slots])))


def _once(makes: Iterable[Make], values: Values) -> tuple[str, ...]:
    return tuple(dict.fromkeys([make(values) for make in makes]))


def _varies(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_varies(part) for part in value.values())
    return value in _INSTANTS if isinstance(value, int) else bool(_MARKED.search(str(value)))


def _make(value: Any) -> Make:
    """Compile how a value is made of those in the slots."""
    if isinstance(value, dict):
        parts = [(key, _make(part)) for key, part in value.items()]
        return lambda values: {key: make(values) for key, make in parts}
    if not _varies(value):
        return lambda _: value
    if isinstance(value, int):
        slot, more = _INSTANTS[value]
        return lambda values: milliseconds(values[slot]) + more
    return _made_text(_MARKED.split(value))


def _made_text(parts: Sequence[str]) -> Make:
    slots = [_SLOTS[mark] for mark in parts[1::2]]
    if len(slots) == 1:
        (before, _, after), (slot,) = parts, slots
        return lambda values: before + values[slot] + after
    form = Form(tuple(parts[::2]), tuple(slots))
    return lambda values: form.line([values[slot] for slot in slots]).decode()


@lru_cache(maxsize=4096)
def milliseconds(instant: str) -> int:
    """Give an instant in milliseconds since the epoch."""
    return round(datetime.fromisoformat(instant).timestamp() * 1000)


_SLOTS = {mark: slot for slot, mark in MARKS.items()}
_INSTANTS = {
    milliseconds(MARKS[slot]) + more: (slot, more)
    for slot in (RECORDED, "begun", "ended")
    for more in (0, 1)
}
