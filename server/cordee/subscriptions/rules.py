"""The rules of a subscription, whichever way it says what it wants."""

from cordee.interactions.services import Services
from cordee.operations.subscription_terms import Terms
from cordee.subscriptions import criteria, topics
from cordee.subscriptions.rule import Rule


def of(services: Services, terms: Terms) -> tuple[Rule, ...]:
    """Compile a subscription. Raises UNPROCESSABLE, naming the element."""
    if terms.topic is not None:
        return topics.rules(services, terms.topic, terms.filters)
    return (criteria.rule(services, terms.criteria, terms.about),)
