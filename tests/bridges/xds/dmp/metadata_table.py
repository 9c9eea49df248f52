"""The metadata that the DMP wants of each document and lot: a table of its own, held literally.

Made from the published models of the DMP's metadata, not from what any client writes.
"""

import re
from collections.abc import Iterator

from lxml import etree

R = "{urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0}"
OID = r"[0-2](\.(0|[1-9]\d*))+"
TIME = r"\d{4}(\d{2}){0,5}"
INS = r"\d{6}[0-9AB]\d{8}\^\^\^&1\.2\.250\.1\.213\.1\.4\.(8|9|10|11)&ISO\^NH"
PERSON = (
    r"[^^]+\^[^^]*\^[^^]*\^\^\^\^\^\^&" + OID + r"&ISO\^"
    r"(D\^\^\^IDNPS|D\^\^\^NH|U\^\^\^RI)"
)
STRUCTURE = (
    r"[^^]*\^\^\^\^\^(&1\.2\.250\.1\.71\.4\.2\.2&ISO\^IDNST|&1\.3\.2&ISO\^SIREN)\^\^\^[0-9A-Za-z]*"
)
HIDDEN = {"MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"}
CLASSES = {"10", "11", "31", "42", "43", "44", "45", "52", "60", "90", "95"}
SETTINGS = {
    *("AMBULATOIRE", "AMO", "DEPISTAGE", "ETABLISSEMENT", "HAD", "MAD", "PALLIATIF", "SAD"),
    *("SAMU_SMUR", "EXP_PATIENT", "SNR"),
}
CLASS_OF = {
    "18776-5": "44",
    "34120-6": "10",
    "96349-6": "10",
    "28653-4": "10",
    "83981-1": "10",
    "88348-8": "11",
    "18761-7": "11",
    "11490-0": "10",
    "74207-2": "11",
    "60591-5": "11",
    "SYNTH": "11",
}

SLOTS = {
    "creationTime": (1, 1, TIME),
    "languageCode": (1, 1, r"[a-z]{2}-[A-Z]{2}|art"),
    "legalAuthenticator": (1, 1, PERSON),
    "serviceStartTime": (1, 1, TIME),
    "serviceStopTime": (0, 1, TIME),
    "sourcePatientId": (1, 1, r"[^^]+\^\^\^&" + OID + r"&ISO\^(PI|NH)"),
    "sourcePatientInfo": (1, 20, r"PID-(3|5|7|8|11|1[3-6]|18|21)\|.+"),
    "hash": (1, 1, "[0-9a-f]{40}"),
    "size": (1, 1, r"[1-9]\d*"),
    "urn:ihe:iti:xds:2013:referenceIdList": (0, 20, r"[^^]+\^\^\^&" + OID + r"&ISO\^urn:ihe:\S+"),
}
CODES = {
    "41a5887f-8865-4c09-adf7-e362475b143a": ("classCode", 1, 1),
    "f0306f51-975f-434e-a61c-c59651d33983": ("typeCode", 1, 1),
    "a09d5840-386c-46f2-b5ad-9c3699a4309d": ("formatCode", 1, 1),
    "f4f85eac-e6cb-4883-b524-f2705394840f": ("confidentialityCode", 1, 4),
    "f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1": ("healthcareFacilityTypeCode", 1, 1),
    "cccf5598-8b07-4b77-a05e-ae952c785ead": ("practiceSettingCode", 1, 1),
    "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4": ("eventCodeList", 0, 99),
}
AUTHOR, SET_AUTHOR = "93606bcf-9494-43ec-9b4e-a7748d1a838d", "a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d"
IDENTIFIERS = {
    "58a6f841-87b3-4a3e-92fd-a8ffeff98427": ("XDSDocumentEntry.patientId", INS),
    "2e82c1f6-a085-4c72-9da3-8640a32e42ab": (
        "XDSDocumentEntry.uniqueId",
        OID + r"(\^[^^]{1,64})?",
    ),
}
SET_IDENTIFIERS = {
    "6b5aea1a-874d-4603-a4bc-96a0a7b38446": ("XDSSubmissionSet.patientId", INS),
    "554ac39e-e3fe-47fe-b233-965d2a147832": ("XDSSubmissionSet.sourceId", OID),
    "96fdda7c-d067-4183-912e-bf5ee74998a8": ("XDSSubmissionSet.uniqueId", OID),
}


def values(held: etree._Element, name: str) -> list[str]:
    """Give the values of a Slot."""
    return [
        value.text or ""
        for slot in held.findall(f"{R}Slot")
        if slot.get("name") == name
        for value in slot.findall(f"{R}ValueList/{R}Value")
    ]


def classified(held: etree._Element, scheme: str) -> list[etree._Element]:
    """Give the Classifications of a scheme."""
    return [
        row
        for row in held.findall(f"{R}Classification")
        if row.get("classificationScheme") == f"urn:uuid:{scheme}"
    ]


def codes(held: etree._Element, name: str) -> list[str]:
    """Give the codes of an attribute by its name in the specification."""
    scheme = next(key for key, row in CODES.items() if row[0] == name)
    return [row.get("nodeRepresentation", "") for row in classified(held, scheme)]


