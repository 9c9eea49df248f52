"""What has no code of its own: alerts, notes, messages, circle, answers, reasons.

https://hl7.org/fhir/R4/flag.html
https://hl7.org/fhir/R4/communication.html
https://hl7.org/fhir/R4/questionnaireresponse.html
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from cordee.bridges.cda.writing.concepts import text_of
from cordee.bridges.cda.writing.entries.observation import value_text
from cordee.bridges.cda.writing.entries.plan_item import plans
from cordee.bridges.cda.writing.names import spoken_name
from cordee.bridges.cda.writing.people import professional
from cordee.bridges.cda.writing.record import Record, rows
from cordee.bridges.cda.writing.section import Content, Row
from cordee.bridges.cda.writing.times import spoken
from cordee.resource.types import Resource


def alerts(record: Record) -> Content:
    """Give the active alerts."""
    told = [row for row in record.all("Flag") if row.get("status") == "active"]
    return Content(
        ("Point de vigilance", "Depuis"),
        tuple(
            Row((text_of(row.get("code")), spoken((row.get("period") or {}).get("start"))))
            for row in told
        ),
    )


def notes(record: Record) -> Content:
    """Give notes of the booklet and messages, oldest first."""
    told = sorted((*_notes(record), *_messages(record)), key=lambda row: row[0])
    return Content(
        ("Date", "De", "Texte"), tuple(Row((spoken(at), who, text)) for at, who, text in told)
    )


def own_notes(record: Record) -> Content:
    """Give the remarks that stand in the focus itself."""
    told = [*rows(record.focus, "note"), *_plan_notes(record)]
    written = {str(row.get("text", "")): None for row in told}
    return Content(("Remarque",), tuple(Row((text,)) for text in written if text))


def _plan_notes(record: Record) -> Iterator[Mapping[str, Any]]:
    for careplan in plans(record):
        if careplan.get("description"):
            yield {"text": careplan["description"]}
        yield from rows(careplan, "note")


def _notes(record: Record) -> Iterator[tuple[str, str, str]]:
    for document in record.all("DocumentReference"):
        text = note_text(document)
        if text and document.get("status") != "entered-in-error":
            author = next(iter(rows(document, "author")), None)
            yield str(document.get("date", "")), professional(record, author).name, text


def note_text(document: Resource) -> str:
    """Give the text of a note, which stands in its attachment; empty when it is no text."""
    attachments = (row.get("attachment") or {} for row in rows(document, "content"))
    for attachment in attachments:
        if str(attachment.get("contentType", "")).startswith("text/plain"):
            try:
                return base64.b64decode(attachment.get("data") or "").decode()
            except (binascii.Error, UnicodeDecodeError):
                return ""
    return ""


def _messages(record: Record) -> Iterator[tuple[str, str, str]]:
    for message in record.all("Communication"):
        if message.get("status") in {"entered-in-error", "not-done"}:
            continue
        who = professional(record, message.get("sender"), owner=message).name
        for payload in rows(message, "payload"):
            if payload.get("contentString"):
                yield str(message.get("sent", "")), who, payload["contentString"]


def circle_table(record: Record) -> Content:
    """Give the circle of care, professionals then relatives."""
    return Content(("Membre", "Rôle", "Structure", "Contact"), tuple(_circle(record)))


def _circle(record: Record) -> Iterator[Row]:
    for team in record.all("CareTeam"):
        if team is not record.focus and team.get("status") in {"entered-in-error", "inactive"}:
            continue
        for row in rows(team, "participant"):
            if (row.get("period") or {}).get("end"):
                continue
            role = ", ".join(filter(None, map(text_of, rows(row, "role"))))
            who = professional(record, row.get("member"), owner=team)
            structure = str((who.structure or {}).get("name", ""))
            if who.name:
                yield Row((who.name, role, structure, _contact(who.reach)))
            relative = record.get(row.get("member"), "RelatedPerson", owner=team)
            if relative is not None:
                ties = ", ".join(filter(None, map(text_of, rows(relative, "relationship"))))
                yield Row((spoken_name(relative), ties or role, "", _contact(relative)))


def _contact(holder: Mapping[str, Any] | None) -> str:
    return ", ".join(str(row.get("value")) for row in rows(holder, "telecom") if row.get("value"))


def answers(record: Record) -> Content:
    """Give the questions and answers of questionnaires, under their headings."""
    forms = [record.focus] if _is_form(record.focus) else list(record.all("QuestionnaireResponse"))
    told = [row for form in forms for item in rows(form, "item") for row in _answers(item, ())]
    return Content(("Rubrique", "Question", "Réponse"), tuple(told))


def _is_form(resource: Resource) -> bool:
    return resource.get("resourceType") == "QuestionnaireResponse"


def _answers(item: Mapping[str, Any], above: tuple[str, ...]) -> Iterator[Row]:
    label = str(item.get("text") or item.get("linkId", ""))
    given = [row for row in rows(item, "answer") if any(key.startswith("value") for key in row)]
    if given:
        yield Row((" / ".join(above), label, ", ".join(filter(None, map(_value, given)))))
    inner = [
        *rows(item, "item"),
        *(row for one in rows(item, "answer") for row in rows(one, "item")),
    ]
    for row in inner:
        yield from _answers(row, (*above, label) if not given else above)


def _value(answer: Mapping[str, Any]) -> str:
    coding = answer.get("valueCoding")
    if coding:
        return str(coding.get("display") or coding.get("code", ""))
    for key in ("valueDate", "valueDateTime"):
        if key in answer:
            return spoken(answer[key])
    attachment = answer.get("valueAttachment") or answer.get("valueReference")
    if attachment:
        return str(attachment.get("title") or attachment.get("display") or "")
    return value_text(dict(answer))


def reason(record: Record) -> Content:
    """Give why: the reasons of the focus, of the stay, of requests."""
    holders = [record.focus, *record.all("Encounter")]
    told = {text: None for holder in holders for text in _reasons(record, holder)}
    return Content(("Motif",), tuple(Row((text,)) for text in told))


def _reasons(record: Record, holder: Resource) -> Iterator[str]:
    for concept in rows(holder, "reasonCode"):
        yield from filter(None, [text_of(concept)])
    for reference in (*rows(holder, "reasonReference"), *rows(holder, "addresses")):
        found = record.get(reference, owner=holder)
        yield from filter(None, [text_of((found or {}).get("code"))])


def referral(record: Record) -> Content:
    """Give what a request asks for, line by line."""
    request = record.focus
    people = (professional(record, row).name for row in rows(request, "performer"))
    told = {
        "Demande": text_of(request.get("code")),
        "Précisions": ", ".join(filter(None, map(text_of, rows(request, "orderDetail")))),
        "Priorité": PRIORITIES.get(str(request.get("priority")), ""),
        "Date de la demande": spoken(request.get("authoredOn")),
        "Date souhaitée": spoken(request.get("occurrenceDateTime")),
        "Adressé à": ", ".join(filter(None, people)),
    }
    return Content(("Élément", "Valeur"), tuple(Row(pair) for pair in told.items() if pair[1]))


PRIORITIES = {
    "routine": "habituelle",
    "urgent": "urgente",
    "asap": "dès que possible",
    "stat": "immédiate",
}
"""Priority of a request → its word in French."""
