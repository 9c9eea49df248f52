"""A PlanDefinition applied to a person: a CarePlan, its RequestGroup, and a request for each step.

https://hl7.org/fhir/R4/plandefinition-operation-apply.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cordee.coordination.expressions import Expressions
from cordee.coordination.pathway.conditions import conditions, hold
from cordee.coordination.pathway.dynamic import with_dynamic_values
from cordee.coordination.pathway.members import Members
from cordee.coordination.pathway.requests import STEP, Order, based_on, request
from cordee.coordination.pathway.schedule import Window, shifted, window
from cordee.coordination.pathway.steps import Relation, Step, steps
from cordee.errors import Category, FhirError
from cordee.resource.canonical import join
from cordee.resource.types import Resource

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Application:
    """What a plan is applied with; `start` is when it begins, `now` when it is applied.

    `definitions` holds the ActivityDefinitions by the canonicals that the plan, which holds no
    other plans, names them by; `new_id` makes ids.
    """

    plan: Resource
    patient: Resource
    members: Members
    expressions: Expressions
    definitions: Mapping[str, Resource]
    new_id: Callable[[], str]
    start: datetime
    now: datetime
    circle: Element | None = None
    requester: Element | None = None
    _windows: dict[str, Window] = field(default_factory=dict)
    _anchors: dict[str, datetime] = field(default_factory=dict)

    def resources(self) -> list[Resource]:
        """Make everything: the CarePlan first, then the RequestGroup, then the requests.

        Raises UNPROCESSABLE for a plan that cannot be applied.
        """
        todo = steps(self.plan, lambda action: hold(self.expressions, action, "applicability"))
        if not todo:
            text = "No step of the plan applies to this person"
            raise FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
        for step in _dated_first(todo):
            self._windows[step.id] = self._window(step)
        care_plan, group = self.new_id(), self.new_id()
        made = [(step, self._request(step, care_plan, group)) for step in todo]
        return [
            self._care_plan(care_plan, group, [each for _, each in made]),
            self._group(care_plan, group, made),
            *(each for _, each in made),
        ]

    def _window(self, step: Step) -> Window:
        """Date a step: by its own timing, else by what it relates to, else from the start on."""
        action = step.action
        if "timingPeriod" in action:
            period = action["timingPeriod"]
            end = period.get("end")
            begin = datetime.fromisoformat(period["start"])
            return Window(begin, datetime.fromisoformat(end) if end else None)
        if "timingDateTime" in action:
            return Window(datetime.fromisoformat(action["timingDateTime"]))
        anchors = [(self._anchor(relation), relation) for relation in step.relations]
        length = action.get("timingDuration") or action.get("timingAge")
        if not anchors:
            return window(later(self.start, step), action.get("timingRange", {}), length)
        anchor, relation = max(anchors, key=lambda pair: pair[0])
        self._anchors[step.id] = anchor
        return window(later(anchor, step), relation.offset, length)

    def _anchor(self, relation: Relation) -> datetime:
        related = self._windows[relation.step]
        if relation.relationship.endswith("start") or related.end is None:
            return related.start
        return related.end

    def _request(self, step: Step, care_plan: str, group: str) -> Resource:
        canonical = step.action.get("definitionCanonical")
        definition = self.definitions[canonical] if canonical else {}
        asked = step.participants or definition.get("participant", ())
        owner, role = self.members.who(asked)
        order = Order(
            id=self.new_id(),
            step=step.id,
            group=group,
            plan=f"CarePlan/{care_plan}",
            patient=f"Patient/{self.patient['id']}",
            title=step.action.get("title") or definition.get("title") or step.id,
            action=step.action,
            definition=definition,
            window=self._windows[step.id],
            now=self.now,
            waits=any(relation.waits for relation in step.relations),
            owner=owner,
            role=role,
            requester=self.requester,
        )
        values = (*definition.get("dynamicValue", ()), *step.action.get("dynamicValue", ()))
        return with_dynamic_values(request(order), values, self.expressions)

    def _care_plan(self, id: str, group: str, requests: Sequence[Resource]) -> Resource:
        canonical, stored = self._canonical(), stored_as(self.plan)
        made = {
            "resourceType": "CarePlan",
            "id": id,
            "instantiatesCanonical": [canonical] if canonical else None,
            "instantiatesUri": [stored] if stored and not canonical else None,
            "status": "active",
            "intent": "plan",
            "title": self.plan.get("title") or self.plan.get("name"),
            "subject": {"reference": f"Patient/{self.patient['id']}"},
            "period": {"start": self.start.isoformat(timespec="seconds")},
            "created": self.now.isoformat(timespec="seconds"),
            "author": self.requester,
            "careTeam": [self.circle] if self.circle else None,
            "activity": [
                {"reference": {"reference": name}}
                for name in (
                    f"RequestGroup/{group}",
                    *(f"{r['resourceType']}/{r['id']}" for r in requests),
                )
            ],
        }
        return {name: value for name, value in made.items() if value is not None}

    def _group(self, care_plan: str, id: str, made: Sequence[tuple[Step, Resource]]) -> Resource:
        canonical = self._canonical()
        return {
            "resourceType": "RequestGroup",
            "id": id,
            **({"instantiatesCanonical": [canonical]} if canonical else {}),
            "basedOn": based_on(f"CarePlan/{care_plan}"),
            "groupIdentifier": {"system": STEP, "value": id},
            "status": "active",
            "intent": "plan",
            "subject": {"reference": f"Patient/{self.patient['id']}"},
            "authoredOn": self.now.isoformat(timespec="seconds"),
            "action": self._actions(made),
        }

    def _actions(self, made: Sequence[tuple[Step, Resource]]) -> list[Element]:
        """Give the actions, those of a group of the plan within one."""
        whole: list[Element] = []
        groups: dict[str, list[Element]] = {}
        for step, resource in made:
            inside = whole
            for group in step.groups:
                if group["id"] not in groups:
                    groups[group["id"]] = []
                    inside.append(_grouped(group) | {"action": groups[group["id"]]})
                inside = groups[group["id"]]
            inside.append(self._action(step, resource))
        return whole

    def _action(self, step: Step, resource: Resource) -> Element:
        """Keep of a step what its successors need: what it waits for, under which conditions."""
        kept = {name: step.action[name] for name in KEPT if name in step.action}
        ruling = [*conditions(step.action, "start"), *conditions(step.action, "stop")]
        related = [
            {"actionId": relation.step, "relationship": relation.relationship}
            | self._offset(step, relation)
            for relation in step.relations
        ]
        return (
            {"id": step.id}
            | kept
            | ({"condition": ruling} if ruling else {})
            | ({"relatedAction": related} if related else {})
            | {"resource": {"reference": f"{resource['resourceType']}/{resource['id']}"}}
        )

    def _offset(self, step: Step, relation: Relation) -> Element:
        """Say how long after its anchor a step begins; a repeated one, its own time after it."""
        if step.occurrence:
            days = (self._windows[step.id].start - self._anchors[step.id]).days
            return {"offsetDuration": DAY | {"value": days}}
        if not relation.offset:
            return {}
        ranged = "low" in relation.offset or "high" in relation.offset
        return {"offsetRange" if ranged else "offsetDuration": relation.offset}

    def _canonical(self) -> str | None:
        url = self.plan.get("url")
        return join(url, self.plan.get("version")) if url else None


def stored_as(plan: Resource) -> str | None:
    """Give "PlanDefinition/1" of a plan that is stored; None for one that was sent along."""
    return f"PlanDefinition/{plan['id']}" if "versionId" in plan.get("meta", {}) else None


def later(anchor: datetime, step: Step) -> datetime:
    """Move the moment a repeated step counts from to its occurrence."""
    repeat = step.action.get("timingTiming", {}).get("repeat", {})
    if not step.occurrence or "period" not in repeat:
        return anchor
    value = repeat["period"] * step.occurrence
    return shifted(anchor, {"value": value, "code": repeat.get("periodUnit", "d")})


DAY = {"unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}

KEPT = (
    "title",
    "description",
    "priority",
    "timingDuration",
    "timingAge",
    "requiredBehavior",
    "precheckBehavior",
    "cardinalityBehavior",
)


OF_A_GROUP = (
    "id",
    "title",
    "description",
    "textEquivalent",
    "priority",
    "groupingBehavior",
    "selectionBehavior",
    "requiredBehavior",
    "precheckBehavior",
    "cardinalityBehavior",
)


def _grouped(group: Element) -> Element:
    """Give of a group of the plan what its RequestGroup shows; its steps hold the rest."""
    return {name: group[name] for name in OF_A_GROUP if name in group}


def _dated_first(todo: Sequence[Step]) -> Iterator[Step]:
    """Give the steps so that each comes after those it relates to. Raises for a circle."""
    left = list(todo)
    done: set[str] = set()
    while left:
        ready = [step for step in left if all(each.step in done for each in step.relations)]
        if not ready:
            names = ", ".join(step.id for step in left[:5])
            text = f"The actions {names} wait for one another"
            raise FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
        yield from ready
        done |= {step.id for step in ready}
        left = [step for step in left if step.id not in done]
