"""Canonical URLs: `url`, `url|version`, `url#fragment`.

https://hl7.org/fhir/R4/references.html#canonical
"""


def split(canonical: str) -> tuple[str, str | None]:
    """Split `url|version` into URL and version (None when there is none)."""
    url, _, version = canonical.partition("|")
    return url, version or None


def join(url: str, version: str | None) -> str:
    """Join a URL and a version, if any, to one canonical."""
    return f"{url}|{version}" if version else url


def without_fragment(canonical: str) -> tuple[str, str | None]:
    """Split off the `#fragment` that names a contained resource (None when there is none).

    `url#id` and `url|version#id` are both read.
    """
    rest, _, fragment = canonical.partition("#")
    return rest, fragment or None
