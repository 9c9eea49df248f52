"""Answers are held against the questionnaire that a client stored."""

from coordination.conftest import Record

FORM = {
    "resourceType": "Questionnaire",
    "id": "q",
    "url": "https://example.org/Questionnaire/pain",
    "status": "active",
    "item": [{"linkId": "pain", "type": "integer", "text": "Douleur", "required": True}],
}


async def test_a_bad_answer_is_refused(record: Record) -> None:
    """A form stored a moment ago is in force; the refusal names the item."""
    await record.stored(FORM)
    answers = {"resourceType": "QuestionnaireResponse", "id": "r", "questionnaire": FORM["url"]}
    bad = [{"linkId": "pain", "answer": [{"valueString": "forte"}]}]
    refused = await record.put(answers | {"status": "completed", "item": bad})
    assert refused.status_code == 422
    assert refused.json()["issue"][0]["expression"][0].startswith("QuestionnaireResponse.item[0]")
    good = [{"linkId": "pain", "answer": [{"valueInteger": 3}]}]
    await record.stored(answers | {"status": "completed", "item": good})


async def test_a_draft_may_be_incomplete(record: Record) -> None:
    """What is required is asked for when the form is completed."""
    await record.stored(FORM)
    answers = {"resourceType": "QuestionnaireResponse", "id": "r", "questionnaire": FORM["url"]}
    await record.stored(answers | {"status": "in-progress"})
    assert (await record.put(answers | {"status": "completed"})).status_code == 422
