"""Entries of a searchset, from stored bytes.

This is the hot path of search: a few bytes are put around each stored body.

https://hl7.org/fhir/R4/bundle.html#searchset
"""

from collections.abc import Iterable, Iterator

from cordee.errors import Issue
from cordee.interactions import bundle
from cordee.outcome import operation_outcome
from cordee.resource import json
from cordee.store.port import Version

_END = {"match": b',"search":{"mode":"match"}}', "include": b',"search":{"mode":"include"}}'}


def entries(base_url: str, versions: Iterable[Version], mode: str) -> Iterator[bytes]:
    """Write one entry per version, in order; `mode` is `match` or `include`."""
    start = b'{"fullUrl":' + json.serialize(base_url + "/")[:-1]
    end = _END[mode]
    for version in versions:
        yield b'%b%b/%b","resource":%b%b' % (
            start,
            version.type.encode(),
            version.id.encode(),
            version.body,
            end,
        )


def outcome_entry(issues: tuple[Issue, ...]) -> bytes:
    """Write the entry that tells of parameters not used as asked."""
    return bundle.entry(None, json.serialize(operation_outcome(issues)), search={"mode": "outcome"})
