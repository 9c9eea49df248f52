"""What INSi answers: a report with a code, a person, or a SOAP fault.

SEL-MP-043, RESULTAT; https://www.w3.org/TR/soap12/
"""

from lxml import etree

from cordee.bridges.insi.envelope import SOAP
from cordee.errors import Category, FhirError
from cordee.operations.identity.teleservice import Ins, Person, Reply, Verdict
from cordee.operations.identity.traits import Traits, completed
from cordee.resource import xml_document
from cordee.resource.check_digits import ins_key

RESULT = "http://www.cnamts.fr/INSiResultat"
LARGEST = 1_000_000
"""Bytes of an answer; one person is told in two thousand."""
_N = {"r": RESULT, "s": SOAP}


def reply(content: bytes) -> Reply:
    """Read an answer. Raises UNAVAILABLE for a fault, and for what is no answer of INSi."""
    root = _parsed(content)
    fault = root.find(".//s:Fault", _N)
    if fault is not None:
        told = " ".join(" ".join(str(text) for text in fault.itertext()).split())
        raise _strange(f"INSi refuses the call: {told[:500]}")
    result = root.find(".//r:RESULTAT", _N)
    code = _text(result, "r:CR/r:CodeCR")
    if result is None or code is None:
        raise _strange("INSi gave no report")
    label = _text(result, "r:CR/r:LibelleCR") or ""
    if code not in set(Verdict):
        raise _strange(f"INSi says {code}: {label}")
    verdict = Verdict(code)
    found = result.find("r:INDIVIDU", _N)
    if verdict is not Verdict.FOUND:
        return Reply(verdict, label)
    if found is None:
        raise _strange("INSi reports a person, but says nothing of whom")
    return Reply(verdict, label, _person(found))


def _person(found: etree._Element) -> Person:
    current = found.find("r:INSACTIF", _N)
    if current is None:
        raise _strange("INSi gave a person without an INS in force")
    former = tuple(_ins(row) for row in found.findall("r:INSHISTO", _N))
    return Person(_ins(current), _traits(found), former)


def _ins(row: etree._Element) -> Ins:
    number, oid = _text(row, "r:IdIndividu/r:NumIdentifiant"), _text(row, "r:OID")
    if number is None or oid is None:
        raise _strange("INSi gave an INS without number or OID")
    key = _text(row, "r:IdIndividu/r:Cle")
    if len(number) == 13:
        own = ins_key(number)
        number += key or (f"{own:02}" if own is not None else "")
    if len(number) != 15:
        raise _strange("INSi gave an INS of a length that none has")
    return Ins(number, oid, _text(row, "r:DateDeb"), _text(row, "r:DateFin"))


def _traits(found: etree._Element) -> Traits:
    told = {
        name: _text(found, f"r:TIQ/r:{name}")
        for name in ("NomNaissance", "ListePrenom", "Prenom", "Sexe", "DateNaissance")
    }
    given = (told["ListePrenom"] or told["Prenom"] or "").split()
    family, sex, born = told["NomNaissance"], told["Sexe"], told["DateNaissance"]
    if family is None or sex not in {"M", "F"} or born is None or not given:
        raise _strange("INSi gave a person without all traits")
    place = _text(found, "r:TIQ/r:LieuNaissance")
    return Traits(family, tuple(given), sex, completed(_lunar(born)), place)


def _lunar(date: str) -> str:
    """Cut the parts that nobody knows: INSi writes zeros for them."""
    return date.replace("-00", "")


def _text(element: etree._Element | None, path: str) -> str | None:
    row = element.find(path, _N) if element is not None else None
    text = (row.text or "").strip() if row is not None else ""
    return text or None


def _parsed(content: bytes) -> etree._Element:
    if len(content) > LARGEST:
        raise _strange("INSi's answer is too long")
    try:
        return xml_document.read(content)
    except FhirError as error:
        raise _strange(f"INSi's answer cannot be read: {error}") from error


def _strange(what: str) -> FhirError:
    return FhirError(Category.UNAVAILABLE, what)
