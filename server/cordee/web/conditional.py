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

    Raises `FhirError` INVALID for a malformed entity tag, date or query.
    """
    if headers.keys().isdisjoint(HEADERS):
        return NONE
    return Conditions(
        if_match=_version("If-Match", headers.get("if-match")),
        if_none_match=_version("If-None-Match", headers.get("if-none-match")),
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


def _date(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except ValueError as error:
        raise FhirError(
            Category.INVALID,
            f"If-Modified-Since must be an HTTP date such as 'Sun, 22 Nov 2026 10:00:00 GMT',"
            f" not {value!r}",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _query(value: str | None) -> str | None:
    if value is None:
        return None
    query = value.strip().removeprefix("?")
    if "=" not in query:
        raise FhirError(
            Category.INVALID,
            f"If-None-Exist must be search parameters such as 'identifier=…', not {value!r}",
        )
    return query
