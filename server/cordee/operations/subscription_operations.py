"""The operations on Subscription, of the backport guide; they read the queue of notifications.

http://hl7.org/fhir/uv/subscriptions-backport/STU1.1/artifacts.html
"""

from functools import partial

from cordee.interactions.services import OperationEntry
from cordee.operations.subscription_events import subscription_events
from cordee.operations.subscription_get_ws_binding_token import Tokens
from cordee.operations.subscription_status import subscription_status
from cordee.store.notification_queue import NotificationQueue

_DEFINITION = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-"
_TYPES = ("Subscription",)


def subscription_operations(queue: NotificationQueue, tokens: Tokens) -> tuple[OperationEntry, ...]:
    """Give the operations over one queue."""
    return (
        OperationEntry(
            "status",
            f"{_DEFINITION}subscription-status",
            partial(subscription_status, queue),
            _TYPES,
            type_level=True,
            instance_level=True,
        ),
        OperationEntry(
            "events",
            f"{_DEFINITION}subscription-events",
            partial(subscription_events, queue),
            _TYPES,
            instance_level=True,
        ),
        OperationEntry(
            "get-ws-binding-token",
            f"{_DEFINITION}subscription-get-ws-binding-token",
            tokens.run,
            _TYPES,
            type_level=True,
            instance_level=True,
        ),
    )
