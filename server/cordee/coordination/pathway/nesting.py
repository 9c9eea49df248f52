"""A plan whose actions are plans: their actions take the place of the action that names them.

What holds for the action holds for all that takes its place; the ids inside begin with its own, so
that two steps are never confused.

https://hl7.org/fhir/R4/plandefinition-definitions.html#PlanDefinition.action.definition_x_
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cordee.coordination.pathway.definitions import definition
from cordee.errors import Category, FhirError
from cordee.interactions.services import Services
from cordee.resource.canonical import split
from cordee.resource.types import Resource
from cordee.store.port import Reader

Element = dict[str, Any]

DEEPEST = 8
"""Plans within plans."""


@dataclass(frozen=True, slots=True)
class Nesting:
    """One resolution of a plan; `activities` gathers the ActivityDefinitions that it names."""

    services: Services
    reader: Reader
    activities: dict[str, Resource] = field(default_factory=dict)

    async def flat(self, plan: Resource) -> Resource:
        """Give the plan without plans in it.

        Raises UNPROCESSABLE for a definition that is not known, and plans that hold one another.
        """
        above = (plan["url"],) if "url" in plan else ()
        actions = await self._actions(plan.get("action", ()), "", above)
        return plan | {"action": actions} if actions else plan

    async def _actions(
        self, actions: Sequence[Element], path: str, above: tuple[str, ...]
    ) -> list[Element]:
        made = []
        for number, action in enumerate(actions, 1):
            id = str(action.get("id") or f"{path}{number}")
            own = await self._actions(action.get("action", ()), f"{id}.", above)
            inner = await self._inner(action, id, above)
            whole = action | {"id": id}
            if inner:
                del whole["definitionCanonical"]
            if inner or own:
                whole["action"] = [*inner, *own]
            made.append(whole)
        return made

    async def _inner(self, action: Element, id: str, above: tuple[str, ...]) -> list[Element]:
        """Give the actions of the plan that an action names, none where it names an activity."""
        canonical = action.get("definitionCanonical")
        if canonical is None or canonical in self.activities:
            return []
        activity = await definition(self.services, self.reader, "ActivityDefinition", canonical)
        if activity is not None:
            self.activities[canonical] = activity
            return []
        plan = await definition(self.services, self.reader, "PlanDefinition", canonical)
        if plan is None:
            raise _bad(f"The definition {canonical} is not known")
        url = split(canonical)[0]
        if url in above:
            raise _bad(f"The plans hold one another: {' > '.join((*above, url))}")
        if len(above) >= DEEPEST:
            raise _bad(f"Plans are nested more than {DEEPEST} deep: {' > '.join(above)}")
        inner = [_renamed(each, f"{id}.") for each in plan.get("action", ())]
        return await self._actions(inner, f"{id}.", (*above, url))


def _renamed(action: Element, prefix: str) -> Element:
    """Put a prefix before the ids of actions, and before those that they relate to."""
    made = dict(action)
    if "id" in action:
        made["id"] = f"{prefix}{action['id']}"
    if "relatedAction" in action:
        made["relatedAction"] = [
            each | {"actionId": f"{prefix}{each['actionId']}"} for each in action["relatedAction"]
        ]
    if "action" in action:
        made["action"] = [_renamed(each, prefix) for each in action["action"]]
    return made


def _bad(text: str) -> FhirError:
    return FhirError(Category.UNPROCESSABLE, text, expression="PlanDefinition.action")
