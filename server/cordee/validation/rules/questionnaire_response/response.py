"""The response as a whole: finds its Questionnaire and compares their items.

https://hl7.org/fhir/R4/questionnaireresponse.html
"""

from collections.abc import Callable
from typing import Any, TypeAlias

from cordee.resource.date_interval import interval
from cordee.resource.types import Resource
from cordee.validation.expressions import Expressions
from cordee.validation.place import Place
from cordee.validation.rules.primitive import excerpt
from cordee.validation.rules.questionnaire_response.items import Form, check_items
from cordee.validation.rules.resolution import listed
from cordee.validation.run import Check, Run
from cordee.validation.vocabulary import Asked, AskedOf

Finder: TypeAlias = Callable[[str], Resource | None]
"""Gives a Questionnaire by canonical."""

UNFINISHED = ("in-progress", "stopped")
"""Statuses of responses that may lack answers; what stands there may be no text at all."""


def questionnaire_response(
    find: Finder, member_of: Asked, lists: AskedOf, expressions: Expressions
) -> Check:
    """Check a response against its Questionnaire; one that is not known is said."""

    def check(value: Any, place: Place, run: Run) -> None:
        canonical = value.get("questionnaire")
        if not isinstance(canonical, str) or not canonical:
            return
        found = _contained(canonical[1:], value) if canonical[0] == "#" else find(canonical)
        if found is None:
            at: Place = (place, "questionnaire", -1)
            run.add("questionnaire-unknown", at, questionnaire=excerpt(canonical))
            return
        _check_period(value, found, place, run)
        form = Form(
            response=value,
            complete=value.get("status") not in UNFINISHED,
            member_of=_asked(found, member_of, lists),
            expressions=expressions,
            top=place,
            link_ids=frozenset(_link_ids(found)),
        )
        check_items(found, value, (value,), place, form=form, run=run)

    return check


def _contained(fragment: str, holder: Resource) -> Resource | None:
    for resource in listed(holder.get("contained")):
        if resource.get("id") == fragment:
            return resource
    return None


def _asked(questionnaire: Resource, member_of: Asked, lists: AskedOf) -> Asked:
    """Let `#id` mean a value set that the questionnaire contains."""

    def asked(type_name: str, value: Any, canonical: str) -> bool | None:
        inner = _contained(canonical[1:], questionnaire) if canonical[:1] == "#" else None
        return member_of(type_name, value, canonical) if inner is None else lists(inner, value)

    return asked


def _link_ids(holder: Resource) -> list[str]:
    found: list[str] = []
    for item in listed(holder.get("item")):
        found.append(str(item.get("linkId")))
        found += _link_ids(item)
    return found


def _check_period(response: Resource, questionnaire: Resource, place: Place, run: Run) -> None:
    period, authored = questionnaire.get("effectivePeriod"), response.get("authored")
    if not isinstance(period, dict) or not isinstance(authored, str):
        return
    at: Place = (place, "authored", -1)
    written = interval(authored)
    for name, message_id in (("start", "response-before"), ("end", "response-after")):
        bound = period.get(name)
        limit = interval(bound) if isinstance(bound, str) else None
        if written is None or limit is None:
            continue
        if (name == "start" and written[0] < limit[0]) or (
            name == "end" and written[0] >= limit[1]
        ):
            run.add(message_id, at, authored=authored, bound=bound)
