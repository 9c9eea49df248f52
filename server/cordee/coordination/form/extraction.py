"""A completed form turned into findings: Observations, Conditions, Flags, ServiceRequests.

Observation-based: an item marked `observationExtract` becomes an Observation of its code.
Definition-based: an item (or the form) whose `itemExtractionContext` names a type becomes a
resource of it, its elements filled by the items below whose `definition` names them. Each resource
carries an identifier made of the response and the item, so that extracting twice stores once.

http://hl7.org/fhir/uv/sdc/STU3/extraction.html
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cordee.coordination.form.annotations import CONTEXT, OBSERVATION, value
from cordee.coordination.form.answer import values
from cordee.resource.types import Resource

EXTRACTED = "https://cordee.example/fhir/NamingSystem/extracted"
"""System of the identifier of what was extracted: "<response id>/<linkId>/<number>"."""

SURVEY = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "survey",
        }
    ]
}
SUBJECTS = {"Task": "for", "Appointment": None, "Immunization": "patient"}
"""Type -> the element that says about whom; `subject` elsewhere."""

DEFAULTS: dict[str, Resource] = {
    "Condition": {
        "clinicalStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/condition-clinical",
                    "code": "active",
                }
            ]
        }
    },
    "Flag": {"status": "active"},
    "ServiceRequest": {"status": "active", "intent": "order"},
    "Task": {"status": "requested", "intent": "order"},
}
"""What a type must hold and no form asks for."""

PROPERTIES = {"valueCoding": "valueCodeableConcept", "valueUri": "valueString"}
CONCEPTS = frozenset({"code", "category", "reasonCode", "bodySite", "severity", "serviceType"})
REPEATED = frozenset({"category", "reasonCode", "note", "performer"})

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What comes out of one response, given with its id, to its questionnaire."""

    questionnaire: Resource
    response: Resource

    def resources(self) -> Iterator[Resource]:
        """Make the resources, in the order of the form."""
        root = value(self.questionnaire, CONTEXT)
        if root is not None:
            yield self._defined("", _code(root), self.questionnaire, self.response, 1)
        yield from self._walk(self.questionnaire, self.response)

    def _walk(self, form: Element, holder: Element) -> Iterator[Resource]:
        given: dict[str, list[Element]] = {}
        for own in holder.get("item", ()):
            given.setdefault(own["linkId"], []).append(own)
        for item in form.get("item", ()):
            for number, own in enumerate(given.get(item["linkId"], ()), 1):
                yield from self._item(item, own, number)

    def _item(self, item: Element, own: Element, number: int) -> Iterator[Resource]:
        if value(item, OBSERVATION) and item.get("code"):
            for index, answer in enumerate(own.get("answer", ()), number):
                yield self._observation(item, answer, index)
        context = value(item, CONTEXT)
        if context is not None:
            made = self._defined(item["linkId"], _code(context), item, own, number)
            if len(made.keys() - self._base(made["resourceType"], "", 0).keys()) > 0:
                yield made
        yield from self._walk(item, own)
        for answer in own.get("answer", ()):
            yield from self._walk(item, answer)

    def _observation(self, item: Element, answer: Element, number: int) -> Resource:
        [(name, found)] = [(n, v) for n, v in answer.items() if n.startswith("value")]
        code = {"coding": list(item["code"])} | ({"text": item["text"]} if "text" in item else {})
        made = self._base("Observation", item["linkId"], number) | {
            "status": "final",
            "category": [SURVEY],
            "code": code,
        }
        when = self.response.get("authored")
        if when:
            made["effectiveDateTime"] = when
        if "author" in self.response:
            made["performer"] = [self.response["author"]]
        if name == "valueDecimal":
            return made | {"valueQuantity": {"value": found}}
        if name == "valueCoding":
            found = {"coding": [found]}
        return made | {PROPERTIES.get(name, name): found}

    def _defined(
        self, link: str, type: str, form: Element, holder: Element, number: int
    ) -> Resource:
        made = self._base(type, link, number)
        for item, own in _pairs(form, holder):
            definition = item.get("definition", "")
            path = definition.partition("#")[2]
            if path.startswith(f"{type}."):
                for found in values(own):
                    _set(made, path.removeprefix(f"{type}."), found)
        return made

    def _base(self, type: str, link: str, number: int) -> Resource:
        name = f"{self.response['id']}/{link}/{number}"
        made: Resource = {"resourceType": type}
        made["identifier"] = [{"system": EXTRACTED, "value": name}]
        made |= DEFAULTS.get(type, {})
        element = SUBJECTS.get(type, "subject")
        if element and "subject" in self.response:
            made[element] = self.response["subject"]
        if type == "Observation":
            made["derivedFrom"] = [{"reference": f"QuestionnaireResponse/{self.response['id']}"}]
        return made


def _code(context: Any) -> str:
    """Give the type that a context names, by a code or by a query expression."""
    return (
        str(context.get("expression", "")).split("?")[0] if isinstance(context, dict) else context
    )


def _pairs(form: Element, holder: Element) -> Iterator[tuple[Element, Element]]:
    """Give items beside their answers, below one context and not below another."""
    given = {own["linkId"]: own for own in holder.get("item", ())}
    for item in form.get("item", ()):
        own = given.get(item["linkId"])
        if own is None or value(item, CONTEXT) is not None:
            continue
        yield item, own
        yield from _pairs(item, own)


def _set(target: Resource, path: str, found: Any) -> None:
    *before, last = path.split(".")
    for name in before:
        inner: Any = target.setdefault(name, [{}] if name in REPEATED else {})
        target = inner[0] if isinstance(inner, list) else inner
    if isinstance(found, dict) and "code" in found and last in CONCEPTS:
        found = {"coding": [found]}
    elif isinstance(found, str) and last in CONCEPTS:
        found = {"text": found}
    if last in REPEATED:
        target.setdefault(last, []).append(found)
    else:
        target[last] = found
