"""A terminology server elsewhere, asked over HTTP.

https://hl7.org/fhir/R4/terminology-service.html
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from cordee.errors import FhirError
from cordee.resource import json
from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.terminology.expand import ExpandOptions
from cordee.terminology.results import Verdict

MOST_BYTES = 20_000_000
"""The longest answer that is read."""
ANSWERS_NO = frozenset({400, 404, 410, 422})
"""Statuses by which a server says that it does not know what it is asked about."""
UNKNOWN = frozenset({"x-unknown-system", "x-caused-by-unknown-system"})
"""Parameters of an answer by which servers say that "false" only means "not known"."""
MEDIA_TYPE = "application/fhir+json"


class RemoteError(Exception):
    """The server gave no answer that can be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """Is a code good, in a value set or, without one, in its code system?"""

    code: str
    system: str | None = None
    version: str | None = None
    value_set: str | None = None
    display: str | None = None
    display_language: str | None = None
    abstract: bool = True


class RemoteTerminology:
    """A FHIR terminology server; each call takes at most `timeout` seconds."""

    def __init__(self, url: str, timeout: float) -> None:
        """Name the server by its FHIR base URL; nothing is sent yet."""
        self.url = url.rstrip("/")
        self.timeout = timeout
        headers = {"Accept": MEDIA_TYPE, "Content-Type": MEDIA_TYPE}
        self._http = httpx.AsyncClient(headers=headers, timeout=timeout)

    async def validate_code(
        self, question: Question, value_set: Resource | None = None
    ) -> Verdict | None:
        """Ask about a code; `value_set` goes along where the server may not have it.

        None when the server does not know. Raises `RemoteError` when it does not answer.
        """
        kind = "CodeSystem" if question.value_set is None and value_set is None else "ValueSet"
        rows = [*_scope(question.value_set, value_set), *_code(question, kind)]
        answer = await self._post(f"{kind}/$validate-code", rows)
        return None if answer is None else _verdict(answer, question)

    async def expand(
        self, canonical: str | None, options: ExpandOptions, value_set: Resource | None = None
    ) -> Resource | None:
        """Ask for the expansion of a value set, as a ValueSet resource; else as `validate_code`."""
        rows = [*_scope(canonical, value_set), *_expand_rows(options)]
        answer = await self._post("ValueSet/$expand", rows)
        if answer is None:
            return None
        if answer.get("resourceType") != "ValueSet" or not isinstance(
            answer.get("expansion"), dict
        ):
            raise RemoteError("it answered $expand with something else than an expansion")
        return answer

    async def relay(self, path: str, rows: list[dict[str, Any]]) -> Resource | None:
        """Ask what `path` ("CodeSystem/$lookup") names; give its Parameters, else as `expand`."""
        answer = await self._post(path, rows)
        if answer is None:
            return None
        found = answer.get("parameter")
        if answer.get("resourceType") != "Parameters" or not isinstance(found, list):
            raise RemoteError(f"it answered {path} with something else than Parameters")
        if not all(isinstance(row, dict) for row in found):
            raise RemoteError(f"it answered {path} with parameters that are none")
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _post(self, path: str, rows: list[dict[str, Any]]) -> Resource | None:
        body = json.serialize({"resourceType": "Parameters", "parameter": rows})
        try:
            # httpx limits each read by itself; a server that trickles must not hold us longer.
            async with (
                asyncio.timeout(self.timeout),
                self._http.stream("POST", f"{self.url}/{path}", content=body) as answer,
            ):
                if answer.status_code in ANSWERS_NO:
                    return None
                if answer.status_code != 200:
                    raise RemoteError(f"it answered with status {answer.status_code}")
                return json.parse(await _content(answer))
        except TimeoutError:
            raise RemoteError(f"it did not answer within {self.timeout:g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL, FhirError) as error:
            raise RemoteError(f"{type(error).__name__}: {error}") from error


async def _content(answer: httpx.Response) -> bytes:
    parts = bytearray()
    async for part in answer.aiter_bytes():
        parts += part
        if len(parts) > MOST_BYTES:
            raise RemoteError(f"its answer is longer than {MOST_BYTES:,} bytes")
    return bytes(parts)


def _scope(canonical: str | None, value_set: Resource | None) -> Iterator[dict[str, Any]]:
    if value_set is not None:
        yield {"name": "valueSet", "resource": value_set}
    elif canonical is not None:
        url, version = split(canonical)
        yield {"name": "url", "valueUri": url}
        if version:
            yield {"name": "valueSetVersion", "valueString": version}


def _code(question: Question, kind: str) -> Iterator[dict[str, Any]]:
    yield {"name": "code", "valueCode": question.code}
    if question.system is None:
        yield {"name": "inferSystem", "valueBoolean": True}
    elif kind == "CodeSystem":
        yield {"name": "url", "valueUri": question.system}
    else:
        yield {"name": "system", "valueUri": question.system}
    if question.version:
        name = "version" if kind == "CodeSystem" else "systemVersion"
        yield {"name": name, "valueString": question.version}
    if question.display is not None:
        yield {"name": "display", "valueString": question.display}
    if question.display_language:
        yield {"name": "displayLanguage", "valueCode": question.display_language}
    if not question.abstract:
        yield {"name": "abstract", "valueBoolean": False}


def _expand_rows(options: ExpandOptions) -> Iterator[dict[str, Any]]:
    for name, property, value in (
        ("filter", "valueString", options.filter),
        ("offset", "valueInteger", options.offset or None),
        ("count", "valueInteger", options.count),
        ("activeOnly", "valueBoolean", options.active_only or None),
        ("displayLanguage", "valueCode", options.display_language),
        ("includeDesignations", "valueBoolean", options.include_designations or None),
        ("excludeNested", "valueBoolean", options.exclude_nested or None),
        ("excludeNotForUI", "valueBoolean", options.exclude_not_for_ui or None),
    ):
        if value is not None:
            yield {"name": name, property: value}


def _verdict(answer: Resource, question: Question) -> Verdict | None:
    found: dict[str, Any] = {}
    rows = answer.get("parameter")
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        values = [value for key, value in row.items() if key.startswith("value")]
        found[str(row.get("name"))] = values[0] if values else row.get("resource")
    result = found.get("result")
    if not isinstance(result, bool):
        raise RemoteError("it answered $validate-code without a result")
    if not result and (UNKNOWN & found.keys() or _not_found(found.get("issues"))):
        return None
    return Verdict(
        result=result,
        message=_text(found.get("message")),
        system=_text(found.get("system")) or question.system,
        code=_text(found.get("code")) or question.code,
        version=_text(found.get("version")),
        display=_text(found.get("display")),
        inactive=found.get("inactive") is True,
    )


def _not_found(outcome: Any) -> bool:
    """Tell whether an OperationOutcome says that a code system or value set is missing there."""
    rows = outcome.get("issue") if isinstance(outcome, dict) else None
    if not isinstance(rows, list):
        return False
    return any(row.get("code") == "not-found" for row in rows if isinstance(row, dict))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
