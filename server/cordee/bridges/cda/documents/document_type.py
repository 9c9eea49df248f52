"""What a type of document is: its code, its templates, its sections.

https://esante.gouv.fr/volets-contenus
"""

from dataclasses import dataclass

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.namespaces import LEVEL_1
from cordee.bridges.cda.writing.section import Section

HOSPITAL_STAY = Code(
    "IMP", "2.16.840.1.113883.5.4", "Hospitalisation (établissement, y compris HAD)"
)
AT_HOME = Code("HH", "2.16.840.1.113883.5.4", "Soins à domicile (hors établissement)")
EMERGENCY = Code("EMER", "2.16.840.1.113883.5.4", "Passage aux urgences (établissement)")


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document.

    `templates` are (root, version); level 1 documents have that of IHE XDS-SD and carry their
    sections as a PDF. `event` is the code of the act that the document tells of, `encounter` that
    of the contact it was made in, `focus` the resource type it is usually made from.
    """

    key: str
    code: Code
    title: str
    sections: tuple[Section, ...]
    templates: tuple[tuple[str, str | None], ...] = ((LEVEL_1, None),)
    event: Code | None = None
    encounter: Code | None = AT_HOME
    focus: str | None = None
    needs_doctor: bool = False

    @property
    def structured(self) -> bool:
        """Tell whether the body is XML."""
        return self.templates[0][0] != LEVEL_1
