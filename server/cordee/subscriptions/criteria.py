"""Criteria as text → rules, compiled with the searches that the server knows.

https://hl7.org/fhir/R4/subscription.html#Subscription.criteria
"""

import re
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from cordee.errors import Category, FhirError
from cordee.interactions.conditional import pairs
from cordee.interactions.services import Services
from cordee.search.filter import Filter
from cordee.search.parse import parse_query
from cordee.subscriptions.rule import Rule

RESULTS = frozenset(
    ("_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_total", "_contained")
)
"""Parameters that shape a page of results, of which a subscription has none."""


def rule(services: Services, criteria: str, about: Sequence[str] = ()) -> Rule:
    """Compile R4's criteria: `Observation?code=…`, or a type alone for all of its resources.

    `about` narrows declared events to those of a person, by identifiers (`system|value`). Raises
    UNPROCESSABLE naming `Subscription.criteria`.
    """
    parts = urlsplit(criteria)
    type = parts.path.strip("/")
    if not services.repository.is_resource(type):
        raise refused(f"The criteria {criteria!r} do not begin with a resource type of FHIR R4")
    query = parts.query
    if about and type == "CommunicationRequest":
        person = ",".join(_escaped(each) for each in about)
        query += f"&{urlencode({'subject:Patient.identifier': person})}"
    return Rule(type, compiled(services, type, query))


def _escaped(token: str) -> str:
    """Write `system|value` as a search does."""
    system, _, value = token.partition("|")
    return "|".join(re.sub(r"([\\|,$])", r"\\\1", part) for part in (system, value))


def compiled(services: Services, type: str, query: str, where: str = "criteria") -> Filter:
    """Compile the query of criteria on one type; unknown parameters are refused."""
    asked = pairs(query)
    for name, _ in asked:
        if name.partition(":")[0] in RESULTS:
            raise refused(f"{name} has no meaning in criteria", where)
    try:
        return parse_query(services.registry, type, asked, "strict").filter
    except FhirError as error:
        raise refused(f"The criteria cannot be used: {error}", where) from error


def refused(text: str, where: str = "criteria") -> FhirError:
    """Make the refusal of a Subscription, naming the element."""
    return FhirError(Category.UNPROCESSABLE, text, expression=f"Subscription.{where}")
