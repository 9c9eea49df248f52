"""Subscriptions: who must be told of what, and telling them, losing nothing.

The way of an event: `store` commits a version → `follower` reads it in commit order, matches it
against the `criteria_index` and queues it, numbered, in one transaction → the `outbox` of each
subscription delivers through its channel, in order, until it is delivered or given up.

https://hl7.org/fhir/R4/subscription.html
"""
