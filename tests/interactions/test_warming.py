"""What is compiled before it is asked for."""

from dataclasses import replace
from typing import Any, cast

from cordee.interactions.warming import warm
from cordee.resource.types import Resource
from cordee.validation.report import Report
from cordee.validation.validator import Validator
from interactions.conftest import Client


class Noting:
    """A validator that notes what it is given."""

    def __init__(self, validator: Validator) -> None:
        self.seen: list[str] = []
        self._validator = validator

    def validate(self, resource: Resource, *rest: Any) -> Report:
        self.seen.append(resource["resourceType"])
        return self._validator.validate(resource, *rest)


async def test_the_types_that_are_held_are_used_before_they_are_asked_for(client: Client) -> None:
    """One resource of each type held is checked, and nothing is written."""
    await client.create({"resourceType": "Basic", "code": {"text": "a"}})
    await client.create({"resourceType": "Basic", "code": {"text": "b"}})
    validator = Noting(client.services.validator)
    await warm(replace(client.services, validator=cast("Validator", validator)))
    assert validator.seen == ["Patient", "Basic"]
    assert await client.services.store.types() == ["Basic"]
