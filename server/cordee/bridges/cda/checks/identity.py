"""The patient's identity: an INS with its key, and the five traits that go with it.

https://esante.gouv.fr/produits-services/identite-ins
"""

from collections.abc import Iterator

from lxml import etree

from cordee.bridges.cda.checks.fault import Fault, find, find_all
from cordee.bridges.cda.document import Document
from cordee.bridges.cda.namespaces import INS_ROOTS
from cordee.errors import Severity
from cordee.resource.check_digits import is_ins

ROLE = "recordTarget/patientRole"
TRAITS = {
    "patient/name/family[@qualifier='BR']": "the birth name (family, qualifier BR)",
    "patient/name/given[@qualifier='BR']": "the first given name of the birth certificate (BR)",
    "patient/birthTime": "the date of birth (birthTime)",
    "patient/administrativeGenderCode": "the sex (administrativeGenderCode)",
    "patient/birthplace/place/addr/county": "the COG code of the birth place (addr/county)",
}
"""Path below the role → the trait of the INS it holds."""
QUALIFIERS = frozenset({"BR", "CL"})


def check_ins(document: Document) -> Iterator[Fault]:
    """Tell of a national identifier that is not 15 characters ending in its key."""
    for row in _ins(document):
        value = row.get("extension") or ""
        if len(value) != 15:
            text = f"An INS has 15 characters (13 and the key), this one {len(value)}"
            yield Fault("ins-length", row, text)
        elif not is_ins(value):
            # Several official examples carry such keys: see decision 0121.
            text = "The last two digits of the INS are not its key"
            yield Fault("ins-key", row, text, Severity.WARNING)


def check_traits(document: Document) -> Iterator[Fault]:
    """Tell which of the INS's traits are missing."""
    if not _ins(document):
        return
    for role in find_all(document.root, ROLE):
        for path, what in TRAITS.items():
            if find(role, path) is None:
                yield Fault("ins-trait", role, f"Beside an INS stands {what}: it is missing")
        if not [row for row in find_all(role, "patient/name/given") if not row.get("qualifier")]:
            text = "Beside an INS stand all given names of the birth certificate (given): missing"
            yield Fault("ins-trait", role, text)


def check_qualifiers(document: Document) -> Iterator[Fault]:
    """Tell of names that are neither those of birth (BR) nor those in use (CL)."""
    for name in find_all(document.root, f"{ROLE}/patient/name"):
        for row in name.iterchildren(etree.Element):
            qualifier = row.get("qualifier")
            kind = etree.QName(row).localname
            if qualifier and qualifier not in QUALIFIERS:
                yield Fault("name-qualifier", row, f"The qualifier is BR or CL, not {qualifier}")
            elif kind == "family" and not qualifier:
                yield Fault("name-qualifier", row, "A patient's family name says BR or CL")


def _ins(document: Document) -> list[etree._Element]:
    rows = find_all(document.root, f"{ROLE}/id")
    return [row for row in rows if row.get("root") in INS_ROOTS]
