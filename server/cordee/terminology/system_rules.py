"""Which version of a code system counts, and which code systems do not count at all.

https://hl7.org/fhir/R4/valueset-operation-expand.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cordee.errors import Category, FhirError
from cordee.resource.canonical import split


@dataclass(frozen=True, slots=True)
class SystemRules:
    """What a caller says about code systems: by URL, the version meant; canonicals left out.

    `default` is for value sets that state no version, `required` must not contradict one that is
    stated, `forced` overrides it.
    """

    default: Mapping[str, str] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)
    forced: Mapping[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()

    def version(self, system: str, stated: str | None) -> str | None:
        """Choose the version of a system for which a value set states `stated`.

        Raises `FhirError` (UNPROCESSABLE) when another one is required.
        """
        required = self.required.get(system)
        if required and stated and stated not in {required, "*"}:
            raise FhirError(
                Category.UNPROCESSABLE,
                f"check-system-version: a value set states version {stated} of {system},"
                f" not {required}",
            )
        chosen = self.forced.get(system) or stated or required or self.default.get(system)
        return None if chosen == "*" else chosen

    def excludes(self, system: str, version: str | None) -> bool:
        """Tell whether a system, in this version, is left out."""
        return any(
            split(canonical)[0] == system and split(canonical)[1] in {None, version}
            for canonical in self.excluded
        )


AS_STATED = SystemRules()
"""Everything counts, in the version stated, else in the newest."""