def identifier(held: etree._Element, label: str) -> str:
    """Give an ExternalIdentifier by the end of its name."""
    table = IDENTIFIERS | SET_IDENTIFIERS
    for row in held.findall(f"{R}ExternalIdentifier"):
        scheme = row.get("identificationScheme", "").removeprefix("urn:uuid:")
        if scheme in table and table[scheme][0].endswith(f".{label}"):
            return row.get("value", "")
    return ""


def entry_faults(held: etree._Element) -> Iterator[str]:
    """Tell what is wrong with a document entry; nothing when all holds."""
    if held.get("objectType") != "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1":
        yield "objectType"
    if held.get("mimeType") not in {"text/xml", "application/xslt+xml"}:
        yield "mimeType"
    if held.get("status") is not None:
        yield "availabilityStatus is not submitted"
    for name, (least, most, pattern) in SLOTS.items():
        found = values(held, name)
        if not least <= len(found) <= most:
            yield f"{name}: {len(found)} values"
        if not all(re.fullmatch(pattern, value) and len(value) <= 256 for value in found):
            yield f"{name}: {found}"
    title = held.find(f"{R}Name/{R}LocalizedString")
    if title is None or not 0 < len(title.get("value", "")) <= 128:
        yield "title"
    yield from _code_faults(held)
    yield from _identifier_faults(held, IDENTIFIERS)
    authors = classified(held, AUTHOR)
    if not authors:
        yield "author"
    for author in authors:
        yield from _author_faults(author, held.get("id", ""))
    yield from _coherence(held)


def set_faults(held: etree._Element) -> Iterator[str]:
    """Tell what is wrong with a submission set."""
    time = values(held, "submissionTime")
    if len(time) != 1 or not re.fullmatch(r"\d{14}", time[0]):
        yield f"submissionTime: {time}"
    yield from _identifier_faults(held, SET_IDENTIFIERS)
    kinds = classified(held, "aa543740-bdda-424e-8c96-df4873be8500")
    if len(kinds) != 1 or not _whole(kinds[0]):
        yield "contentTypeCode"
    authors = classified(held, SET_AUTHOR)
    if len(authors) != 1:
        yield "author of the set"
    for author in authors:
        yield from _author_faults(author, held.get("id", ""))


def _whole(row: etree._Element) -> bool:
    label = row.find(f"{R}Name/{R}LocalizedString")
    scheme = values(row, "codingScheme")
    told = row.get("nodeRepresentation"), len(scheme) == 1 and scheme[0]
    return all(told) and label is not None and bool(label.get("value"))


def _code_faults(held: etree._Element) -> Iterator[str]:
    for scheme, (name, least, most) in CODES.items():
        rows = classified(held, scheme)
        if not least <= len(rows) <= most:
            yield f"{name}: {len(rows)} codes"
        for row in rows:
            if not _whole(row) or row.get("classifiedObject") != held.get("id"):
                yield f"{name} is not whole"


def _identifier_faults(held: etree._Element, table: dict[str, tuple[str, str]]) -> Iterator[str]:
    rows = held.findall(f"{R}ExternalIdentifier")
    for scheme, (name, pattern) in table.items():
        found = [r for r in rows if r.get("identificationScheme") == f"urn:uuid:{scheme}"]
        label = found[0].find(f"{R}Name/{R}LocalizedString") if found else None
        if len(found) != 1 or label is None or label.get("value") != name:
            yield name
        elif not re.fullmatch(pattern, found[0].get("value", "")):
            yield f"{name}: {found[0].get('value')}"
        elif found[0].get("registryObject") != held.get("id"):
            yield f"{name} is of another object"


def _author_faults(author: etree._Element, owner: str) -> Iterator[str]:
    if author.get("classifiedObject") != owner:
        yield "an author of another object"
    people, places = values(author, "authorPerson"), values(author, "authorInstitution")
    if len(people) != 1 or not re.fullmatch(PERSON, people[0]):
        yield f"authorPerson: {people}"
    if len(places) > 1 or not all(re.fullmatch(STRUCTURE, place) for place in places):
        yield f"authorInstitution: {places}"
    if not all(re.fullmatch(r"[^^]+\^[^^]+\^" + OID, s) for s in values(author, "authorSpecialty")):
        yield f"authorSpecialty: {values(author, 'authorSpecialty')}"


def _coherence(held: etree._Element) -> Iterator[str]:
    """Tell what does not go together in a document that is no signature."""
    kind, group = codes(held, "typeCode"), codes(held, "classCode")
    if kind == ["E1762"]:
        return
    if group and (group[0] not in CLASSES or CLASS_OF.get(kind[0], group[0]) != group[0]):
        yield f"classCode {group} of typeCode {kind}"
    told = codes(held, "confidentialityCode")
    if told[:1] not in (["N"], ["R"], ["V"]) or not set(told[1:]) <= HIDDEN:
        yield f"confidentialityCode: {told}"
    if len(set(told)) < len(told):
        yield "a confidentialityCode twice"
    if not set(codes(held, "practiceSettingCode")) <= SETTINGS:
        yield f"practiceSettingCode: {codes(held, 'practiceSettingCode')}"
    if not all(
        re.fullmatch(r"SA\d\d|EXP_PATIENT|SNR", c)
        for c in codes(held, "healthcareFacilityTypeCode")
    ):
        yield "healthcareFacilityTypeCode"
