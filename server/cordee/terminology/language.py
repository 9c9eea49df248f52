"""Choosing a display by language.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Iterable

from cordee.terminology.results import Designation


def display(
    default: str | None, designations: Iterable[Designation], languages: str | None
) -> str | None:
    """Choose the display for `languages`: tags in order of preference, as in Accept-Language.

    A tag fits a designation of the same language or of a region of it; without a fit the default
    display is given.
    """
    if not languages:
        return default
    designations = list(designations)
    for tag in _tags(languages):
        for wanted in (tag, tag.partition("-")[0]):
            for designation in designations:
                language = (designation.language or "").lower()
                if language == wanted or language.startswith(wanted + "-"):
                    return designation.value
    return default


def _tags(languages: str) -> list[str]:
    parts = (part.partition(";")[0].strip().lower() for part in languages.split(","))
    return [part for part in parts if part and part != "*"]
