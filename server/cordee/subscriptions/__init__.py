"""Subscriptions.

https://hl7.org/fhir/R4/subscription.html
"""
