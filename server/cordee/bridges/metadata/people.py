"""Authors, signers, structures and patients of a CDA header as metadata write them.

https://ansforge.github.io/IG-FHIR-PDSM4DMP-EEDS/main/ig/
"""

from collections.abc import Iterator, Mapping

from cordee.bridges.cda.namespaces import INS_ROOTS, PERSON, STRUCTURE, tag
from cordee.bridges.metadata.hl7_types import LONGEST, cx, escaped, shortened, xcn, xon
from cordee.bridges.metadata.lot import Author
from cordee.bridges.metadata.namespaces import Element

PROFESSIONAL = ("D", "IDNPS")
PATIENT = ("D", "NH")
SYSTEM = ("U", "RI")
"""Kind of name and kind of identifier in an XCN."""
_HOLDERS: Mapping[str, tuple[str, str]] = {PERSON: PROFESSIONAL} | dict.fromkeys(INS_ROOTS, PATIENT)
_STRUCTURES: Mapping[str, str] = {STRUCTURE: "IDNST", "1.3.2": "SIREN"}
_SEX = {"M": "M", "F": "F"}
_NAMES = (("BR", "L"), ("CL", "D"))
"""Qualifier of a name in CDA → kind of name in HL7 v2: of birth, in use."""


def author(held: Element) -> Author | None:
    """Give an author; None for one without an identifier."""
    who = held.find(tag("assignedAuthor"))
    person = signer(who) if who is not None else None
    if who is None or person is None:
        return None
    role, code = held.find(tag("functionCode")), who.find(tag("code"))
    function = role.get("displayName") if role is not None else None
    return Author(
        person,
        None if _is_patient(who) else structure(who.find(tag("representedOrganization"))),
        (escaped(function),) if function else (),
        _specialty(code),
    )


def signer(who: Element) -> str | None:
    """Give an assignedAuthor or assignedEntity as an XCN; None without an identifier."""
    id = next((row for row in who.findall(tag("id")) if row.get("extension")), None)
    if id is None:
        return None
    root, number = id.get("root", ""), id.get("extension", "")
    device = who.find(tag("assignedAuthoringDevice"))
    if device is not None:
        names = [_text(device, "manufacturerModelName"), _text(device, "softwareName")]
        return xcn(number, names, root, *SYSTEM)
    name = who.find(f"{tag('assignedPerson')}/{tag('name')}")
    names = [_text(name, "family"), _text(name, "given")] if name is not None else []
    return xcn(number, names, root, *_HOLDERS.get(root, SYSTEM))


def structure(held: Element | None) -> str | None:
    """Give a structure as an XON; what is not known of it stays empty."""
    if held is None:
        return None
    id = held.find(tag("id"))
    root = id.get("root") or STRUCTURE if id is not None else STRUCTURE
    number = id.get("extension") or "" if id is not None else ""
    return xon(_text(held, "name"), number, root, _STRUCTURES.get(root, "IDNST"))


def patient_info(patient: Element) -> Iterator[str]:
    """Give the traits that a document tells of its patient, as segments of PID."""
    name = patient.find(tag("name"))
    for qualifier, kind in _NAMES if name is not None else ():
        family = _qualified(name, "family", qualifier)
        given = _qualified(name, "given", qualifier)
        if family:
            names = shortened(f"{escaped(family)}^{escaped(given)}", LONGEST - 12)
            yield f"PID-5|{names}^^^^^{kind}"
    born, sex = patient.find(tag("birthTime")), patient.find(tag("administrativeGenderCode"))
    if born is not None and born.get("value"):
        yield f"PID-7|{born.get('value', '')[:8]}"
    if sex is not None and sex.get("code"):
        yield f"PID-8|{_SEX.get(sex.get('code', ''), 'U')}"


def national_id(id: Element) -> str | None:
    """Give an INS as a CX; None for another identifier."""
    root = id.get("root", "")
    return cx(id.get("extension", ""), root, "NH") if root in INS_ROOTS else None


def local_id(ids: list[Element]) -> str | None:
    """Give the patient's identifier in the establishment, else the INS."""
    for id in ids:
        root, value = id.get("root", ""), id.get("extension")
        if value and root and root not in INS_ROOTS:
            return cx(value, root, "PI")
    return next((found for id in ids if (found := national_id(id))), None)


def _is_patient(who: Element) -> bool:
    return any(row.get("root") in INS_ROOTS for row in who.findall(tag("id")))


def _specialty(code: Element | None) -> str | None:
    if code is None or not code.get("code"):
        return None
    told = (code.get(key, "") for key in ("code", "displayName", "codeSystem"))
    value, label, system = (escaped(text) for text in told)
    room = LONGEST - len(value) - len(system) - 2
    return f"{value}^{shortened(label, room)}^{system}"


def _text(held: Element, local: str) -> str:
    found = held.find(tag(local))
    return words(found) if found is not None else ""


def _qualified(name: Element | None, local: str, qualifier: str) -> str:
    rows = name.findall(tag(local)) if name is not None else []
    found = next((row for row in rows if row.get("qualifier") == qualifier), None)
    return words(found) if found is not None else ""


def words(held: Element) -> str:
    """Give the text of an element, its white space folded."""
    return " ".join("".join(str(text) for text in held.itertext()).split())
