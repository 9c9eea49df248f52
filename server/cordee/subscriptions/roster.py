"""The subscriptions that one process works on, as the last version read says.

https://hl7.org/fhir/R4/subscription.html
"""

from dataclasses import dataclass, field, replace

import structlog

from cordee.access.caller import Caller
from cordee.errors import FhirError
from cordee.interactions.services import Services
from cordee.operations.subscription_terms import Terms, terms_of
from cordee.resource import json
from cordee.store.notification_queue import State
from cordee.store.port import Version
from cordee.subscriptions import rules, topics
from cordee.subscriptions.admission import owner_of
from cordee.subscriptions.criteria_index import CriteriaIndex
from cordee.subscriptions.seal import Seal, SealBrokenError
from cordee.subscriptions.topic_basic import Topic

LISTENING = frozenset(("requested", "active", "error"))
"""Statuses in which events are queued: what is asked for is owed from then on."""
log = structlog.get_logger("cordee.subscriptions")


@dataclass(slots=True)
class Roster:
    """Subscriptions by id, the rules of those that listen, and the number of each one's last event.

    `broken` says of subscriptions why they cannot be worked on.
    """

    services: Services
    seal: Seal
    index: CriteriaIndex = field(default_factory=CriteriaIndex)
    terms: dict[str, Terms] = field(default_factory=dict)
    owners: dict[str, Caller] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    topics: dict[str, Topic | None] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def knows(self, version: Version) -> bool:
        """Tell whether this version, or a later one, was read before."""
        found = self.terms.get(version.id)
        return found is not None and found.version >= version.version

    def put(self, version: Version) -> Terms | None:
        """Take in a version of a Subscription; None when it was deleted or cannot be read."""
        if version.deleted:
            self.remove(version.id)
            return None
        try:
            terms = terms_of(json.parse(version.body))
        except (FhirError, KeyError, TypeError, ValueError) as error:
            log.warning("subscription not read", subscription=version.id, reason=str(error))
            self.remove(version.id)
            return None
        self.terms[version.id] = terms
        self.broken.pop(version.id, None)
        self._file(terms)
        return terms

    def _file(self, terms: Terms) -> None:
        try:
            self.owners[terms.id] = owner_of(terms, self.seal)
            if terms.topic is not None:
                self.topics[terms.topic] = topics.named(self.services, terms.topic)
            found = rules.of(self.services, terms)
        except SealBrokenError:
            self.broken[terms.id] = "Who asked for this subscription cannot be read: write it again"
        except FhirError as error:
            self.broken[terms.id] = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others must be told
            self.broken[terms.id] = "The server failed to read this subscription"
            log.error(  # noqa: TRY400 - messages and locals could hold health data
                "bug", error=type(error).__qualname__, subscription=terms.id
            )
        if terms.id not in self.broken and terms.status in LISTENING:
            self.index.put(terms.id, found)
        else:
            self.index.remove(terms.id)

    def unheard(self, subscription: str) -> None:
        """Queue nothing for what is requested before a version of it is read among the events."""
        terms = self.terms.get(subscription)
        if terms is not None and terms.status == "requested":
            self.terms[subscription] = replace(terms, version=0)
            self.index.remove(subscription)

    def remove(self, subscription: str) -> None:
        """Forget a subscription."""
        self.index.remove(subscription)
        for known in (self.terms, self.owners, self.last, self.broken):
            known.pop(subscription, None)

    def outdated(self) -> bool:
        """Tell whether a topic is another than the one that rules here were compiled of."""
        return any(topics.named(self.services, url) is not old for url, old in self.topics.items())

    def count(self, states: dict[str, State]) -> None:
        """Take the numbers from what is queued."""
        self.last = {name: state.last for name, state in states.items()}
