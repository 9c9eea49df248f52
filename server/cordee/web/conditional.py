"""Conditional headers → `Conditions`.

https://hl7.org/fhir/R4/http.html#concurrency
https://hl7.org/fhir/R4/http.html#ccreate
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cordee.errors import Category, FhirError
from cordee.interactions.exchange import Conditions

NONE = Conditions()
HEADERS = ("if-match", "if-none-match", "if-modified-since", "if-none-exist")

_ENTITY_TAG = re.compile(r'(?:W/)?"([A-Za-z0-9.-]{1,64})"')


def conditions(headers: Mapping[str, str]) -> Conditions:
    """Read the conditional headers; `headers` has lower-case names.

    Raises `FhirError` INVALID for a malformed entity tag or query; a malformed date is left out, as
    RFC 9110 has it: it only ever spares a transfer.
    """
    if headers.keys().isdisjoint(HEADERS):
        return NONE
    return Conditions(
        if_match=_version("If-Match", headers.get("if-match")),
        if_none_match=_versions(headers.get("if-none-match")),
        if_modified_since=_date(headers.get("if-modified-since")),
        if_none_exist=_query(headers.get("if-none-exist")),
    )


def _version(name: str, value: str | None) -> str | None:
    if value is None or value.strip() == "*":
        return value and "*"
    found = _ENTITY_TAG.fullmatch(value.strip())
    if found is None:
        raise FhirError(
            Category.INVALID, f'{name} must be one weak entity tag such as W/"3", not {value!r}'
        )
    return found.group(1)


def _versions(value: str | None) -> tuple[str, ...]:
    found = [_version("If-None-Match", part) for part in value.split(",")] if value else []
    return tuple(version for version in found if version)


def _date(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _query(value: str | None) -> str | None:
    if value is None:
        return None
    query = _utf8(value).strip()
    if "=" not in query:
        raise FhirError(
            Category.INVALID,
            f"If-None-Exist must be search parameters such as 'identifier=…', not {value!r}",
        )
    return query


def _utf8(value: str) -> str:
    """Read as UTF-8 what ASGI gives as Latin-1; names with accents are sent unescaped, too."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value
