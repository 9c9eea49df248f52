"""Who asks."""

from dataclasses import dataclass, field, replace
from typing import Literal

Kind = Literal["anonymous", "professional", "patient", "relative", "system"]
"""What a caller is to a record: nobody known, someone who cares, the person, their relative, or
software that acts for itself."""

Perimeter = Literal["health", "medico-social", "social"]
"""The field a professional works in, which bounds what they may see (CSP R1110-2)."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The person or system behind a request, as authentication established it.

    `subject` is unique within `issuer`: the national id of a professional, the client id of a
    system. `client` is the software that carries the call. `references` are the resources that
    stand for the caller ("Practitioner/1", "PractitionerRole/2", "Patient/3", "RelatedPerson/4"),
    `organizations` the structures they act for ("Organization/5"). `patient` is the record that the
    calling software opened ("Patient/6"). `scopes` are SMART scopes on resources; a person whose
    token has none is not bounded by scopes. `purposes` are purpose-of-use codes. `emergency` is the
    reason given for breaking the glass.
    `grants` is what the policy prepared for this caller; nothing else reads it.
    """

    subject: str | None = None
    issuer: str | None = None
    client: str | None = None
    name: str | None = None
    kind: Kind = "anonymous"
    perimeter: Perimeter | None = None
    references: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    patient: str | None = None
    scopes: frozenset[str] = field(default=frozenset())
    purposes: frozenset[str] = field(default=frozenset())
    emergency: str | None = None
    grants: object = field(default=None, compare=False, repr=False)

    @property
    def acts_for_structure(self) -> bool:
        """Tell whether the caller may use what is the structure's: its mailbox, its certificates.

        Software may, and professionals whom the directory knows; where nobody is authenticated,
        everybody.
        """
        if self.kind == "professional":
            return bool(self.references)
        return self.kind == "system" or self == ANONYMOUS

    def at_rest(self) -> "Caller":
        """Give the caller as work that goes on later keeps them, to be prepared again then."""
        return replace(self, grants=None, emergency=None)


ANONYMOUS = Caller()
"""Nobody in particular: what requests carry while authentication is off."""
