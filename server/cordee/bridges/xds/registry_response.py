"""What a registry or repository says of a request: success, or errors, each with its meaning here.

https://profiles.ihe.net/ITI/TF/Volume3/ch-4.2.html (4.2.4, error reporting)
"""

from collections.abc import Iterator, Mapping

from cordee.bridges.metadata.namespaces import RS, Element, name
from cordee.errors import Category, FhirError, Issue, Severity

SUCCESS = "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success"
PARTIAL = "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess"

CODES: Mapping[str, Category] = {
    "XDSDuplicateUniqueIdInRegistry": Category.CONFLICT,
    "XDSNonIdenticalHash": Category.CONFLICT,
    "XDSNonIdenticalSize": Category.CONFLICT,
    "XDSReplaceFailed": Category.CONFLICT,
    "XDSRegistryDeprecatedDocumentError": Category.CONFLICT,
    "XDSMetadataUpdateError": Category.CONFLICT,
    "XDSMetadataVersionError": Category.CONFLICT,
    "XDSMetadataUpdateOperationError": Category.UNPROCESSABLE,
    "XDSMetadataIdentifierError": Category.UNPROCESSABLE,
    "XDSUnknownPatientId": Category.UNPROCESSABLE,
    "XDSPatientIdDoesNotMatch": Category.UNPROCESSABLE,
    "XDSRegistryMetadataError": Category.UNPROCESSABLE,
    "XDSRepositoryMetadataError": Category.UNPROCESSABLE,
    "XDSMissingDocument": Category.UNPROCESSABLE,
    "XDSMissingDocumentMetadata": Category.UNPROCESSABLE,
    "XDSInvalidDocumentContent": Category.UNPROCESSABLE,
    "XDSRegistryDuplicateUniqueIdInMessage": Category.UNPROCESSABLE,
    "XDSRepositoryDuplicateUniqueIdInMessage": Category.UNPROCESSABLE,
    "UnresolvedReferenceException": Category.UNPROCESSABLE,
    "XDSUnknownStoredQuery": Category.UNSUPPORTED,
    "XDSStoredQueryMissingParam": Category.INVALID,
    "XDSStoredQueryParamNumber": Category.INVALID,
    "XDSResultNotSinglePatient": Category.FORBIDDEN,
    "XDSTooManyResults": Category.TOO_COSTLY,
    "XDSDocumentUniqueIdError": Category.NOT_FOUND,
    "XDSUnknownRepositoryId": Category.NOT_FOUND,
    "XDSRegistryError": Category.UNAVAILABLE,
    "XDSRepositoryError": Category.UNAVAILABLE,
    "XDSRegistryBusy": Category.UNAVAILABLE,
    "XDSRepositoryBusy": Category.UNAVAILABLE,
    "XDSRegistryNotAvailable": Category.UNAVAILABLE,
    "XDSRegistryOutOfResources": Category.UNAVAILABLE,
    "XDSRepositoryOutOfResources": Category.UNAVAILABLE,
}
"""Error of the registry → what it means to a caller. UNAVAILABLE alone may pass by itself, so only
such a request is made again; a code that is not known here is for somebody to look at."""

DUPLICATE = frozenset({"XDSDuplicateUniqueIdInRegistry", "XDSNonIdenticalHash"})
"""What is said of a document whose id the registry has already."""


class RegistryError(FhirError):
    """A refusal of the registry; `codes` are its own."""

    def __init__(self, category: Category, issues: list[Issue], codes: tuple[str, ...]) -> None:
        """Keep the registry's codes beside the issues, which name them too."""
        super().__init__(category, "; ".join(row.diagnostics for row in issues), issues=issues)
        self.codes = codes


def check(held: Element, *, partial: bool = False) -> tuple[Issue, ...]:
    """Give the warnings of a response; `partial` takes a partial success for one.

    Raises `RegistryError` for a failure, the category being that of its first error.
    """
    rows = list(held.iter(name(RS, "RegistryError")))
    issues = tuple(_issues(rows))
    status = held.get("status", "")
    if status == SUCCESS or (partial and status == PARTIAL):
        return issues
    codes = tuple(row.get("errorCode", "").rpartition(":")[2] for row in rows if _is_error(row))
    category = CODES.get(codes[0], Category.UNPROCESSABLE) if codes else Category.UNAVAILABLE
    told = list(issues) or [_issue(Severity.ERROR, "", "The national record gives no reason")]
    raise RegistryError(category, told, codes)


def _issues(rows: list[Element]) -> Iterator[Issue]:
    for row in rows:
        severity = Severity.ERROR if _is_error(row) else Severity.WARNING
        yield _issue(severity, row.get("errorCode", ""), row.get("codeContext", ""))


def _issue(severity: Severity, code: str, context: str) -> Issue:
    kind = code.rpartition(":")[2][:100]
    told = " ".join(context.split())[:500]
    text = f"The national record says {kind}: {told}" if kind else told
    return Issue(severity, "processing", text)


def _is_error(row: Element) -> bool:
    return not row.get("severity", "").endswith(":Warning")
