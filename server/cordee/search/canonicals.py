"""Canonical references as index values, and the definitions they name.

A canonical with a version stands in an index as `url|version`, one without as `url|`, which names
any version; both stand there as `url` too, for searches by the url alone.

https://hl7.org/fhir/R4/references.html#canonical
"""

from collections.abc import Iterable
from typing import Protocol

from cordee.search.filter import Filter, Token, Uri, all_of, any_of
from cordee.search.parameter import Parameter
from cordee.search.values import Extraction

URL = "url"
VERSION = "version"
"""The search parameters of definitions that say what they are called."""


class Parameters(Protocol):
    """Where the search parameters of types are looked up."""

    def parameter(self, type: str, code: str) -> Parameter | None:
        """Give a parameter, or None."""
        ...


def values(canonical: str) -> tuple[str, ...]:
    """Give the index values of a canonical as it is written."""
    url, _, version = canonical.partition("|")
    return (url, f"{url}|{version}")


def names(url: str, version: str | None) -> tuple[str, ...]:
    """Give the index values by which a definition is referred to."""
    return (f"{url}|", f"{url}|{version}") if version else (f"{url}|",)


def of(extraction: Extraction) -> tuple[str, ...]:
    """Give the index values by which a resource is referred to; none if it has no url."""
    url = extraction.values.get(URL)
    version = extraction.values.get(VERSION)
    return names(url[0], version[0].get("v") if version else None) if url else ()


def named(registry: Parameters, type: str) -> bool:
    """Tell whether resources of a type have a canonical url; `url` of a Subscription is none."""
    parameter = registry.parameter(type, URL)
    stated = (parameter.definition.expression or "") if parameter else ""
    return f"{type}.url" in {part.strip() for part in stated.split("|")}


def definitions(texts: Iterable[str]) -> Filter:
    """Give the filter on definitions that index values name; bare urls say nothing new."""
    return any_of([_definition(text) for text in dict.fromkeys(texts) if "|" in text])


def _definition(text: str) -> Filter:
    url, _, version = text.partition("|")
    named = Uri(URL, url)
    return all_of((named, Token(VERSION, None, version))) if version else named
