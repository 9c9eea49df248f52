"""From stored versions to responses, and the words for resources that are not there."""

from collections.abc import Collection
from dataclasses import replace

from cordee.errors import Category, FhirError, Issue
from cordee.interactions.exchange import Response
from cordee.search.values import Extraction
from cordee.store.port import Version

_PATIENT = "Patient/"


def location(version: Version) -> str:
    """Give the version's URL below the base: `Patient/1/_history/2`."""
    return f"{version.type}/{version.id}/_history/{version.version}"


def concerned(versions: Collection[Version]) -> frozenset[str]:
    """Give the ids of the patients in whose records versions are, or who they are."""
    found = {
        owner[len(_PATIENT) :]
        for version in versions
        for owner in version.compartments
        if owner.startswith(_PATIENT)
    }
    found |= {version.id for version in versions if version.type == "Patient"}
    return frozenset(found)


def written(
    version: Version,
    status: int,
    extraction: Extraction,
    issues: tuple[Issue, ...] = (),
    before: Version | None = None,
) -> Response:
    """Answer with a version just written, and where it is.

    `before` is what it follows, which was in other records perhaps.
    """
    placed = replace(version, compartments=extraction.compartments)
    known = concerned((placed, before) if before is not None else (placed,))
    return replace(of(version, status, issues), concerns=known, location=location(version))


def matched(version: Version) -> Response:
    """Answer with what a conditional create found instead, and where it is."""
    return replace(of(version), location=location(version))


def of(version: Version, status: int = 200, issues: tuple[Issue, ...] = ()) -> Response:
    """Answer with a stored version."""
    return Response(
        status=status,
        body=version.body or None,
        type=version.type,
        id=version.id,
        version=version.version,
        last_updated=version.last_updated,
        issues=issues,
        concerns=concerned((version,)),
    )


def not_found(type: str, id: str) -> FhirError:
    """Say that a resource is not known (or not for this caller to know of)."""
    return FhirError(Category.NOT_FOUND, f"{type}/{id} is not known")


def deleted(version: Version) -> FhirError:
    """Say that a resource has been deleted, and which version says so."""
    text = f"{version.type}/{version.id} was deleted by version {version.version}"
    return FhirError(Category.DELETED, text, headers={"ETag": f'W/"{version.version}"'})


def forbidden(action: str, type: str) -> FhirError:
    """Say that the caller may not do this."""
    return FhirError(Category.FORBIDDEN, f"You may not {action} this {type}")
