"""Who asks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Caller:
    """The person or system behind a request, as authentication established it.

    `references` are the resources that stand for the caller ("Practitioner/1",
    "PractitionerRole/2"); `scopes` are SMART scopes; `purposes` are purpose-of-use codes.
    """

    subject: str | None = None
    references: tuple[str, ...] = ()
    scopes: frozenset[str] = field(default=frozenset())
    purposes: frozenset[str] = field(default=frozenset())


ANONYMOUS = Caller()
"""Nobody in particular: what requests carry while authentication is off."""
