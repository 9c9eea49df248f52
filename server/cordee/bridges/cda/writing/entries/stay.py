"""What letters and emergency sheets tell of a stay: how it began and ended, transfer, status.

https://hl7.org/fhir/R4/encounter.html
"""

from functools import partial

from cordee.bridges.cda.code_tables import Code
from cordee.bridges.cda.writing.concepts import codes, text_of
from cordee.bridges.cda.writing.element import Element, coded, el, null, reference
from cordee.bridges.cda.writing.entries.observation import observations, said, simple
from cordee.bridges.cda.writing.entries.plan_item import goals
from cordee.bridges.cda.writing.entries.procedure import procedures, unknown_procedures
from cordee.bridges.cda.writing.entries.vocabulary import FR, cisis, loinc, snomed
from cordee.bridges.cda.writing.entries.words import reason
from cordee.bridges.cda.writing.record import Record, first
from cordee.bridges.cda.writing.section import Anchor, Content, Row

ADMISSIONS = {
    "emd": snomed("183452005", "hospitalisation en urgence"),
    "outp": snomed("8715000", "hospitalisation programmée"),
    "hosp-trans": snomed("107724000", "transfert du patient"),
}
"""Encounter.hospitalization.admitSource → how the stay began (JDV_ModaliteEntree)."""
_OTHER_ADMISSION = cisis("GEN-092.06.07", "Autre modalité d'entrée")
DISCHARGES = {
    "home": snomed("160849004", "retour au domicile"),
    "other-hcf": cisis("GEN-092.06.01", "Autre établissement de santé"),
}
"""Encounter.hospitalization.dischargeDisposition → how it ended (JDV_ModaliteSortie)."""
_OTHER_DISCHARGE = cisis("GEN-092.06.03", "Autre destination")
EVENTS: dict[str, tuple[Code, str]] = {
    "synthesis": (cisis("MED-142", "Synthèse médicale"), f"{FR}3.48.9"),
    "germs": (cisis("MED-309", "Recherche de micro-organismes multi-résistants"), f"{FR}3.48.8"),
    "transfusion": (cisis("MED-145", "Transfusion de produits sanguins"), f"{FR}3.48.10"),
    "derivatives": (cisis("MED-147", "Administration de dérivés du sang"), f"{FR}3.48.2"),
}
"""What a discharge letter answers → its code, its template."""
_QUESTIONS = {
    "germs": "Micro-organismes multi-résistants",
    "transfusion": "Transfusion de produits sanguins",
    "derivatives": "Administration de dérivés du sang",
}
_UNANSWERED = "Non renseigné"


def _stay_code(record: Record, name: str, table: dict[str, Code], other: Code) -> Code:
    stay = next(record.all("Encounter"), None)
    concept = ((stay or {}).get("hospitalization") or {}).get(name)
    coding = first(concept, "coding") or {}
    known = next((code for code in codes(concept) if code in table.values()), None)
    return known or table.get(str(coding.get("code")), other)


def events(record: Record) -> Content:
    """Give what a discharge letter must answer about the stay."""
    begun = _stay_code(record, "admitSource", ADMISSIONS, _OTHER_ADMISSION)
    ended = _stay_code(record, "dischargeDisposition", DISCHARGES, _OTHER_DISCHARGE)
    summary = "; ".join(row.cells[0] for row in reason(record).rows) or _UNANSWERED
    synthesis = partial(_answer, "synthesis")
    asked = (
        Row((label, _UNANSWERED), partial(_unanswered, key)) for key, label in _QUESTIONS.items()
    )
    return Content(
        ("Élément", "Valeur"),
        (
            Row(("Modalité d'entrée", begun.display), partial(_mode, "ORG-070", begun)),
            Row(("Modalité de sortie", ended.display), partial(_mode, "ORG-074", ended)),
            Row(("Synthèse médicale", summary), synthesis),
            *asked,
        ),
    )


_MODES = {
    "ORG-070": (cisis("ORG-070", "Modalité d'entrée"), f"{FR}3.48.6"),
    "ORG-074": (cisis("ORG-074", "Modalité de sortie"), f"{FR}3.48.7"),
}


def _mode(key: str, value: Code, anchor: Anchor) -> Element:
    code, template = _MODES[key]
    return said(code, anchor, template, value=coded("value", value, xsi_type="CD"))


def _answer(key: str, anchor: Anchor) -> Element:
    code, template = EVENTS[key]
    return said(code, anchor, template)


def _unanswered(key: str, anchor: Anchor) -> Element:
    code, template = EVENTS[key]
    return said(code, anchor, template, value=null("value", "UNK", xsi_type="BL"))


def status(record: Record) -> Content:
    """Give the status of the document: what a resource says is validated by its author."""
    approved = snomed("9571008", "approuvé")
    del record
    return Content(("Élément", "Valeur"), (Row(("Statut", "Validé"), partial(_status, approved)),))


def _status(value: Code, anchor: Anchor) -> Element:
    code = cisis("GEN-065", "Statut du document")
    made = coded("value", value, xsi_type="CD")
    return said(code, anchor, f"{FR}3.48.16", f"{FR}3.48.16.1", value=made)


def validated(record: Record) -> Content:
    """Give the status as the model of elderly persons' plans words it."""
    del record
    told = partial(_status_of_plan, cisis("GEN-068", "Validé"))
    return Content(("Élément", "Valeur"), (Row(("Statut", "Validé"), told),))


def _status_of_plan(value: Code, anchor: Anchor) -> Element:
    code = cisis("GEN-065", "Statut du document")
    return said(code, anchor, f"{FR}3.48.16", value=coded("value", value, xsi_type="CD"))


def priorities(record: Record) -> Content:
    """Give what matters to the person: the goals, in words."""
    told = "; ".join(row.cells[0] for row in goals(record).rows) or _UNANSWERED
    code = cisis("PAT-009", "Priorités actuelles de la personne")
    return Content(("Élément", "Valeur"), (Row((code.display, told), partial(said, code)),))


def reason_for_transfer(record: Record) -> Content:
    """Give why a resident goes to the emergency department."""
    return _observed(record, "57277-6", "Motif du transfert vers le service des urgences")


def reason_for_return(record: Record) -> Content:
    """Give what a resident comes back with."""
    return _observed(record, "15515-0", "Motif du passage aux urgences")


def _observed(record: Record, code: str, label: str) -> Content:
    words = "; ".join(row.cells[0] for row in reason(record).rows) or _UNANSWERED
    return Content(("Élément", "Valeur"), (Row((label, words), partial(said, loinc(code, label))),))


STATES = frozenset(
    (
        "288575003",
        "247663003",
        "62476001",
        "24199005",
        "248043008",
        "425104003",
        "397540003",
        "15188001",
        "62305002",
        "161898004",
        "50239007",
        "248046000",
        "386423001",
        "285304000",
        "249492002",
    )
)
"""SNOMED CT codes of a resident's state that the emergency file lists."""
_COMMUNICATES = snomed("288575003", "capable de communiquer")
_AWAKE = cisis("DLU_002", "Conscient et éveillé")


def states(record: Record) -> Content:
    """Give what was observed of a resident; what the emergency file does not list, in words."""
    known = observations(record)
    listed = {
        text_of(row.get("code"))
        for row in record.all("Observation")
        if any(code.code in STATES for code in codes(row.get("code")))
    }
    told = [row if row.cells[0] in listed else Row(row.cells) for row in known.rows]
    if not any(row.entry for row in told):
        cells = (_COMMUNICATES.display, _UNANSWERED, "")
        told.append(Row(cells, partial(_not_known, _COMMUNICATES)))
    return Content(("Observation", "Résultat", "Date"), tuple(told))


def examined(record: Record) -> Content:
    """Give the acts done, and whether the patient is conscious, which is asked of all."""
    awake = Row((_AWAKE.display, _UNANSWERED), partial(_not_known, _AWAKE))
    done = procedures(record).rows or (Row(("Actes", _UNANSWERED), unknown_procedures),)
    return Content(("Observation", "Résultat"), (awake, *done))


def _not_known(code: Code, anchor: Anchor) -> Element:
    return said(code, anchor, value=null("value", "UNK", xsi_type="BL"))


def unknown_meal(anchor: Anchor) -> Element:
    """Say that the time of the last meal is not known."""
    code = coded("code", cisis("GEN-244", "Date et heure du dernier repas"))
    return simple(anchor, code, null("value", "NA", xsi_type="REAL"), None)


def unknown_belongings(anchor: Anchor) -> Element:
    """Say that nothing is known of prostheses and belongings."""
    code = coded("code", cisis("GEN-092.02.01", "Autre prothèse et objet personnel"))
    words = el("value", reference("originalText", anchor.name), xsi_type="CD")
    return simple(anchor, code, words, None, f"{FR}3.12")
